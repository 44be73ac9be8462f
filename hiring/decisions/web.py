"""The page on which a hiring manager records a decision."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.blindness.service import record_first_reading
from hiring.decisions import queries, service
from hiring.decisions.core import Outcome
from hiring.decisions.forms import DecisionForm, parse_decision
from hiring.errors import Forbidden, Invalid, NotFound
from hiring.pages import AnyRequest, page
from hiring.people.core import DECIDES, Viewer


async def _page(
    request: AnyRequest,
    session: AsyncSession,
    viewer: Viewer,
    application_id: uuid.UUID,
    now: dt.datetime,
    form: DecisionForm,
    errors: dict[str, str],
) -> Response[str]:
    subject = await queries.subject_of(session, viewer, application_id)
    if subject is None:
        raise NotFound("There is no decision to make here for you. A scorecard that you owe comes first.")
    if not viewer.has(DECIDES, subject.opening_id):
        raise Forbidden("Only the opening’s hiring manager records decisions.")
    decisions = await queries.decisions_on(session, viewer, application_id)
    if any(each.by_id != viewer.id for each in decisions):
        await record_first_reading(session, viewer.id, [application_id], now)
    return page(
        request,
        "decisions/decision.html",
        status=422 if errors else 200,
        subject=subject,
        decisions=decisions,
        criteria=await queries.criteria_of(session, subject.opening_id),
        outcomes=list(Outcome),
        form=form,
        errors=errors,
    )


@get("/applications/{application_id:uuid}/decision")
async def decision_page(
    request: AnyRequest,
    application_id: FromPath[uuid.UUID],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[str]:
    """Show what was decided so far, and the form for a decision."""
    return await _page(request, session, viewer, application_id, now, DecisionForm(), {})


@post("/applications/{application_id:uuid}/decision", status_code=303)
async def decide(
    request: AnyRequest,
    application_id: FromPath[uuid.UUID],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[Any]:
    """Record the decision, or show the form again with what is missing."""
    form = parse_decision(await request.form())
    try:
        await service.record_decision(
            session, viewer, application_id, now,
            outcome=form.outcome, reasons=form.reasons, evidence_wanted=form.evidence_wanted, criteria=form.criteria,
        )  # fmt: skip
    except Invalid as refusal:
        return await _page(request, session, viewer, application_id, now, form, refusal.fields)
    return Redirect(f"/applications/{application_id}", status_code=303)


router = Router("/", route_handlers=[decision_page, decide])
