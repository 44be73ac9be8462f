"""axe-core finds nothing and nothing scrolls sideways: each page, as each kind of user, narrow and wide, light and dark."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from litestar import Litestar

from tests.conftest import fresh_database
from tests.journeys.browser import Visitor, sideways, violations
from tests.journeys.conftest import Visit
from tests.journeys.served import Places, ServerUrl, Site, fill_with_nobody_else
from tests.journeys.sights import EMPTY_KINDS, KINDS, Sight, empty_sights, sights

pytestmark = pytest.mark.journey

NO_PAGE = {
    "/live",
    "/ready",
    "/",
    "/openings/{slug}/packet.pdf",
    "/rubrics/{slug}/{number}/rubric.yaml",
}  # these answer with data, a file, or another page's address
# The content with the places that its top bar leads to. Names, tokens and minutes are each person's own.
CONTENT = """document.querySelector("main").outerHTML.replace(/[0-9a-f]{64}/g, "") +
  [...document.querySelectorAll(".nav a")].map((each) => each.textContent)"""
COLOURS = ("color-contrast", "link-in-text-block")


async def examine(visitor: Visitor, seen: list[Sight], already: set[str]) -> list[str]:
    """Return all that is wrong in one window, sight after sight. `already`: contents that need no second look at this width."""
    found: list[str] = []
    page = visitor.page
    size = page.viewport_size
    assert size is not None
    for sight in seen:
        await page.emulate_media(color_scheme="light")
        where = f"{sight.name}, {sight.kind}, {size['width']} px"
        if not await sight.show(visitor):
            continue  # a refusal looks alike for everyone: "nothing" stands for all
        content = await page.evaluate(CONTENT)
        if content in already:
            continue
        already.add(content)
        found += [f"{where}, light: {each}" for each in await violations(page)]
        # A theme changes colours and nothing else: the rules about colours suffice.
        await page.emulate_media(color_scheme="dark")
        found += [f"{where}, dark: {each}" for each in await violations(page, COLOURS)]
        for width in (375, 320) if size["width"] == 375 else (size["width"],):
            await page.set_viewport_size({"width": width, "height": size["height"]})
            too_much = await sideways(page, width)
            found += [f"{sight.name}, {sight.kind}: {too_much} px too wide at {width} px"] if too_much else []
        await page.set_viewport_size(size)
    return found


async def look(visit: Visit, site: Site, seen: list[Sight], already: dict[int, set[str]]) -> list[str]:
    """Examine what one kind of user sees, with a mouse on a wide screen and by touch on a narrow one."""
    found: list[str] = []
    for person in dict.fromkeys(each.person for each in seen):
        wide, narrow = (
            await visit(site, person, with_axe=True),
            await visit(site, person, width=375, touch=True, mobile=False, with_axe=True),
        )
        wide.tolerate_refused_pages = narrow.tolerate_refused_pages = True
        theirs = [each for each in seen if each.person == person]
        # Both at once, each with a page of its own: a browser gives them two processes.
        results = await asyncio.gather(examine(wide, theirs, already[1280]), examine(narrow, theirs, already[375]))
        found += [each for result in results for each in result]
        for each in (wide, narrow):
            await each.context.close()
    return found


@pytest.fixture(scope="module")
def already() -> dict[int, set[str]]:
    """Contents that were examined, by width: what the recruiter and the administrator see alike is looked at once."""
    return {1280: set(), 375: set()}


# What these three see is, but for a few pages, what the recruiter and the committee see.
LIKE_OTHERS = ("administrator", "hiring-manager", "auditor")
EACH_KIND = [pytest.param(each, marks=pytest.mark.trial) if each in LIKE_OTHERS else each for each in KINDS]


@pytest.mark.parametrize("kind", EACH_KIND)
async def test_nothing_is_found(
    visit: Visit, shown: Site, places: Places, already: dict[int, set[str]], kind: str
) -> None:
    found = await look(visit, shown, [each for each in sights(places) if each.kind == kind], already)

    assert not found, "\n".join(found)


@pytest.fixture
async def empty(server_url: ServerUrl) -> AsyncIterator[Site]:
    url = await fresh_database(server_url, "hiring_journeys_empty")
    await fill_with_nobody_else(url)
    site = Site(url)
    site.start()
    yield site
    site.close()


async def test_nothing_is_found_where_there_is_nothing_yet(
    visit: Visit, empty: Site, already: dict[int, set[str]]
) -> None:
    found = await look(visit, empty, empty_sights(), already)

    assert {each.kind for each in empty_sights()} == set(EMPTY_KINDS)
    assert not found, "\n".join(found)


async def test_a_fault_would_be_found(visit: Visit, shown: Site) -> None:
    window = await visit(shown)
    await window.goto("/sign-in")
    await window.page.evaluate("document.querySelector('label[for=password]').remove()")
    await window.page.evaluate("document.querySelector('main').style.minWidth = '2000px'")
    await window.page.evaluate("document.querySelector('.small').style.color = '#999'")

    found = await violations(window.page)

    assert {each.split(":")[0] for each in found} >= {"label", "color-contrast"}
    assert await sideways(window.page, 1280) > 0
    window.faults.clear()


async def test_every_page_is_looked_at(app: Litestar, places: Places) -> None:
    pages = {re.sub(r":\w+}", "}", route.path_format) for route in app.routes if "GET" in getattr(route, "methods", ())}
    paths = [each.path.split("?")[0] for each in sights(places)]

    unseen = {
        each
        for each in pages - NO_PAGE
        if not each.startswith("/static")
        and not any(re.fullmatch(re.sub(r"{\w+}", "[^/]+", each), path) for path in paths)
    }

    assert unseen == set()
