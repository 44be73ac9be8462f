"""Which scorecards count, and in which version: the definition that the board and the packet share."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.blindness.service import record_first_reading
from hiring.interviews.tables import Interview
from hiring.scorecards.core import Recommendation
from hiring.scorecards.counting import counting_versions
from hiring.scorecards.service import recuse, revise_scorecard, submit_scorecard
from tests.factories import World
from tests.scorecards.arrange import KEY, interview, sheet

LoadViewer = Callable[[uuid.UUID], Any]


async def counting(session: AsyncSession) -> list[tuple[uuid.UUID, int, Recommendation]]:
    """Who counts, with which version's number and recommendation."""
    found = counting_versions()
    rows = await session.execute(
        sa.select(found.c.user_id, found.c.number, found.c.recommendation).order_by(found.c.number)
    )
    return [(row.user_id, row.number, Recommendation(row.recommendation)) for row in rows]


async def submit(session: AsyncSession, viewer: Any, interview_id: uuid.UUID, now: dt.datetime) -> None:
    await submit_scorecard(session, viewer, interview_id, sheet(), "", [], None, now, key=KEY)


async def test_what_is_open_recused_or_a_shadows_does_not_count(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    made = await interview(session, world, world.ada, world.ben, shadows=(world.cleo,))
    await submit(session, await viewer(world.cleo.id), made, now)
    await recuse(session, await viewer(world.ben.id), made, "We worked together.", now)

    assert await counting(session) == []


async def test_a_submitted_one_counts(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    made = await interview(session, world, world.ada)
    await submit(session, await viewer(world.ada.id), made, now)

    assert await counting(session) == [(world.ada.id, 1, Recommendation.YES)]


async def test_a_revision_counts_until_its_author_has_read_others(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    made = await interview(session, world, world.ada)
    ada = await viewer(world.ada.id)
    await submit(session, ada, made, now)
    await revise_scorecard(session, ada, made, sheet(level=4), "Read my notes again.", now, key=KEY)
    await record_first_reading(session, ada.id, [world.ines.id], now)
    later = now + dt.timedelta(hours=1)
    await revise_scorecard(
        session, ada, made, sheet(level=1, recommendation=Recommendation.NO), "Ben saw more.", later, key=KEY
    )

    assert await counting(session) == [(world.ada.id, 2, Recommendation.YES)]


async def test_what_was_first_written_after_reading_has_no_row(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    ada = await viewer(world.ada.id)
    await record_first_reading(session, ada.id, [world.ines.id], now - dt.timedelta(days=1))
    made = await interview(session, world, world.ada)
    await submit(session, ada, made, now)

    assert await counting(session) == []


async def test_a_cancelled_interview_counts_for_nothing(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    made = await interview(session, world, world.ada)
    await submit(session, await viewer(world.ada.id), made, now)
    await session.execute(sa.update(Interview).where(Interview.id == made).values(cancelled_at=now))

    assert await counting(session) == []
