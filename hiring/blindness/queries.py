"""The one way to ask what a viewer may know of others' feedback."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from hiring.blindness.core import BLIND, State, may_read
from hiring.blindness.tables import Standing
from hiring.people.core import READS_FEEDBACK, Viewer

IdColumn = sa.ColumnElement[uuid.UUID] | InstrumentedAttribute[uuid.UUID]


def reads_by_role(viewer: Viewer, opening_id: IdColumn) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer's role in the row's opening lets them read feedback."""
    if viewer.has(READS_FEEDBACK):
        return sa.true()
    return opening_id.in_(sorted(viewer.openings_with(READS_FEEDBACK)))


def is_blind(viewer_id: uuid.UUID | IdColumn, application_id: IdColumn) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer owes a scorecard on the row's application, or is recused from it."""
    return (
        sa.exists()
        .where(Standing.application_id == application_id, Standing.user_id == viewer_id, Standing.state.in_(BLIND))
        .correlate_except(Standing)
    )


def visible_feedback(viewer: Viewer, application_id: IdColumn, opening_id: IdColumn) -> sa.ColumnElement[bool]:
    """Return the condition under which the viewer may read others' feedback on the row's application.

    Never while blind; otherwise by having filed or been released, or by a role. Every query that touches feedback
    has this condition.
    """
    own = (
        sa.exists()
        .where(Standing.application_id == application_id, Standing.user_id == viewer.id, Standing.state.is_not(None))
        .correlate_except(Standing)
    )
    return sa.and_(sa.not_(is_blind(viewer.id, application_id)), sa.or_(own, reads_by_role(viewer, opening_id)))


async def standings_of(
    session: AsyncSession, user_id: uuid.UUID, application_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, State | None]:
    """Return the user's standing on each of the applications; those without a row are left out."""
    rows = await session.execute(
        sa.select(Standing.application_id, Standing.state).where(
            Standing.user_id == user_id, Standing.application_id.in_(list(application_ids))
        )
    )
    return {application: None if state is None else State(state) for application, state in rows}


async def may_read_feedback(
    session: AsyncSession, viewer: Viewer, application_id: uuid.UUID, opening_id: uuid.UUID
) -> bool:
    """Say whether the viewer may read others' feedback on one application."""
    state = (await standings_of(session, viewer.id, [application_id])).get(application_id)
    return may_read(state, by_role=viewer.has(READS_FEEDBACK, opening_id))
