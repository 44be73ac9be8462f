"""Two requests at once, on connections of their own; each trial has a control without the locks that shows it can fail."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from hiring.blindness.core import State
from hiring.blindness.tables import Standing
from hiring.db import migrate
from hiring.db.engine import Sessions, create_engine, sessions
from hiring.people.queries import viewer_of
from hiring.scorecards import queries, service
from hiring.scorecards.tables import ScorecardVersion
from tests import factories
from tests.conftest import NOW, fresh_database
from tests.scorecards.arrange import KEY, interview, sheet


@pytest.fixture
async def committed(server_url: Callable[[str], str]) -> AsyncIterator[Sessions]:
    """Sessions on a database of this test's own, where commits are real."""
    engine = create_engine(await fresh_database(server_url, "hiring_races"))
    await migrate.upgrade(engine)
    yield sessions(engine)
    await engine.dispose()


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take no turns, and let each request read before the other writes."""
    read, both = queries.own_card, asyncio.Barrier(2)

    async def unlocked(*given: Any, **_: Any) -> Any:
        card = await read(*given)
        await both.wait()
        return card

    async def no_turns(*_: Any) -> None:
        pass

    monkeypatch.setattr(service, "lock_standing", no_turns)
    monkeypatch.setattr(queries, "own_card", unlocked)


async def arranged(committed: Sessions) -> tuple[factories.World, uuid.UUID]:
    async with committed() as session, session.begin():
        world = await factories.world(session, NOW)
        return world, await interview(session, world, world.ada, commit=False)


async def submit(committed: Sessions, user_id: uuid.UUID, which: uuid.UUID) -> uuid.UUID:
    async with committed() as session, session.begin():
        viewer = await viewer_of(session, user_id)
        assert viewer is not None
        return await service.submit_scorecard(session, viewer, which, sheet(), "", [], 0, NOW, KEY)


async def test_two_submissions_at_once_make_one_version(committed: Sessions) -> None:
    world, which = await arranged(committed)

    first, second = await asyncio.gather(*(submit(committed, world.ada.id, which) for _ in range(2)))

    assert first == second
    async with committed() as session:
        assert (await session.scalars(sa.select(ScorecardVersion.number))).all() == [1]


@pytest.mark.usefixtures("without_locks")
async def test_without_the_locks_two_submissions_collide(committed: Sessions) -> None:
    world, which = await arranged(committed)

    answers = await asyncio.gather(*(submit(committed, world.ada.id, which) for _ in range(2)), return_exceptions=True)

    assert sum(isinstance(each, IntegrityError) for each in answers) == 1


async def second_interview(committed: Sessions, world: factories.World) -> None:
    async with committed() as session, session.begin():
        await interview(session, world, world.ada, kit="design", starts_at=NOW - dt.timedelta(days=1), commit=False)


async def test_a_submission_and_a_new_interview_at_once_leave_the_panelist_blind(committed: Sessions) -> None:
    world, which = await arranged(committed)

    await asyncio.gather(submit(committed, world.ada.id, which), second_interview(committed, world))

    async with committed() as session:
        assert await session.scalar(sa.select(Standing.state).where(Standing.user_id == world.ada.id)) == State.OWES


async def test_without_the_locks_a_new_interview_can_be_overlooked(
    committed: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, which = await arranged(committed)
    cards, looked, opened = queries.cards_of, asyncio.Event(), asyncio.Event()

    async def no_turns(*_: Any) -> None:
        pass

    async def slow_cards(*given: Any, **kwargs: Any) -> Any:
        found = await cards(*given, **kwargs)
        if kwargs.get("but"):  # the submission has looked at the other scorecards: now the new interview comes
            looked.set()
            await opened.wait()
        return found

    monkeypatch.setattr(service, "lock_standing", no_turns)
    monkeypatch.setattr(queries, "cards_of", slow_cards)

    async def book_between() -> None:
        await looked.wait()
        await second_interview(committed, world)
        opened.set()

    await asyncio.gather(submit(committed, world.ada.id, which), book_between())

    async with committed() as session:
        assert await session.scalar(sa.select(Standing.state).where(Standing.user_id == world.ada.id)) == State.FILED
