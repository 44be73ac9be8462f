"""The rubric editor as people use it: with a mouse, without scripts, by keyboard, two at once, without a connection."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, Route, expect

from hiring.db.engine import create_engine, sessions
from hiring.people.queries import user_by_email, viewer_of
from hiring.rubrics.core import edits
from hiring.rubrics.drafts import service
from tests.conftest import fresh_database
from tests.journeys.browser import Visitor, sideways, violations
from tests.journeys.conftest import Visit
from tests.journeys.served import ServerUrl, Site, email_of

pytestmark = pytest.mark.journey

PLANTS = "Water the plants in the depot every Friday"
FLAGS = "Iron the flags of the depot before each parade"
PATIENCE = "Patience with people who have been awake all night"
DOCKER = "Docker and a continuous delivery pipeline"
TESTS = "Write automated tests before the change goes out"
REVIEW = "Review the code of your colleagues"
POSTING = f"""Payments Backend Developer

Our laundry vans bill forty hospitals a night, and the ledger must add up by dawn. You would join a team of five in Quimper.

Your days
- Build and maintain REST APIs that our vans and depots call
- {TESTS}
- {REVIEW}
- Model the tables that invoices live in and keep SQL queries fast
- {PLANTS}
- Find out why a nightly job failed, and fix the cause
- Protect every form against injection and broken access control
- Watch the dashboards and answer when an alert wakes you

What you bring
- Five years of Python or Go in production
- Experience with PostgreSQL and schema design
- {DOCKER}
- Clear written documentation
- {PATIENCE}

What we offer
- Fruit on Thursdays and a season ticket
- Thirty days of holiday
"""
SOON = 2_000  # milliseconds for what the page does without asking the server
ANCHOR = "Says which invoice was billed twice before anybody asks."


class Desk:
    """The editor on a page: what a person looks for there."""

    def __init__(self, window: Visitor) -> None:
        self.window = window
        self.page: Page = window.page

    @property
    def address(self) -> str:
        return self.page.url.removeprefix(self.window.site.base).split("?")[0].split("#")[0]

    async def paste(self, duty: str = PLANTS) -> None:
        """Begin a draft from the posting, with a duty that the library does not know: each test its own, for it learns them."""
        await self.window.goto("/rubrics/new")
        await self.page.get_by_label("The posting’s text").fill(POSTING.replace(PLANTS, duty))
        await self.page.get_by_role("button", name="Find the statements").click()
        await expect(self.page.locator("#editor")).to_be_visible()

    async def start(self, role: str = "backend-developer") -> None:
        """Show a new draft made from a role of the library, its proposals accepted."""
        engine, now = create_engine(self.window.site.database), dt.datetime.now(dt.UTC)
        try:
            async with sessions(engine)() as session, session.begin():
                user = await user_by_email(session, email_of("maelle"))
                viewer = await viewer_of(session, user.id) if user else None
                assert viewer is not None
                draft_id = await service.start_from_role(session, viewer, role, now)
                await service.edit(session, viewer, draft_id, "Accepted", lambda state, _: edits.accept_all(state), now)
        finally:
            await engine.dispose()
        await self.window.goto(f"/rubrics/drafts/{draft_id}")

    async def owner(self, statement: str) -> str:
        """Return the key of the criterion that covers a statement, which its mark in the posting tells."""
        number = await self.page.locator("mark", has_text=statement).get_attribute("data-k")
        key = await self.page.locator(f".k[data-n='{number}']").get_attribute("data-key")
        assert key, statement
        return key

    def k(self, key: str) -> Locator:
        return self.page.locator(f"#c-{key}")

    def field(self, key: str, name: str) -> Locator:
        return self.page.locator(f"#{key}-{name}")

    async def open(self, key: str) -> Locator:
        """Open a criterion as a person does, by its line."""
        row = self.k(key)
        if not await row.locator("> details").evaluate("(each) => each.open"):
            await row.locator("> details > summary").click()
        await expect(row.locator(".k-body")).to_be_visible()
        return row

    async def menu(self, within: Locator, words: str) -> Locator:
        """Open the menu of this name and return it."""
        drop = within.locator("details.drop", has=self.page.locator("summary", has_text=words))
        await drop.locator("> summary").click()
        return drop

    async def covered(self, count: str, *more: str) -> None:
        """Expect the coverage that the page tells above all else."""
        told = self.page.locator(".sum-cov > p")
        await expect(told).to_contain_text(f"{count} statements covered")
        for words in more:
            await expect(told).to_contain_text(words)

    async def saved(self) -> None:
        """Wait until the page says that what was typed is saved."""
        await expect(self.page.locator("#saved")).to_have_text(re.compile(r"Saved \d\d:\d\d by "))

    async def order(self) -> list[str]:
        found: list[str] = await self.page.locator(".k").evaluate_all("(all) => all.map((each) => each.dataset.key)")
        return found

    async def weight(self, key: str) -> float:
        return float((await self.k(key).locator(".k-w").inner_text()).split()[-1])


@pytest.fixture(scope="module")
async def desk_site(writable: Site, server_url: ServerUrl, company_database: str) -> Site:
    """The demonstration for all tests of this file: each begins a draft of its own, and disturbs nobody else's pages."""
    await fresh_database(server_url, "hiring_journeys_own", company_database)
    if not writable.running:
        writable.start()
    return writable


@pytest.fixture
async def desk(desk_site: Site, visit: Visit) -> Desk:
    return Desk(await visit(desk_site, "maelle"))


async def in_both_themes(page: Page) -> list[str]:
    """Return what axe-core finds on the page, light and dark."""
    found = await violations(page)
    await page.emulate_media(color_scheme="dark")
    found += await violations(page, ("color-contrast", "link-in-text-block"))
    await page.emulate_media(color_scheme="light")
    return found


async def wait_saved(desk: Desk) -> None:
    """Wait until nothing typed is unsaved: every field holds what the last answer gave it."""
    await desk.page.wait_for_function(
        """() => document.getElementById("saved").textContent.startsWith("Saved") &&
          [...document.querySelectorAll(".write input:not([type=hidden]), .write textarea")].every((each) => each.value === each.defaultValue)"""
    )


async def test_from_a_posting_to_two_versions(desk: Desk, tmp_path: Path) -> None:
    window, page = desk.window, desk.page
    await desk.paste()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("draft of version 1")
    await expect(page.locator(".askbox").first).to_contain_text("9 proposals")
    await desk.menu(page.locator(".gaps > li").first, "New competency")
    assert await in_both_themes(page) == []
    await desk.covered("12 of 13", "1 not covered")
    assert not await page.locator("mark", has_text="Fruit").count()  # a perk is no statement

    # Point at a statement: its criterion lights up. Press: it opens.
    review, tests, docker, patience = [await desk.owner(each) for each in (REVIEW, TESTS, DOCKER, PATIENCE)]
    assert len({review, tests, docker, patience}) == 4
    await page.locator("mark", has_text=REVIEW).hover()
    await expect(desk.k(review)).to_have_class(re.compile(r"\bnear\b"))
    await expect(desk.k(tests)).not_to_have_class(re.compile(r"\bnear\b"))
    await page.locator("mark", has_text=REVIEW).click()
    await expect(desk.k(review).locator(".k-body")).to_be_visible()
    await expect(desk.k(review).locator(".said li", has_text=REVIEW).locator(".sub")).to_contain_text("Review the code")

    # Accept it; reject two, and take their statements elsewhere: one to the nearest by name, one left out with a reason.
    await desk.k(review).get_by_role("button", name="Accept").click()
    await expect(page.locator(".askbox").first).to_contain_text("8 proposals")
    await expect(desk.k(review).locator(".k-body")).to_be_visible()
    for key, left in ((docker, 11), (patience, 10)):
        await (await desk.open(key)).get_by_role("button", name="Reject").click()
        await expect(desk.k(key)).to_have_count(0)
        await desk.covered(f"{left} of 13")
    gap = page.locator(".gaps > li", has_text=DOCKER)
    drop = await desk.menu(gap, "to…") if await gap.get_by_text("Add to…").count() else await desk.menu(gap, "Another…")
    name = await desk.k(tests).locator(".k-name").inner_text()
    await drop.get_by_role("button", name=name.replace(" proposal", "").strip()).click()
    await desk.covered("11 of 13", "2 not covered")
    assert await desk.owner(DOCKER) == tests
    gap = page.locator(".gaps > li", has_text=PATIENCE)
    drop = await desk.menu(gap, "Leave out")
    window.expects(422)
    await drop.get_by_role("button", name="Leave it out").click()
    await expect(page.locator("#refused")).to_contain_text("Say why nobody needs to assess it.")
    # The menu stays open, with the fault beside the field.
    await expect(drop.locator(".error")).to_contain_text("Say why nobody needs to assess it.")
    await drop.get_by_label("Why nobody needs to assess it").fill("The trial shift shows it better.")
    await drop.get_by_role("button", name="Leave it out").click()
    await desk.covered("11 of 13", "1 left out on purpose", "1 not covered")
    await expect(page.locator("#left-out")).to_contain_text("The trial shift shows it better. Maëlle Kerdoncuff")

    # The duty that the library does not know becomes a competency in two clicks, and a criterion.
    gap = page.locator(".gaps > li", has_text=PLANTS)
    await expect(gap).to_contain_text("Nothing in the library names it.")
    drop = await desk.menu(gap, "New competency")
    await drop.get_by_role("button", name="Add it").click()
    await desk.covered("12 of 13", "1 left out on purpose")
    await expect(page.locator("#gaps")).to_have_count(0)
    plants = await desk.owner(PLANTS)
    await expect(desk.k(plants)).to_contain_text("no anchors")

    # Merge two, split them again, move one up.
    await page.get_by_role("button", name="Accept all").click()
    await expect(page.locator(".chip", has_text="proposal")).to_have_count(0)
    await desk.open(review)
    before, together = len(await desk.order()), await desk.weight(review) + await desk.weight(tests)
    drop = await desk.menu(desk.k(review).locator(".k-acts"), "Merge into")
    await drop.get_by_role("button", name=name.replace(" proposal", "").strip()).click()
    await expect(desk.k(review)).to_have_count(0)
    await expect(desk.k(tests).locator(".k-n")).to_have_text("5 statements")
    assert await desk.weight(tests) == pytest.approx(together)
    await desk.covered("12 of 13")
    row = await desk.open(tests)
    await row.get_by_label(REVIEW).check()
    await row.get_by_label("Clear written documentation").check()
    drop = await desk.menu(row.locator(".said-acts"), "Split off")
    await drop.get_by_label("Name of the new criterion").fill("Reading and writing")
    await drop.get_by_role("button", name="Split off").click()
    await expect(page.locator(".k")).to_have_count(before)
    apart = await desk.owner(REVIEW)
    assert apart == await desk.owner("Clear written documentation") != tests
    await desk.covered("12 of 13")
    order = await desk.order()
    at = order.index(apart)
    await (await desk.open(apart)).get_by_role("button", name="Move up").click()
    await expect(page.locator(".k").nth(at - 1)).to_have_attribute("data-key", apart)
    assert order[at - 1] == (await desk.order())[at]

    # A weight by typing, and what must sum up.
    await (await desk.open(apart)).get_by_label("Weight").fill("0,4")
    await page.keyboard.press("Tab")
    await expect(page.locator(".sum-w")).to_contain_text("weights must sum to 1.00")
    await expect(desk.k(apart).locator(".k-w")).to_contain_text("0.40")
    await page.get_by_role("button", name="Make them sum to 1.00").click()
    await expect(page.locator(".sum-w")).to_contain_text("1.00 weights sum to one")

    # Anchors by typing alone: nothing is pressed, and a reload shows them.
    await desk.open(plants)
    levels = await desk.k(plants).locator(".an textarea").count()
    for level in range(1, levels + 1):
        await desk.field(plants, f"anchor-{level}").fill(f"The plants of depot {level} are alive.")
    await page.keyboard.press("Tab")
    await wait_saved(desk)
    await desk.open(apart)
    await desk.field(apart, "anchor-1").fill("")
    await desk.field(apart, "anchor-1").press_sequentially(ANCHOR)
    await wait_saved(desk)
    await page.reload()
    await expect(desk.field(apart, "anchor-1")).to_have_value(ANCHOR)
    await expect(desk.field(plants, f"anchor-{levels}")).to_have_value(f"The plants of depot {levels} are alive.")

    # Undo and redo: what was typed goes and comes back.
    undo = page.get_by_role("button", name="Undo")
    await expect(undo).to_have_accessible_name(re.compile("Rewrote level 1 of criterion"))
    await undo.click()
    await expect(desk.field(apart, "anchor-1")).not_to_have_value(ANCHOR)
    await page.get_by_role("button", name="Redo").click()
    await expect(desk.field(apart, "anchor-1")).to_have_value(ANCHOR)

    # Publish: not without a note, and nothing is lost by that.
    await page.get_by_role("link", name="Review and publish").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Publish version 1")
    window.expects(422)
    await page.get_by_role("button", name="Publish version 1").click()
    await expect(page.locator("#refused")).to_be_focused()
    await expect(page.locator("#note-error")).to_contain_text("Write what changed and why")
    await page.get_by_label("Note").fill("The first one, from the spring posting.")
    await page.get_by_role("button", name="Publish version 1").click()
    await expect(page.locator(".done")).to_contain_text("Published as version 1.")
    await expect(page.locator(".note")).to_contain_text("from the spring posting")
    await expect(page.locator(".sum-cov")).to_contain_text("12 of 13 statements covered, 1 left out on purpose")
    await expect(page.locator(".k", has_text="Reading and writing")).to_contain_text(ANCHOR)
    version = desk.address

    # The next version: one anchor, one weight, compared word by word.
    await page.get_by_role("button", name="Edit", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("draft of version 2")
    await desk.open(apart)
    await desk.field(apart, "anchor-1").fill(ANCHOR.replace("billed", "charged"))
    was = await desk.weight(apart)
    await desk.field(apart, "weight").fill(f"{was - 0.01:.2f}")
    await page.keyboard.press("Tab")
    await wait_saved(desk)
    other = (await desk.order())[0]
    await desk.open(other)
    rest = await desk.weight(other)
    await desk.field(other, "weight").fill(f"{rest + 0.01:.2f}")
    await page.keyboard.press("Tab")
    await expect(page.locator(".sum-w")).to_contain_text("1.00 weights sum to one")
    await wait_saved(desk)
    await page.get_by_role("link", name="Compare and publish").click()
    await page.get_by_label("Note").fill("Charged, as the ledger says it.")
    await page.get_by_role("button", name="Publish version 2").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("What version 2 changed")
    await expect(page.locator(".done")).to_contain_text("Published as version 2.")
    changed = page.locator(".diff article", has_text="Reading and writing")
    assert await changed.locator(".prose del").all_inner_texts() == ["billed"]
    assert await changed.locator(".prose ins").all_inner_texts() == ["charged"]
    await expect(changed.locator(".prose")).to_contain_text("Says which invoice was")
    assert await changed.locator("del", has_text="0.").inner_text() == f"{was:.2f}"
    assert await changed.locator("ins", has_text="0.").inner_text() == f"{was - 0.01:.2f}"
    await expect(page.locator(".diff article")).to_have_count(2)
    assert await in_both_themes(page) == []

    # The file of a version, taken in again, holds exactly the same: there is nothing to publish.
    await window.goto(version.removesuffix("1") + "2")
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="Export").click()
    download = await waiting.value
    # What the browser is handed as a file, it tells of as a page that did not come.
    window.faults[:] = [each for each in window.faults if not each.endswith(".yaml: net::ERR_ABORTED")]
    assert download.suggested_filename.endswith("-2.yaml")
    await download.save_as(tmp_path / "rubric.yaml")
    await window.goto("/rubrics/new")
    await page.get_by_label("File", exact=True).set_input_files(tmp_path / "rubric.yaml")
    await page.get_by_role("button", name="Import").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("draft of version 3")
    await page.get_by_role("link", name="Compare and publish").click()
    await expect(page.locator("main")).to_contain_text("holds exactly what version 2 does: there is nothing to publish")
    await expect(page.get_by_role("button", name="Publish version 3")).to_have_count(0)


async def test_without_scripts(desk_site: Site, visit: Visit) -> None:
    desk = Desk(await visit(desk_site, "maelle", scripts=False))
    window, page = desk.window, desk.page
    await desk.paste(FLAGS)
    tests, patience = await desk.owner(TESTS), await desk.owner(PATIENCE)
    await desk.covered("12 of 13", "1 not covered")
    await page.get_by_role("button", name="Accept all").click()
    await expect(page.locator(".chip", has_text="proposal")).to_have_count(0)
    here = desk.address

    # A field is saved by the button, and the criterion stays open.
    row = await desk.open(tests)
    await desk.field(tests, "anchor-2").fill(ANCHOR)
    await row.get_by_role("button", name="Save", exact=True).click()
    await expect(row.locator(".k-body")).to_be_visible()
    await expect(desk.field(tests, "anchor-2")).to_have_value(ANCHOR)
    window.expects(422)
    await desk.field(tests, "anchor-2").fill(ANCHOR + " Always.")
    await desk.field(tests, "weight").fill("much")
    await row.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator(f"#{tests}-weight-error")).to_contain_text("Write a number")
    await expect(desk.field(tests, "anchor-2")).to_have_value(ANCHOR + " Always.")
    await desk.field(tests, "weight").fill("0.30")
    await row.get_by_role("button", name="Save", exact=True).click()
    await expect(row.locator(".k-w")).to_contain_text("0.30")
    await page.get_by_role("button", name="Undo").click()
    await desk.open(tests)
    await expect(desk.field(tests, "anchor-2")).to_have_value(ANCHOR)
    await page.get_by_role("button", name="Redo").click()
    await page.get_by_role("button", name="Make them sum to 1.00").click()
    await expect(page.locator(".sum-w")).to_contain_text("1.00 weights sum to one")

    # Statements: a new competency for a known criterion, one left out, one taken elsewhere; then two criteria become one.
    drop = await desk.menu(page.locator(".gaps > li", has_text=FLAGS), "New competency")
    await drop.get_by_label("Name of the competency").fill("Flags")
    await drop.get_by_label("Assessed by").select_option(patience)
    await drop.get_by_role("button", name="Add it").click()
    await desk.covered("13 of 13")
    assert await desk.owner(FLAGS) == patience
    row = await desk.open(patience)
    await row.get_by_label(FLAGS).check()
    drop = await desk.menu(row.locator(".said-acts"), "Leave out")
    await drop.get_by_label("Why nobody needs").fill("The flags are of tin.")
    await drop.get_by_role("button", name="Leave out").click()
    await desk.covered("12 of 13", "1 left out on purpose")
    row = await desk.open(patience)
    await row.get_by_label(PATIENCE).check()
    drop = await desk.menu(row.locator(".said-acts"), "Move the ticked to")
    await drop.locator(f"button[value='assign:{tests}']").click()
    await expect(page.locator("#editor")).to_be_visible()
    assert await desk.owner(PATIENCE) == tests
    review = await desk.owner(REVIEW)
    drop = await desk.menu((await desk.open(patience)).locator(".k-acts"), "Merge into")
    await drop.locator(f"button[value='merge:{review}']").click()
    await expect(desk.k(patience)).to_have_count(0)

    await page.get_by_role("link", name="Review and publish").click()
    window.expects(422)
    await page.get_by_role("button", name="Publish version 1").click()
    await expect(page.locator("#note-error")).to_contain_text("Write what changed and why")
    await page.get_by_label("Note").fill("Made without scripts.")
    await page.get_by_role("button", name="Publish version 1").click()
    await expect(page.locator(".done")).to_contain_text("Published as version 1.")
    await window.goto(here)  # the draft's old address leads to the version
    await expect(page.locator(".note")).to_contain_text("Made without scripts.")


async def reach(page: Page, target: Locator, most: int = 150, key: str = "Tab") -> None:
    """Press a key until the target has the focus."""
    for _ in range(most):
        if await target.evaluate("(each) => each === document.activeElement"):
            return
        await page.keyboard.press(key)
    raise AssertionError(f"{most} times {key} do not reach {target}")


async def focused(page: Page) -> str:
    """Return where the focus is: the nearest id, or nothing where it was lost to the page as a whole."""
    found: str = await page.evaluate(
        "(document.activeElement === document.body ? '' : document.activeElement.closest('[id]')?.id) ?? ''"
    )
    return found


@pytest.mark.trial
async def test_by_keyboard_alone(desk: Desk) -> None:
    window, page = desk.window, desk.page
    await window.goto("/rubrics/new")
    await reach(page, page.get_by_label("The posting’s text"))
    await page.keyboard.insert_text(POSTING)  # as pasting does
    await reach(page, page.get_by_role("button", name="Find the statements"))
    await page.keyboard.press("Enter")
    await expect(page.locator("#editor")).to_be_visible()
    tests, patience = await desk.owner(TESTS), await desk.owner(PATIENCE)

    await reach(page, page.get_by_role("button", name="Accept all"))
    await page.keyboard.press("Enter")
    await expect(page.locator(".chip", has_text="proposal")).to_have_count(0)

    # A criterion opens, a field is written, and leaving it saves; the focus stays where it went.
    row = desk.k(tests)
    await reach(page, row.locator("> details > summary"))
    await expect(row).to_have_class(re.compile(r"\bnear\b"))
    await page.keyboard.press("Enter")
    await reach(page, desk.field(tests, "anchor-1"))
    await page.keyboard.press("Control+a")
    await page.keyboard.type(ANCHOR)
    await page.keyboard.press("Tab")
    await wait_saved(desk)
    assert await focused(page) == f"{tests}-anchor-2"

    # Tick a statement with Space, open a menu with Enter, and choose.
    await reach(page, row.get_by_label(TESTS))
    await page.keyboard.press("Space")
    drop = row.locator(".said-acts .drop", has_text="Move the ticked to")
    await reach(page, drop.locator("summary"))
    await page.keyboard.press("Enter")
    await reach(page, drop.locator(f"button[value='assign:{patience}']"))
    await page.keyboard.press("Enter")
    await expect(desk.k(patience).locator(".k-n")).to_have_text("2 statements")
    assert await desk.owner(TESTS) == patience

    # Move up: the button keeps the focus, so that it can be pressed again.
    order = await desk.order()
    up = page.locator(f"#up-{patience}")
    if not await up.is_visible():
        await reach(page, desk.k(patience).locator("> details > summary"))
        await page.keyboard.press("Enter")
    await reach(page, up)
    for step in (1, 2):
        await page.keyboard.press("Enter")
        await expect(page.locator(".k").nth(order.index(patience) - step)).to_have_attribute("data-key", patience)
        assert await focused(page) == f"up-{patience}"

    # Take it all back by keys, outside of a field.
    await page.keyboard.press("Control+z")
    await expect(page.locator(".k").nth(order.index(patience) - 1)).to_have_attribute("data-key", patience)
    await page.wait_for_timeout(300)  # one press held down is no second one
    await page.keyboard.press("Control+Shift+z")
    await expect(page.locator(".k").nth(order.index(patience) - 2)).to_have_attribute("data-key", patience)


@pytest.mark.trial
async def test_escape_closes_a_menu(desk: Desk) -> None:
    await desk.start()
    drop = desk.page.locator(".criteria > .sec-head .drop")
    await drop.locator("summary").focus()
    await desk.page.keyboard.press("Enter")
    await expect(drop).to_have_attribute("open", "")
    await desk.page.keyboard.press("Tab")
    await desk.page.keyboard.press("Escape")
    await expect(drop).not_to_have_attribute("open", "", timeout=SOON)
    assert await drop.locator("summary").evaluate("(each) => each === document.activeElement")


@pytest.mark.trial
async def test_the_focus_stays_near_what_was_done(desk: Desk) -> None:
    """Whoever works by keys is not sent back to the top of the page by an edit."""
    page = desk.page
    await desk.paste()
    lost = []

    async def press(what: str, target: Locator) -> None:
        """Press Enter on it and wait for the answer; note where the focus was lost."""
        state = await page.locator("[name=seen]").first.input_value()
        await target.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("[name=seen]").first).not_to_have_value(state)
        if not await focused(page):
            lost.append(what)

    first, second, third = (await desk.order())[:3]
    await press("accept", (await desk.open(first)).get_by_role("button", name="Accept"))
    await press("reject", (await desk.open(second)).get_by_role("button", name="Reject"))
    await press("accept all", page.get_by_role("button", name="Accept all"))
    row = await desk.open(third)
    await row.locator(".said input").first.check()
    drop = await desk.menu(row.locator(".said-acts"), "Move the ticked to")
    await press("move a statement", drop.get_by_role("button").first)
    drop = await desk.menu(page.locator(".gaps > li").first, "Leave out")
    await drop.get_by_label("Why nobody needs").fill("It is done by the night porter.")
    await press("leave out", drop.get_by_role("button"))
    drop = await desk.menu((await desk.open(third)).locator(".k-acts"), "Merge into")
    await press("merge", drop.get_by_role("button").first)
    await press("balance", page.get_by_role("button", name="Make them sum to 1.00"))

    assert lost == []


async def test_two_people_on_one_draft(desk: Desk, desk_site: Site, visit: Visit) -> None:
    await desk.start()
    hers, his = desk, Desk(await visit(desk_site, "anwen"))
    await his.window.goto(hers.address)
    key = (await hers.order())[0]
    for each in (hers, his):
        await each.open(key)

    # Two fields: both are kept, and each sees the other's with the next answer.
    await hers.field(key, "anchor-1").fill("Written by Maëlle.")
    await wait_saved(hers)
    await his.field(key, "anchor-2").fill("Written by Anwen.")
    await wait_saved(his)
    await expect(his.field(key, "anchor-1")).to_have_value("Written by Maëlle.")

    # One field: the second to come sees both texts, and loses neither.
    await hers.field(key, "definition").fill("What Maëlle means.")
    await wait_saved(hers)
    await expect(hers.field(key, "anchor-2")).to_have_value("Written by Anwen.")
    his.window.expects(409)
    await his.field(key, "definition").fill("What Anwen means.")
    other = his.k(key).locator(".other")
    await expect(other).to_contain_text("Saved meanwhile by somebody else:")
    await expect(other).to_contain_text("What Maëlle means.")
    await expect(his.field(key, "definition")).to_have_value("What Anwen means.")
    await expect(his.page.locator("#saved")).to_have_text("Not saved")
    await his.field(key, "definition").press("End")
    await his.field(key, "definition").press_sequentially(" And what Maëlle means.")
    await wait_saved(his)
    await expect(other).to_have_count(0)
    await hers.page.reload()
    await expect(hers.field(key, "definition")).to_have_value("What Anwen means. And what Maëlle means.")
    await expect(hers.field(key, "anchor-1")).to_have_value("Written by Maëlle.")
    await expect(hers.page.locator("#saved")).to_contain_text("by Anwen Prydderch")


@pytest.mark.trial
async def test_a_clash_is_open_until_somebody_settles_it(desk: Desk, desk_site: Site, visit: Visit) -> None:
    await desk.start()
    hers, his = desk, Desk(await visit(desk_site, "anwen"))
    await his.window.goto(hers.address)
    key = (await hers.order())[0]
    await his.open(key)
    await hers.open(key)
    await hers.field(key, "definition").fill("What Maëlle means.")
    await wait_saved(hers)
    his.window.expects(409)
    await his.field(key, "definition").fill("What Anwen means.")
    other = his.k(key).locator(".other")
    await expect(other).to_contain_text("What Maëlle means.")

    # He goes on in another field: that decides nothing about the first.
    await his.field(key, "anchor-1").fill("Elsewhere.")
    await his.page.keyboard.press("Tab")
    await expect(his.page.locator("#saved")).not_to_have_text("Saving…")
    await his.page.wait_for_timeout(500)
    his.window.faults[:] = [each for each in his.window.faults if not each.startswith("409")]
    await hers.page.reload()
    await hers.open(key)
    await expect(hers.field(key, "definition")).to_have_value("What Maëlle means.", timeout=SOON)
    await expect(other).to_contain_text("What Maëlle means.", timeout=SOON)


@pytest.mark.trial
async def test_offline_while_typing(desk: Desk) -> None:
    window, page = desk.window, desk.page
    await desk.start()
    key = (await desk.order())[1]
    await desk.open(key)
    async with window.outage():
        await window.context.set_offline(True)
        await desk.field(key, "anchor-1").fill("Typed in the tunnel.")
        await expect(page.locator("#trouble")).to_contain_text("the connection is lost")
        await expect(page.locator("#saved")).to_have_text("Not saved")
        await desk.field(key, "definition").fill("And this in the same tunnel.")
        await expect(desk.field(key, "anchor-1")).to_have_value("Typed in the tunnel.")
        await window.context.set_offline(False)
        await wait_saved(desk)
    # The script that sends forms tells of a lost connection in words of its own.
    window.faults[:] = [each for each in window.faults if "Failed to fetch" not in each]
    await expect(page.locator("#trouble")).to_be_hidden()
    await page.reload()
    await desk.open(key)
    await expect(desk.field(key, "anchor-1")).to_have_value("Typed in the tunnel.")
    await expect(desk.field(key, "definition")).to_have_value("And this in the same tunnel.")


async def late_answers(page: Page, seconds: float) -> list[int]:
    """Let each answer of the editor come late; return the list that their statuses are put into."""
    statuses: list[int] = []

    async def slowly(route: Route) -> None:
        await asyncio.sleep(seconds)
        await route.continue_()

    await page.route(re.compile("/rubrics/drafts/"), slowly)
    page.on("response", lambda answer: statuses.append(answer.status) if answer.request.method == "POST" else None)
    return statuses


@pytest.mark.trial
async def test_typing_quickly_loses_nothing(desk: Desk) -> None:
    window, page = desk.window, desk.page
    await desk.start()
    key = (await desk.order())[0]
    await desk.open(key)
    statuses = await late_answers(page, 0.25)  # so that answers arrive in the middle of the next words
    names = ("definition", "anchor-1", "anchor-2", "anchor-3", "listen_for")
    typed = {name: await desk.field(key, name).input_value() for name in names}
    for turn in range(2):
        for name in names:
            words = f" {turn + 1} quick brown foxes in {name[:6]}".ljust(30, "!")
            await desk.field(key, name).press("Control+End")
            await desk.field(key, name).press_sequentially(words, delay=8)
            typed[name] += words
    for name in names:
        await expect(desk.field(key, name)).to_have_value(typed[name])
    await page.wait_for_timeout(2000)  # a pause in typing, and the last answers
    await page.unroute_all()
    window.faults[:] = [each for each in window.faults if not each.startswith("409")]  # told below
    assert len(statuses) > 3, "nothing was sent while typing: the trial tries nothing"
    assert set(statuses) == {200}
    await wait_saved(desk)
    await page.reload()
    await desk.open(key)
    assert {name: await desk.field(key, name).input_value() for name in names} == typed


@pytest.mark.trial
async def test_an_answer_opens_nothing_that_one_has_left(desk: Desk) -> None:
    page = desk.page
    await desk.start()
    first, second = (await desk.order())[:2]
    await desk.open(first)
    statuses = await late_answers(page, 0.5)
    await desk.field(first, "definition").fill("Typed, and on to the next.")
    await desk.k(second).locator("> details > summary").click()
    await desk.field(second, "definition").click(timeout=SOON)
    await page.keyboard.type("Written meanwhile. ")
    await page.wait_for_timeout(1000)
    assert statuses
    assert await focused(page) == f"{second}-definition"
    await expect(desk.k(second).locator(".k-body")).to_be_visible(timeout=SOON)


MENUS = """async () => {
  const found = [];
  const menus = [...document.querySelectorAll("#editor .drop")];
  for (const menu of menus) {
    const row = menu.parentElement.closest("details");
    if (row) row.open = true;
    menu.open = true;
    await new Promise((done) => requestAnimationFrame(done));
    const words = menu.querySelector("summary").textContent.trim();
    const wide = document.scrollingElement.scrollWidth - innerWidth;
    if (wide > 0) found.push(`${words}: ${wide} px too wide`);
    for (const each of menu.querySelectorAll("summary, button, input:not([type=hidden]), select")) {
      const box = (each.type === "checkbox" ? each.parentElement : each).getBoundingClientRect();
      if (box.height < 44 || box.width < 44) found.push(`${words}: ${each.textContent.trim() || each.name} is ${box.width.toFixed()} × ${box.height.toFixed()}`);
    }
    menu.open = false;
  }
  return [menus.length, found];
}"""
TARGETS = """() => [...document.querySelectorAll("#editor a:not(p a):not(li span a), #editor button, #editor summary, #editor input:not([type=hidden]), #editor textarea")]
  .filter((each) => each.checkVisibility())
  .map((each) => [each, (each.type === "checkbox" ? each.parentElement : each).getBoundingClientRect()])
  .filter(([each, box]) => box.height < 44)
  .map(([each, box]) => `${each.tagName} ${each.className} ${(each.textContent.trim() || each.name).slice(0, 40)}: ${box.width.toFixed()} × ${box.height.toFixed()}`)"""


@pytest.mark.trial
async def test_on_a_phone(desk_site: Site, visit: Visit) -> None:
    desk = Desk(await visit(desk_site, "maelle", width=375, touch=True, mobile=False))
    page = desk.page
    await desk.paste()
    assert await sideways(page, 375) == 0
    count, found = await page.evaluate(MENUS)
    assert count > 40
    key = await desk.owner(TESTS)
    await page.locator("mark", has_text=TESTS).tap()
    await expect(desk.k(key).locator(".k-body")).to_be_visible()
    assert await sideways(page, 375) == 0
    await desk.field(key, "anchor-1").tap()
    await page.keyboard.type("By thumb. ")
    await wait_saved(desk)
    assert [each for each in found if "too wide" in each] == []
    await page.get_by_role("link", name="Review and publish").tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Publish version 1")
    assert await sideways(page, 375) == 0


@pytest.mark.trial
async def test_a_statement_leads_to_the_head_of_its_criterion(desk_site: Site, visit: Visit) -> None:
    desk = Desk(await visit(desk_site, "maelle", width=375, touch=True, mobile=False))
    await desk.paste()
    key = await desk.owner(TESTS)
    await desk.page.locator("mark", has_text=TESTS).tap()
    await expect(desk.k(key).locator("> details > summary")).to_be_in_viewport(timeout=SOON)


@pytest.mark.trial
async def test_everything_is_large_enough_for_a_thumb(desk_site: Site, visit: Visit) -> None:
    desk = Desk(await visit(desk_site, "maelle", width=375, touch=True, mobile=False))
    await desk.start()
    _, found = await desk.page.evaluate(MENUS)
    await desk.open((await desk.order())[0])
    found += await desk.page.evaluate(TARGETS)
    assert list(dict.fromkeys(found)) == []
