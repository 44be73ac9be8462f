"""Reads of candidates and their applications."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.blindness.core import BLIND, State
from hiring.blindness.tables import Standing
from hiring.candidates.core import Stage
from hiring.candidates.tables import Application, Candidate
from hiring.openings.tables import Opening


@dataclass(frozen=True, slots=True)
class ApplicationHead:
    """An application with its candidate and opening, and the standing that one viewer has on it."""

    id: uuid.UUID
    opening_id: uuid.UUID
    slug: str
    opening: str
    candidate_id: uuid.UUID
    name: str
    email: str
    stage: Stage
    stage_since: dt.datetime
    applied_at: dt.datetime
    state: State | None
    first_read_at: dt.datetime | None
    involved: bool

    @property
    def blind(self) -> bool:
        """Whether the viewer owes a scorecard on it, or is recused from it."""
        return self.state in BLIND


async def application_head(
    session: AsyncSession, viewer_id: uuid.UUID | None, application_id: uuid.UUID
) -> ApplicationHead | None:
    """Return an application with the viewer's standing on it, in one query. What may be shown of it is the caller's to decide."""
    row = (
        await session.execute(
            sa.select(
                Application.id,
                Application.opening_id,
                Opening.slug,
                Opening.title.label("opening"),
                Candidate.id.label("candidate_id"),
                Candidate.name,
                Candidate.email,
                Application.stage,
                Application.stage_since,
                Application.applied_at,
                Standing.state,
                Standing.first_read_at,
            )
            .join(Candidate, Candidate.id == Application.candidate_id)
            .join(Opening, Opening.id == Application.opening_id)
            .outerjoin(Standing, sa.and_(Standing.application_id == Application.id, Standing.user_id == viewer_id))
            .where(Application.id == application_id)
        )
    ).first()
    if row is None:
        return None
    state = None if row.state is None else State(row.state)
    # A row with an empty state means "has read by role", which is no involvement of its own.
    return ApplicationHead(**{**row._asdict(), "stage": Stage(row.stage), "state": state}, involved=state is not None)


async def candidates_by_email(session: AsyncSession, emails: Collection[str]) -> dict[str, tuple[uuid.UUID, str]]:
    """Return the id and the name of those candidates who are known, by address."""
    rows = await session.execute(
        sa.select(Candidate.email, Candidate.id, Candidate.name).where(Candidate.email.in_(list(emails)))
    )
    return {email: (id_, name) for email, id_, name in rows}


async def applicants(session: AsyncSession, opening_id: uuid.UUID) -> tuple[set[uuid.UUID], set[str]]:
    """Return who has applied in an opening, and the pseudonyms that are taken there."""
    rows = (
        await session.execute(
            sa.select(Application.candidate_id, Application.pseudonym).where(Application.opening_id == opening_id)
        )
    ).all()
    return {row.candidate_id for row in rows}, {row.pseudonym for row in rows}


async def opening_exists(session: AsyncSession, opening_id: uuid.UUID) -> bool:
    """Say whether there is such an opening, and keep it from vanishing until the transaction ends."""
    return (
        await session.scalar(sa.select(Opening.id).where(Opening.id == opening_id).with_for_update(read=True))
        is not None
    )
