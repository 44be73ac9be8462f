"""Reads of openings: one by its short name, its plan, its team, and whom one may choose."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.errors import NotFound
from hiring.openings.core import KeptKit, PlannedQuestion, sees_board
from hiring.openings.tables import Kit, KitFocus, KitQuestion, Opening
from hiring.people.core import Role, Viewer, name_key
from hiring.people.tables import RoleGrant, User
from hiring.rubrics.tables import Criterion, Rubric, RubricVersion


@dataclass(frozen=True, slots=True)
class OpeningHead:
    """An opening as the head of each of its pages shows it. `team` has (role, name), by role and name."""

    id: uuid.UUID
    slug: str
    title: str
    team_name: str
    organisation: str
    version_id: uuid.UUID
    rubric_slug: str
    rubric_number: int
    scale: tuple[str, ...]
    bar: int | None
    created_at: dt.datetime
    closed_at: dt.datetime | None
    team: tuple[tuple[Role, str], ...]

    def named(self, role: str) -> tuple[str, ...]:
        """Return the names of those who hold a role in this opening."""
        return tuple(name for held, name in self.team if held == role)


@dataclass(frozen=True, slots=True)
class PlanKit:
    """A kit of an opening's plan. `focus` are (criterion id, name) in the kit's order."""

    id: uuid.UUID
    key: str
    name: str
    minutes: int
    focus: tuple[tuple[uuid.UUID, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A person whom one may choose."""

    id: uuid.UUID
    name: str
    title: str
    email: str
    time_zone: str


async def opening_head(
    session: AsyncSession, viewer: Viewer, *, slug: str | None = None, opening_id: uuid.UUID | None = None
) -> OpeningHead:
    """Return an opening by its slug or id in one query; raise NotFound where there is none, or it is not the viewer's to see."""
    rows = (
        await session.execute(
            sa.select(
                Opening.id,
                Opening.slug,
                Opening.title,
                Opening.team.label("team_name"),
                Opening.organisation,
                Opening.version_id,
                Rubric.slug.label("rubric_slug"),
                RubricVersion.number.label("rubric_number"),
                RubricVersion.scale,
                RubricVersion.bar,
                Opening.created_at,
                Opening.closed_at,
                RoleGrant.role,
                User.name,
            )
            .join(RubricVersion, RubricVersion.id == Opening.version_id)
            .join(Rubric, Rubric.id == RubricVersion.rubric_id)
            .outerjoin(RoleGrant, RoleGrant.opening_id == Opening.id)
            .outerjoin(User, User.id == RoleGrant.user_id)
            .where(Opening.slug == slug if slug is not None else Opening.id == opening_id)
        )
    ).all()
    if not rows or not sees_board(viewer, rows[0].id):
        raise NotFound("There is no such opening, or it is not yours to see.")
    order = list(Role)
    team = sorted(
        ((Role(row.role), row.name) for row in rows if row.role is not None),
        key=lambda each: (order.index(each[0]), name_key(each[1])),
    )
    head = {name: value for name, value in rows[0]._asdict().items() if name not in {"role", "name", "scale"}}
    return OpeningHead(**head, scale=tuple(rows[0].scale), team=tuple(team))


async def plan_of(session: AsyncSession, opening_id: uuid.UUID) -> tuple[PlanKit, ...]:
    """Return the kits of an opening in the order of its plan, in one query."""
    rows = await session.execute(
        sa.select(
            Kit.id,
            Kit.key,
            Kit.name,
            Kit.minutes,
            Criterion.id.label("criterion_id"),
            Criterion.name.label("criterion"),
        )
        .outerjoin(KitFocus, KitFocus.kit_id == Kit.id)
        .outerjoin(Criterion, Criterion.id == KitFocus.criterion_id)
        .where(Kit.opening_id == opening_id)
        .order_by(Kit.position, Kit.key, KitFocus.position)
    )
    kits: dict[uuid.UUID, PlanKit] = {}
    for row in rows:
        focus = ((row.criterion_id, row.criterion),) if row.criterion_id is not None else ()
        before = kits.get(row.id)
        kits[row.id] = PlanKit(row.id, row.key, row.name, row.minutes, (before.focus if before else ()) + focus)
    return tuple(kits.values())


async def locked_plan(session: AsyncSession, opening_id: uuid.UUID) -> tuple[uuid.UUID, tuple[KeptKit, ...]]:
    """Return the version that an opening pins, and its kits, so locked that nobody books an interview with one meanwhile."""
    version_id = await session.scalar(
        sa.select(Opening.version_id).where(Opening.id == opening_id).with_for_update(key_share=True)
    )
    if version_id is None:
        raise NotFound("There is no such opening, or it is not yours to see.")
    return version_id, await kept_kits(session, opening_id, lock=True)


async def kept_kits(session: AsyncSession, opening_id: uuid.UUID, *, lock: bool = False) -> tuple[KeptKit, ...]:
    """Return the kits of an opening in the order of its plan."""
    query = sa.select(Kit.id, Kit.key, Kit.name).where(Kit.opening_id == opening_id).order_by(Kit.position, Kit.key)
    rows = await session.execute(query.with_for_update() if lock else query)
    return tuple(KeptKit(**row._asdict()) for row in rows)


async def questions_of(session: AsyncSession, opening_id: uuid.UUID) -> dict[uuid.UUID, tuple[PlannedQuestion, ...]]:
    """Return the questions of each kit of an opening in their order."""
    rows = await session.execute(
        sa.select(KitQuestion.kit_id, KitQuestion.kind, KitQuestion.ask, KitQuestion.follow_ups)
        .join(Kit, Kit.id == KitQuestion.kit_id)
        .where(Kit.opening_id == opening_id)
        .order_by(KitQuestion.position)
    )
    found: dict[uuid.UUID, tuple[PlannedQuestion, ...]] = {}
    for row in rows:
        asked = PlannedQuestion(row.kind, row.ask, tuple(row.follow_ups))
        found[row.kit_id] = (*found.get(row.kit_id, ()), asked)
    return found


async def active_users(session: AsyncSession, user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the names of those of the users who are not switched off."""
    wanted = list(user_ids)
    if not wanted:
        return {}
    rows = await session.execute(sa.select(User.id, User.name).where(User.id.in_(wanted), User.active))
    return {row.id: row.name for row in rows}


async def choices(session: AsyncSession) -> list[Choice]:
    """Return everyone who is not switched off, by name."""
    rows = await session.execute(
        sa.select(User.id, User.name, User.title, User.email, User.time_zone).where(User.active)
    )
    return sorted((Choice(**row._asdict()) for row in rows), key=lambda each: (name_key(each.name), each.id))
