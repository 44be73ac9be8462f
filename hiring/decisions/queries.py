"""Reads of decisions."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.blindness.queries import visible_feedback
from hiring.candidates.core import Stage
from hiring.candidates.tables import Application, Candidate
from hiring.decisions.core import Outcome
from hiring.decisions.tables import Decision, DecisionCriterion
from hiring.openings.tables import Opening
from hiring.people.core import Viewer
from hiring.people.tables import User
from hiring.rubrics.tables import Criterion


@dataclass(frozen=True, slots=True)
class Place:
    """Where an application stands."""

    opening_id: uuid.UUID
    stage: Stage


@dataclass(frozen=True, slots=True)
class NamedCriterion:
    """A criterion to choose from."""

    id: uuid.UUID
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as pages show it; `criteria` are names."""

    application_id: uuid.UUID
    outcome: Outcome
    by_id: uuid.UUID
    by: str
    at: dt.datetime
    reasons: str
    evidence_wanted: str
    criteria: tuple[str, ...]


async def place_of(session: AsyncSession, application_id: uuid.UUID, *, lock: bool = False) -> Place | None:
    """Return the opening and the stage of an application; with `lock` nobody else moves it until the transaction ends."""
    query = sa.select(Application.opening_id, Application.stage).where(Application.id == application_id)
    row = (await session.execute(query.with_for_update() if lock else query)).first()
    return None if row is None else Place(row.opening_id, Stage(row.stage))


async def criteria_of(session: AsyncSession, opening_id: uuid.UUID) -> list[NamedCriterion]:
    """Return the criteria of an opening's rubric version, in its order."""
    rows = await session.execute(
        sa.select(Criterion.id, Criterion.key, Criterion.name)
        .join(Opening, Opening.version_id == Criterion.version_id)
        .where(Opening.id == opening_id)
        .order_by(Criterion.position)
    )
    return [NamedCriterion(*row) for row in rows]


async def decisions_on(session: AsyncSession, viewer: Viewer, application_id: uuid.UUID) -> list[Decided]:
    """Return the decisions on an application that the viewer may know, oldest first."""
    wanted = (
        sa.select(sa.func.array_agg(sa.text("criterion.name ORDER BY criterion.position")))
        .select_from(DecisionCriterion)
        .join(Criterion, Criterion.id == DecisionCriterion.criterion_id)
        .where(DecisionCriterion.decision_id == Decision.id)
        .scalar_subquery()
    )
    rows = await session.execute(
        sa.select(Decision, User.name, wanted)
        .join(User, User.id == Decision.decided_by)
        .join(Application, Application.id == Decision.application_id)
        .where(
            Decision.application_id == application_id, visible_feedback(viewer, Application.id, Application.opening_id)
        )
        .order_by(Decision.at)
    )
    return [
        Decided(
            application_id,
            Outcome(row.outcome),
            row.decided_by,
            name,
            row.at,
            row.reasons,
            row.evidence_wanted,
            tuple(names or ()),
        )
        for row, name, names in rows
    ]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom and what a decision is about."""

    application_id: uuid.UUID
    opening_id: uuid.UUID
    slug: str
    title: str
    candidate: str
    stage: Stage


async def subject_of(session: AsyncSession, viewer: Viewer, application_id: uuid.UUID) -> Subject | None:
    """Return what a decision on this application is about, for who may read its feedback; otherwise nothing."""
    row = (
        await session.execute(
            sa.select(Application.id, Opening.id, Opening.slug, Opening.title, Candidate.name, Application.stage)
            .join(Opening, Opening.id == Application.opening_id)
            .join(Candidate, Candidate.id == Application.candidate_id)
            .where(Application.id == application_id, visible_feedback(viewer, Application.id, Application.opening_id))
        )
    ).first()
    return None if row is None else Subject(row[0], row[1], row[2], row[3], row[4], Stage(row[5]))
