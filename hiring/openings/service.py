"""Writes of openings."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.db.base import new_id
from hiring.errors import Conflict, Forbidden, Invalid, NotFound
from hiring.openings.core import (
    KeptKit,
    KitUse,
    PlannedKit,
    check_runs,
    clean_line,
    clean_slug,
    lost_kit_fault,
    read_plan,
    text_faults,
)
from hiring.openings.queries import OpeningHead, active_users, locked_plan, questions_of
from hiring.openings.tables import Kit, KitFocus, KitQuestion, Opening
from hiring.people.core import Role, Viewer
from hiring.people.service import grant
from hiring.records.service import audit
from hiring.rubrics.queries import version_plan

OPENS = frozenset({Role.ADMINISTRATOR, Role.RECRUITER})
MOVES = "choose the version of its rubric"
"""What who may not is told that others do."""


async def open_opening(
    session: AsyncSession,
    viewer: Viewer | None,
    *,
    slug: str,
    title: str,
    team: str,
    organisation: str,
    version_id: uuid.UUID,
    recruiter: uuid.UUID | None,
    hiring_manager: uuid.UUID | None,
    committee: Sequence[uuid.UUID],
    now: dt.datetime,
) -> uuid.UUID:
    """Open an opening on a published rubric version, with a copy of its plan and roles for its team; return its id.

    Without a viewer the operator acts. Raises Forbidden, Invalid with the faults by field, or Conflict for a taken slug.
    """
    if viewer is not None and not viewer.has(OPENS):
        raise Forbidden("Recruiters and administrators open openings. Ask one of them.")
    by = None if viewer is None else viewer.id
    version = await version_plan(session, version_id)
    roles = [
        (recruiter, Role.RECRUITER),
        (hiring_manager, Role.HIRING_MANAGER),
        *((each, Role.COMMITTEE) for each in committee),
    ]
    named = [(user_id, role) for user_id, role in roles if user_id is not None]
    known = await active_users(session, {user_id for user_id, _ in named})
    faults = text_faults(slug=slug, title=title, team=team, organisation=organisation)
    faults |= {role.value: "Choose people who can sign in." for user_id, role in named if user_id not in known}
    if version is None:
        faults["version_id"] = "Choose a published version of a rubric."
    if faults or version is None:
        raise Invalid("The opening was not opened.", faults)

    made: uuid.UUID | None = await session.scalar(
        insert(Opening)
        .values(
            id=new_id(),
            slug=clean_slug(slug),
            title=clean_line(title),
            team=clean_line(team),
            organisation=clean_line(organisation),
            version_id=version.id,
            created_at=now,
            created_by=by,
        )
        .on_conflict_do_nothing(index_elements=["slug"])
        .returning(Opening.id)
    )
    if made is None:
        raise Conflict(f"There is an opening called {clean_slug(slug)} already. Choose another short name.")
    await _copy_plan(session, made, read_plan(version.plan), version.criteria)
    for user_id, role in named:
        await grant(session, now, user_id, role, opening_id=made, by=by)
    await audit(session, now, by, "opening.opened", "opening", made, version=version.id)
    return made


async def move_version(
    session: AsyncSession,
    viewer: Viewer,
    opening: OpeningHead,
    version_id: uuid.UUID,
    uses: Callable[[], Awaitable[Mapping[uuid.UUID, KitUse]]],
    now: dt.datetime,
) -> int:
    """Pin another version of the opening's rubric, take over its plan, and return the version's number.

    Kits are matched by key: those kept keep the interviews that name them. `uses` tells which interviews name which kits,
    and refuses where the first has started; it is asked when the kits are locked. A trigger refuses after the start too.
    Raises NotFound for a version of another rubric, Conflict for the same version and for a kit in use that would go.
    """
    check_runs(viewer, opening.id, MOVES)
    pinned, kits = await locked_plan(session, opening.id)
    in_use = await uses()
    version = await version_plan(session, version_id)
    if version is None or version.slug != opening.rubric_slug:
        raise NotFound(f"There is no such version of the rubric {opening.rubric_slug}. Choose one of those listed.")
    if version.id == pinned:
        raise Conflict(f"The opening holds to version {version.number} already.")
    plan = read_plan(version.plan)
    fault = lost_kit_fault(kits, in_use, plan, version.number)
    if fault is not None:
        raise Conflict(fault)
    await session.execute(sa.update(Opening).where(Opening.id == opening.id).values(version_id=version.id))
    await _change_plan(session, opening.id, kits, plan, version.criteria)
    told = {"from": pinned, "to": version.id}
    await audit(session, now, viewer.id, "opening.version_moved", "opening", opening.id, **told)
    return version.number


async def _change_plan(
    session: AsyncSession,
    opening_id: uuid.UUID,
    kits: Sequence[KeptKit],
    plan: Sequence[PlannedKit],
    criteria: dict[str, uuid.UUID],
) -> None:
    """Make an opening's kits those of a plan. Questions that stay word by word keep their rows: drafts tick them."""
    ids = {kit.key: kit.id for kit in kits if kit.key in {each.key for each in plan}}
    asked = await questions_of(session, opening_id)
    same = {ids[kit.key] for kit in plan if kit.key in ids and asked.get(ids[kit.key], ()) == kit.questions}
    before = [kit.id for kit in kits]
    rows = _plan_rows(opening_id, plan, criteria, ids)
    await session.execute(sa.delete(KitFocus).where(KitFocus.kit_id.in_(before)))
    await session.execute(
        sa.delete(KitQuestion).where(KitQuestion.kit_id.in_([each for each in before if each not in same]))
    )
    await session.execute(sa.delete(Kit).where(Kit.id.in_(set(before) - set(ids.values()))))
    kept = [row for row in rows.kits if row["id"] in ids.values()]
    if kept:
        await session.execute(sa.update(Kit), kept)
    await _insert(
        session,
        _PlanRows(
            [row for row in rows.kits if row["id"] not in ids.values()],
            rows.focus,
            [row for row in rows.questions if row["kit_id"] not in same],
        ),
    )


async def _copy_plan(
    session: AsyncSession, opening_id: uuid.UUID, plan: Sequence[PlannedKit], criteria: dict[str, uuid.UUID]
) -> None:
    """Copy a version's plan into the opening's own kits."""
    await _insert(session, _plan_rows(opening_id, plan, criteria, {}))


@dataclass(frozen=True, slots=True)
class _PlanRows:
    """The rows of a plan, as they are inserted."""

    kits: list[dict[str, Any]]
    focus: list[dict[str, Any]]
    questions: list[dict[str, Any]]


def _plan_rows(
    opening_id: uuid.UUID, plan: Sequence[PlannedKit], criteria: dict[str, uuid.UUID], ids: Mapping[str, uuid.UUID]
) -> _PlanRows:
    """Return the rows of a plan. `ids`: of the kits that are there already, by key."""
    rows = _PlanRows([], [], [])
    for position, kit in enumerate(plan):
        kit_id = ids.get(kit.key) or new_id()
        rows.kits.append(
            {
                "id": kit_id,
                "opening_id": opening_id,
                "key": kit.key,
                "name": kit.name,
                "minutes": kit.minutes,
                "instructions": kit.instructions,
                "position": position,
            }
        )
        rows.focus.extend(
            {"kit_id": kit_id, "criterion_id": criteria[key], "position": at}
            for at, key in enumerate(kit.focus)
            if key in criteria
        )
        rows.questions.extend(
            {
                "id": new_id(),
                "kit_id": kit_id,
                "kind": each.kind,
                "ask": each.ask,
                "follow_ups": list(each.follow_ups),
                "position": at,
            }
            for at, each in enumerate(kit.questions)
        )
    return rows


async def _insert(session: AsyncSession, plan: _PlanRows) -> None:
    for table, rows in ((Kit, plan.kits), (KitFocus, plan.focus), (KitQuestion, plan.questions)):
        if rows:
            await session.execute(sa.insert(table), rows)
