from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.blindness.core import State
from hiring.blindness.service import record_first_reading
from hiring.blindness.tables import Standing
from hiring.errors import Conflict, Invalid, NotFound
from hiring.people.core import Viewer
from hiring.records.tables import AuditEvent
from hiring.scorecards import queries, service
from hiring.scorecards.core import CardState, Entry, Recommendation, Sheet, text_digest
from hiring.scorecards.tables import PersonalText, Rating, Scorecard, ScorecardVersion
from tests.factories import World
from tests.scorecards.arrange import HELD, KEY, interview, sheet

LoadViewer = Callable[[uuid.UUID], Any]


async def count(session: AsyncSession, table: Any) -> int:
    return int((await session.execute(sa.select(sa.func.count()).select_from(table))).scalar_one())


async def standing(session: AsyncSession, world: World, user_id: uuid.UUID) -> State | None:
    return await session.scalar(
        sa.select(Standing.state).where(Standing.application_id == world.ines.id, Standing.user_id == user_id)
    )


async def submit(
    session: AsyncSession, viewer: Viewer, which: uuid.UUID, now: dt.datetime, filled: Sheet | None = None
) -> uuid.UUID:
    return await service.submit_scorecard(session, viewer, which, filled or sheet(), "", [], None, now, KEY)


async def test_an_interview_opens_a_scorecard_for_each_panelist_due_a_day_after_its_end(
    session: AsyncSession, world: World, now: dt.datetime
) -> None:
    which = await interview(session, world, world.ada, shadows=(world.ben,))

    cards = (await session.execute(sa.select(Scorecard.state, Scorecard.due_at))).all()

    assert cards == [(CardState.DRAFT, HELD + dt.timedelta(minutes=90, hours=24))] * 2
    assert await standing(session, world, world.ada.id) == State.OWES
    assert await standing(session, world, world.ben.id) == State.OWES
    assert len(await queries.colleagues(session, which, world.ada.id)) == 1


async def test_submitting_writes_version_ratings_texts_standing_and_event_together(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    which = await interview(session, world, world.ada)

    version = await submit(session, await viewer(world.ada.id), which, now)

    assert (
        await session.execute(sa.select(ScorecardVersion.id, ScorecardVersion.number, ScorecardVersion.after_reading))
    ).all() == [(version, 1, False)]
    assert (await session.execute(sa.select(Rating.criterion_id, Rating.level))).all() == [
        (world.criteria["code"].id, 3)
    ]
    texts = dict((await session.execute(sa.select(PersonalText.body, PersonalText.digest))).all())
    assert texts == {body: text_digest(KEY, body) for body in ("Wrote the failing test first.", "Steady hands.")}
    card = (await session.execute(sa.select(Scorecard.state, Scorecard.submitted_at, Scorecard.draft))).one()
    assert card == (CardState.SUBMITTED, now, {"schema": 1, "asked": []})
    assert await standing(session, world, world.ada.id) == State.FILED
    event = (
        await session.execute(sa.select(AuditEvent).where(AuditEvent.action == "scorecard.submitted"))
    ).scalar_one()
    assert event.details == {"interview": str(which), "number": 1, "ratings": 1, "texts": 2}
    assert event.actor_id == world.ada.id


async def test_submitting_twice_gives_the_same_version_once(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    which = await interview(session, world, world.ada)
    ada = await viewer(world.ada.id)

    first = await submit(session, ada, which, now)
    second = await submit(session, ada, which, now + dt.timedelta(seconds=1))

    assert first == second
    assert await count(session, ScorecardVersion) == 1


async def test_other_words_after_the_submission_are_no_second_version_and_no_success(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    which = await interview(session, world, world.ada)
    ada = await viewer(world.ada.id)
    await submit(session, ada, which, now)

    with pytest.raises(service.AlreadyFiled):
        await submit(session, ada, which, now, sheet("Something else."))

    assert await count(session, ScorecardVersion) == 1


async def test_what_is_missing_is_told_and_the_draft_is_kept(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    which = await interview(session, world, world.ada)
    ada = await viewer(world.ada.id)
    half = sheet("", level=2, recommendation=None)

    with pytest.raises(service.Incomplete) as refusal:
        await service.submit_scorecard(session, ada, which, half, "14:06 a note", ["q"], 0, now, KEY)

    assert list(refusal.value.fields) == ["evidence_code", "recommendation"]
    card = await queries.own_card(session, ada.id, which)
    assert card is not None
    assert (card.edition, card.sheet, card.notes, card.asked) == (1, half, "14:06 a note", ("q",))
    assert await standing(session, world, world.ada.id) == State.OWES


async def test_not_assessed_is_stored_as_no_level(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    which = await interview(session, world, world.ada)

    await submit(session, await viewer(world.ada.id), which, now, sheet("", level=0))

    assert (await session.execute(sa.select(Rating.level, Rating.evidence_id))).all() == [(None, None)]


async def test_a_level_that_the_scale_does_not_have_is_refused(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    which = await interview(session, world, world.ada)

    with pytest.raises(service.Incomplete) as refusal:
        await submit(session, await viewer(world.ada.id), which, now, sheet(level=5))

    assert refusal.value.fields == {"level_code": "Code: choose a level from 1 to 4, or “not assessed”"}


async def test_a_criterion_of_another_kit_is_refused(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    which = await interview(session, world, world.ada)
    strange = dataclasses.replace(sheet(), entries={**sheet().entries, "api": Entry(4, "Drew it.")})

    with pytest.raises(Invalid):
        await submit(session, await viewer(world.ada.id), which, now, strange)


async def test_nothing_is_submitted_before_the_interview_begins(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    which = await interview(session, world, world.ada, starts_at=now + dt.timedelta(minutes=30))
    ada = await viewer(world.ada.id)

    with pytest.raises(service.TooEarly, match="begins on Fri 20 Nov at 12:30"):
        await submit(session, ada, which, now)

    card = await queries.own_card(session, ada.id, which)
    assert card is not None
    assert card.sheet == sheet()  # the draft was saved
    assert isinstance(await submit(session, ada, which, now + dt.timedelta(minutes=30)), uuid.UUID)


@pytest.mark.parametrize("person", ["recruiter", "administrator", "manager", "committee", "auditor", "outsider", "ben"])
async def test_nobody_files_for_somebody_else(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer, person: str
) -> None:
    which = await interview(session, world, world.ada)
    other = await viewer(getattr(world, person).id)

    with pytest.raises(NotFound):
        await submit(session, other, which, now)
    with pytest.raises(NotFound):
        await service.save_draft(session, other, which, sheet(), "", [], 0, now)
    with pytest.raises(NotFound):
        await service.revise_scorecard(session, other, which, sheet(), "because", now, KEY)
    with pytest.raises(NotFound):
        await service.recuse(session, other, which, "because", now)
    assert await count(session, ScorecardVersion) == 0


async def test_who_owes_a_second_scorecard_stays_blind(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    first = await interview(session, world, world.ada)
    second = await interview(session, world, world.ada, kit="design", starts_at=now - dt.timedelta(hours=26))
    ada = await viewer(world.ada.id)
    design = Sheet({"api": Entry(2, "Skipped the errors."), "people": Entry(0)}, Recommendation.NO)

    await submit(session, ada, first, now)
    assert await standing(session, world, ada.id) == State.OWES
    await submit(session, ada, second, now, design)

    assert await standing(session, world, ada.id) == State.FILED


async def test_two_browsers_are_shown_both_texts(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    which = await interview(session, world, world.ada)
    ada = await viewer(world.ada.id)
    assert await service.save_draft(session, ada, which, sheet("From the laptop."), "", [], 0, now, "laptop") == 1

    with pytest.raises(service.DraftConflict) as refusal:
        await service.save_draft(session, ada, which, sheet("From the phone."), "", [], 0, now, "phone")

    assert refusal.value.stored.sheet == sheet("From the laptop.")
    with pytest.raises(service.DraftConflict):
        await service.submit_scorecard(session, ada, which, sheet("From the phone."), "", [], 0, now, KEY, "phone")
    # The same page saving again with a stale edition (its last answer was lost) goes on; so does the same text from anywhere.
    assert (
        await service.save_draft(session, ada, which, sheet("From the laptop, later."), "", [], 0, now, "laptop") == 2
    )
    assert await service.save_draft(session, ada, which, sheet("From the laptop, later."), "", [], 0, now, "phone") == 2


async def test_a_text_that_is_too_long_is_refused_by_its_field(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    which = await interview(session, world, world.ada)
    ada = await viewer(world.ada.id)

    with pytest.raises(Invalid) as refusal:
        await service.save_draft(session, ada, which, sheet("x" * 10_001), "n" * 20_001, [], 0, now)

    assert list(refusal.value.fields) == ["evidence_code", "notes"]


async def test_a_revision_keeps_the_earlier_text_and_is_marked_after_reading(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    which = await interview(session, world, world.ada)
    ada = await viewer(world.ada.id)
    await submit(session, ada, which, now)
    await service.revise_scorecard(session, ada, which, sheet(level=2), "I mixed up two tasks.", now, KEY)
    await record_first_reading(session, ada.id, [world.ines.id], now)

    await service.revise_scorecard(session, ada, which, sheet(level=4), "The others saw more.", now, KEY)

    card = await queries.own_card(session, ada.id, which)
    assert card is not None
    versions = await queries.own_versions(session, card.id)
    assert [(each.number, each.sheet.entries["code"].level, each.after_reading, each.reason) for each in versions] == [
        (3, 4, True, "The others saw more."),
        (2, 2, False, "I mixed up two tasks."),
        (1, 3, False, ""),
    ]
    assert card.submitted_at == now


async def test_a_revision_needs_a_reason_and_a_change_and_is_taken_once(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    which = await interview(session, world, world.ada)
    ada = await viewer(world.ada.id)
    with pytest.raises(Conflict):
        await service.revise_scorecard(session, ada, which, sheet(level=2), "Too soon.", now, KEY)
    await submit(session, ada, which, now)

    with pytest.raises(Invalid):
        await service.revise_scorecard(session, ada, which, sheet(), "No change.", now, KEY)
    with pytest.raises(service.Incomplete) as refusal:
        await service.revise_scorecard(session, ada, which, sheet(level=2), " ", now, KEY)
    assert list(refusal.value.fields) == ["reason"]
    once = await service.revise_scorecard(session, ada, which, sheet(level=2), "Mixed up.", now, KEY, 1)
    twice = await service.revise_scorecard(session, ada, which, sheet(level=2), "Mixed up.", now, KEY, 1)
    assert once == twice
    with pytest.raises(Conflict):
        await service.revise_scorecard(session, ada, which, sheet(level=4), "From an old page.", now, KEY, 1)
    assert await count(session, ScorecardVersion) == 2


async def test_a_first_version_is_marked_where_its_author_had_read_by_role(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    await record_first_reading(session, world.manager.id, [world.ines.id], now - dt.timedelta(days=1))
    which = await interview(session, world, world.manager)

    await submit(session, await viewer(world.manager.id), which, now)

    assert (await session.execute(sa.select(ScorecardVersion.after_reading))).scalars().all() == [True]


async def test_stepping_back_needs_a_reason_and_blinds_for_good(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    which = await interview(session, world, world.ada, world.ben)
    ada = await viewer(world.ada.id)
    await service.save_draft(session, ada, which, sheet(), "a note", [], 0, now)

    with pytest.raises(Invalid) as refusal:
        await service.recuse(session, ada, which, "  ", now)
    assert list(refusal.value.fields) == ["reason"]
    await service.recuse(session, ada, which, "We shared a flat.", now)
    await service.recuse(session, ada, which, "We shared a flat.", now)

    assert await standing(session, world, ada.id) == State.RECUSED
    with pytest.raises(Conflict):
        await submit(session, ada, which, now)
    card = await queries.own_card(session, ada.id, which)
    assert card is not None
    assert (card.state, card.draft, card.notes) == (CardState.RECUSED, {}, "a note")
    events = await session.scalars(sa.select(AuditEvent.action).where(AuditEvent.action == "scorecard.recused"))
    assert events.all() == ["scorecard.recused"]


async def test_who_submitted_cannot_step_back(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    which = await interview(session, world, world.ada)
    ada = await viewer(world.ada.id)
    await submit(session, ada, which, now)

    with pytest.raises(Conflict):
        await service.recuse(session, ada, which, "Too late.", now)


async def test_a_decision_waives_what_is_open_and_releases_everyone(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    which = await interview(session, world, world.ada, world.ben, world.cleo)
    ada, ben = await viewer(world.ada.id), await viewer(world.ben.id)
    await submit(session, ada, which, now)
    await service.recuse(session, ben, which, "We shared a flat.", now)

    assert await service.waive_open_cards(session, world.ines.id, now) == 1

    states = {user.name: await standing(session, world, user.id) for user in (world.ada, world.ben, world.cleo)}
    assert states == dict.fromkeys(states, State.RELEASED)
    with pytest.raises(Conflict):
        await submit(session, await viewer(world.cleo.id), which, now)


async def test_a_cancelled_interview_owes_nothing_unless_it_was_held(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    cancelled = await interview(session, world, world.ada, world.ben, starts_at=now + dt.timedelta(days=1))
    recruiter, ada, ben = await viewer(world.recruiter.id), await viewer(world.ada.id), await viewer(world.ben.id)
    await service.recuse(session, ben, cancelled, "We shared a flat.", now)

    await service.cancel_interview(session, recruiter, cancelled, now)

    assert await standing(session, world, ada.id) is None
    assert await standing(session, world, ben.id) == State.RECUSED  # who stepped back stays apart
    with pytest.raises(Conflict):
        await submit(session, ada, cancelled, now + dt.timedelta(days=2))
    held = await interview(session, world, world.ada)
    await submit(session, ada, held, now)
    with pytest.raises(Conflict, match="Ada Panel has submitted"):
        await service.cancel_interview(session, recruiter, held, now)


async def test_ratings_of_every_criterion_in_one_statement(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer, connection: Any
) -> None:
    which = await interview(session, world, world.ada, kit="design")
    filled = Sheet(
        {"api": Entry(2, "Skipped the errors."), "people": Entry(0, "Too short.")},
        Recommendation.NO_DECISION,
        "",
        "Calm.",
        "Slow.",
    )
    statements: list[str] = []
    sa.event.listen(connection.sync_connection, "before_cursor_execute", lambda *given: statements.append(given[2]))

    await submit(session, await viewer(world.ada.id), which, now, filled)

    writes = [each for each in statements if "INSERT" in each or "UPDATE" in each.replace("FOR UPDATE", "")]
    assert len(writes) == 1
    card = await queries.own_card(session, world.ada.id, which)
    assert card is not None
    assert (await queries.own_versions(session, card.id))[0].sheet == filled
