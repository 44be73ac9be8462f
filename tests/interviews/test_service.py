from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.candidates.core import Stage
from hiring.db import migrate
from hiring.db.engine import create_engine, sessions
from hiring.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from hiring.interviews import service as interviews
from hiring.interviews.queries import clash
from hiring.interviews.service import cancel, schedule
from hiring.interviews.tables import Interview, Panelist
from hiring.people.core import Viewer
from hiring.people.queries import viewer_of
from hiring.records.tables import AuditEvent
from tests import factories
from tests.conftest import fresh_database
from tests.factories import World

LoadViewer = Callable[[uuid.UUID], Any]


async def book(
    session: AsyncSession, by: Viewer, world: World, now: dt.datetime, *panel: Any, **told: Any
) -> uuid.UUID:
    given: dict[str, Any] = {
        "application_id": world.ines.id,
        "kit_id": world.kits["coding"].id,
        "starts_at": now + dt.timedelta(days=1),
        "panel": [(each.id, False) for each in panel],
        "now": now,
    }
    return await schedule(session, by, **(given | told))


async def test_an_interview_lasts_as_long_as_its_kit(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    made = await book(
        session, await viewer(world.recruiter.id), world, now, panel=[(world.ada.id, False), (world.ben.id, True)]
    )

    row = (await session.execute(sa.select(Interview).where(Interview.id == made))).scalar_one()
    seats = await session.execute(sa.select(Panelist.user_id, Panelist.shadow).where(Panelist.interview_id == made))
    assert (row.opening_id, row.ends_at - row.starts_at) == (world.opening.id, dt.timedelta(minutes=90))
    assert {tuple(seat) for seat in seats} == {(world.ada.id, False), (world.ben.id, True)}
    details = (await session.execute(sa.select(AuditEvent.details).where(AuditEvent.subject_id == made))).scalar_one()
    assert details["panel"] == [str(each) for each in sorted([world.ada.id, world.ben.id])]


async def test_each_fault_has_its_field(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    recruiter = await viewer(world.recruiter.id)

    with pytest.raises(Invalid) as refused:
        await book(session, recruiter, world, now, kit_id=uuid.uuid4(), panel=[], minutes=3)
    world.ben.active = False
    await session.flush()
    with pytest.raises(Invalid) as switched_off:
        await book(session, recruiter, world, now, world.ben)

    assert sorted(refused.value.fields) == ["kit", "minutes", "panel"]
    assert switched_off.value.fields == {"panel": "Choose people who can sign in."}


async def test_nobody_is_in_two_interviews_at_once(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    recruiter = await viewer(world.recruiter.id)
    at = now + dt.timedelta(days=1)
    first = await book(session, recruiter, world, now, world.ada, starts_at=at)

    with pytest.raises(Conflict, match="Ada Panel is in another interview on Sat 21 Nov from 12:00 to 13:30"):
        await book(
            session,
            recruiter,
            world,
            now,
            world.ada,
            application_id=world.joao.id,
            starts_at=at + dt.timedelta(minutes=89),
        )
    with pytest.raises(Conflict, match="Inês Duarte is in another interview"):
        await book(session, recruiter, world, now, world.ben, starts_at=at)
    await book(session, recruiter, world, now, world.ada, starts_at=at + dt.timedelta(minutes=90))
    await cancel(session, recruiter, first, now)
    await book(session, recruiter, world, now, world.ada, starts_at=at)

    assert await session.scalar(sa.select(sa.func.count()).select_from(Interview)) == 3


@pytest.mark.parametrize(
    ("name", "refusal"), [("committee", Forbidden), ("auditor", Forbidden), ("ada", NotFound), ("outsider", NotFound)]
)
async def test_others_arrange_and_cancel_nothing(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer, name: str, refusal: type[Refusal]
) -> None:
    made = await book(session, await viewer(world.recruiter.id), world, now, world.ada)
    other = await viewer(getattr(world, name).id)

    with pytest.raises(refusal):
        await book(session, other, world, now, world.ben)
    with pytest.raises(refusal):
        await cancel(session, other, made, now)

    assert (
        await session.scalar(sa.select(sa.func.count()).select_from(Interview).where(Interview.cancelled_at.is_(None)))
        == 1
    )


async def test_an_application_that_has_ended_has_no_further_interview(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    world.ines.stage = Stage.WITHDRAWN
    await session.flush()

    with pytest.raises(Conflict, match="it stands in withdrawn"):
        await book(session, await viewer(world.recruiter.id), world, now, world.ada)


async def test_an_interview_is_cancelled_once(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    manager = await viewer(world.manager.id)
    made = await book(session, manager, world, now, world.ada)

    assert await cancel(session, manager, made, now) == world.ines.id
    with pytest.raises(Conflict):
        await cancel(session, manager, made, now)
    with pytest.raises(NotFound):
        await cancel(session, manager, uuid.uuid4(), now)


@pytest.mark.parametrize("locked", [True, False], ids=["with the lock", "control: without it"])
async def test_two_bookings_of_the_same_person_take_turns(
    server_url: Callable[[str], str], now: dt.datetime, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    """Two recruiters book Ada at the same time, for two candidates: with the lock one of them is told; without it both succeed."""
    engine = create_engine(await fresh_database(server_url, "hiring_race"), pool_size=4)
    await migrate.upgrade(engine)
    open_session = sessions(engine)
    if not locked:
        monkeypatch.setattr(interviews, "take_turns", _no_lock)
    looked = asyncio.Barrier(2)
    look = clash

    async def slow_look(*given: Any) -> Any:
        found = await look(*given)
        if not locked:
            await looked.wait()
        await asyncio.sleep(0.05)
        return found

    monkeypatch.setattr(interviews, "clash", slow_look)
    try:
        async with open_session() as session, session.begin():
            world = await factories.world(session, now)

        async def one(application_id: uuid.UUID) -> object:
            try:
                async with open_session() as session, session.begin():
                    recruiter = await viewer_of(session, world.recruiter.id)
                    assert recruiter is not None
                    return await book(session, recruiter, world, now, world.ada, application_id=application_id)
            except Conflict as refusal:
                return refusal

        results = await asyncio.gather(one(world.ines.id), one(world.joao.id))
    finally:
        await engine.dispose()

    assert sum(isinstance(each, Conflict) for each in results) == (1 if locked else 0)


async def _no_lock(*given: Any) -> None:
    """Stand in for the lock that the control leaves out."""
