"""Every page as each kind of user, and every page of the packet, as pictures: `python -m tests.screenshots [PART OF A NAME]`."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import asyncpg
import httpx2
from playwright.async_api import Browser

from tests import pg
from tests.journeys import browser as browsers
from tests.journeys.browser import Theme
from tests.journeys.served import SLUG, ServerUrl, Site, fill_with_company, fill_with_nobody_else
from tests.journeys.sights import KINDS, Sight, empty_sights, sights

FOLDER = Path(__file__).parents[1] / "build" / "screenshots"
WIDTHS = (1280, 375)
THEMES: tuple[Theme, ...] = ("light", "dark")
PACKET_DPI = 80


async def create(server_url: ServerUrl, name: str) -> str:
    """Create an empty database and return its URL."""
    connection = await asyncpg.connect(server_url("postgres"))
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    finally:
        await connection.close()
    return server_url(name)


async def take(browser: Browser, site: Site, seen: list[Sight], width: int) -> int:
    """Take the pictures of one width in both themes; return how many."""
    taken = 0
    for person in dict.fromkeys(each.person for each in seen):
        window = await browsers.visitor(browser, site, person, width=width, touch=width < 1000)
        for sight in (each for each in seen if each.person == person):
            await window.page.emulate_media(color_scheme="light")
            if not await sight.show(window) and sight.name != "nothing":
                continue
            for theme in THEMES:
                await window.page.emulate_media(color_scheme=theme)
                await window.page.screenshot(
                    path=FOLDER / f"{sight.name}-{sight.kind}-{width}-{theme}.png", full_page=True
                )
                taken += 1
        await window.context.close()
    return taken


async def take_packet(site: Site) -> int:
    """Draw the pages of the committee's packet where poppler is there; return how many."""
    person = KINDS["committee"]
    assert person is not None
    async with httpx2.AsyncClient(
        base_url=site.base, cookies={"hiring": await site.session_of(person)}, timeout=120
    ) as client:
        answer = await client.get(f"/openings/{SLUG}/packet.pdf")
        answer.raise_for_status()
    file = FOLDER / "packet.pdf"
    file.write_bytes(answer.content)
    if not shutil.which("pdftoppm"):
        print("pdftoppm is missing: the packet stays a PDF.")
        return 0
    subprocess.run(["pdftoppm", "-r", str(PACKET_DPI), "-png", str(file), str(FOLDER / "packet")], check=True)
    return len(list(FOLDER.glob("packet-*.png")))


async def main(part: str) -> int:
    """Take all pictures whose name holds `part`; return the exit code."""
    if reason := browsers.missing():
        print(f"No pictures: {reason}", file=sys.stderr)
        return 1
    if not part:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with pg.test_server() as server_url:
        full, empty = Site(await create(server_url, "full")), Site(await create(server_url, "empty"))
        await fill_with_company(full.database)
        await fill_with_nobody_else(empty.database)
        try:
            full.start()
            empty.start()
            all_there = sights(await full.places())
            taken = 0
            async with browsers.chromium() as browser:
                for site, seen in ((full, all_there), (empty, empty_sights())):
                    wanted = [each for each in seen if part in f"{each.name}-{each.kind}"]
                    taken += sum(await asyncio.gather(*(take(browser, site, wanted, width) for width in WIDTHS)))
            if part in "packet":
                taken += await take_packet(full)
        finally:
            full.close()
            empty.close()
    print(f"{taken} pictures in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "")))
