from __future__ import annotations

import re

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.conftest import ClientFor
from tests.factories import World
from tests.scorecards.test_web import counted


async def test_versions_are_listed(world: World, client: ClientFor) -> None:
    browser = await client(world.auditor)

    answer = await browser.page("/rubrics")

    assert answer.status_code == 200
    assert 'href="/rubrics/backend/1"' in answer.text
    assert "3 criteria, 2 kits" in answer.text
    assert "3 of 4 statements covered" in answer.text
    assert "/openings/new" not in answer.text


async def test_who_opens_openings_is_offered_to(world: World, client: ClientFor) -> None:
    browser = await client(world.recruiter)

    answer = await browser.page("/rubrics")

    assert f'href="/openings/new?version={world.version.id}"' in answer.text


async def test_a_version_shows_the_posting_and_what_covers_it(world: World, client: ClientFor) -> None:
    browser = await client(world.ada)

    answer = await browser.page("/rubrics/backend/1")

    assert answer.status_code == 200
    assert "1 statement has no criterion" in answer.text
    assert re.search(r'<mark id="s-s4" data-c="gap">Write the handbook</mark>', answer.text)
    assert re.search(
        r'<mark id="s-s1" data-c="in" data-k="1">Write the rules of the loan desk in Python</mark>', answer.text
    )
    assert "Code: what level 3 looks like." in answer.text
    assert "0.50" in answer.text


@pytest.mark.parametrize(
    "path", ["/rubrics/backend/2", "/rubrics/none/1", "/rubrics/backend/0", "/rubrics/backend/99999999999"]
)
async def test_there_is_no_other_version(world: World, client: ClientFor, path: str) -> None:
    browser = await client(world.recruiter)

    assert (await browser.page(path)).status_code == 404


async def test_signed_out_one_is_led_to_the_sign_in(world: World, client: ClientFor) -> None:
    browser = await client()

    answers = [await browser.get(path) for path in ("/rubrics", "/rubrics/backend/1")]

    assert [answer.headers["location"] for answer in answers] == [
        "/sign-in?next=/rubrics",
        "/sign-in?next=/rubrics/backend/1",
    ]


async def test_a_version_takes_seven_queries(world: World, client: ClientFor, connection: AsyncConnection) -> None:
    browser = await client(world.recruiter)

    with counted(connection) as seen:
        await browser.page("/rubrics/backend/1")

    assert len(seen) == 7
