"""The interviewer's pages: what is due, and one interview's kit with one's own scorecard."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.blindness.core import BLIND, shown_stage
from hiring.errors import Conflict, Invalid, NotFound, Refusal
from hiring.pages import AnyRequest, in_zone, page
from hiring.people.core import Viewer
from hiring.scorecards import queries, service
from hiring.scorecards.core import CardState, Urgency, beside, control_of, differing, done, missing, part_of, typed_of
from hiring.scorecards.forms import ScorecardForm, parse_scorecard
from hiring.scorecards.queries import Focus, OwnCard


@get("/interviews")
async def interviews(
    request: AnyRequest,
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[str]:
    """List the viewer's interviews, what is due first."""
    found = await queries.interviews_of(session, viewer.id, now)
    return page(request, "scorecards/interviews.html", found=found, any=any(found.values()))


@get("/interviews/{interview_id:uuid}")
async def interview(
    request: AnyRequest,
    interview_id: FromPath[uuid.UUID],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[str]:
    """Show a panelist the kit and their scorecard."""
    return await _show(request, session, viewer, interview_id, now)


@post("/interviews/{interview_id:uuid}/scorecard", status_code=303)
async def scorecard(
    request: AnyRequest,
    interview_id: FromPath[uuid.UUID],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[Any]:
    """Save the draft, or submit the scorecard. A refusal of what was typed is a page and no exception, so that the draft is kept."""
    form = parse_scorecard(await request.form())
    quiet = "application/json" in request.headers.get("accept", "")
    try:
        if form.submits:
            await service.submit_scorecard(
                session,
                viewer,
                interview_id,
                form.sheet,
                form.notes,
                form.asked,
                form.edition,
                now,
                request.app.state["secret"],
                form.page,
            )
        else:
            edition = await service.save_draft(
                session, viewer, interview_id, form.sheet, form.notes, form.asked, form.edition, now, form.page
            )
            if quiet:
                return Response(
                    {
                        "edition": edition,
                        "saved_at": now.isoformat(),
                        "clock": f"{in_zone(now, viewer.time_zone):%H:%M}",
                    },
                    status_code=200,
                )
    except (service.DraftConflict, service.AlreadyFiled, service.TooEarly, Invalid) as refusal:
        return (
            _told(refusal)
            if quiet
            else await _show(request, session, viewer, interview_id, now, form=form, refusal=refusal)
        )
    return Redirect(f"/interviews/{interview_id}", status_code=303)


@post("/interviews/{interview_id:uuid}/revision", status_code=303)
async def revision(
    request: AnyRequest,
    interview_id: FromPath[uuid.UUID],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[Any]:
    """File a new version of a submitted scorecard."""
    form = parse_scorecard(await request.form())
    try:
        await service.revise_scorecard(
            session, viewer, interview_id, form.sheet, form.reason, now, request.app.state["secret"], form.base
        )
    except (Invalid, Conflict) as refusal:
        return await _show(request, session, viewer, interview_id, now, form=form, refusal=refusal)
    return Redirect(f"/interviews/{interview_id}", status_code=303)


@post("/interviews/{interview_id:uuid}/recusal", status_code=303)
async def recusal(
    request: AnyRequest,
    interview_id: FromPath[uuid.UUID],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[Any]:
    """Step back from an interview."""
    reason = str((await request.form()).get("reason", ""))
    try:
        await service.recuse(session, viewer, interview_id, reason, now)
    except Invalid as refusal:
        return await _show(request, session, viewer, interview_id, now, reason=reason, refusal=refusal)
    return Redirect(f"/interviews/{interview_id}", status_code=303)


def _told(refusal: Refusal) -> Response[Any]:
    """Return a refusal for the script that saves: the sentence, the faults by field, and what another browser saved."""
    answer: dict[str, Any] = {"error": str(refusal), "fields": getattr(refusal, "fields", {})}
    if isinstance(refusal, service.DraftConflict):
        stored = refusal.stored
        answer |= {"edition": stored.edition, "typed": typed_of(stored.sheet, stored.notes, list(stored.sheet.entries))}
    return Response(answer, status_code=refusal.status)


async def _show(
    request: AnyRequest,
    session: AsyncSession,
    viewer: Viewer,
    interview_id: uuid.UUID,
    now: dt.datetime,
    *,
    form: ScorecardForm | None = None,
    reason: str = "",
    refusal: Refusal | None = None,
) -> Response[str]:
    """Show the page as the card's state asks for; after a refusal with what was typed and each error beside its field."""
    card = await queries.own_card(session, viewer.id, interview_id)
    if card is None:
        raise NotFound(service.NO_INTERVIEW)
    focus = await queries.focus_of(session, card.kit_id)
    lacks = getattr(refusal, "lacks", ())
    context: dict[str, Any] = {
        "card": card,
        "focus": focus,
        "panel": await queries.colleagues(session, interview_id, viewer.id),
        "stage": shown_stage(card.stage, card.standing) if card.standing else "",
        "refusal": str(refusal) if refusal else "",
        "errors": getattr(refusal, "fields", {}) | {each.field: beside(each) for each in lacks},
        "lacks": [(control_of(each.field), each.sentence) for each in lacks],
        "reason": form.reason if form else reason,
    }
    status = refusal.status if refusal else 200
    if card.cancelled_at is not None or card.state in {CardState.RECUSED, CardState.WAIVED}:
        return page(request, "scorecards/closed.html", status=status, **context)
    if card.state is CardState.SUBMITTED:
        return page(
            request,
            "scorecards/filed.html",
            status=status,
            **context,
            **await _filed(session, viewer, card, focus, now, form),
        )
    questions = await queries.questions_of(session, card.kit_id)
    return page(
        request,
        "scorecards/card.html",
        status=status,
        **context,
        questions=questions,
        **_drafted(card, focus, form, refusal),
    )


def _drafted(card: OwnCard, focus: list[Focus], form: ScorecardForm | None, refusal: Refusal | None) -> dict[str, Any]:
    """Return what the open scorecard shows: the draft, or what was just typed, and how far it is."""
    keys = [each.key for each in focus]
    sheet, notes = (form.sheet, form.notes) if form else (card.sheet, card.notes)
    typed = typed_of(sheet, notes, keys)
    conflict = isinstance(refusal, service.DraftConflict)
    return {
        "typed": typed,
        "asked": set(form.asked if form else card.asked),
        "other": differing(typed, typed_of(card.sheet, card.notes, keys)) if conflict else {},
        "conflict": conflict,
        "parts": [
            part_of(sheet.entries[key], card.scale) if key in sheet.entries else ("open", "No level yet")
            for key in keys
        ],
        "done": done(sheet, keys),
        "left": [
            (control_of(each.field), each.field, next((one.name for one in focus if one.key == each.criterion), ""))
            for each in missing(sheet, [(each.key, each.name, len(card.scale)) for each in focus])
        ],
    }


async def _filed(
    session: AsyncSession,
    viewer: Viewer,
    card: OwnCard,
    focus: list[Focus],
    now: dt.datetime,
    form: ScorecardForm | None,
) -> dict[str, Any]:
    """Return what the submitted scorecard shows: its versions, the form that revises it, and what is due next."""
    versions = await queries.own_versions(session, card.id)
    waiting = await queries.interviews_of(session, viewer.id, now)
    return {
        "versions": versions,
        "revising": form is not None,
        "typed": typed_of(form.sheet if form else versions[0].sheet, card.notes, [each.key for each in focus]),
        "other": {},
        "may_read": card.standing is not None and card.standing not in BLIND,
        "next": next(iter(waiting[Urgency.OVERDUE] + waiting[Urgency.DUE]), None),
    }


router = Router("/", route_handlers=[interviews, interview, scorecard, revision, recusal])
