"""The rules that the database itself holds, tried from below, past every service."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.db.base import new_id
from hiring.interviews.tables import Interview, Panelist
from hiring.records.service import audit
from hiring.scorecards.core import CardState, Recommendation
from hiring.scorecards.tables import PersonalText, Rating, Scorecard, ScorecardVersion
from tests.factories import World


async def refused(session: AsyncSession, statement: str, **values: object) -> str:
    """Run a statement that must fail, in a savepoint, and return what the database said."""
    with pytest.raises(DBAPIError) as raised:
        async with session.begin_nested():
            await session.execute(sa.text(statement), values)
    return str(raised.value.orig)


async def allowed(session: AsyncSession, statement: str, **values: object) -> None:
    await session.execute(sa.text(statement), values)


async def filed_card(
    session: AsyncSession, world: World, now: dt.datetime, level: int | None = 3
) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    """A submitted scorecard with one rating; returns the ids of card, version and text."""
    interview = Interview(
        id=new_id(), opening_id=world.opening.id, application_id=world.ines.id, kit_id=world.kits["coding"].id,
        starts_at=now - dt.timedelta(days=2), ends_at=now - dt.timedelta(days=2, hours=-1), created_at=now,
    )  # fmt: skip
    session.add(interview)
    await session.flush()
    panelist = Panelist(id=new_id(), interview_id=interview.id, user_id=world.ada.id)
    session.add(panelist)
    await session.flush()
    card = Scorecard(
        id=new_id(), panelist_id=panelist.id, state=CardState.SUBMITTED, due_at=now, submitted_at=now, draft={}
    )
    text = PersonalText(id=new_id(), body="Wrote the rule and its test.", digest=b"x")
    session.add_all([card, text])
    await session.flush()
    version = ScorecardVersion(
        id=new_id(), scorecard_id=card.id, number=1, at=now, after_reading=False, recommendation=Recommendation.YES
    )
    session.add(version)
    await session.flush()
    session.add(Rating(version_id=version.id, criterion_id=world.criteria["code"].id, level=level, evidence_id=text.id))
    await session.flush()
    return card.id, version.id, text.id


@pytest.mark.parametrize(
    "table", ["rubric_version", "posting", "statement", "criterion", "anchor", "criterion_statement"]
)
async def test_published_rubrics_never_change(session: AsyncSession, world: World, table: str) -> None:
    column = {
        "rubric_version": "note",
        "criterion": "name",
        "anchor": "text",
        "posting": "title",
        "statement": "text",
    }.get(table, "criterion_id")
    assert "never changed or removed" in await refused(session, f"UPDATE {table} SET {column} = {column}")
    assert "never changed or removed" in await refused(session, f"DELETE FROM {table}")
    await allowed(session, "SET CONSTRAINTS ALL IMMEDIATE")
    assert "never changed or removed" in await refused(session, f"TRUNCATE {table} CASCADE")


async def test_nothing_joins_a_published_version_later(session: AsyncSession, world: World) -> None:
    """The world's version was made in this test's transaction; an older one is told by its transaction number."""
    version = new_id()
    await allowed(
        session,
        "INSERT INTO rubric_version (id, rubric_id, number, title, content_hash, scale, plan, note, published_at, transaction) "
        "SELECT :id, rubric_id, 2, title, 'h', scale, plan, '', published_at, '1' FROM rubric_version",
        id=version,
    )
    said = await refused(
        session,
        "INSERT INTO criterion (id, version_id, key, name, definition, weight, competencies, listen_for, position) "
        "VALUES (gen_random_uuid(), :version, 'late', 'Late', '', 0.5, '{late}', '{}', 9)",
        version=version,
    )
    assert "an edit makes a new version" in said


async def test_weights_sum_to_one(session: AsyncSession, world: World) -> None:
    await allowed(
        session,
        "INSERT INTO criterion (id, version_id, key, name, definition, weight, competencies, listen_for, position) "
        "VALUES (gen_random_uuid(), :version, 'more', 'More', '', 0.01, '{more}', '{}', 9)",
        version=world.version.id,
    )
    assert "sum to 1, not 1.01" in await refused(session, "SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("table", ["scorecard_version", "rating"])
async def test_submitted_scorecards_are_append_only(
    session: AsyncSession, world: World, now: dt.datetime, table: str
) -> None:
    await filed_card(session, world, now)
    column = {"scorecard_version": "recommendation", "rating": "level"}[table]
    assert "never changed or removed" in await refused(session, f"UPDATE {table} SET {column} = {column}")
    assert "never changed or removed" in await refused(session, f"DELETE FROM {table}")


async def test_a_filed_scorecard_stays_filed(session: AsyncSession, world: World, now: dt.datetime) -> None:
    card, _, _ = await filed_card(session, world, now)
    assert "stays filed" in await refused(
        session, "UPDATE scorecard SET state = 'draft', submitted_at = NULL WHERE id = :id", id=card
    )
    assert "never removed" in await refused(session, "DELETE FROM scorecard WHERE id = :id", id=card)


async def test_words_change_only_by_erasure(session: AsyncSession, world: World, now: dt.datetime) -> None:
    _, _, text = await filed_card(session, world, now)
    assert "never changed" in await refused(session, "UPDATE personal_text SET body = 'better' WHERE id = :id", id=text)
    assert "never changed" in await refused(
        session, "UPDATE personal_text SET body = NULL, erased_at = now() WHERE id = :id", id=text
    )
    assert "never changed" in await refused(session, "DELETE FROM personal_text WHERE id = :id", id=text)
    await allowed(
        session,
        "SELECT erase_personal_text(:text, :event, :actor)",
        text=text,
        event=new_id(),
        actor=world.administrator.id,
    )
    row = (await session.execute(sa.text("SELECT body, digest FROM personal_text WHERE id = :id"), {"id": text})).one()
    assert row == (None, b"x")
    events = await session.execute(
        sa.text("SELECT actor_id FROM audit_event WHERE action = 'personal_text.erased' AND subject_id = :id"),
        {"id": text},
    )
    assert events.scalars().all() == [world.administrator.id]


async def test_no_level_without_evidence(session: AsyncSession, world: World, now: dt.datetime) -> None:
    _, version, _ = await filed_card(session, world, now)
    insert = (
        "INSERT INTO rating (version_id, criterion_id, level, evidence_id) VALUES (:version, :criterion, :level, NULL)"
    )
    api = world.criteria["api"].id
    assert "ck_rating_evidence" in await refused(session, insert, version=version, criterion=api, level=2)
    await allowed(session, insert, version=version, criterion=api, level=None)


@pytest.mark.parametrize("level", [0, 5, -1])
async def test_a_level_outside_the_scale_cannot_be_stored(
    session: AsyncSession, world: World, now: dt.datetime, level: int
) -> None:
    with pytest.raises(IntegrityError):
        async with session.begin_nested():
            await filed_card(session, world, now, level=level)


async def test_the_audit_trail_is_append_only(session: AsyncSession, now: dt.datetime) -> None:
    await audit(session, now, None, "test.done", "test", None, count=1)
    assert "never changed or removed" in await refused(session, "UPDATE audit_event SET action = 'x'")
    assert "never changed or removed" in await refused(session, "DELETE FROM audit_event")
    assert "never changed or removed" in await refused(session, "TRUNCATE audit_event")


async def test_an_opening_keeps_its_version_once_interviewing(
    session: AsyncSession, world: World, now: dt.datetime
) -> None:
    other = new_id()
    await allowed(
        session,
        "INSERT INTO rubric_version (id, rubric_id, number, title, content_hash, scale, plan, note, published_at) "
        "SELECT :id, rubric_id, 2, title, 'h', scale, plan, '', published_at FROM rubric_version",
        id=other,
    )
    await allowed(session, "UPDATE opening SET version_id = :id", id=other)
    await allowed(session, "UPDATE opening SET version_id = :id", id=world.version.id)
    await filed_card(session, world, now)
    assert "its first interview has started" in await refused(session, "UPDATE opening SET version_id = :id", id=other)


async def test_the_first_reading_is_written_once(session: AsyncSession, world: World) -> None:
    values = {"application": world.ines.id, "user": world.ada.id}
    await allowed(
        session,
        "INSERT INTO standing (application_id, user_id, state, first_read_at) VALUES (:application, :user, 'filed', '2026-11-01')",
        **values,
    )
    assert "recorded once" in await refused(session, "UPDATE standing SET first_read_at = '2026-11-02'")
    assert "recorded once" in await refused(session, "UPDATE standing SET first_read_at = NULL")
    await allowed(session, "UPDATE standing SET state = 'owes'")


async def test_kit_and_application_belong_to_one_opening(session: AsyncSession, world: World, now: dt.datetime) -> None:
    said = await refused(
        session,
        "INSERT INTO interview (id, opening_id, application_id, kit_id, starts_at, ends_at, created_at) "
        "VALUES (gen_random_uuid(), gen_random_uuid(), :application, :kit, now(), now() + interval '1 hour', now())",
        application=world.ines.id,
        kit=world.kits["coding"].id,
    )
    assert "violates foreign key constraint" in said
