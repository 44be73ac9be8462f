"""The company of the proof and its copies: written once a run, cloned by the database server."""

from __future__ import annotations

import logging
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import argon2
import pytest
import structlog

from hiring.people import service as people
from tests.blindness import company as companies
from tests.blindness.asking import Place, place
from tests.blindness.company import BLIND_ON, SEATED, Company
from tests.blindness.twin import twin


@pytest.fixture(scope="package", autouse=True)
def quiet() -> Iterator[None]:
    """Keep thousands of lines about requests out of the report of one that failed."""
    client, before, ours = logging.getLogger("httpx2"), logging.getLogger("httpx2").level, structlog.get_config()
    client.setLevel(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield
    client.setLevel(before)
    structlog.configure(**ours)


@pytest.fixture(scope="package", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Hash passwords cheaply here: what a sign-in says is compared, not how long it takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "_hasher", lambda: argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        people._dummy.cache_clear()
        yield
    people._dummy.cache_clear()


@pytest.fixture(scope="package")
async def company(server_url: Callable[[str], str]) -> Company:
    return await companies.build(server_url, "blindness")


@pytest.fixture(scope="package")
async def twins(server_url: Callable[[str], str], company: Company) -> dict[str, str]:
    """URLs of the copies in which others thought otherwise: of BLIND_ON, and of every application. Who looks at both keeps their own cards."""
    blind = [company.applications[each] for each in BLIND_ON]
    return {
        "blind": await twin(server_url, company, "blindness_blind", blind, company.ids(SEATED)),
        "every": await twin(
            server_url, company, "blindness_every", company.applications.values(), company.ids(["filed", "released"])
        ),
    }


@pytest.fixture(scope="package")
async def places(
    server_url: Callable[[str], str], company: Company, twins: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[str, Place]]:
    """The application on each database; the company itself is called `one`."""
    folder: Path = tmp_path_factory.mktemp("blindness")
    async with AsyncExitStack() as stack:
        urls = {"one": server_url(company.name)} | twins
        yield {name: await stack.enter_async_context(place(company, url, folder)) for name, url in urls.items()}


@pytest.fixture
def plain_packets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hand out a packet's markup in place of its PDF: the file follows from these bytes, and words can be found in them."""

    async def markup(xhtml: str, *, identifier: bytes, seconds: float = 60) -> bytes:
        return identifier.hex().encode() + xhtml.encode()

    monkeypatch.setattr("hiring.reports.service.render_pdf", markup)


def twin_for(viewer: str) -> str:
    """Which copy is compared for somebody blind: the one in which all that they are blind on was changed. Strangers know nothing of anybody."""
    return "blind" if viewer in SEATED else "every"


def blind_on(company: Company, viewer: str) -> list[uuid.UUID]:
    """The applications on which somebody is blind by a standing of theirs."""
    return [company.applications[each] for each in BLIND_ON] if viewer in SEATED else []
