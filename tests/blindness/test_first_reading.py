"""The first reading is recorded when, and only when, somebody else's feedback was really shown; what is written after it does not count."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.dashboards.queries import board_facts
from hiring.decisions.core import Outcome
from hiring.decisions.service import record_decision
from hiring.errors import Broken
from hiring.people.tables import User
from hiring.reports.service import Asked, make_packet
from hiring.scorecards import service
from tests.conftest import NOW, ClientFor
from tests.factories import World
from tests.scorecards.arrange import KEY, interview, sheet

ViewerOf = Callable[[uuid.UUID], Any]
PAGES = (
    "/openings/backend",
    "/openings/backend/comparison",
    "/openings/backend/packet.pdf",
    "/applications/{application}",
)


@pytest.fixture(autouse=True)
def _packets(plain_packets: None) -> None:
    """No test here looks at a PDF."""


async def read_at(session: AsyncSession, world: World, user: User) -> dt.datetime | None:
    """When the user first read others' feedback on Inês, as far as was recorded."""
    found: dt.datetime | None = await session.scalar(
        sa.text("SELECT first_read_at FROM standing WHERE application_id = :on AND user_id = :user"),
        {"on": world.ines.id, "user": user.id},
    )
    return found


async def file(
    session: AsyncSession, world: World, viewer: ViewerOf, *panel: User, shadows: tuple[User, ...] = (), days: int = 1
) -> uuid.UUID:
    """Hold an interview with Inês some days ago; everybody on it files, shadows too."""
    made = await interview(session, world, *panel, shadows=shadows, starts_at=NOW - dt.timedelta(days=days))
    for each in (*panel, *shadows):
        typed = sheet(evidence=f"{each.name} saw it.")
        await service.submit_scorecard(
            session, await viewer(each.id), made, typed, "", [], None, NOW - dt.timedelta(hours=1), KEY
        )
    await session.commit()
    return made


@pytest.mark.parametrize("page", PAGES)
async def test_reading_others_feedback_is_recorded(
    page: str, session: AsyncSession, world: World, viewer: ViewerOf, client: ClientFor
) -> None:
    await file(session, world, viewer, world.ada)
    answer = await (await client(world.recruiter)).get(page.format(application=world.ines.id))
    assert answer.status_code == 200
    assert await read_at(session, world, world.recruiter) == NOW


@pytest.mark.parametrize("page", PAGES)
async def test_nothing_to_read_is_no_reading(page: str, session: AsyncSession, world: World, client: ClientFor) -> None:
    await interview(session, world, world.ada)
    answer = await (await client(world.recruiter)).get(page.format(application=world.ines.id))
    assert answer.status_code == 200
    assert await read_at(session, world, world.recruiter) is None


@pytest.mark.parametrize("page", PAGES)
async def test_ones_own_feedback_is_no_reading(
    page: str, session: AsyncSession, world: World, viewer: ViewerOf, client: ClientFor
) -> None:
    await file(session, world, viewer, world.recruiter)
    answer = await (await client(world.recruiter)).get(page.format(application=world.ines.id))
    assert answer.status_code == 200
    assert await read_at(session, world, world.recruiter) is None


@pytest.mark.parametrize("page", PAGES)
async def test_a_blind_page_is_no_reading(
    page: str, session: AsyncSession, world: World, viewer: ViewerOf, client: ClientFor
) -> None:
    await file(session, world, viewer, world.ada)
    await interview(session, world, world.recruiter, kit="design", starts_at=NOW - dt.timedelta(hours=5))
    answer = await (await client(world.recruiter)).get(page.format(application=world.ines.id))
    assert answer.status_code == 200
    assert await read_at(session, world, world.recruiter) is None


@pytest.mark.parametrize("page", PAGES)
async def test_a_shadow_is_read_on_the_candidates_page_alone(
    page: str, session: AsyncSession, world: World, viewer: ViewerOf, client: ClientFor
) -> None:
    made = await interview(session, world, world.recruiter, shadows=(world.ben,), starts_at=NOW - dt.timedelta(days=1))
    for each in (world.recruiter, world.ben):
        await service.submit_scorecard(
            session, await viewer(each.id), made, sheet(f"{each.name} watched."), "", [], None, NOW, KEY
        )
    await session.commit()
    answer = await (await client(world.recruiter)).get(page.format(application=world.ines.id))
    shown = "Ben Panel watched." in answer.text
    assert shown == page.startswith("/applications")
    assert await read_at(session, world, world.recruiter) == (NOW if shown else None)


async def decide(session: AsyncSession, world: World, by: Any) -> None:
    await record_decision(
        session, by, world.ines.id, NOW - dt.timedelta(minutes=5), outcome=Outcome.HOLD, reasons="Too little.", evidence_wanted="More.", criteria=["code"]
    )  # fmt: skip
    await session.commit()


@pytest.mark.parametrize("page", [*PAGES, "/applications/{application}/decision"])
async def test_a_decision_is_read_by_others_and_not_by_who_made_it(
    page: str, session: AsyncSession, world: World, viewer: ViewerOf, client: ClientFor
) -> None:
    await decide(session, world, await viewer(world.manager.id))
    await session.execute(
        sa.text(
            "INSERT INTO role_grant (id, user_id, role, opening_id) VALUES (gen_random_uuid(), :user, 'hiring_manager', :opening)"
        ),
        {"user": world.recruiter.id, "opening": world.opening.id},
    )
    await session.commit()
    for user, expected in ((world.manager, None), (world.recruiter, NOW)):
        answer = await (await client(user)).get(page.format(application=world.ines.id))
        assert answer.status_code == 200
        assert await read_at(session, world, user) == expected


async def test_what_cannot_be_rendered_was_not_read(
    session: AsyncSession, world: World, viewer: ViewerOf, client: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any, **__: Any) -> bytes:
        raise Broken("The renderer died.")

    monkeypatch.setattr("hiring.reports.service.render_pdf", fail)
    await file(session, world, viewer, world.ada)
    answer = await (await client(world.recruiter)).get("/openings/backend/packet.pdf")
    assert answer.status_code == 503
    assert await read_at(session, world, world.recruiter) is None


async def test_an_export_is_a_reading(session: AsyncSession, world: World, viewer: ViewerOf) -> None:
    await file(session, world, viewer, world.ada)
    await make_packet(session, Asked("backend"), NOW, as_email=world.recruiter.email, pdf=False)
    assert await read_at(session, world, world.recruiter) == NOW


async def test_a_packet_of_others_is_no_reading_of_who_is_left_out(
    session: AsyncSession, world: World, viewer: ViewerOf
) -> None:
    await file(session, world, viewer, world.ada)
    await make_packet(
        session, Asked("backend", candidates=(str(world.joao.id),)), NOW, as_email=world.recruiter.email, pdf=False
    )
    assert await read_at(session, world, world.recruiter) is None


async def test_only_the_first_reading_is_kept(
    session: AsyncSession, world: World, viewer: ViewerOf, client: ClientFor
) -> None:
    await file(session, world, viewer, world.ada)
    earlier = NOW - dt.timedelta(days=2)
    await session.execute(
        sa.text("INSERT INTO standing (application_id, user_id, first_read_at) VALUES (:on, :user, :at)"),
        {"on": world.ines.id, "user": world.recruiter.id, "at": earlier},
    )
    await session.commit()
    await (await client(world.recruiter)).get(f"/applications/{world.ines.id}")
    assert await read_at(session, world, world.recruiter) == earlier


async def _levels(session: AsyncSession, world: World, viewer: ViewerOf) -> list[tuple[int, float | None]]:
    """(n, mean) of the criterion code for Inês, as the packet has it for the committee."""
    made = await make_packet(session, Asked("backend"), NOW, viewer=await viewer(world.committee.id), pdf=False)
    ines = next(each for each in made.data["candidates"] if each["application"] == str(world.ines.id))
    return [(cell["n"], cell["mean"]) for cell in ines["cells"] if cell["criterion"] == "code"]


async def test_a_revision_after_reading_is_marked_and_does_not_count(
    session: AsyncSession, world: World, viewer: ViewerOf, client: ClientFor
) -> None:
    made = await file(session, world, viewer, world.ada, world.ben)
    assert await _levels(session, world, viewer) == [(2, 3.0)]
    await service.revise_scorecard(
        session, await viewer(world.ben.id), made, sheet("On second thought.", level=4), "Recounted.", NOW, KEY
    )
    assert await _levels(session, world, viewer) == [(2, 3.5)]
    await session.commit()
    page = await (await client(world.ada)).get(f"/applications/{world.ines.id}")
    assert "On second thought." in page.text
    await service.revise_scorecard(
        session, await viewer(world.ada.id), made, sheet("Ben is right.", level=4), "Read Ben’s.", NOW, KEY
    )
    marks = await session.scalars(sa.text("SELECT after_reading FROM scorecard_version ORDER BY at, number"))
    assert sorted(marks) == [False, False, False, True]
    assert await _levels(session, world, viewer) == [(2, 3.5)]


async def test_who_read_before_being_asked_counts_with_no_level(
    session: AsyncSession, world: World, viewer: ViewerOf, client: ClientFor
) -> None:
    await file(session, world, viewer, world.ada)
    await (await client(world.recruiter)).get(f"/applications/{world.ines.id}")
    made = await interview(session, world, world.recruiter, starts_at=NOW - dt.timedelta(hours=6))
    await service.submit_scorecard(
        session, await viewer(world.recruiter.id), made, sheet("Agrees.", level=1), "", [], None, NOW, KEY
    )
    await session.commit()
    assert await _levels(session, world, viewer) == [(1, 3.0)]
    board = await board_facts(session, await viewer(world.committee.id), world.opening.id, world.version.id)
    assert [list(each.levels.values()) for each in board.given] == [[3]]
