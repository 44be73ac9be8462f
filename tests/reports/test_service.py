"""From the database to a packet: what each reader gets, what is recorded, and in how many queries."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from hiring.blindness.tables import Standing
from hiring.errors import NotFound
from hiring.reports.core import PacketOptions, as_json, build_packet
from hiring.reports.queries import anonymous, load_facts
from hiring.reports.service import Asked, make_packet, show_comparison, verify
from hiring.scorecards.core import Entry, Recommendation, Sheet
from hiring.scorecards.service import open_interview, revise_scorecard, submit_scorecard
from tests import factories
from tests.conftest import KEY, ClientFor
from tests.factories import World

ViewerOf = Callable[[uuid.UUID], Any]
HOUR = dt.timedelta(hours=1)


async def interview(
    session: AsyncSession,
    world: World,
    viewer: ViewerOf,
    now: dt.datetime,
    kit: str,
    *people: uuid.UUID,
    application: uuid.UUID | None = None,
    ago: int = 48,
) -> uuid.UUID:
    return await open_interview(
        session, await viewer(world.recruiter.id), application_id=application or world.ines.id, kit_id=world.kits[kit].id,
        starts_at=now - ago * HOUR, panel=[(each, False) for each in people], now=now - (ago + 24) * HOUR,
    )  # fmt: skip


def sheet(**levels: int) -> Sheet:
    entries = {
        key: Entry(level, f"Evidence for {key} at {level}." if level else "Did not come up.")
        for key, level in levels.items()
    }
    return Sheet(
        entries, Recommendation.YES if min(levels.values()) >= 3 else Recommendation.NO, "Why.", "Strength.", "Concern."
    )


async def submit(
    session: AsyncSession, viewer: ViewerOf, person: uuid.UUID, interview_id: uuid.UUID, filled: Sheet, now: dt.datetime
) -> None:
    await submit_scorecard(session, await viewer(person), interview_id, filled, "", [], None, now, key=KEY.encode())


@pytest.fixture
async def rated(session: AsyncSession, world: World, viewer: ViewerOf, now: dt.datetime) -> World:
    """Inês: Ada rates code 4, Ben rates code 3; Cleo rates APIs 2 and leaves collaboration unassessed. João: nothing."""
    coding = await interview(session, world, viewer, now, "coding", world.ada.id, world.ben.id)
    design = await interview(session, world, viewer, now, "design", world.cleo.id, ago=30)
    await submit(session, viewer, world.ada.id, coding, sheet(code=4), now - 40 * HOUR)
    await submit(session, viewer, world.ben.id, coding, sheet(code=3), now - 39 * HOUR)
    await submit(session, viewer, world.cleo.id, design, sheet(api=2, people=0), now - 20 * HOUR)
    await session.commit()
    return world


async def test_the_figures_by_hand(session: AsyncSession, rated: World) -> None:
    loaded = await load_facts(session, "backend", None)
    assert loaded
    data = as_json(build_packet(loaded.facts, PacketOptions()))
    ines, joao = data["candidates"]
    cells = {cell["criterion"]: (cell["n"], cell["mean"], cell["range"]) for cell in ines["cells"]}
    # code: (4 + 3) / 2 = 3.5, apart by 1; api: one rater, 2; people: not assessed.
    assert cells == {"code": (2, 3.5, 1), "api": (1, 2.0, 0), "people": (0, None, None)}
    # rated weight 0.50 + 0.30 = 0.80, at least 2/3; (0.50 * 3.5 + 0.30 * 2) / 0.80 = 2.35 / 0.80 = 2.9375
    assert ines["composite"] == pytest.approx(2.9375, abs=1e-12)
    assert ines["recommendations"] == {"strong_yes": 0, "yes": 2, "no": 1, "strong_no": 0, "no_decision": 0}
    assert joao["composite"] is None
    assert joao["reason"] == "scorecards of 0 panelists count; 2 are needed"
    assert data["not_assessed"] == ["s4"]
    assert data["as_of"] == "2026-11-19T16:00:00Z"


async def test_a_fixed_number_of_queries(
    session: AsyncSession, rated: World, engine: AsyncEngine, now: dt.datetime
) -> None:
    async def queries() -> int:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        await session.execute(sa.text("SELECT 1"))  # opens the savepoint, which would count otherwise

        event.listen(engine.sync_engine, "before_cursor_execute", note)
        try:
            await load_facts(session, "backend", None)
        finally:
            event.remove(engine.sync_engine, "before_cursor_execute", note)
        return len(seen)

    assert await queries() == 10
    for name in ("Lena Ort", "Mia Fall", "Noa Berg"):
        await factories.application(session, rated.opening.id, name, now - dt.timedelta(days=3))
    assert await queries() == 10


async def test_who_owes_gets_a_packet_without_that_candidate(
    session: AsyncSession, rated: World, viewer: ViewerOf, now: dt.datetime
) -> None:
    await interview(session, rated, viewer, now, "design", rated.recruiter.id, ago=4)
    recruiter = await viewer(rated.recruiter.id)
    packet, _ = await show_comparison(session, recruiter, "backend", now)
    ines, joao = packet.candidates
    assert (ines.hidden, ines.stage, ines.interviews[0].cards, ines.composite.value, ines.recommendations) == (
        True,
        "interviews",
        (),
        None,
        {},
    )
    assert not joao.hidden
    assert [cell.n for cell in ines.cells] == [0, 0, 0]
    read = await session.scalar(
        sa.select(Standing.first_read_at).where(
            Standing.user_id == rated.recruiter.id, Standing.application_id == rated.ines.id
        )
    )
    assert read is None


async def test_reading_is_recorded_once_and_marks_what_comes_after(
    session: AsyncSession, rated: World, viewer: ViewerOf, now: dt.datetime
) -> None:
    manager = await viewer(rated.manager.id)
    await show_comparison(session, manager, "backend", now)
    await show_comparison(session, manager, "backend", now + HOUR)
    rows = (
        await session.execute(
            sa.select(Standing.application_id, Standing.state, Standing.first_read_at).where(
                Standing.user_id == manager.id
            )
        )
    ).all()
    assert [tuple(row) for row in rows] == [(rated.ines.id, None, now)]
    later = await interview(session, rated, viewer, now + 30 * HOUR, "design", manager.id, ago=2)
    await submit(session, viewer, manager.id, later, sheet(api=4, people=4), now + 31 * HOUR)
    loaded = await load_facts(session, "backend", None)
    assert loaded
    cells = {cell.criterion: cell for cell in build_packet(loaded.facts, PacketOptions()).candidates[0].cells}
    assert (cells["api"].levels, [given.level for given in cells["api"].later]) == ((2,), [4])
    assert (cells["people"].n, len(cells["people"].later)) == (0, 1)


async def test_a_revision_before_reading_counts_and_one_after_does_not(
    session: AsyncSession, rated: World, viewer: ViewerOf, now: dt.datetime
) -> None:
    interview_id = (
        await session.execute(
            sa.text("SELECT i.id FROM interview i JOIN kit k ON k.id = i.kit_id WHERE k.key = 'coding'")
        )
    ).scalar_one()
    ada = await viewer(rated.ada.id)
    await revise_scorecard(
        session, ada, interview_id, sheet(code=2), "I had misread the test.", now - HOUR, key=KEY.encode()
    )
    loaded = await load_facts(session, "backend", None)
    assert loaded
    assert build_packet(loaded.facts, PacketOptions()).candidates[0].cells[0].levels == (3, 2)
    await session.execute(sa.update(Standing).where(Standing.user_id == ada.id).values(first_read_at=now))
    await revise_scorecard(
        session, ada, interview_id, sheet(code=4), "The others convinced me.", now + HOUR, key=KEY.encode()
    )
    loaded = await load_facts(session, "backend", None)
    assert loaded
    cell = build_packet(loaded.facts, PacketOptions()).candidates[0].cells[0]
    changes = [(change.was, change.level, change.after_reading) for given in cell.ratings for change in given.changes]
    assert (cell.levels, changes) == ((3, 2), [(4, 2, False), (2, 4, True)])


@pytest.mark.parametrize("person", ["ada", "outsider"])
async def test_interviewers_get_no_packet(
    session: AsyncSession, rated: World, viewer: ViewerOf, now: dt.datetime, person: str
) -> None:
    with pytest.raises(NotFound):
        await make_packet(session, Asked("backend"), now, viewer=await viewer(getattr(rated, person).id))


async def test_the_file_is_registered_and_can_be_verified(
    session: AsyncSession, rated: World, viewer: ViewerOf, now: dt.datetime
) -> None:
    made = await make_packet(session, Asked("backend"), now, as_email=rated.manager.email)
    again = await make_packet(session, Asked("backend"), now + HOUR, as_email=rated.manager.email)
    assert made.pdf is not None
    assert (made.pdf, made.code) == (again.pdf, again.code)
    events = (
        await session.execute(sa.text("SELECT count(*) FROM audit_event WHERE action = 'file.issued'"))
    ).scalar_one()
    row = (await session.execute(sa.text("SELECT issued_to, code, sha256 FROM issued_file LIMIT 1"))).one()
    assert (events, tuple(row)) == (2, (rated.manager.id, made.code, hashlib.sha256(made.pdf).hexdigest()))
    said = await verify(session, made.pdf)
    assert said[0] == "Issued on 2026-11-20 13:00 UTC to Hugo Manager, for the opening backend."
    assert said[-1] == "The facts in it are those of today."
    await interview(session, rated, viewer, now, "coding", rated.outsider.id, application=rated.joao.id)
    assert (await verify(session, made.pdf))[-1] == "Facts have changed since: a new packet would say something else."
    with pytest.raises(NotFound, match="not issued here"):
        await verify(session, made.pdf + b"\n")


async def test_chosen_candidates_and_unknown_ones(session: AsyncSession, rated: World, now: dt.datetime) -> None:
    made = await make_packet(session, Asked("backend", candidates=("João Vale",)), now, pdf=False)
    assert [candidate["name"] for candidate in made.data["candidates"]] == ["João Vale"]
    with pytest.raises(NotFound, match="'Nobody'"):
        await make_packet(session, Asked("backend", candidates=("Nobody",)), now, pdf=False)
    with pytest.raises(NotFound, match="there are backend"):
        await make_packet(session, Asked("frontend"), now, pdf=False)


async def test_an_anonymous_packet_names_nobody(session: AsyncSession, rated: World, now: dt.datetime) -> None:
    loaded = await load_facts(session, "backend", None)
    assert loaded
    text = str(as_json(build_packet(anonymous(loaded).facts, PacketOptions(anonymous=True))))
    for name in ("Inês", "Duarte", "João", "Vale", "Ada", "Ben Panel", "Cleo"):
        assert name not in text
    order = [candidate.name for candidate in anonymous(loaded).facts.candidates]
    assert order == sorted(order)


async def test_the_pages_for_each_person(client: ClientFor, rated: World) -> None:
    expected = {
        "administrator": 200,
        "recruiter": 200,
        "manager": 200,
        "committee": 200,
        "auditor": 200,
        "ada": 404,
        "outsider": 404,
    }
    for person, status in expected.items():
        browser = await client(getattr(rated, person))
        answer = await browser.page("/openings/backend/comparison")
        assert answer.status_code == status, person
        assert ("Evidence for code at 4." in answer.text) == (status == 200)
    assert (await (await client()).page("/openings/backend/packet.pdf")).status_code == 303
    answer = await (await client(rated.committee)).get("/openings/backend/packet.pdf")
    assert (answer.status_code, answer.headers["content-type"], answer.content[:5]) == (
        200,
        "application/pdf",
        b"%PDF-",
    )
    assert answer.headers["content-disposition"] == 'attachment; filename="backend.pdf"'


async def test_an_empty_opening_compares_nobody(client: ClientFor, world: World, session: AsyncSession) -> None:
    await session.execute(sa.text("DELETE FROM application"))
    await session.commit()
    answer = await (await client(world.recruiter)).page("/openings/backend/comparison")
    assert answer.status_code == 200
    assert "Nobody to compare yet" in answer.text
