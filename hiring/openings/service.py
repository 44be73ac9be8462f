"""Writes of openings."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.db.base import new_id
from hiring.errors import Conflict, Forbidden, Invalid
from hiring.openings.core import PlannedKit, clean_line, clean_slug, read_plan, text_faults
from hiring.openings.queries import active_users
from hiring.openings.tables import Kit, KitFocus, KitQuestion, Opening
from hiring.people.core import Role, Viewer
from hiring.people.service import grant
from hiring.records.service import audit
from hiring.rubrics.queries import version_plan

OPENS = frozenset({Role.ADMINISTRATOR, Role.RECRUITER})


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


async def _copy_plan(
    session: AsyncSession, opening_id: uuid.UUID, plan: Sequence[PlannedKit], criteria: dict[str, uuid.UUID]
) -> None:
    """Copy a version's plan into the opening's own kits."""
    kits, focus, questions = [], [], []
    for position, kit in enumerate(plan):
        kit_id = new_id()
        kits.append(
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
        focus += [
            {"kit_id": kit_id, "criterion_id": criteria[key], "position": at}
            for at, key in enumerate(kit.focus)
            if key in criteria
        ]
        questions += [
            {
                "id": new_id(),
                "kit_id": kit_id,
                "kind": each.kind,
                "ask": each.ask,
                "follow_ups": list(each.follow_ups),
                "position": at,
            }
            for at, each in enumerate(kit.questions)
        ]
    for table, rows in ((Kit, kits), (KitFocus, focus), (KitQuestion, questions)):
        if rows:
            await session.execute(sa.insert(table), rows)
