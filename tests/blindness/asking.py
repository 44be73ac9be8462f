"""Asking the application: every request that the proof makes, and what is compared of the answers."""

from __future__ import annotations

import asyncio
import difflib
import re
import uuid
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import httpx2
import sqlalchemy as sa
from litestar import Litestar
from litestar.routes import HTTPRoute
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker

from hiring.app import create_app
from hiring.blindness.core import BLIND
from hiring.blindness.tables import Standing
from hiring.db.engine import create_engine
from hiring.pages import form_token
from hiring.places import STATIC
from hiring.settings import Settings
from tests.blindness.company import BLIND_ON, ELSEWHERE, NOBODY, OPENING, SECRET, SIGNED_OUT, Company
from tests.conftest import BASE, KEY, NOW

VISIT = "the-visit-of-somebody-signed-out"
REASON = "It has stood here long enough."
HTML, JSON = "text/html", "application/json"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. Without `form` it is sent as it is; a form gets the token of the viewer's cookie, unless `token` is off."""

    method: str
    url: str
    form: tuple[tuple[str, str], ...] | None = None
    accept: str = HTML
    token: bool = True

    def __str__(self) -> str:
        told = " ".join(
            f"{name}={value[:40]}"
            for name, value in self.form or ()
            if name in {"stage", "do", "outcome", "reason", "edition", "back"}
        )
        return f"{self.method} {self.url}{' as JSON' if self.accept == JSON else ''} {told}".rstrip()


@dataclass(frozen=True, slots=True)
class Seen:
    """What came back, without the nonces: values that differ between two answers to the same question."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Difference:
    """A request that is answered differently in the two databases."""

    viewer: str
    route: str
    ask: Ask
    one: tuple[Seen, ...]
    two: tuple[Seen, ...]

    def __str__(self) -> str:
        lines = [
            f"{self.viewer}: {self.ask}: {[each.status for each in self.one]} against {[each.status for each in self.two]}"
        ]
        for one, two in zip(self.one, self.two, strict=False):
            first, second = (
                f"{dict(each.headers)}\n{each.body.decode('utf-8', 'replace')}".splitlines() for each in (one, two)
            )
            lines += [line[:200] for line in difflib.unified_diff(first, second, lineterm="", n=0)][:12]
        return "\n    ".join(lines)


class Place:
    """A database with the application on top. Every question is asked in a transaction that is rolled back: none leaves a trace."""

    def __init__(self, company: Company, engine: AsyncEngine, connection: AsyncConnection, folder: Path) -> None:
        self.company = company
        self.engine = engine
        self.connection = connection
        self.maker = async_sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        settings = Settings(data_dir=folder, DATABASE_URL="postgresql://unused.example/unused", secret_key=KEY)
        self.app: Litestar = create_app(settings, engine=engine, session_maker=self.maker, clock=lambda: NOW)
        transport = httpx2.ASGITransport(app=cast("Any", self.app), raise_app_exceptions=False)
        self.client = httpx2.AsyncClient(transport=transport, base_url=BASE)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session whose writes are rolled back."""
        transaction = await self.connection.begin()
        try:
            async with self.maker() as session:
                yield session
        finally:
            await transaction.rollback()

    async def answers(self, viewer: str, ask: Ask, blind_on: Iterable[uuid.UUID]) -> tuple[Seen, ...]:
        """Ask, and where the answer leads on, follow it: as long as the viewer is blind on all of these applications after it."""
        transaction = await self.connection.begin()
        try:
            answer = await self.send(viewer, ask)
            seen = [self.plain(answer)]
            if answer.status_code in {302, 303} and await self._still_blind(viewer, list(blind_on)):
                seen.append(self.plain(await self.send(viewer, Ask("GET", answer.headers["location"]))))
        finally:
            await transaction.rollback()
        return tuple(seen)

    async def send(self, viewer: str, ask: Ask) -> httpx2.Response:
        """Send one request within the transaction that is open."""
        person = self.company.people.get(viewer)
        # Not compressed: the length of a page with a salted token in it differs by chance.
        headers = {
            "accept": ask.accept,
            "accept-encoding": "identity",
            "cookie": f"hiring={person.cookie}" if person else f"hiring_visit={VISIT}",
        }
        content = None
        if ask.form is not None:
            token = (("form_token", form_token(SECRET, person.cookie if person else VISIT)),) if ask.token else ()
            headers["content-type"] = "application/x-www-form-urlencoded"
            content = urlencode([*token, *ask.form]).encode()
        self.client.cookies.clear()
        return await self.client.request(ask.method, ask.url, headers=headers, content=content)

    def plain(self, answer: httpx2.Response) -> Seen:
        """Take out of an answer what is random by design, and nothing else."""
        number = answer.headers.get("x-request-id", "")
        body = answer.content

        def clean(text: str) -> str:
            text = re.sub(r"\b(hiring|hiring_visit)=[\w-]{20,}", r"\1=COOKIE", text)
            text = re.sub(r'(name="form_token" value=)"[0-9a-f]{64}"', r"\1TOKEN", text)
            text = re.sub(
                r"/welcome/[\w-]{43}",
                lambda found: found[0] if found[0].endswith(self.company.invitation) else "/welcome/TOKEN",
                text,
            )
            return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", self._known, text)

        headers = tuple(
            sorted(
                (name.lower(), clean(value))
                for name, value in answer.headers.multi_items()
                if name.lower() != "x-request-id"
            )
        )
        if not body.startswith(b"%PDF"):
            body = clean(body.decode()).replace(number or "no request id", "REQUEST").encode()
        return Seen(answer.status_code, headers, body)

    def _known(self, found: re.Match[str]) -> str:
        """Keep an identifier that both databases have; one that was made since then, by this very request, has a later time in it."""
        made = int(found[0].replace("-", "")[:12], 16) / 1000
        return found[0] if made <= self.company.finished else "NEW-ID"

    async def _still_blind(self, viewer: str, blind_on: list[uuid.UUID]) -> bool:
        person = self.company.people.get(viewer)
        if person is None:
            return True
        states = await self.connection.scalars(
            sa.select(Standing.state).where(
                Standing.user_id == person.id, Standing.application_id.in_(blind_on), Standing.state.is_not(None)
            )
        )
        held = list(states)
        # Who has no role and no standing sees nothing either.
        return all(state in BLIND for state in held) and (
            len(held) == len(blind_on) or viewer in {"uninvolved", "elsewhere", "called off"}
        )


@asynccontextmanager
async def place(company: Company, url: str, folder: Path) -> AsyncIterator[Place]:
    """Open a database for asking."""
    engine = create_engine(url)
    async with engine.connect() as connection:
        opened = Place(company, engine, connection, folder)
        yield opened
        await opened.client.aclose()
    await engine.dispose()


async def differences(
    one: Place,
    two: Place,
    viewer: str,
    asks: Iterable[tuple[str, Ask]],
    blind_on: Iterable[uuid.UUID] = (),
    *,
    once: bool = False,
) -> list[Difference]:
    """Ask the same in both databases and return what is answered differently, of each route the first only with `once`.

    Raises AssertionError for a crash, which would hide all else.
    """
    found: list[Difference] = []
    on = list(blind_on)
    for route, ask in asks:
        if once and any(each.route == route for each in found):
            continue
        first, second = await asyncio.gather(one.answers(viewer, ask, on), two.answers(viewer, ask, on))
        assert all(each.status < 500 for each in (*first, *second)), f"{viewer}: {ask}: {first} {second}"
        if first != second:
            found.append(Difference(viewer, route, ask, first, second))
    return found


# --- every route, and what is asked of it -----------------------------------------------------------------------------


def routes_of(app: Litestar) -> set[str]:
    """Return what the application answers, as it knows it itself: `METHOD /path/{parameter}`."""
    found = set()
    for route in app.routes:
        assert isinstance(route, HTTPRoute), f"the proof knows how to ask over HTTP only, not {route.path}"
        found |= {f"{method} {route.path_format}" for method in route.methods}
    return found


Asks = Callable[[Company, str], list[Ask]]
RECIPES: dict[str, Asks] = {}


def recipe(route: str) -> Callable[[Asks], Asks]:
    """Enter what is asked of a route."""

    def enter(asks: Asks) -> Asks:
        assert route not in RECIPES
        RECIPES[route] = asks
        return asks

    return enter


def get(route: str, *urls: str) -> None:
    """Enter a route that is asked for at fixed addresses."""
    recipe(route)(lambda _company, _viewer: [Ask("GET", url) for url in urls])


def asks_of(company: Company, viewer: str, routes: Iterable[str], *, most: int = 0) -> list[tuple[str, Ask]]:
    """Return the requests of these routes for this viewer: all of them, or with `most` fewer.

    Then each page is asked for at its first five addresses, and `most` forms of each kind are sent, spread over all of them.
    OPTIONS and HEAD are asked for at the first address of the path's other method. A route without a recipe is a KeyError.
    """
    found: list[tuple[str, Ask]] = []
    for route in sorted(routes):
        method, path = route.split(" ")
        if method in {"OPTIONS", "HEAD"}:
            other = next(each for each in RECIPES if each.endswith(f" {path}"))
            asks = [Ask(method, ask.url) for ask in RECIPES[other](company, viewer)[:1]]
        else:
            asks = RECIPES[route](company, viewer)
            if most:
                asks = asks[:5] if method == "GET" else asks[:: -(-len(asks) // most)]
        found += [(route, ask) for ask in asks]
    return found


def unknown_to_the_proof(routes: Iterable[str]) -> set[str]:
    """Return the routes that no recipe covers: a route that comes in has to be entered here first."""
    paths = {each.split(" ")[1] for each in RECIPES}
    return {
        each
        for each in routes
        if each not in RECIPES and not (each.startswith(("OPTIONS ", "HEAD ")) and each.split(" ")[1] in paths)
    }


def _applications(company: Company) -> list[uuid.UUID]:
    """Those on which the seated are blind, and one on which nobody is."""
    return [company.applications[each] for each in (*BLIND_ON, "lucia")]


def _own(company: Company, viewer: str) -> list[uuid.UUID]:
    """The viewer's own interviews of two of the applications, and one of somebody else's."""
    on = {company.applications["siobhan"], company.applications["ilyas"]}
    mine = [each for each in company.own(viewer) if company.application_of[each] in on]
    others = [
        each
        for name, each in company.interviews.items()
        if name in {"siobhan/held", "siobhan/roles"} and each not in mine
    ]
    return [*mine, *others[:1]]


get("GET /live", "/live")
get("GET /ready", "/ready")
get("GET /", "/")
get("GET /people", "/people")
get("GET /openings", "/openings")
get("GET /rubrics", "/rubrics")
get(
    "GET /rubrics/{slug}/{number}", "/rubrics/backend-developer/1", "/rubrics/backend-developer/2", "/rubrics/nothing/1"
)
get("GET /rubrics/new", "/rubrics/new", f"/rubrics/new?rubric={OPENING}")
get(
    "GET /rubrics/{slug}/{number}/changes",
    "/rubrics/backend-developer/2/changes",
    "/rubrics/backend-developer/1/changes?from=1",
    "/rubrics/nothing/2/changes",
)
get(
    "GET /rubrics/{slug}/{number}/rubric.yaml",
    "/rubrics/backend-developer/1/rubric.yaml",
    "/rubrics/nothing/1/rubric.yaml",
)
get("GET /interviews", "/interviews")
get(
    "GET /openings/{slug}",
    f"/openings/{OPENING}",
    f"/openings/{OPENING}?show=stuck",
    f"/openings/{OPENING}?done=moved",
    f"/openings/{ELSEWHERE}",
    "/openings/nothing",
)
get(
    "GET /openings/{slug}/comparison",
    f"/openings/{OPENING}/comparison",
    f"/openings/{ELSEWHERE}/comparison",
    "/openings/nothing/comparison",
)
get("GET /openings/{slug}/packet.pdf", f"/openings/{OPENING}/packet.pdf")
get(
    "GET /openings/{slug}/candidates/new",
    f"/openings/{OPENING}/candidates/new",
    f"/openings/{ELSEWHERE}/candidates/new",
)
get("GET /openings/{slug}/candidates/import", f"/openings/{OPENING}/candidates/import")
get(
    "GET /static/{file_path}",
    *(f"/static/{path.relative_to(STATIC)}" for path in sorted(STATIC.glob("css/*.css"))[:1]),
    "/static/nothing.css",
)


DUTIES = "Duties\n- Review the Python code of the sorting line\n- Explain a trade-off to the launderers\n"


@recipe("POST /rubrics/new")
def _(company: Company, viewer: str) -> list[Ask]:
    return [
        Ask("POST", "/rubrics/new", form)
        for form in (
            (("source", "text"), ("text", DUTIES), ("title", "Linen Sorter")),
            (("source", "text"), ("text", DUTIES), ("rubric", OPENING)),
            (("source", "text"), ("text", "We wash.")),
            (("source", "role"), ("role", "data-engineer")),
            (("source", "file"),),
        )
    ]


@recipe("POST /rubrics/{slug}/{number}/draft")
def _(company: Company, viewer: str) -> list[Ask]:
    return [Ask("POST", f"/rubrics/{each}/draft", ()) for each in (f"{OPENING}/1", f"{OPENING}/9", "nothing/1")]


@recipe("GET /rubrics/drafts/{draft_id}")
def _(company: Company, viewer: str) -> list[Ask]:
    draft = f"/rubrics/drafts/{company.draft}"
    return [Ask("GET", draft), Ask("GET", f"{draft}?open=code"), Ask("GET", f"/rubrics/drafts/{NOBODY}")]


@recipe("POST /rubrics/drafts/{draft_id}")
def _(company: Company, viewer: str) -> list[Ask]:
    seen = (("seen", str(company.draft_state)),)
    forms = (
        (("do", "write"), ("criterion", "code"), ("definition", "What it is."), *seen),
        (("do", "write"), ("criterion", "code"), ("weight", "a lot"), *seen),
        (("do", "title"), ("title", "Launderer")),
        (("do", "down"), ("criterion", "code")),
        (("do", "reject"), ("criterion", "code")),
        (("do", "undo"),),
        (("do", "discard"),),
        (("do", "nothing"),),
    )
    return [
        *(Ask("POST", f"/rubrics/drafts/{company.draft}", form) for form in forms),
        Ask("POST", f"/rubrics/drafts/{NOBODY}", forms[0]),
    ]


@recipe("GET /rubrics/drafts/{draft_id}/changes")
def _(company: Company, viewer: str) -> list[Ask]:
    return [Ask("GET", f"/rubrics/drafts/{each}/changes") for each in (company.draft, NOBODY)]


@recipe("POST /rubrics/drafts/{draft_id}/publication")
def _(company: Company, viewer: str) -> list[Ask]:
    return [
        Ask("POST", f"/rubrics/drafts/{each}/publication", (("note", note), ("newest", "1")))
        for each in (company.draft, NOBODY)
        for note in ("The same again.", "")
    ]


@recipe("GET /sign-in")
def _(company: Company, viewer: str) -> list[Ask]:
    return [Ask("GET", "/sign-in"), Ask("GET", f"/sign-in?next=/applications/{company.applications['siobhan']}")]


@recipe("POST /sign-in")
def _(company: Company, viewer: str) -> list[Ask]:
    email = company.people["owing" if viewer == SIGNED_OUT else viewer].email
    return [Ask("POST", "/sign-in", (("email", email), ("password", "not the right one"), ("next", "/openings")))]


@recipe("POST /sign-out")
def _(company: Company, viewer: str) -> list[Ask]:
    return [Ask("POST", "/sign-out", ()), Ask("POST", "/sign-out", (), token=False)]


@recipe("GET /welcome/{token}")
def _(company: Company, viewer: str) -> list[Ask]:
    return [Ask("GET", f"/welcome/{company.invitation}"), Ask("GET", "/welcome/nothing")]


@recipe("POST /welcome/{token}")
def _(company: Company, viewer: str) -> list[Ask]:
    return [
        Ask("POST", f"/welcome/{company.invitation}", (("password", each),))
        for each in ("short", "a long sentence that nobody knows")
    ]


@recipe("POST /people")
def _(company: Company, viewer: str) -> list[Ask]:
    typed = (("name", "New Person"), ("role", "interviewer"), ("time_zone", "UTC"))
    return [
        Ask("POST", "/people", (*typed, ("email", "new@whitebeam-linen.example"))),
        Ask("POST", "/people", (*typed, ("email", "no address"))),
    ]


@recipe("POST /people/{user_id}/invitation")
def _(company: Company, viewer: str) -> list[Ask]:
    return [Ask("POST", f"/people/{each}/invitation", ()) for each in (company.invited, NOBODY)]


@recipe("GET /openings/new")
def _(company: Company, viewer: str) -> list[Ask]:
    return [Ask("GET", "/openings/new"), Ask("GET", f"/openings/new?version={company.version_id}")]


@recipe("POST /openings/new")
def _(company: Company, viewer: str) -> list[Ask]:
    typed = (
        ("title", "Third Shift"),
        ("team", "Linen"),
        ("organisation", "Whitebeam"),
        ("version_id", str(company.version_id)),
    )
    people = (("recruiter", str(company.people["recruiter"].id)), ("committee", str(company.people["committee"].id)))
    return [
        Ask("POST", "/openings/new", (*typed, *people)),
        Ask("POST", "/openings/new", (*typed, ("slug", OPENING))),
        Ask("POST", "/openings/new", ()),
    ]


get(
    "GET /openings/{slug}/version",
    f"/openings/{OPENING}/version",
    f"/openings/{OPENING}/version?to=1&done=moved",
    f"/openings/{ELSEWHERE}/version",
    "/openings/nothing/version",
)


@recipe("POST /openings/{slug}/version")
def _(company: Company, viewer: str) -> list[Ask]:
    return [
        Ask("POST", f"/openings/{opening}/version", (("version", str(version)),))
        for opening in (OPENING, ELSEWHERE)
        for version in (company.version_id, NOBODY)
    ]


@recipe("POST /openings/{slug}/candidates/new")
def _(company: Company, viewer: str) -> list[Ask]:
    url = f"/openings/{OPENING}/candidates/new"
    known = (("name", "Siobhán again"), ("email", company.addresses["siobhan"]))
    return [
        Ask("POST", url, (("name", "New Candidate"), ("email", "new@post.example"))),
        Ask("POST", url, known),
        Ask("POST", url, (("name", ""),)),
    ]


@recipe("POST /openings/{slug}/candidates/import")
def _(company: Company, viewer: str) -> list[Ask]:
    texts = (
        "name,email,applied\nNew One,one@post.example,2026-11-01\nNew Two,two@post.example,\n",
        "name,email\nNo address,\n",
    )
    return [Ask("POST", f"/openings/{OPENING}/candidates/import", (("pasted", each),)) for each in texts]


@recipe("GET /interviews/{interview_id}")
def _(company: Company, viewer: str) -> list[Ask]:
    others = [each for name, each in company.interviews.items() if name.startswith("siobhan/")]
    wanted = dict.fromkeys([*_own(company, viewer), *others, NOBODY])
    return [
        *(Ask("GET", f"/interviews/{each}") for each in wanted),
        *(Ask("GET", f"/interviews/{each}", accept=JSON) for each in others[:1]),
    ]


@recipe("GET /applications/{application_id}")
def _(company: Company, viewer: str) -> list[Ask]:
    return [
        *(Ask("GET", f"/applications/{each}") for each in [*_applications(company), NOBODY]),
        Ask("GET", f"/applications/{company.applications['siobhan']}?done=moved"),
        Ask("GET", f"/applications/{company.applications['siobhan']}", accept=JSON),
    ]


@recipe("GET /applications/{application_id}/decision")
def _(company: Company, viewer: str) -> list[Ask]:
    return [
        *(Ask("GET", f"/applications/{each}/decision") for each in [*_applications(company), NOBODY]),
        Ask("GET", f"/applications/{company.applications['kofi']}/decision", accept=JSON),
    ]


@recipe("POST /applications/{application_id}/decision")
def _(company: Company, viewer: str) -> list[Ask]:
    hold = (("outcome", "hold"), ("reasons", REASON), ("evidence_wanted", "More."), ("criteria", "code"))
    forms: list[tuple[tuple[str, str], ...]] = [
        (("outcome", "hire"), ("reasons", REASON)),
        (("outcome", "no_hire"), ("reasons", REASON)),
        hold,
        (),
    ]
    siobhan, *more = _applications(company)
    return [
        *(Ask("POST", f"/applications/{siobhan}/decision", form) for form in forms),
        *(Ask("POST", f"/applications/{each}/decision", hold) for each in more),
    ]


@recipe("POST /applications/{application_id}/stage")
def _(company: Company, viewer: str) -> list[Ask]:
    stages = ("applied", "screening", "interviews", "debrief", "hired", "rejected", "withdrawn")
    siobhan, ilyas, *more = _applications(company)
    wanted = [
        *((each, stage) for each in (siobhan, ilyas) for stage in stages),
        *((each, stage) for each in more for stage in ("debrief", "rejected")),
    ]
    return [
        *(Ask("POST", f"/applications/{each}/stage", (("stage", stage), ("reason", REASON))) for each, stage in wanted),
        *(
            Ask("POST", f"/applications/{siobhan}/stage", form)
            for form in ((), (("stage", "interviews"), ("back", "board")))
        ),
        Ask("POST", f"/applications/{siobhan}/stage", (("stage", "debrief"),), accept=JSON),
    ]


@recipe("GET /applications/{application_id}/interviews")
def _(company: Company, viewer: str) -> list[Ask]:
    urls = [f"/applications/{each}/interviews" for each in _applications(company)[:3]]
    return [*(Ask("GET", url) for url in urls), Ask("GET", f"{urls[0]}?kit={company.kits['coding']}")]


@recipe("POST /applications/{application_id}/interviews")
def _(company: Company, viewer: str) -> list[Ask]:
    whole = (("kit", str(company.kits["coding"])), ("day", "2026-12-24"), ("time", "07:10"), ("minutes", "30"))
    panel, again = ("panel", str(company.people["uninvolved"].id)), ("panel", str(company.people["owing"].id))
    clashing = (("kit", str(company.kits["design"])), ("day", "2026-11-23"), ("time", "12:00"))
    forms = [(*whole, panel, again), whole, (*clashing, ("panel", str(company.people["coming"].id)))]
    return [
        Ask("POST", f"/applications/{each}/interviews", form)
        for form in forms
        for each in _applications(company)[: 5 if form is forms[0] else 1]
    ]


@recipe("POST /interviews/{interview_id}/cancellation")
def _(company: Company, viewer: str) -> list[Ask]:
    labels = [
        *(f"siobhan/{each}" for each in ("held", "roles", "off", "later")),
        *(f"{each}/roles" for each in BLIND_ON[1:]),
    ]
    return [
        Ask("POST", f"/interviews/{each}/cancellation", ())
        for each in [*(company.interviews[label] for label in labels), NOBODY]
    ]


def _typed(company: Company, interview: uuid.UUID, **more: str) -> tuple[tuple[str, str], ...]:
    fields = {
        "recommendation": "no",
        "why": "Typed now: why.",
        "strength": "",
        "concern": "Typed now: concern.",
        "notes": "Typed now: notes.",
    }
    for key in company.focus[company.kit_of[interview]]:
        fields |= {f"level_{key}": "2", f"evidence_{key}": f"Typed now on {key}."}
    return tuple((fields | more).items())


@recipe("POST /interviews/{interview_id}/scorecard")
def _(company: Company, viewer: str) -> list[Ask]:
    found = []
    for each in _own(company, viewer):
        url = f"/interviews/{each}/scorecard"
        found += [Ask("POST", url, _typed(company, each, do="submit", edition=edition)) for edition in ("0", "1", "7")]
        found.append(Ask("POST", url, _typed(company, each, do="submit", edition="1", recommendation="")))
        found += [
            Ask("POST", url, _typed(company, each, do="save", edition="0"), accept=accept) for accept in (HTML, JSON)
        ]
    return found


@recipe("POST /interviews/{interview_id}/revision")
def _(company: Company, viewer: str) -> list[Ask]:
    return [
        Ask("POST", f"/interviews/{each}/revision", _typed(company, each, base="1", reason=reason))
        for each in _own(company, viewer)
        for reason in ("Thought about it.", "")
    ]


@recipe("POST /interviews/{interview_id}/recusal")
def _(company: Company, viewer: str) -> list[Ask]:
    return [
        Ask("POST", f"/interviews/{each}/recusal", (("reason", reason),))
        for each in _own(company, viewer)
        for reason in (REASON, "")
    ]
