"""Signing in and out: back to where one wanted to go, and nowhere without a session."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.served import Site

pytestmark = pytest.mark.journey


async def test_sign_in_leads_to_where_one_wanted_and_sign_out_ends_it(site: Site, visit: Visit) -> None:
    window = await visit(site)
    page = window.page
    await window.goto("/rubrics/backend-developer/1")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    window.expects(422)
    await window.sign_in("ngozi", "not the right password")
    await expect(page.locator("#refused")).to_be_focused()
    await expect(page.get_by_label("E-mail address")).to_have_value("ngozi.anyadike@whitebeam-linen.example")
    await expect(page.get_by_role("textbox", name="Password")).to_have_value("")
    await window.sign_in("ngozi")
    await expect(page).to_have_url(f"{site.base}/rubrics/backend-developer/1")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Backend Developer, version 1")

    await page.locator(".me summary").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert [each["name"] for each in await window.context.cookies() if each["name"] == "hiring"] == []
    await page.go_back()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")  # no page with names comes from a cache


async def test_no_sign_in_leads_to_another_site(site: Site, visit: Visit) -> None:
    window = await visit(site)
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example/"):
        await window.goto(f"/sign-in?next={elsewhere}")
        assert await window.page.locator("[name=next]").count() == 0
    await window.sign_in("maelle")
    await expect(window.page).to_have_url(f"{site.base}/openings")
