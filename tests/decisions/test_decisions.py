"""Decisions: who may make one, what it needs, and whom it releases."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.blindness.core import State
from hiring.blindness.queries import standings_of
from hiring.candidates.core import Stage
from hiring.candidates.tables import Application
from hiring.decisions.core import Outcome, decision_faults
from hiring.decisions.service import record_decision
from hiring.decisions.tables import Decision
from hiring.errors import Conflict, Forbidden, Invalid, NotFound
from hiring.records.tables import AuditEvent
from hiring.scorecards.core import CardState
from hiring.scorecards.service import open_interview
from hiring.scorecards.tables import Scorecard
from tests.conftest import ClientFor
from tests.factories import World

ViewerOf = Callable[[uuid.UUID], Any]
HOLD: dict[str, Any] = {
    "outcome": Outcome.HOLD,
    "reasons": "Two readings of one answer.",
    "evidence_wanted": "A third reading.",
    "criteria": ["api"],
}


async def interview(
    session: AsyncSession, world: World, viewer: ViewerOf, now: dt.datetime, *people: uuid.UUID
) -> None:
    await open_interview(
        session,
        await viewer(world.recruiter.id),
        application_id=world.ines.id,
        kit_id=world.kits["design"].id,
        starts_at=now - dt.timedelta(hours=3),
        panel=[(each, False) for each in people],
        now=now - dt.timedelta(days=1),
    )


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ((None, "", "", []), {"outcome", "reasons"}),
        ((Outcome.HIRE, "  ", "", []), {"reasons"}),
        ((Outcome.HIRE, "x" * 10_001, "", []), {"reasons"}),
        ((Outcome.HOLD, "Because.", "", []), {"evidence_wanted", "criteria"}),
        ((Outcome.HOLD, "Because.", "A third reading.", ["api"]), set()),
        ((Outcome.NO_HIRE, "Because.", "", []), set()),
    ],
)
def test_what_a_decision_needs(values: tuple[Any, ...], fields: set[str]) -> None:
    assert set(decision_faults(*values)) == fields


async def test_a_hold_waives_what_is_owed_and_releases_everyone(
    session: AsyncSession, world: World, viewer: ViewerOf, now: dt.datetime
) -> None:
    await interview(session, world, viewer, now, world.ada.id, world.ben.id)
    assert (await standings_of(session, world.ada.id, [world.ines.id]))[world.ines.id] == State.OWES
    decision = await record_decision(session, await viewer(world.manager.id), world.ines.id, now, **HOLD)
    states = (await session.scalars(sa.select(Scorecard.state))).all()
    assert states == [CardState.WAIVED, CardState.WAIVED]
    for person in (world.ada, world.ben):
        assert (await standings_of(session, person.id, [world.ines.id]))[world.ines.id] == State.RELEASED
    event = (await session.execute(sa.select(AuditEvent).where(AuditEvent.action == "decision.recorded"))).scalar_one()
    assert (event.actor_id, event.subject_id, event.details) == (
        world.manager.id,
        world.ines.id,
        {"outcome": "hold", "decision": str(decision)},
    )


async def test_an_interview_after_a_hold_is_blind_again(
    session: AsyncSession, world: World, viewer: ViewerOf, now: dt.datetime
) -> None:
    await record_decision(session, await viewer(world.manager.id), world.ines.id, now, **HOLD)
    await interview(session, world, viewer, now, world.cleo.id)
    assert (await standings_of(session, world.cleo.id, [world.ines.id]))[world.ines.id] == State.OWES


@pytest.mark.parametrize(("outcome", "stage"), [(Outcome.HIRE, Stage.HIRED), (Outcome.NO_HIRE, Stage.REJECTED)])
async def test_an_ending_moves_the_application(
    session: AsyncSession, world: World, viewer: ViewerOf, now: dt.datetime, outcome: Outcome, stage: Stage
) -> None:
    manager = await viewer(world.manager.id)
    await record_decision(session, manager, world.ines.id, now, outcome=outcome, reasons="Seen twice.")
    assert (await session.get_one(Application, world.ines.id, populate_existing=True)).stage == stage
    with pytest.raises(Conflict, match="has ended"):
        await record_decision(session, manager, world.ines.id, now, outcome=outcome, reasons="Again.")


@pytest.mark.parametrize(
    ("person", "refusal"),
    [
        ("recruiter", Forbidden),
        ("committee", Forbidden),
        ("administrator", Forbidden),
        ("auditor", Forbidden),
        ("ada", NotFound),
        ("outsider", NotFound),
    ],
)
async def test_only_the_hiring_manager_decides(
    session: AsyncSession, world: World, viewer: ViewerOf, now: dt.datetime, person: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await record_decision(
            session, await viewer(getattr(world, person).id), world.ines.id, now, outcome=Outcome.HIRE, reasons="Mine."
        )
    assert (await session.scalars(sa.select(Decision.id))).all() == []


async def test_who_owes_a_scorecard_files_it_first(
    session: AsyncSession, world: World, viewer: ViewerOf, now: dt.datetime
) -> None:
    await interview(session, world, viewer, now, world.manager.id)
    with pytest.raises(Forbidden, match="filed your own scorecard"):
        await record_decision(
            session, await viewer(world.manager.id), world.ines.id, now, outcome=Outcome.HIRE, reasons="Mine."
        )


async def test_criteria_of_another_rubric_are_refused(
    session: AsyncSession, world: World, viewer: ViewerOf, now: dt.datetime
) -> None:
    with pytest.raises(Invalid) as raised:
        await record_decision(
            session, await viewer(world.manager.id), world.ines.id, now, **{**HOLD, "criteria": ["magic"]}
        )
    assert set(raised.value.fields) == {"criteria"}


async def test_the_form_keeps_what_was_typed_and_then_records_it(
    client: ClientFor, world: World, session: AsyncSession
) -> None:
    browser = await client(world.manager)
    url = f"/applications/{world.ines.id}/decision"
    assert (await browser.page(url)).status_code == 200
    answer = await browser.post_form(url, {"outcome": "hold", "reasons": "Two readings of one answer."})
    assert answer.status_code == 422
    assert "Say which evidence would end the hold." in answer.text
    assert "Two readings of one answer." in answer.text
    answer = await browser.post_form(
        url,
        {
            "outcome": "hold",
            "reasons": "Two readings of one answer.",
            "evidence_wanted": "A third.",
            "criteria": ["api", "code"],
        },
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"/applications/{world.ines.id}")
    shown = await browser.page(url)
    assert "Evidence wanted on Code, APIs: A third." in shown.text


@pytest.mark.parametrize(
    ("person", "status"),
    [("recruiter", 403), ("committee", 403), ("auditor", 403), ("ada", 404), ("outsider", 404), ("manager", 200)],
)
async def test_who_sees_the_page(client: ClientFor, world: World, person: str, status: int) -> None:
    browser = await client(getattr(world, person))
    assert (await browser.page(f"/applications/{world.ines.id}/decision")).status_code == status
