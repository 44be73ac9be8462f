"""Two things at the same moment: no order of events shows others' feedback to who owes a scorecard by then, or forgets that it was shown."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from hiring.app import create_app
from hiring.dashboards import queries as dashboards
from hiring.db import migrate
from hiring.db.engine import Sessions, create_engine, sessions
from hiring.people.queries import viewer_of
from hiring.people.service import open_session
from hiring.scorecards import queries, service
from hiring.settings import Settings
from tests import factories
from tests.conftest import BASE, KEY, NOW, fresh_database
from tests.factories import World
from tests.scorecards.arrange import sheet

SECRET = KEY.encode()
WORDS = "Wrote the failing test first."


@dataclass(slots=True)
class Office:
    """A committed database of its own: every call is a transaction of its own on a connection of its own."""

    world: World
    engine: AsyncEngine
    open: Sessions
    http: httpx2.AsyncClient
    cookies: dict[uuid.UUID, str]
    hour: int = 0

    async def schedule(
        self, *panel: uuid.UUID, hold: asyncio.Event | None = None, reached: asyncio.Event | None = None
    ) -> uuid.UUID:
        """Arrange an interview with Inês. With `hold` the transaction commits only once that is set; `reached`: all else is done."""
        self.hour += 2
        starts = NOW - dt.timedelta(days=20) + dt.timedelta(hours=self.hour)
        async with self.open() as session, session.begin():
            recruiter = await viewer_of(session, self.world.recruiter.id)
            assert recruiter is not None
            made = await service.open_interview(
                session, recruiter, application_id=self.world.ines.id, kit_id=self.world.kits["coding"].id, starts_at=starts,
                panel=[(each, False) for each in panel], now=NOW,
            )  # fmt: skip
            if reached:
                reached.set()
            if hold:
                await hold.wait()
        return made

    async def submit(
        self,
        user: uuid.UUID,
        interview: uuid.UUID,
        *,
        hold: asyncio.Event | None = None,
        reached: asyncio.Event | None = None,
    ) -> None:
        """File a scorecard; `hold` and `reached` as above."""
        async with self.open() as session, session.begin():
            viewer = await viewer_of(session, user)
            assert viewer is not None
            await service.submit_scorecard(session, viewer, interview, sheet(), "", [], None, NOW, SECRET)
            if reached:
                reached.set()
            if hold:
                await hold.wait()

    async def page(self, user: uuid.UUID, url: str = "") -> str:
        self.http.cookies.clear()
        answer = await self.http.get(
            url or f"/applications/{self.world.ines.id}", headers={"cookie": f"hiring={self.cookies[user]}"}
        )
        assert answer.status_code == 200
        return answer.text

    async def standing(self, user: uuid.UUID) -> tuple[str | None, dt.datetime | None]:
        async with self.open() as session:
            row = (
                await session.execute(
                    sa.text("SELECT state, first_read_at FROM standing WHERE application_id = :on AND user_id = :user"),
                    {"on": self.world.ines.id, "user": user},
                )
            ).first()
        return (row.state, row.first_read_at) if row else (None, None)


@pytest.fixture(scope="module")
async def small(server_url: Callable[[str], str]) -> tuple[World, dict[uuid.UUID, str]]:
    """The database `blindness_small`: the small company, committed, and a cookie for each of those who look at pages."""
    engine = create_engine(await fresh_database(server_url, "blindness_small"))
    await migrate.upgrade(engine)
    async with sessions(engine)() as session, session.begin():
        world = await factories.world(session, NOW)
        people = (world.recruiter, world.manager, world.ben)
        cookies = {each.id: await open_session(session, each.id, NOW) for each in people}
    await engine.dispose()
    return world, cookies


@pytest.fixture
async def office(
    server_url: Callable[[str], str], small: tuple[World, dict[uuid.UUID, str]], tmp_path: Path
) -> AsyncIterator[Office]:
    """A copy of it, in which Ada has filed on Inês."""
    world, cookies = small
    url = await fresh_database(server_url, "blindness_office", template="blindness_small")
    engine = create_engine(url, pool_size=8)
    app = create_app(Settings(data_dir=tmp_path, DATABASE_URL=url, secret_key=KEY), engine=engine, clock=lambda: NOW)
    transport = httpx2.ASGITransport(app=cast("Any", app), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as http:
        made = Office(world, engine, sessions(engine), http, cookies)
        await made.submit(world.ada.id, await made.schedule(world.ada.id))
        yield made
    await engine.dispose()


@dataclass(slots=True)
class Pause:
    """Holds up a page in the middle: `reached` once it has read feedback, until `go`."""

    reached: asyncio.Event
    go: asyncio.Event


@pytest.fixture
def pause(monkeypatch: pytest.MonkeyPatch) -> Pause:
    """Hold up the candidate's page after it has read the scorecards and before it records that it did."""
    made, read = Pause(asyncio.Event(), asyncio.Event()), dashboards._events

    async def events(*asked: Any) -> Any:
        found = await read(*asked)
        made.reached.set()
        await made.go.wait()
        return found

    monkeypatch.setattr(dashboards, "_events", events)
    return made


async def test_a_page_under_way_while_an_interview_is_arranged_counts_as_read(office: Office, pause: Pause) -> None:
    user = office.world.manager.id
    loading = asyncio.create_task(office.page(user))
    await pause.reached.wait()
    made = await office.schedule(user)
    pause.go.set()
    # The page had been read before the manager owed anything; so they are recorded as having read, and what they file says so.
    assert WORDS in await loading
    assert await office.standing(user) == ("owes", NOW)
    assert WORDS not in await office.page(user)
    await office.submit(user, made)
    async with office.open() as session:
        marks = (
            (await session.execute(sa.text("SELECT after_reading FROM scorecard_version ORDER BY id"))).scalars().all()
        )
    assert list(marks) == [False, True]


async def test_a_page_that_overlaps_an_arrangement_is_recorded_and_the_next_one_is_blind(office: Office) -> None:
    user, url, hold, reached = office.world.manager.id, "/openings/backend/comparison", asyncio.Event(), asyncio.Event()
    arranging = asyncio.create_task(office.schedule(user, hold=hold, reached=reached))
    await reached.wait()
    loading = asyncio.create_task(
        office.page(user, url)
    )  # reads what the manager may read until the other commits, and waits to record it
    await asyncio.wait({loading}, timeout=0.5)
    hold.set()
    await arranging
    assert WORDS in await loading
    assert await office.standing(user) == ("owes", NOW)
    assert WORDS not in await office.page(user, url)


async def test_a_page_is_blind_until_the_submission_is_committed(office: Office) -> None:
    user, hold, reached = office.world.ben.id, asyncio.Event(), asyncio.Event()
    made = await office.schedule(user)
    filing = asyncio.create_task(office.submit(user, made, hold=hold, reached=reached))
    await reached.wait()
    assert WORDS not in await office.page(user)
    assert await office.standing(user) == ("owes", None)
    hold.set()
    await filing
    assert WORDS in await office.page(user)
    assert await office.standing(user) == ("filed", NOW)


async def _submit_while_another_interview_is_arranged(office: Office, monkeypatch: pytest.MonkeyPatch) -> str | None:
    """Let a submission look at its author's other scorecards, then arrange another interview, then let the submission go on."""
    user = office.world.ben.id
    made = await office.schedule(user)
    looked, go, cards_of = asyncio.Event(), asyncio.Event(), queries.cards_of

    async def slowly(*asked: Any, **more: Any) -> Any:
        found = await cards_of(*asked, **more)
        if "but" in more:  # the submission asks about the others, the arrangement about all
            looked.set()
            await go.wait()
        return found

    monkeypatch.setattr(queries, "cards_of", slowly)
    filing = asyncio.create_task(office.submit(user, made))
    await looked.wait()
    arranging = asyncio.create_task(office.schedule(user))
    await asyncio.wait({arranging}, timeout=0.7)
    go.set()
    await filing
    await arranging
    monkeypatch.setattr(queries, "cards_of", cards_of)
    return (await office.standing(user))[0]


async def test_a_submission_and_another_interview_take_turns(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await _submit_while_another_interview_is_arranged(office, monkeypatch) == "owes"
    assert WORDS not in [line for line in (await office.page(office.world.ben.id)).splitlines() if "Ada" in line]


async def test_control_without_the_lock_a_new_interview_is_overlooked(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_lock(*_: Any) -> None:
        return None

    monkeypatch.setattr(service, "lock_standing", no_lock)
    assert await _submit_while_another_interview_is_arranged(office, monkeypatch) == "filed"  # although one is owed


@pytest.mark.parametrize("round_", range(4))
async def test_pages_and_arrangements_in_whatever_order(round_: int, office: Office) -> None:
    """Two recruiters arrange two interviews while pages are loaded: whoever was shown something is recorded, and nobody is afterwards."""
    users = (office.world.manager.id, office.world.recruiter.id)
    urls = ("", "/openings/backend/comparison")

    async def look(user: uuid.UUID, url: str) -> tuple[uuid.UUID, bool]:
        await asyncio.sleep(0.004 * round_)
        return user, WORDS in await office.page(user, url)

    answers, *_ = await asyncio.gather(
        asyncio.gather(*(look(user, url) for user in users for url in urls)),
        office.schedule(*users),
        office.schedule(*users),
    )
    for user in users:
        state, first = await office.standing(user)
        assert state == "owes"
        assert (first is not None) == any(shown for who, shown in answers if who == user)
        for url in urls:
            assert WORDS not in await office.page(user, url)
