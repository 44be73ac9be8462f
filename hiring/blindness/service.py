"""Writes of standings. Interviews, scorecards and decisions call these in their own transactions."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.blindness.core import Card, State, standing_of
from hiring.blindness.tables import Standing


async def lock_standing(session: AsyncSession, application_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Take turns on one (application, user): what a person may read is decided by one transaction at a time.

    The lock ends with the transaction. Without it, a submission and a new interview could each overlook the other.
    """
    key = sa.func.hashtextextended(f"{application_id}:{user_id}", 0)
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


async def set_standing(
    session: AsyncSession, application_id: uuid.UUID, user_id: uuid.UUID, cards: Iterable[Card], *, decided: bool
) -> State | None:
    """Store the standing that these scorecards give, keep the first reading, and return the new state."""
    state = standing_of(cards, decided=decided)
    await session.execute(
        insert(Standing)
        .values(application_id=application_id, user_id=user_id, state=state)
        .on_conflict_do_update(index_elements=["application_id", "user_id"], set_={"state": state})
    )
    return state


async def record_first_reading(
    session: AsyncSession, user_id: uuid.UUID, application_ids: Iterable[uuid.UUID], now: dt.datetime
) -> None:
    """Record that the user was shown others' feedback on these applications; only the first time counts.

    The caller names only what its answer really shows. Who has come to owe a scorecard since that was read is recorded too:
    an interview that is arranged while a page is being made must not turn what the page shows into an independent opinion.
    """
    rows = [
        {"application_id": each, "user_id": user_id, "state": None, "first_read_at": now} for each in application_ids
    ]
    if not rows:
        return
    known = set(
        await session.scalars(
            sa.select(Standing.application_id).where(
                Standing.user_id == user_id,
                Standing.application_id.in_([row["application_id"] for row in rows]),
                Standing.first_read_at.is_not(None),
            )
        )
    )
    rows = [row for row in rows if row["application_id"] not in known]
    if rows:
        new = insert(Standing).values(rows)
        await session.execute(
            new.on_conflict_do_update(
                index_elements=["application_id", "user_id"],
                set_={"first_read_at": now},
                where=Standing.first_read_at.is_(None),
            )
        )
