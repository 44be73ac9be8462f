"""What the committee and the hiring manager do: compare, take the packet along, record a hold."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from playwright.async_api import expect

from tests.journeys.browser import violations
from tests.journeys.conftest import Visit
from tests.journeys.served import SLUG, Site

pytestmark = pytest.mark.journey

CANDIDATES = (
    "Lucía Barrenechea",
    "Kofi Asamoah-Darko",
    "Đoàn Hữu Lâm",
    "Siobhán Ní Ghormáin",
    "Ilyas Bekmukhamedov",
    "Anjali Thekkekara",
)


def text_of(pdf: Path) -> str:
    """Return the text of a PDF; without pdftotext its outline, which names every candidate too."""
    if shutil.which("pdftotext"):
        return subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    with pikepdf.open(pdf) as opened, opened.open_outline() as outline:
        names, waiting = [], list(outline.root)
        while waiting:
            item = waiting.pop()
            names.append(str(item.title))
            waiting += item.children
        return "\n".join(names)


async def test_comparison_and_packet(site: Site, visit: Visit, tmp_path: Path) -> None:
    window = await visit(site)
    page = window.page
    await window.goto("/openings")
    await window.sign_in("ngozi")
    await page.get_by_role("link", name="Backend Developer, Linen tracking").click()
    await page.get_by_role("link", name="Comparison").first.click()

    table = page.get_by_role("table").first
    for name in CANDIDATES:
        await expect(table.get_by_role("columnheader").filter(has_text=name)).to_have_count(1)
    assert await table.get_by_role("rowheader").count() == 11  # nine criteria, the composite, the recommendations
    await expect(page.locator("main")).to_contain_text("Not assessed by any interview")
    await table.get_by_role("link", name="Code and language").click()
    evidence = page.locator("details.crit-evidence").first
    await expect(evidence).to_have_attribute("open", "")  # the way to the evidence opens it
    await expect(evidence).to_contain_text("Nobody can write the mistake now")
    assert not await violations(page)

    async with page.expect_download(timeout=90_000) as waiting:
        await page.get_by_role("link", name="Committee packet").click(timeout=90_000)
    download = await waiting.value
    assert download.suggested_filename == f"{SLUG}.pdf"
    await download.save_as(tmp_path / "packet.pdf")
    text = text_of(tmp_path / "packet.pdf")
    assert [name for name in CANDIDATES if name not in text] == []


async def test_a_hold_names_the_evidence_that_would_end_it(site: Site, visit: Visit) -> None:
    window = await visit(site, "anwen")
    page = window.page
    await window.goto(f"/openings/{SLUG}")
    await page.get_by_role("table").first.get_by_role("link", name="Lucía Barrenechea").click()
    await page.get_by_role("link", name="Decide…").click()
    await page.get_by_label("Reasons").fill(
        "Strong in code and in how she reads people; nobody has asked about security in depth."
    )
    await page.get_by_role("radio", name="Hold").check()
    window.expects(422)
    await page.get_by_role("button", name="Record decision").click()
    refused = page.locator("#refused")
    await expect(refused).to_be_focused()
    await expect(page.get_by_label("Reasons")).to_have_value(
        "Strong in code and in how she reads people; nobody has asked about security in depth."
    )
    await expect(page.get_by_role("radio", name="Hold")).to_be_checked()
    assert not await violations(page)
    await page.get_by_role("checkbox", name="Security and access").check()
    await page.get_by_label("which evidence would end it").fill("A second hour with Inês Valadão on the reset link.")
    await page.get_by_role("button", name="Record decision").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Lucía Barrenechea")
    history = page.locator(".events")
    await expect(history).to_contain_text("Decided: hold")
    await expect(history).to_contain_text("Evidence wanted on Security and access")
    await expect(history).to_contain_text("A second hour with Inês Valadão on the reset link.")
    await window.goto(f"/openings/{SLUG}")
    await expect(page.locator(".stuck-list")).to_contain_text("Lucía Barrenechea is on hold")
