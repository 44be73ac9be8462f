"""Interviews and sheets for the tests of scorecards."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from hiring.people.queries import viewer_of
from hiring.people.tables import User
from hiring.scorecards import service
from hiring.scorecards.core import Entry, Recommendation, Sheet
from tests.conftest import NOW
from tests.factories import World

HELD = NOW - dt.timedelta(hours=3)
KEY = b"the key of these tests"


async def interview(
    session: AsyncSession,
    world: World,
    *panel: User,
    kit: str = "coding",
    starts_at: dt.datetime = HELD,
    shadows: tuple[User, ...] = (),
    application: Any = None,
    commit: bool = True,
) -> uuid.UUID:
    """Let the recruiter arrange an interview with Inês (or of another application), held three hours ago."""
    recruiter = await viewer_of(session, world.recruiter.id)
    assert recruiter is not None
    made = await service.open_interview(
        session,
        recruiter,
        application_id=(application or world.ines).id,
        kit_id=world.kits[kit].id,
        starts_at=starts_at,
        panel=[*((each.id, False) for each in panel), *((each.id, True) for each in shadows)],
        now=NOW,
    )
    if commit:
        await session.commit()
    return made


def sheet(
    evidence: str = "Wrote the failing test first.",
    level: int | None = 3,
    recommendation: Recommendation | None = Recommendation.YES,
) -> Sheet:
    """A complete sheet for the coding kit, which assesses one criterion."""
    return Sheet(entries={"code": Entry(level, evidence)}, recommendation=recommendation, why="Steady hands.")


def typed(**fields: Any) -> dict[str, Any]:
    """The fields of a complete form for the coding kit."""
    return {
        "level_code": "3",
        "evidence_code": "Wrote the failing test first.",
        "recommendation": "yes",
        "why": "",
        "strength": "",
        "concern": "",
        "notes": "",
        "edition": "0",
        "do": "submit",
    } | fields
