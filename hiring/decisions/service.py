"""Writes of decisions."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.blindness.core import BLIND
from hiring.blindness.queries import may_read_feedback, standings_of
from hiring.candidates.core import ENDS, Stage
from hiring.candidates.service import move
from hiring.db.base import new_id
from hiring.decisions import queries
from hiring.decisions.core import Outcome, decision_faults
from hiring.decisions.tables import Decision, DecisionCriterion
from hiring.errors import Conflict, Forbidden, Invalid, NotFound
from hiring.people.core import DECIDES, Viewer
from hiring.records.service import audit
from hiring.scorecards.service import waive_open_cards

ENDING = {Outcome.HIRE: Stage.HIRED, Outcome.NO_HIRE: Stage.REJECTED}


async def record_decision(
    session: AsyncSession,
    viewer: Viewer,
    application_id: uuid.UUID,
    now: dt.datetime,
    *,
    outcome: Outcome | None,
    reasons: str,
    evidence_wanted: str = "",
    criteria: Sequence[str] = (),
) -> uuid.UUID:
    """Record what the viewer decided, waive what is still open, and release everyone; return the decision's id.

    `criteria`: keys of the criteria on which a hold wants evidence. Raises Invalid with faults by field; Forbidden for
    who may not decide, or still owes a scorecard of their own; NotFound for who may not know the application.
    """
    place = await queries.place_of(session, application_id, lock=True)
    if place is None or not await may_read_feedback(session, viewer, application_id, place.opening_id):
        state = (await standings_of(session, viewer.id, [application_id])).get(application_id)
        if place is not None and state in BLIND:
            raise Forbidden("You cannot decide before you have filed your own scorecard here.")
        raise NotFound("There is no such application.")
    if not viewer.has(DECIDES, place.opening_id):
        raise Forbidden("Only the opening’s hiring manager records decisions.")
    if place.stage in ENDS:
        raise Conflict(f"The application has ended: it stands in {place.stage}.")
    faults = decision_faults(outcome, reasons, evidence_wanted, list(criteria))
    known = await queries.criteria_of(session, place.opening_id)
    if set(criteria) - {each.key for each in known}:
        faults["criteria"] = "Choose criteria of this opening’s rubric."
    if faults or outcome is None:
        raise Invalid("The decision was not recorded.", faults)
    decision_id = new_id()
    await session.execute(
        sa.insert(Decision).values(
            id=decision_id,
            application_id=application_id,
            outcome=outcome,
            decided_by=viewer.id,
            at=now,
            reasons=reasons.strip(),
            evidence_wanted=evidence_wanted.strip() if outcome is Outcome.HOLD else "",
        )
    )
    wanted = [each for each in known if each.key in criteria] if outcome is Outcome.HOLD else []
    if wanted:
        await session.execute(
            sa.insert(DecisionCriterion), [{"decision_id": decision_id, "criterion_id": each.id} for each in wanted]
        )
    await audit(
        session,
        now,
        viewer.id,
        "decision.recorded",
        "application",
        application_id,
        outcome=outcome.value,
        decision=decision_id,
    )
    await waive_open_cards(session, application_id, now)
    if outcome in ENDING:
        stage = ENDING[outcome]
        await move(
            session, viewer, application_id, stage, f"Decided: {outcome.words}.", now, hire_decided=stage is Stage.HIRED
        )
    return decision_id
