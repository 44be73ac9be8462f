"""Every page and every refused form of the application, with who looks at it: for axe-core, for sizes and for pictures."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page

from tests.journeys.browser import Visitor
from tests.journeys.served import EMPTY_SLUG, SLUG, Places

REFUSALS = {401, 403, 404}  # what a person gets who may not see a page
DRAFT = "{draft}"  # in a path: the draft of the demonstration's rubric, which is begun when it is first looked at
OPEN = "code"  # the criterion that is shown open

# Kind of user -> who plays it in the demonstration. Tendai has filed scorecards and owes one, overdue.
KINDS: dict[str, str | None] = {
    "signed-out": None,
    "interviewer": "tendai",
    "recruiter": "maelle",
    "hiring-manager": "anwen",
    "committee": "tomasz",
    "administrator": "dilnoza",
    "auditor": "bertrand",
}
EMPTY_KINDS: dict[str, str | None] = {"recruiter": "recruiter", "administrator": "administrator"}

Act = Callable[[Page], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody looks at. `act` is done on the loaded page; `status` is what it is answered with."""

    name: str
    kind: str
    person: str | None
    path: str
    act: Act | None = None
    status: int = 422

    async def show(self, visitor: Visitor) -> bool:
        """Bring it on the screen; return whether it is the page itself, and not the refusal of one."""
        path = self.path.replace(DRAFT, await begun(visitor)) if DRAFT in self.path else self.path
        answer = await visitor.page.goto(visitor.site.base + path)
        assert answer is not None
        if answer.status in REFUSALS:
            return False
        assert answer.status == 200, f"{self.name} as {self.kind}: {answer.status}"
        if self.act is not None:
            visitor.expects(self.status)
            async with visitor.page.expect_navigation(wait_until="load"):
                await self.act(visitor.page)
        return True


async def begun(visitor: Visitor) -> str:
    """Begin the draft of the rubric's next version, or find the one that is open; return its id. One anchor differs."""
    page = visitor.page
    await page.goto(f"{visitor.site.base}/rubrics/{SLUG}/1")
    await page.get_by_role("button", name="Edit", exact=True).click()
    draft = page.url.rsplit("/", 1)[1]
    field = page.locator(f"#{OPEN}-anchor-1")
    if await field.input_value() != "Copies a line without reading the next.":
        async with page.expect_navigation(wait_until="load"):
            # The form as it is sent without scripts: the page comes back when all is saved.
            await field.evaluate(
                "(each) => { each.value = 'Copies a line without reading the next.'; each.form.submit(); }"
            )
    return draft


def _press(words: str) -> Act:
    async def act(page: Page) -> None:
        await page.get_by_role("button", name=words, exact=True).click()

    return act


async def _wrong_password(page: Page) -> None:
    await page.locator("[name=email]").fill(f"{uuid.uuid4().hex}@nowhere.example")
    await page.locator("[name=password]").fill("not the password")
    await page.locator("main button[type=submit]").click()


async def _short_password(page: Page) -> None:
    await page.locator("[name=password]").fill("short")
    await page.locator("main button[type=submit]").click()


async def _faulty_list(page: Page) -> None:
    await page.locator("[name=pasted]").fill("name,email\nAda Example,ada@post.example\nNobody,\n")
    await page.get_by_role("button", name="Import").click()


async def _hold_without_criteria(page: Page) -> None:
    await page.get_by_role("radio", name="Hold").check()
    await page.get_by_role("button", name="Record decision").click()


async def _reject_without_reason(page: Page) -> None:
    await page.locator("[name=stage]").select_option("rejected")
    await page.get_by_role("button", name="Move", exact=True).click()


async def _revise_nothing(page: Page) -> None:
    await page.locator("#revise > summary").click()
    await page.get_by_role("button", name="File version").click()


async def _step_back_silently(page: Page) -> None:
    await page.locator("#step-back-box > summary").click()
    await page.get_by_role("button", name="Step back for good").click()


def _shared(places: Places) -> dict[str, str]:
    """Return the pages that everybody is sent to, whether or not they may see them."""
    return {
        "interviews": "/interviews",
        "openings": "/openings",
        "opening-new": "/openings/new",
        "board": f"/openings/{SLUG}",
        "comparison": f"/openings/{SLUG}/comparison",
        "opening-version": f"/openings/{SLUG}/version",
        "candidate-new": f"/openings/{SLUG}/candidates/new",
        "candidates-import": f"/openings/{SLUG}/candidates/import",
        "candidate": places.application("lucia"),
        "candidate-interviewed": places.application("anjali"),
        "schedule": f"{places.application('anjali')}/interviews",
        "decision": f"{places.application('kofi')}/decision",
        "rubrics": "/rubrics",
        "rubric": f"/rubrics/{SLUG}/1",
        "rubric-changes": f"/rubrics/{SLUG}/1/changes?from=1",
        "rubric-new": "/rubrics/new",
        "people": "/people",
        "nothing": "/nothing-here",
    }


def sights(places: Places) -> list[Sight]:
    """Return everything there is to see in the demonstration."""
    found = [
        Sight(name, kind, person, path)
        for kind, person in KINDS.items()
        for name, path in _shared(places).items()
        if person
    ]
    found += [
        Sight("sign-in", "signed-out", None, "/sign-in"),
        Sight("sign-in-onward", "signed-out", None, "/rubrics"),
        Sight("sign-in-refused", "signed-out", None, "/sign-in", _wrong_password),
        Sight("welcome", "signed-out", None, f"/welcome/{places.invitation}"),
        Sight("welcome-refused", "signed-out", None, f"/welcome/{places.invitation}", _short_password),
        Sight("welcome-used", "signed-out", None, "/welcome/used"),
    ]
    late, early = places.interview("anjali", "coding"), places.interview("anjali", "design")
    revised = places.interview("siobhan", "coding")
    found += [
        Sight(name, "interviewer", *rest)
        for name, *rest in (
            ("kit-overdue", "tendai", late),
            ("kit-refused", "tendai", late, _press("Submit scorecard")),
            ("kit-stepping-back-refused", "tendai", late, _step_back_silently),
            ("kit-draft", "nomvula", places.interview("anjali", "together")),
            ("kit-coming", "chihiro", early),
            ("kit-too-early", "chihiro", early, _press("Submit scorecard"), 409),
            ("filed", "mira", places.interview("lucia", "coding")),
            ("filed-revised", "tendai", revised),
            ("filed-revision-refused", "tendai", revised, _revise_nothing),
            ("stepped-back", "mira", places.interview("lam", "coding")),
            ("candidate-read", "mira", places.application("anjali")),
            ("candidate-stepped-back", "mira", places.application("lam")),
        )
    ]
    recruiter = KINDS["recruiter"]
    found += [
        Sight(name, kind, KINDS[kind], path, act)
        for kind in ("recruiter", "administrator")
        for name, path, act in (
            ("rubric-new-refused", "/rubrics/new", _press("Find the statements")),
            ("draft", f"/rubrics/drafts/{DRAFT}?open={OPEN}", None),
            ("draft-changes", f"/rubrics/drafts/{DRAFT}/changes", None),
            ("draft-publication-refused", f"/rubrics/drafts/{DRAFT}/changes", _press("Publish version 2")),
        )
    ]
    found += [
        Sight("board-empty", "recruiter", recruiter, f"/openings/{EMPTY_SLUG}"),
        Sight("comparison-empty", "recruiter", recruiter, f"/openings/{EMPTY_SLUG}/comparison"),
        Sight("board-stuck", "recruiter", recruiter, f"/openings/{SLUG}?show=stuck"),
        Sight("candidate-held", "recruiter", recruiter, places.application("kofi")),
        Sight("candidate-rejected", "recruiter", recruiter, places.application("lam")),
        Sight("candidate-revised", "recruiter", recruiter, places.application("siobhan")),
        Sight("candidate-withdrawn", "recruiter", recruiter, places.application("ilyas")),
        Sight("candidate-move-refused", "recruiter", recruiter, places.application("lucia"), _reject_without_reason),
        Sight(
            "candidate-new-refused", "recruiter", recruiter, f"/openings/{SLUG}/candidates/new", _press("Add candidate")
        ),
        Sight("candidates-import-refused", "recruiter", recruiter, f"/openings/{SLUG}/candidates/import", _faulty_list),
        Sight(
            "schedule-refused",
            "recruiter",
            recruiter,
            f"{places.application('anjali')}/interviews",
            _press("Arrange the interview"),
        ),
        Sight("opening-new-refused", "recruiter", recruiter, "/openings/new", _press("Open the opening")),
        Sight("people-refused", "recruiter", recruiter, "/people", _press("Make the invitation")),
        Sight(
            "decision-refused",
            "hiring-manager",
            KINDS["hiring-manager"],
            f"{places.application('lucia')}/decision",
            _hold_without_criteria,
        ),
    ]
    return found


def empty_sights() -> list[Sight]:
    """Return what a new organisation sees before anything was done."""
    paths = {
        "interviews": "/interviews",
        "openings": "/openings",
        "opening-new": "/openings/new",
        "rubrics": "/rubrics",
        "rubric-new": "/rubrics/new",
        "people": "/people",
    }
    return [
        Sight(f"empty-{name}", kind, person, path)
        for kind, person in EMPTY_KINDS.items()
        for name, path in paths.items()
    ]
