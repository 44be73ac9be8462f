"""The company of the proof: the demonstration's, and on top of it somebody of every kind who is blind.

It is written once, through the product's own services, and committed; every test works on copies of it. Blind people
sit on panels of the same few applications, so that one changed copy serves them all.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.blindness.service import record_first_reading
from hiring.candidates.core import Stage
from hiring.candidates.service import move
from hiring.candidates.tables import Application, Candidate
from hiring.db import migrate
from hiring.db.engine import create_engine, sessions
from hiring.decisions.core import Outcome
from hiring.decisions.service import record_decision
from hiring.demo.load import company as demonstration
from hiring.demo.load import load
from hiring.interviews.tables import Interview, Panelist
from hiring.openings.queries import plan_of
from hiring.openings.service import open_opening
from hiring.openings.tables import Opening
from hiring.people.core import Role, Viewer
from hiring.people.queries import viewer_of
from hiring.people.service import add_user, grant, invite, open_session
from hiring.people.tables import User
from hiring.rubrics.drafts.service import start_from_version
from hiring.rubrics.tables import Criterion, RubricDraftState
from hiring.scorecards import service as scorecards
from hiring.scorecards.core import Entry, Recommendation, Sheet
from tests.conftest import KEY, NOW, fresh_database

SECRET = KEY.encode()
NOBODY = uuid.UUID("00000000-0000-7000-8000-000000000000")
OPENING, ELSEWHERE = "backend-developer", "night-shift-developer"

# Of the demonstration's candidates: Kofi is on hold (so everybody before was released), Ilyas has withdrawn, Anjali's interviews still go on.
BLIND_ON = ("siobhan", "ilyas", "kofi", "anjali")

# name -> (role over all openings, what became of their scorecards on each application of BLIND_ON).
PEOPLE: Mapping[str, tuple[Role | None, str]] = {
    "owing": (Role.INTERVIEWER, "nothing typed, overdue"),
    "drafting": (Role.INTERVIEWER, "a draft is saved"),
    "shadow": (Role.INTERVIEWER, "owes as a shadow"),
    "coming": (Role.INTERVIEWER, "the interview is still to come"),
    "half": (Role.INTERVIEWER, "one is filed, another one is open"),
    "again": (Role.INTERVIEWER, "filed, read, and owes again"),
    "recused": (Role.INTERVIEWER, "stepped back"),
    "owing recruiter": (Role.RECRUITER, "nothing typed"),
    "owing manager": (Role.HIRING_MANAGER, "nothing typed"),
    "owing committee": (Role.COMMITTEE, "nothing typed"),
    "owing administrator": (Role.ADMINISTRATOR, "a draft is saved"),
    "owing auditor": (Role.AUDITOR, "nothing typed"),
    "recused recruiter": (Role.RECRUITER, "stepped back"),
    "called off": (Role.INTERVIEWER, "the interview was cancelled"),
    "uninvolved": (Role.INTERVIEWER, "never asked"),
    "elsewhere": (None, "committee of another opening"),
    "waived": (Role.INTERVIEWER, "never filed: the hold on Lucía waived it"),
}
SIGNED_OUT = "signed out"
ARRANGED, FILED, READ, AFTER = (NOW - dt.timedelta(days=days) for days in (2.8, 2.6, 2.4, 2.2))
"""When all of this happened: after the hold on Kofi, which would have waived it."""
STRANGERS = (SIGNED_OUT, "uninvolved", "elsewhere", "called off")
SEATED = tuple(name for name in PEOPLE if name not in {*STRANGERS, "waived"})
"""Who is blind on BLIND_ON because they owe there, or stepped back."""

# Who may read, by the demonstration's names. Chihiro has filed on Siobhán; Tendai was released by the hold on Kofi.
PERMITTED: Mapping[str, str] = {
    "recruiter": "maelle",
    "manager": "anwen",
    "committee": "tomasz",
    "administrator": "dilnoza",
    "auditor": "bertrand",
    "filed": "chihiro",
    "released": "tendai",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in. `cookie`: the token of a session, the same in every copy."""

    id: uuid.UUID
    name: str
    email: str
    cookie: str


@dataclass(slots=True)
class Company:
    """The committed database `name`, and what stands in it. Interviews are found by `candidate/label`."""

    name: str
    finished: float
    people: dict[str, Person] = field(default_factory=dict)
    applications: dict[str, uuid.UUID] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    interviews: dict[str, uuid.UUID] = field(default_factory=dict)
    kits: dict[str, uuid.UUID] = field(default_factory=dict)
    focus: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kit_of: dict[uuid.UUID, str] = field(default_factory=dict)
    panels: dict[uuid.UUID, frozenset[uuid.UUID]] = field(default_factory=dict)
    application_of: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    version_id: uuid.UUID = NOBODY
    draft: uuid.UUID = NOBODY
    draft_state: uuid.UUID = NOBODY
    invitation: str = ""
    invited: uuid.UUID = NOBODY

    def own(self, name: str) -> list[uuid.UUID]:
        """The interviews on whose panel somebody sits, in the order in which they were arranged."""
        if name not in self.people:
            return []
        return [each for each, panel in self.panels.items() if self.people[name].id in panel]

    def ids(self, names: Iterable[str]) -> list[uuid.UUID]:
        return [self.people[each].id for each in names if each in self.people]


def sheet(keys: Iterable[str], words: str, level: int = 3) -> Sheet:
    """A complete sheet with words of its own in every text."""
    return Sheet(
        entries={key: Entry(level, f"{words}: evidence on {key}.") for key in keys},
        recommendation=Recommendation.YES,
        why=f"{words}: why.",
        strength=f"{words}: strength.",
        concern=f"{words}: concern.",
    )


async def build(server_url: Callable[[str], str], name: str) -> Company:
    """Write the company into a new database of this name."""
    url = await fresh_database(server_url, name)
    engine = create_engine(url)
    await migrate.upgrade(engine)
    made = Company(name, 0)
    async with sessions(engine)() as session, session.begin():
        await load(session, demonstration(), NOW, SECRET, lambda _: None)
        await _look_up(session, made)
        await _people(session, made)
        await _panels(session, made)
        await _draft(session, made)
        await _sign_in(session, made)
        await _seats(session, made)
    await engine.dispose()
    made.finished = dt.datetime.now(dt.UTC).timestamp()
    return made


async def _look_up(session: AsyncSession, made: Company) -> None:
    by_email = {each["email"]: each["id"] for each in demonstration()["candidates"]}
    rows = await session.execute(
        sa.select(Candidate.email, Application.id).join(Application, Application.candidate_id == Candidate.id)
    )
    made.applications = {by_email[email]: application for email, application in rows}
    made.addresses = {key: email for email, key in by_email.items()}
    opening = (await session.execute(sa.select(Opening.id, Opening.version_id).where(Opening.slug == OPENING))).one()
    made.version_id = opening.version_id
    keys = {row.id: row.key for row in await session.execute(sa.select(Criterion.id, Criterion.key))}
    for kit in await plan_of(session, opening.id):
        made.kits[kit.key] = kit.id
        made.focus[kit.key] = tuple(keys[criterion] for criterion, _ in kit.focus)


async def _people(session: AsyncSession, made: Company) -> None:
    users = {user.email: user for user in await session.scalars(sa.select(User))}
    for told in demonstration()["people"]:
        user = users[told["email"]]
        made.people[told["id"]] = Person(user.id, user.name, user.email, "")
    for label, permitted in PERMITTED.items():
        made.people[label] = made.people[permitted]
    for at, (label, (role, _)) in enumerate(PEOPLE.items()):
        user = await add_user(
            session,
            NOW,
            email=f"seat{at}@whitebeam-linen.example",
            name=f"Seat {label.title()}",
            role=role or Role.COMMITTEE,
        )
        made.people[label] = Person(user.id, user.name, user.email, "")
    elsewhere = await open_opening(
        session,
        None,
        slug=ELSEWHERE,
        title="Night Shift Developer",
        team="Linen tracking",
        organisation="Whitebeam Linen Service",
        version_id=made.version_id,
        recruiter=None,
        hiring_manager=None,
        committee=[],
        now=NOW - dt.timedelta(days=2),
    )
    # A role in another opening alone: `add_user` gives one over all openings, which is taken back.
    await session.execute(
        sa.text("DELETE FROM role_grant WHERE user_id = :user"), {"user": made.people["elsewhere"].id}
    )
    await grant(session, NOW, made.people["elsewhere"].id, Role.COMMITTEE, opening_id=elsewhere)
    invited = await add_user(
        session, NOW, email="invited@whitebeam-linen.example", name="Invited Person", role=Role.INTERVIEWER
    )
    made.invited, made.invitation = invited.id, await invite(session, NOW, invited.id, by=None)


async def _panels(session: AsyncSession, made: Company) -> None:
    """Put everybody who shall be blind on panels of each application of BLIND_ON, and let them do what PEOPLE says."""

    async def viewer(label: str) -> Viewer:
        found = await viewer_of(session, made.people[label].id)
        assert found is not None
        return found

    recruiter, manager = await viewer("recruiter"), await viewer("manager")

    async def arrange(
        candidate: str, label: str, kit: str, days: float, *panel: str, shadows: tuple[str, ...] = ()
    ) -> uuid.UUID:
        interview = await scorecards.open_interview(
            session,
            recruiter,
            application_id=made.applications[candidate],
            kit_id=made.kits[kit],
            starts_at=NOW + dt.timedelta(days=days),
            panel=[
                *((made.people[each].id, False) for each in panel),
                *((made.people[each].id, True) for each in shadows),
            ],
            now=ARRANGED,
            minutes=45,
        )
        made.interviews[f"{candidate}/{label}"] = interview
        return interview

    async def reopen(candidate: str, to: Stage, reason: str) -> None:
        await move(session, recruiter, made.applications[candidate], to, reason, ARRANGED, hire_decided=False)

    await reopen("ilyas", Stage.INTERVIEWS, "Wrote that the other offer fell through.")
    for at, candidate in enumerate(BLIND_ON):
        on = made.applications[candidate]
        shift = at / 10  # nobody is in two interviews at once
        held = await arrange(
            candidate,
            "held",
            "coding",
            -8 + shift,
            "owing",
            "drafting",
            "half",
            "again",
            "recused",
            shadows=("shadow",),
        )
        roles = await arrange(
            candidate, "roles", "design", -6 + shift, "owing recruiter", "owing manager", "owing committee", "owing administrator", "owing auditor", "recused recruiter",
        )  # fmt: skip
        off = await arrange(candidate, "off", "production", -5 + shift, "called off")
        for label in ("half", "again"):
            words = sheet(made.focus["coding"], f"{label} on {candidate}")
            await scorecards.submit_scorecard(session, await viewer(label), held, words, "", [], None, FILED, SECRET)
        await record_first_reading(session, made.people["again"].id, [on], READ)
        await arrange(candidate, "later", "together", 3 + shift, "half", "again", "coming")
        for label, interview, kit in (("drafting", held, "coding"), ("owing administrator", roles, "design")):
            words = sheet(made.focus[kit], f"{label} on {candidate}, unfinished")
            await scorecards.save_draft(
                session, await viewer(label), interview, words, f"{label}: notes on {candidate}", [], 0, AFTER
            )
        for label, interview in (("recused", held), ("recused recruiter", roles)):
            await scorecards.recuse(
                session, await viewer(label), interview, f"Knows {candidate} from a former life.", AFTER
            )
        await scorecards.cancel_interview(session, recruiter, off, AFTER)
    await reopen("ilyas", Stage.WITHDRAWN, "Found something else in the end.")

    await arrange("lucia", "waived", "coding", -4.5, "waived")
    await record_decision(
        session, manager, made.applications["lucia"], NOW - dt.timedelta(days=1), outcome=Outcome.HOLD,
        reasons="Two interviews disagree about the code.", evidence_wanted="A second sitting.", criteria=["code"],
    )  # fmt: skip


async def _draft(session: AsyncSession, made: Company) -> None:
    """Begin a draft of the rubric's next version."""
    writer = await viewer_of(session, made.people["recruiter"].id)
    assert writer is not None
    made.draft = await start_from_version(session, writer, OPENING, 1, AFTER)
    made.draft_state = (
        await session.scalars(sa.select(RubricDraftState.id).where(RubricDraftState.draft_id == made.draft))
    ).one()


async def _sign_in(session: AsyncSession, made: Company) -> None:
    cookies: dict[uuid.UUID, str] = {}
    for label, person in made.people.items():
        if person.id not in cookies:
            cookies[person.id] = await open_session(session, person.id, NOW)
        made.people[label] = Person(person.id, person.name, person.email, cookies[person.id])


async def _seats(session: AsyncSession, made: Company) -> None:
    rows = await session.execute(
        sa.select(Interview.id, Interview.kit_id, Interview.application_id, sa.func.array_agg(Panelist.user_id))
        .join(Panelist, Panelist.interview_id == Interview.id)
        .group_by(Interview.id)
        .order_by(Interview.id)
    )
    keys = {kit: key for key, kit in made.kits.items()}
    for interview, kit, application, users in rows:
        made.kit_of[interview] = keys[kit]
        made.application_of[interview] = application
        made.panels[interview] = frozenset(users)
