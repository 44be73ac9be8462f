"""Writes of interviews. The scorecards that hang on them are opened and waived one room above, in scorecards."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.candidates.core import ENDS
from hiring.candidates.queries import application_head
from hiring.db.base import new_id
from hiring.errors import Conflict, Forbidden, Invalid, NotFound
from hiring.interviews.core import Panel, minutes_fault, panel_fault
from hiring.interviews.queries import Clash, OpeningUse, booked, clash, kit_minutes, opening_use
from hiring.interviews.tables import Interview, Panelist
from hiring.openings import service as openings
from hiring.openings.core import KitUse, runs, sees_board
from hiring.openings.queries import OpeningHead, active_users, opening_head
from hiring.pages import day, in_zone, short_day
from hiring.people.core import Viewer
from hiring.records.service import audit


async def schedule(
    session: AsyncSession,
    viewer: Viewer,
    *,
    application_id: uuid.UUID,
    kit_id: uuid.UUID,
    starts_at: dt.datetime,
    panel: Panel,
    now: dt.datetime,
    minutes: int | None = None,
) -> uuid.UUID:
    """Book an interview with its panel and return its id. Without `minutes` it lasts as long as its kit.

    Nobody, the candidate included, is in two interviews at once, whichever the openings: bookings of the same people take turns.
    Raises Invalid with the faults by field, Conflict for a collision or an application that has ended.
    """
    head = await application_head(session, viewer.id, application_id)
    if head is None or not sees_board(viewer, head.opening_id):
        raise NotFound("There is no such application, or it is not yours to see.")
    if not runs(viewer, head.opening_id):
        raise Forbidden("Recruiters and the opening’s hiring manager arrange interviews. Ask one of them.")
    # Who is blind must not learn from a refusal that the application has ended.
    if head.stage in ENDS and not head.blind:
        raise Conflict(f"The application has ended: it stands in {head.stage}. Move it to interviews first.")
    kit_takes = await kit_minutes(session, kit_id, head.opening_id)
    lasts = minutes if minutes is not None else kit_takes or 60
    users = sorted({user for user, _ in panel})
    faults = {
        field: fault for field, fault in (("panel", panel_fault(panel)), ("minutes", minutes_fault(lasts))) if fault
    }
    if kit_takes is None:
        faults["kit"] = "Choose a kit of this opening’s plan."
    if len(await active_users(session, users)) != len(users):
        faults.setdefault("panel", "Choose people who can sign in.")
    if faults:
        raise Invalid("The interview was not arranged.", faults)

    ends_at = starts_at + dt.timedelta(minutes=lasts)
    await take_turns(session, head.candidate_id, users)
    other = await clash(session, application_id, users, starts_at, ends_at)
    if other is not None:
        raise Conflict(_collision(other, head.name, viewer.time_zone))
    interview_id = new_id()
    await session.execute(
        sa.insert(Interview).values(
            id=interview_id,
            opening_id=head.opening_id,
            application_id=application_id,
            kit_id=kit_id,
            starts_at=starts_at,
            ends_at=ends_at,
            created_at=now,
        )
    )
    await session.execute(
        sa.insert(Panelist),
        [{"id": new_id(), "interview_id": interview_id, "user_id": user, "shadow": shadow} for user, shadow in panel],
    )
    await audit(
        session,
        now,
        viewer.id,
        "interview.scheduled",
        "interview",
        interview_id,
        application=application_id,
        kit=kit_id,
        panel=[str(user) for user in users],
    )
    return interview_id


async def take_turns(session: AsyncSession, candidate_id: uuid.UUID, users: Sequence[uuid.UUID]) -> None:
    """Let one transaction at a time book this candidate and these people. In a fixed order, so that two never wait for each other."""
    for key in sorted([f"candidate:{candidate_id}", *(f"panelist:{user}" for user in users)]):
        await session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))


def _collision(other: Clash, candidate: str, zone: str) -> str:
    """Return the sentence that names who is busy, and when, in the viewer's time zone."""
    begins, ends = in_zone(other.starts_at, zone), in_zone(other.ends_at, zone)
    return f"{other.person or candidate} is in another interview on {short_day(begins)} from {begins:%H:%M} to {ends:%H:%M}. Choose another time or person."


async def cancel(session: AsyncSession, viewer: Viewer, interview_id: uuid.UUID, now: dt.datetime) -> uuid.UUID:
    """Cancel an interview and return its application's id. The caller waives its open scorecards in the same transaction."""
    interview = await booked(session, interview_id)
    if interview is None or not sees_board(viewer, interview.opening_id):
        raise NotFound("There is no such interview, or it is not yours to see.")
    if not runs(viewer, interview.opening_id):
        raise Forbidden("Recruiters and the opening’s hiring manager cancel interviews. Ask one of them.")
    if interview.cancelled_at is not None:
        raise Conflict("The interview was cancelled already.")
    await session.execute(sa.update(Interview).where(Interview.id == interview_id).values(cancelled_at=now))
    await audit(
        session, now, viewer.id, "interview.cancelled", "interview", interview_id, application=interview.application_id
    )
    return interview.application_id


async def move_version(
    session: AsyncSession, viewer: Viewer, slug: str, version_id: uuid.UUID, now: dt.datetime
) -> tuple[OpeningHead, int]:
    """Move an opening to another version of its rubric; return the opening as it was, and the number of the version.

    Raises Conflict once the first interview has started.
    """
    opening = await opening_head(session, viewer, slug=slug)

    async def uses() -> dict[uuid.UUID, KitUse]:
        use = await opening_use(session, opening.id)
        if begun(use, now):
            raise Conflict(keeps_version(opening, use, viewer.time_zone))
        return use.kits

    return opening, await openings.move_version(session, viewer, opening, version_id, uses, now)


def begun(use: OpeningUse, now: dt.datetime) -> bool:
    """Say whether an opening's first interview has started."""
    return use.first_start is not None and use.first_start <= now


def keeps_version(opening: OpeningHead, use: OpeningUse, zone: str) -> str:
    """Return the sentence that says since when an opening keeps its version, in the viewer's time zone."""
    since = "earlier"
    if use.first_start is not None:
        began = in_zone(use.first_start, zone)
        since = f"on {day(began)} at {began:%H:%M}"
    return (
        f"The opening keeps version {opening.rubric_number} of its rubric: its first interview started {since}. "
        "A new opening can hold to another version."
    )
