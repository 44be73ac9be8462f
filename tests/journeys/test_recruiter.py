"""What recruiters do: see what is stuck, invite, open an opening, add and import candidates, move, schedule."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from playwright.async_api import expect

from tests.journeys.browser import violations
from tests.journeys.conftest import Visit
from tests.journeys.served import SLUG, Site

pytestmark = pytest.mark.journey

CSV = """name,email,applied
Zoltán Csengery,zoltan.csengery@post.example,2026-01-12
Anneliese Okpara,anneliese.okpara@post.example,
"""


async def test_the_board_tells_what_is_stuck_first(shown: Site, visit: Visit) -> None:
    window = await visit(shown)
    page = window.page
    await window.goto("/")
    await window.sign_in("maelle")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Openings")
    await page.get_by_role("link", name="Backend Developer, Linen tracking").click()

    await expect(page.get_by_role("heading", level=1)).to_contain_text("Backend Developer")
    await expect(page.get_by_role("heading", level=2).first).to_contain_text("Stuck")
    first = page.locator(".stuck-list > li").first
    await expect(first).to_contain_text("Tendai Chikomo owes a scorecard")
    await expect(first).to_contain_text("late")
    box = await first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 900  # on the first screen
    gap = page.locator(".stuck-list > li[data-kind=gap]")
    await expect(gap).to_contain_text("Nobody assesses one statement")
    await gap.get_by_role("link", name="See coverage").click()
    await expect(page.get_by_role("heading", name="Coverage")).to_be_in_viewport()
    # Mira may not be told from the board what Tendai may not know: Tendai cannot open it at all.
    other = await visit(shown, "tendai")
    await other.goto(f"/openings/{SLUG}", status=404)


async def test_from_an_invitation_to_an_interview(site: Site, visit: Visit) -> None:
    window = await visit(site, "maelle")
    page = window.page

    # Invite a person, who accepts in another browser.
    await window.goto("/people")
    await page.get_by_label("Name").fill("Odile Ferrant")
    await page.get_by_label("E-mail address").fill("odile.ferrant@whitebeam-linen.example")
    await page.get_by_label("Title").fill("laundry engineer")
    await page.get_by_role("button", name="Make the invitation").click()
    link = await page.get_by_label("Invitation link for Odile Ferrant").input_value()
    assert link.startswith(f"{site.base}/welcome/")
    assert not await violations(page)
    hers = await visit(site)
    await hers.page.goto(link)
    await expect(hers.page.get_by_role("heading", level=1)).to_have_text("Welcome, Odile Ferrant")
    hers.expects(422)
    await hers.page.get_by_label("Password").fill("odile")
    await hers.page.get_by_role("button", name="Set password").click()
    await expect(hers.page.locator("#password-error")).to_contain_text("Use at least 12 characters")
    await hers.page.get_by_label("Password").fill("forty carts before noon")
    await hers.page.get_by_role("button", name="Set password").click()
    await expect(hers.page.get_by_role("heading", level=1)).to_have_text("My interviews")
    await expect(hers.page.get_by_role("heading", name="No interview yet")).to_be_visible()

    # Open an opening from the published rubric.
    await window.goto("/rubrics")
    await page.get_by_role("link", name="Open an opening").click()
    window.expects(422)
    await page.get_by_role("button", name="Open the opening").click()
    await expect(page.locator("#refused")).to_be_focused()
    await page.get_by_label("Title").fill("Backend Developer, nights")
    await page.get_by_label("Team").fill("Night shift")
    await page.get_by_label("Hiring manager").select_option(label="Anwen Prydderch, engineering manager")
    await page.get_by_label("Ngozi Anyadike").check()
    await page.get_by_role("button", name="Open the opening").click()
    await expect(page.locator(".done")).to_contain_text("The opening is open.")
    await expect(page.get_by_role("heading", name="Nobody has applied yet")).to_be_visible()
    board = page.url.split("?")[0]

    # Add one candidate, and two from a CSV.
    await page.get_by_role("link", name="Add a candidate").click()
    await page.get_by_label("Name").fill("Wiremu Tauroa")
    await page.get_by_label("E-mail address").fill("wiremu.tauroa@post.example")
    await page.get_by_role("button", name="Add candidate").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Wiremu Tauroa")
    candidate = page.url.split("?")[0]
    await page.goto(f"{board}/candidates/import")
    window.expects(422)
    await page.get_by_label("Or paste the lines here").fill("name,email\nNobody,\n")
    await page.get_by_role("button", name="Import").click()
    await expect(page.locator("#refused")).to_contain_text("Line 2")
    await page.get_by_label("Or paste the lines here").fill("")
    await page.get_by_label("File").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
    )
    await page.get_by_role("button", name="Import").click()
    await expect(page.locator(".done")).to_contain_text("2 candidates added.")
    assert not await violations(page)
    await page.get_by_role("link", name="Back to the board").click()
    await expect(page.get_by_role("link", name="Zoltán Csengery").first).to_be_visible()

    # Move the first one on, and arrange an interview with a panel.
    await page.goto(candidate)
    await page.get_by_label("To stage").select_option("screening")
    await page.get_by_role("button", name="Move", exact=True).click()
    await expect(page.locator(".done")).to_contain_text("The application was moved.")
    await page.get_by_label("To stage").select_option("interviews")
    await page.get_by_role("button", name="Move", exact=True).click()
    await expect(page.locator(".facts")).to_contain_text("Interviews")
    await page.get_by_role("link", name="Arrange interview").click()
    window.expects(422)
    await page.get_by_role("button", name="Arrange the interview").click()
    await expect(page.locator("#refused")).to_contain_text("Choose a kit.")
    kits = page.get_by_label("Kit")
    words = await kits.get_by_role("option").nth(1).inner_text()
    await kits.select_option(index=1)
    paris = dt.datetime.now(zoneinfo.ZoneInfo("Europe/Paris")) + dt.timedelta(days=1)
    await page.get_by_label("Day").fill(f"{paris:%Y-%m-%d}")
    await page.get_by_label("Time").fill("14:30")
    await page.get_by_label("Odile Ferrant", exact=True).check()
    await page.get_by_label("Shirin Vakhshouri", exact=True).check()
    await page.get_by_label("Shirin Vakhshouri as shadow").check()
    await page.get_by_role("button", name="Arrange the interview").click()
    await expect(page.locator(".done")).to_contain_text("The interview is arranged.")
    panel = page.locator(".int-panel").first
    await expect(panel).to_contain_text("Odile Ferrant")
    await expect(panel).to_contain_text("Shirin Vakhshouri (shadow)")

    # She finds it, with its kit.
    await hers.page.reload()
    await hers.page.get_by_role("link", name="Wiremu Tauroa").click()
    await expect(hers.page.get_by_role("heading", level=1)).to_have_text(f"{words.split(',')[0]} with Wiremu Tauroa")
    await expect(hers.page.locator(".crit").first).to_be_visible()


async def test_a_click_unsticks(site: Site, visit: Visit) -> None:
    window = await visit(site, "maelle")
    page = window.page
    await window.goto(f"/openings/{SLUG}")
    row = page.locator(".stuck-list > li[data-kind=arrange]").first
    await expect(row).to_contain_text("Anjali Thekkekara")
    await row.get_by_role("link", name="Arrange…").click()

    # The kit that is missing is chosen already.
    chosen = await page.get_by_label("Kit").locator("option:checked").inner_text()
    assert "arranged for" not in chosen
    assert chosen != "Choose a kit"
