"""Reads of interviews: what collides, and what an application has."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.candidates.tables import Application, Candidate
from hiring.interviews.tables import Interview, Panelist
from hiring.openings.core import KitUse
from hiring.openings.tables import Kit
from hiring.people.tables import User


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody who is in another interview at that time. `person` is empty where it is the candidate."""

    person: str
    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class BookedInterview:
    """An interview as a cancellation sees it."""

    id: uuid.UUID
    opening_id: uuid.UUID
    application_id: uuid.UUID
    kit: str
    candidate: str
    starts_at: dt.datetime
    cancelled_at: dt.datetime | None


async def kit_minutes(session: AsyncSession, kit_id: uuid.UUID, opening_id: uuid.UUID) -> int | None:
    """Return how long a kit of this opening takes, or nothing where the opening has no such kit."""
    return await session.scalar(sa.select(Kit.minutes).where(Kit.id == kit_id, Kit.opening_id == opening_id))


async def clash(
    session: AsyncSession,
    application_id: uuid.UUID,
    users: Collection[uuid.UUID],
    starts_at: dt.datetime,
    ends_at: dt.datetime,
) -> Clash | None:
    """Return the first interview in this span that holds one of the users or the candidate, in whichever opening, or nothing."""
    same_time = (Interview.cancelled_at.is_(None), Interview.starts_at < ends_at, Interview.ends_at > starts_at)
    person = (
        await session.execute(
            sa.select(User.name, Interview.starts_at, Interview.ends_at)
            .join(Panelist, Panelist.interview_id == Interview.id)
            .join(User, User.id == Panelist.user_id)
            .where(*same_time, Panelist.user_id.in_(list(users)))
            .order_by(Interview.starts_at, User.name)
            .limit(1)
        )
    ).first()
    if person is not None:
        return Clash(person.name, person.starts_at, person.ends_at)
    candidate = sa.select(Application.candidate_id).where(Application.id == application_id).scalar_subquery()
    row = (
        await session.execute(
            sa.select(Interview.starts_at, Interview.ends_at)
            .join(Application, Application.id == Interview.application_id)
            .where(*same_time, Application.candidate_id == candidate)
            .order_by(Interview.starts_at)
            .limit(1)
        )
    ).first()
    return None if row is None else Clash("", row.starts_at, row.ends_at)


async def booked(session: AsyncSession, interview_id: uuid.UUID) -> BookedInterview | None:
    """Return an interview with its row locked, or nothing."""
    row = (
        await session.execute(
            sa.select(
                Interview.id,
                Interview.opening_id,
                Interview.application_id,
                Kit.name.label("kit"),
                Candidate.name.label("candidate"),
                Interview.starts_at,
                Interview.cancelled_at,
            )
            .join(Kit, Kit.id == Interview.kit_id)
            .join(Application, Application.id == Interview.application_id)
            .join(Candidate, Candidate.id == Application.candidate_id)
            .where(Interview.id == interview_id)
            .with_for_update(of=Interview)
        )
    ).first()
    return None if row is None else BookedInterview(**row._asdict())


@dataclass(frozen=True, slots=True)
class OpeningUse:
    """Which interviews name an opening's kits, and when the first begins that was not cancelled."""

    kits: dict[uuid.UUID, KitUse]
    first_start: dt.datetime | None


async def opening_use(session: AsyncSession, opening_id: uuid.UUID) -> OpeningUse:
    """Return how an opening's kits are used, in one query."""
    stands = Interview.cancelled_at.is_(None)
    rows = (
        await session.execute(
            sa.select(
                Interview.kit_id,
                sa.func.count().filter(stands).label("planned"),
                sa.func.count().filter(sa.not_(stands)).label("cancelled"),
                sa.func.min(Interview.starts_at).filter(stands).label("first"),
            )
            .where(Interview.opening_id == opening_id)
            .group_by(Interview.kit_id)
        )
    ).all()
    return OpeningUse(
        {row.kit_id: KitUse(row.planned, row.cancelled) for row in rows},
        min((row.first for row in rows if row.first is not None), default=None),
    )


def counting_seats(*narrower: sa.ColumnElement[bool], name: str = "seat") -> sa.Subquery:
    """Return a subquery of the panelists whose scorecards may count: no shadows, no interviews that were cancelled.

    Columns: panelist_id, user_id, interview_id, kit_id, application_id, opening_id. `narrower` are conditions on Interview.
    """
    return (
        sa.select(
            Panelist.id.label("panelist_id"),
            Panelist.user_id,
            Interview.id.label("interview_id"),
            Interview.kit_id,
            Interview.application_id,
            Interview.opening_id,
        )
        .join(Interview, Interview.id == Panelist.interview_id)
        .where(sa.not_(Panelist.shadow), Interview.cancelled_at.is_(None), *narrower)
        .subquery(name)
    )
