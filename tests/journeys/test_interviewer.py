"""What interviewers do: open a kit, rate, write, submit, revise, step back; by mouse, by keys alone, by touch, without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.journeys.browser import Visitor, sideways, violations
from tests.journeys.conftest import Visit
from tests.journeys.served import Site

pytestmark = pytest.mark.journey

# Tendai owes the coding scorecard on Anjali since four days; Mira, who held the interview too, has filed hers.
CRITERIA = {
    "code": (3, "Named the tests first, then wrote them one by one and kept each commit running."),
    "logic": (4, "Asked what a recall means for a cart on the lorry before writing the rule."),
    "quality": (2, "Replayed one night, but guessed at the reader before looking at the calendar."),
}
OF_MIRA = "If a recall beats a release"


def level(page: Page, criterion: str, number: int) -> Locator:
    return page.locator(f"#level_{criterion}-{number}")


async def in_view(locator: Locator) -> bool:
    """Say whether the middle of an element can be seen: inside the window, and under no bar that sticks to its edge."""
    found: bool = await locator.evaluate(
        """(element) => { const box = element.getBoundingClientRect();
          const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
          return top !== null && (element.contains(top) || top.contains(element) || element.parentElement.contains(top)); }"""
    )
    return found


async def saved(page: Page, within: float | None = None) -> None:
    await expect(page.locator("#saved-words")).to_have_text(re.compile(r"^Saved \d\d:\d\d$"), timeout=within)


async def open_first(window: Visitor) -> None:
    """Go from the list to what is due first."""
    page = window.page
    await expect(page.get_by_role("heading", level=1)).to_have_text("My interviews")
    first = page.locator(".due-list li").first
    await expect(first).to_contain_text("Anjali Thekkekara")
    await expect(first).to_contain_text("late")
    await expect(page.get_by_role("heading", level=2).first).to_contain_text("Overdue")


async def test_submit_and_revise(site: Site, visit: Visit) -> None:
    window = await visit(site)
    page = window.page
    await window.goto("/")
    await window.sign_in("tendai")
    await open_first(window)
    await page.get_by_role("link", name="Anjali Thekkekara").first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Coding with Anjali Thekkekara")
    assert OF_MIRA not in await page.content()

    # Rate with the anchors in view, and write.
    chosen, words = CRITERIA["code"]
    await level(page, "code", chosen).scroll_into_view_if_needed()
    for number in (1, 2, 3, 4):
        anchor = page.locator(f"#level_code-{number}-anchor")
        assert len(await anchor.inner_text()) > 40
        assert await in_view(anchor)
    await level(page, "code", chosen).check()
    await page.locator("#evidence_code").fill(words)
    await level(page, "logic", CRITERIA["logic"][0]).check()
    await page.locator("#notes").fill("Ask Mira nothing before this is filed.")
    await saved(page)
    await expect(page.locator("#rail-done")).to_have_text("1 of 4 done")
    await page.reload()
    await expect(level(page, "code", chosen)).to_be_checked()
    await expect(page.locator("#evidence_code")).to_have_value(words)
    await expect(page.locator("#notes")).to_have_value("Ask Mira nothing before this is filed.")

    # Submit with something missing: a linked list that has the focus, and nothing lost.
    window.expects(422)
    await page.get_by_role("button", name="Submit scorecard").click()
    refused = page.locator("#refused")
    await expect(refused).to_be_focused()
    await expect(refused.get_by_role("heading")).to_contain_text("Not submitted: 3 things are missing")
    assert [each.strip() for each in await refused.get_by_role("listitem").all_inner_texts()] == [
        "Server-side logic and frameworks: give the evidence for level 4",
        "Debugging, testing and upkeep: choose a level, or “not assessed”",
        "Your recommendation: choose one, or “no decision”",
    ]
    await expect(page.locator("#evidence_code")).to_have_value(words)
    await expect(level(page, "logic", 4)).to_be_checked()
    assert not await violations(page)
    await refused.get_by_role("link").first.click()
    await expect(page.locator("#evidence_logic")).to_be_focused()
    assert await in_view(page.locator("#evidence_logic"))

    # Submit the whole.
    await page.keyboard.type(CRITERIA["logic"][1])
    await level(page, "quality", 2).check()
    await page.locator("#evidence_quality").fill(CRITERIA["quality"][1])
    await page.locator("#recommendation-yes").check()
    await expect(page.locator("#left")).to_contain_text("Nothing is missing")
    await page.get_by_role("button", name="Submit scorecard").click()
    await expect(page.locator(".filed-done")).to_contain_text("Your scorecard is filed.")
    assert not await violations(page)

    # Revise: without a reason it is refused, with one the earlier version stays.
    await page.locator("#revise > summary").click()
    await level(page, "quality", 3).check()
    window.expects(422)
    await page.get_by_role("button", name="File version 2").click()
    await expect(page.locator("#reason-error")).to_be_visible()
    await expect(level(page, "quality", 3)).to_be_checked()
    await page.locator("#reason").fill("Read my notes again: he named the calendar first.")
    await page.get_by_role("button", name="File version 2").click()
    await expect(page.get_by_role("heading", name="Version 2, as it stands")).to_be_visible()
    await expect(page.locator(".earlier")).to_contain_text("Version 1")

    # Now, and only now, others' words.
    await page.get_by_role("link", name="what the others saw").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Anjali Thekkekara")
    await expect(page.locator("main")).to_contain_text(OF_MIRA)
    await expect(page.locator("main")).to_contain_text(CRITERIA["logic"][1])


async def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until the focus is there. On the way each focused element shows its ring and is not covered."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        told = await page.evaluate(
            """(selector) => { const here = document.activeElement; const box = here.getBoundingClientRect();
              const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
              const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 12), 0), innerHeight - 1);
              const top = document.elementFromPoint(x, y);
              const ring = (one) => { const style = getComputedStyle(one); return style.outlineStyle !== "none" || style.boxShadow !== "none"; };
              const near = here.closest("label, li, .level, .na, .ask, .tick-row, .field") || here;
              return { there: here.matches(selector), what: here.outerHTML.slice(0, 120), body: here === document.body,
                seen: top !== null && (near.contains(top) || top.contains(here)),
                ring: ring(here) || ring(near) || getComputedStyle(here, "::after").outlineStyle !== "none" }; }""",
            selector,
        )
        assert told["body"] or told["ring"], f"no focus ring: {told['what']}"
        assert told["body"] or told["seen"], f"focused but covered: {told['what']}"
        if told["there"]:
            return
    pytest.fail(f"{selector} was not reached in {most} steps")


async def test_by_keys_alone(site: Site, visit: Visit) -> None:
    window = await visit(site)
    page = window.page
    keys = page.keyboard
    await window.goto("/sign-in")
    await tab_to(page, "[name=email]")
    await keys.type("tendai.chikomo@whitebeam-linen.example")
    await keys.press("Tab")
    await keys.type("nine cages of clean linen")
    await keys.press("Enter")
    await open_first(window)
    await tab_to(page, ".due-list a")
    await keys.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Coding with Anjali Thekkekara")
    await keys.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await keys.press("Enter")
    await tab_to(page, "[name=level_code]", 90)

    for criterion, (number, words) in CRITERIA.items():
        await keys.press(str(number))
        await expect(level(page, criterion, number)).to_be_checked()
        await expect(level(page, criterion, number)).to_be_focused()
        await tab_to(page, f"#evidence_{criterion}", 2)
        await keys.type(words)
        await keys.press("Control+Enter")
    await expect(page.locator("#recommendation-strong_no")).to_be_focused()
    await keys.press("ArrowRight")
    await keys.press("ArrowRight")
    await expect(page.locator("#recommendation-yes")).to_be_checked()
    await tab_to(page, "#submit", 8)
    await keys.press("Enter")

    await expect(page.locator(".filed-done")).to_contain_text("Your scorecard is filed.")
    filed = await page.locator(".filed").inner_text()
    assert all(words in filed for _, words in CRITERIA.values())


async def test_by_touch_on_a_phone(site: Site, visit: Visit) -> None:
    window = await visit(site, width=375, touch=True)
    page = window.page
    await window.goto("/sign-in")
    await window.sign_in("tendai")
    await open_first(window)
    await page.get_by_role("link", name="Anjali Thekkekara").first.tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Coding with Anjali Thekkekara")
    assert await sideways(page, 375) == 0

    for criterion, (number, words) in CRITERIA.items():
        box = await level(page, criterion, number).bounding_box()
        assert box is not None
        assert box["height"] >= 44
        await level(page, criterion, number).tap()
        await expect(level(page, criterion, number)).to_be_checked()
        await page.wait_for_timeout(400)  # a second tap within 300 ms would be a double tap, which selects a word
        await page.locator(f"#evidence_{criterion}").tap()
        await expect(page.locator(f"#evidence_{criterion}")).to_be_focused()
        await page.keyboard.type(words)
        await expect(page.locator(f"#evidence_{criterion}")).to_have_value(words)
    size = await page.locator("#evidence_code").evaluate("(element) => parseFloat(getComputedStyle(element).fontSize)")
    assert size >= 16  # smaller text makes a phone zoom into the field
    await page.locator("#recommendation-yes").tap()
    await page.get_by_role("button", name="Submit scorecard").tap()

    await expect(page.locator(".filed-done")).to_contain_text("Your scorecard is filed.")
    assert await sideways(page, 375) == 0


async def test_without_scripts(site: Site, visit: Visit) -> None:
    window = await visit(site, scripts=False)
    page = window.page
    await window.goto("/interviews")
    await window.sign_in("tendai")
    await page.get_by_role("link", name="Anjali Thekkekara").first.click()
    for criterion, (number, words) in CRITERIA.items():
        await level(page, criterion, number).check()
        await page.locator(f"#evidence_{criterion}").fill(words)

    await page.get_by_role("button", name="Save draft").click()
    await expect(page.locator("#evidence_logic")).to_have_value(CRITERIA["logic"][1])
    window.expects(422)
    await page.get_by_role("button", name="Submit scorecard").click()
    await expect(page.locator("#refused")).to_contain_text("Your recommendation: choose one")
    await expect(page.locator("#evidence_logic")).to_have_value(CRITERIA["logic"][1])
    await page.locator("#recommendation-yes").check()
    await page.get_by_role("button", name="Submit scorecard").click()

    await expect(page.locator(".filed-done")).to_contain_text("Your scorecard is filed.")
    filed = await page.locator(".filed").inner_text()
    assert all(words in filed for _, words in CRITERIA.values())


async def test_two_tabs_on_one_scorecard(site: Site, visit: Visit) -> None:
    window = await visit(site, "tendai")
    first = window.page
    await window.goto("/interviews")
    await first.get_by_role("link", name="Anjali Thekkekara").first.click()
    second = await window.context.new_page()
    await second.goto(first.url)
    await first.locator("#evidence_code").fill("Typed in the first tab.")
    await level(first, "code", 3).check()
    await saved(first)

    window.expects(409)
    await second.locator("#evidence_code").fill("Typed in the second tab.")
    await expect(second.locator("#conflict")).to_be_focused()
    await expect(second.locator("#evidence_code")).to_have_value("Typed in the second tab.")
    other = second.locator(".evidence .other")
    await expect(other).to_contain_text("Typed in the first tab.")
    await expect(second.locator(".crit .other").first).to_contain_text("3")
    assert not await violations(second)

    # Both texts survive: the person joins them and keeps the joint one.
    await second.locator("#evidence_code").fill("Typed in the first tab. Typed in the second tab.")
    await second.get_by_role("button", name="Keep mine").click()
    await saved(second)
    await second.reload()
    await expect(second.locator("#evidence_code")).to_have_value("Typed in the first tab. Typed in the second tab.")

    # The first tab, which knows nothing of this, is told in its turn.
    window.expects(409)
    await first.locator("#evidence_code").fill("Typed in the first tab, later.")
    await expect(first.locator("#conflict")).to_be_focused()
    await expect(first.locator(".evidence .other")).to_contain_text("Typed in the first tab. Typed in the second tab.")
    await first.get_by_role("link", name="Take the other").click()
    await expect(first.locator("#evidence_code")).to_have_value("Typed in the first tab. Typed in the second tab.")


async def test_stepping_back(site: Site, visit: Visit) -> None:
    window = await visit(site, "tendai")
    page = window.page
    await window.goto("/interviews")
    await page.get_by_role("link", name="Anjali Thekkekara").first.click()
    await page.get_by_role("link", name="Step back…").click()
    await expect(page.locator("#reason")).to_be_visible()
    window.expects(422)
    await page.get_by_role("button", name="Step back for good").click()
    await expect(page.locator("#reason-error")).to_be_visible()
    await page.locator("#reason").fill("We have shared a flat since spring.")
    await page.get_by_role("button", name="Step back for good").click()

    await expect(page.locator("main")).to_contain_text("You stepped back from this interview")
    await expect(page.locator("main")).to_contain_text("We have shared a flat since spring.")
    assert OF_MIRA not in await page.content()
    await page.get_by_role("link", name="My interviews").last.click()
    await expect(page.get_by_text("You owe no scorecard")).to_be_visible()


async def test_server_restarted_in_mid_draft(site: Site, visit: Visit) -> None:
    window = await visit(site, "tendai")
    page = window.page
    await window.goto("/interviews")
    await page.get_by_role("link", name="Anjali Thekkekara").first.click()
    await page.locator("#evidence_code").fill("Typed before the server went away.")
    await saved(page)

    async with window.outage():
        site.stop()
        await page.locator("#evidence_logic").fill("Typed while it was away.")
        await expect(page.locator("#saved-words")).to_have_text("Offline, trying again")
        await page.get_by_role("button", name="Submit scorecard").click()
        await expect(page.locator("#evidence_logic")).to_have_value("Typed while it was away.")
        site.start()
        await saved(page, within=45_000)  # it tries again after 2, 4, 8 and more seconds

    await page.reload()
    await expect(page.locator("#evidence_code")).to_have_value("Typed before the server went away.")
    await expect(page.locator("#evidence_logic")).to_have_value("Typed while it was away.")
