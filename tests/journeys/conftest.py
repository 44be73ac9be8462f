"""One browser and one served demonstration a run; journeys that write get a copy of both database and server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.conftest import fresh_database, under_ci
from tests.journeys import browser as browsers
from tests.journeys.browser import PATIENCE, Visitor
from tests.journeys.served import Places, ServerUrl, Site, fill_with_company

TEMPLATE = "hiring_journeys"
Visit = Callable[..., Coroutine[Any, Any, Visitor]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium. Without it the journeys skip and say so; where changes are checked before they land, they fail."""
    reason = browsers.missing()
    if reason and under_ci():
        pytest.fail(f"The journeys need a browser: {reason}")
    if reason:
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE)
    async with browsers.chromium() as started:
        yield started


@pytest.fixture(scope="session")
async def company_database(browser: Browser, server_url: ServerUrl) -> str:
    """The name of a database that holds the demonstration company; nobody is connected to it, so that it can be copied."""
    await fill_with_company(await fresh_database(server_url, TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
async def shown(server_url: ServerUrl, company_database: str) -> AsyncIterator[Site]:
    """The demonstration, served for all tests that only look."""
    site = Site(await fresh_database(server_url, "hiring_journeys_shown", company_database))
    site.start()
    yield site
    site.close()


@pytest.fixture(scope="session")
async def places(shown: Site) -> Places:
    return await shown.places()


@pytest.fixture(scope="session")
async def writable(server_url: ServerUrl) -> AsyncIterator[Site]:
    """One server for all journeys that write; each gives it a database of its own, under the same name."""
    site = Site(server_url("hiring_journeys_own"))
    yield site
    site.close()


@pytest.fixture
async def site(writable: Site, server_url: ServerUrl, company_database: str) -> Site:
    """The demonstration, served for one test that writes: a fresh copy, which the running server connects to anew."""
    await fresh_database(server_url, "hiring_journeys_own", company_database)
    if not writable.running:
        writable.start()
    return writable


@pytest.fixture
async def visit(browser: Browser) -> AsyncIterator[Visit]:
    """`await visit(site, "tendai", width=375)`: a browser window; after the test none may have told of a fault."""
    opened: list[Visitor] = []

    async def open_window(site: Site, person: str | None = None, **options: Any) -> Visitor:
        opened.append(await browsers.visitor(browser, site, person, **options))
        return opened[-1]

    yield open_window
    for each in opened:
        await each.context.close()
    for each in opened:
        each.check()
