"""What a page costs over the wire with an empty cache: its text, style, script and letters."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Request

from tests.journeys.browser import visitor
from tests.journeys.served import Places, Site
from tests.journeys.sights import DRAFT, begun, sights

pytestmark = pytest.mark.journey

MOST = 120_000  # bytes, heads of answers included


async def cost(browser: Browser, site: Site, person: str | None, path: str) -> dict[str, int]:
    """Return the bytes of each answer, by its path."""
    if DRAFT in path:
        before = await visitor(browser, site, person)  # a window of its own, so that the measured one has seen nothing
        path = path.replace(DRAFT, await begun(before))
        await before.context.close()
    window = await visitor(browser, site, person)
    finished: list[Request] = []

    def note(request: Request) -> None:
        finished.append(request)

    window.context.on("requestfinished", note)
    answer = await window.page.goto(site.base + path)
    assert answer is not None
    await window.page.evaluate("document.fonts.ready.then(() => true)")
    found = {}
    for each in finished:
        if each.url.split("?")[0].endswith("/mark.svg"):
            continue  # the tab's picture comes after the page, when it likes
        sizes = await each.sizes()
        found[urlsplit(each.url).path] = sizes["responseBodySize"] + sizes["responseHeadersSize"]
    await window.context.close()
    return found if answer.status == 200 else {}


@pytest.mark.trial
async def test_each_page_is_light(browser: Browser, shown: Site, places: Places) -> None:
    table = {}
    for sight in sights(places):
        # A page is heaviest for who runs the opening; another's is measured where that person has no such page.
        if sight.act is None and sight.name not in table:
            sizes = await cost(browser, shown, sight.person, sight.path)
            if sizes:
                table[sight.name] = (sum(sizes.values()), sizes)
    lines = [
        f"{name:24}{total:>9,}  "
        + ", ".join(
            f"{path.rsplit('/', 1)[-1]} {size:,}" for path, size in sorted(sizes.items(), key=lambda item: -item[1])
        )
        for name, (total, sizes) in sorted(table.items(), key=lambda item: -item[1][0])
    ]

    assert len(table) > 20
    assert table["draft"], "the editor was not measured"
    assert max(total for total, _ in table.values()) < MOST, "\n".join(lines)
