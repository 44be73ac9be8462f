"""Writes of candidates: added one by one or from a file, and moved between stages."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.blindness.core import BLIND
from hiring.blindness.queries import standings_of
from hiring.candidates.core import Stage, move_fault
from hiring.candidates.queries import applicants, candidates_by_email, opening_exists
from hiring.candidates.readers import LineFault, read_candidates
from hiring.candidates.tables import Application, Candidate, StageMove
from hiring.db.base import new_id
from hiring.errors import Conflict, Forbidden, Invalid, NotFound
from hiring.openings.core import check_runs, runs, sees_board
from hiring.people.core import Viewer, clean_email, clean_name
from hiring.records.service import audit

REASON_MOST = 2_000
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no I, O, 0 or 1, which look alike in print


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did. With `faults` it did nothing."""

    added: int = 0
    already: tuple[str, ...] = ()
    faults: tuple[LineFault, ...] = ()


async def add_candidate(
    session: AsyncSession,
    viewer: Viewer,
    opening_id: uuid.UUID,
    *,
    name: str,
    email: str,
    applied_at: dt.datetime,
    now: dt.datetime,
) -> uuid.UUID:
    """Add a candidate to an opening and return the application's id. Who is known by the address keeps the known name.

    Raises Invalid with the faults by field, and Conflict where the person has applied here already.
    """
    check_runs(viewer, opening_id, "add candidates")
    cleaned_name, cleaned_email = clean_name(name), clean_email(email)
    faults = {}
    if cleaned_name is None:
        faults["name"] = "Write the candidate’s name, at most 200 characters."
    if cleaned_email is None:
        faults["email"] = "Write an e-mail address, such as name@example.org."
    if applied_at > now + dt.timedelta(days=1):
        faults["applied_on"] = "Write the day on which the application came, today or earlier."
    if faults or cleaned_name is None or cleaned_email is None:
        raise Invalid("The candidate was not added.", faults)
    made = await _add(session, opening_id, [(cleaned_name, cleaned_email, applied_at)], now)
    if not made:
        known = await candidates_by_email(session, [cleaned_email])
        raise Conflict(f"{known[cleaned_email][1]} has applied in this opening already.")
    await audit(session, now, viewer.id, "application.added", "application", made[0], opening=opening_id)
    return made[0]


async def import_csv(
    session: AsyncSession, viewer: Viewer, opening_id: uuid.UUID, data: bytes, now: dt.datetime
) -> ImportResult:
    """Add the candidates of a CSV: all of them, or none and the faults by line. Who has applied here already is left as they are."""
    check_runs(viewer, opening_id, "add candidates")
    rows, faults = read_candidates(data)
    tomorrow = (now + dt.timedelta(days=1)).date()
    late = tuple(
        LineFault(row.line, "The day lies in the future.")
        for row in rows
        if row.applied is not None and row.applied > tomorrow
    )
    faults = tuple(sorted((*faults, *late), key=lambda fault: fault.line))
    if faults:
        return ImportResult(faults=faults)
    people = [
        (row.name, row.email, now if row.applied is None else dt.datetime.combine(row.applied, dt.time(12), dt.UTC))
        for row in rows
    ]
    before, _ = await applicants(session, opening_id)
    made = await _add(session, opening_id, people, now)
    known = await candidates_by_email(session, [row.email for row in rows])
    already = tuple(known[row.email][1] for row in rows if row.email in known and known[row.email][0] in before)
    if made:
        await audit(
            session,
            now,
            viewer.id,
            "applications.imported",
            "opening",
            opening_id,
            count=len(made),
            applications=[str(each) for each in made],
        )
    return ImportResult(added=len(made), already=already)


async def _add(
    session: AsyncSession, opening_id: uuid.UUID, people: list[tuple[str, str, dt.datetime]], now: dt.datetime
) -> list[uuid.UUID]:
    """Insert (name, address, day) as candidates and applications; return the new applications. Two imports at once do not collide."""
    if not await opening_exists(session, opening_id):
        raise NotFound("There is no such opening, or it is not yours to see.")
    await session.execute(
        sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"applicants:{opening_id}", 0)))
    )
    await session.execute(
        insert(Candidate)
        .values([{"id": new_id(), "name": name, "email": email, "created_at": now} for name, email, _ in people])
        .on_conflict_do_nothing(index_elements=["email"])
    )
    known = await candidates_by_email(session, [email for _, email, _ in people])
    before, taken = await applicants(session, opening_id)
    rows: list[dict[str, Any]] = []
    for _, email, applied_at in people:
        candidate_id = known[email][0]
        if candidate_id in before:
            continue
        rows.append(
            {
                "id": new_id(),
                "opening_id": opening_id,
                "candidate_id": candidate_id,
                "applied_at": applied_at,
                "stage": Stage.APPLIED,
                "stage_since": min(applied_at, now),
                "pseudonym": _pseudonym(taken),
            }
        )
    if rows:
        await session.execute(sa.insert(Application), rows)
    return [row["id"] for row in rows]


def _pseudonym(taken: set[str]) -> str:
    """Return a random name that is free in the opening, and take it."""
    while (made := "".join(secrets.choice(_LETTERS) for _ in range(6))) in taken:
        pass
    taken.add(made)
    return made


async def move(
    session: AsyncSession,
    viewer: Viewer,
    application_id: uuid.UUID,
    to_stage: Stage,
    reason: str,
    now: dt.datetime,
    *,
    hire_decided: bool,
) -> None:
    """Move an application to another stage. Whoever is blind on it does not move it: the stage would tell what others thought.

    Raises Conflict where the move is not possible now, and Invalid(fields) for the reason.
    """
    application = await session.scalar(
        sa.select(Application)
        .where(Application.id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if application is None or not sees_board(viewer, application.opening_id):
        raise NotFound("There is no such application, or it is not yours to see.")
    if not runs(viewer, application.opening_id):
        raise Forbidden("Recruiters and the opening’s hiring manager move applications. Ask one of them.")
    if (await standings_of(session, viewer.id, [application_id])).get(application_id) in BLIND:
        raise Forbidden(
            "The stage stays hidden from you while you owe a scorecard here or are recused, so somebody else has to move it."
        )
    reason = reason.strip()
    if len(reason) > REASON_MOST:
        raise Invalid("The application was not moved.", {"reason": "Use at most 2,000 characters."})
    from_stage = Stage(application.stage)
    fault = move_fault(from_stage, to_stage, reason=reason, hire_decided=hire_decided)
    if (
        fault is not None
        and not reason
        and move_fault(from_stage, to_stage, reason="given", hire_decided=hire_decided) is None
    ):
        raise Invalid("The application was not moved.", {"reason": fault})
    if fault is not None:
        raise Conflict(fault)
    await session.execute(
        sa.update(Application).where(Application.id == application_id).values(stage=to_stage, stage_since=now)
    )
    await session.execute(
        sa.insert(StageMove).values(
            id=new_id(),
            application_id=application_id,
            from_stage=from_stage,
            to_stage=to_stage,
            at=now,
            moved_by=viewer.id,
            reason=reason,
        )
    )
    await audit(
        session,
        now,
        viewer.id,
        "application.moved",
        "application",
        application_id,
        from_stage=from_stage.value,
        to_stage=to_stage.value,
    )
