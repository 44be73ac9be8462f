"""What recruiters look at and act on: the list of openings, an opening's board, a candidate's page."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.blindness.core import shown_stage
from hiring.blindness.service import record_first_reading
from hiring.candidates.core import ENDS, Stage
from hiring.candidates.queries import ApplicationHead, application_head
from hiring.candidates.service import move
from hiring.dashboards import queries
from hiring.dashboards.core import LIMITS, build_board, stands
from hiring.dashboards.forms import MoveForm, ScheduleForm, parse_move, parse_schedule
from hiring.errors import Conflict, Forbidden, Invalid, NotFound
from hiring.openings.core import check_runs, runs, sees_board
from hiring.openings.queries import opening_head
from hiring.openings.service import OPENS
from hiring.pages import AnyRequest, page
from hiring.people.core import DECIDES, READS_FEEDBACK, Viewer
from hiring.scorecards.service import cancel_interview, open_interview

DONE = {
    "opened": "The opening is open. Its plan of interviews comes from the rubric.",
    "added": "The candidate was added.",
    "moved": "The application was moved.",
    "arranged": "The interview is arranged. Each panelist finds it under “My interviews”.",
    "cancelled": "The interview is cancelled, and its open scorecards are waived.",
}


def _done(request: AnyRequest) -> str:
    """Return the sentence for what was just done."""
    return DONE.get(request.query_params.get("done", ""), "")


@get("/openings")
async def openings_page(
    request: AnyRequest,
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[str]:
    """List the openings that the viewer sees as a whole."""
    if not viewer.has_anywhere(READS_FEEDBACK):
        raise Forbidden(
            "Openings are for recruiters, hiring managers and committees. Your interviews stand under “My interviews”."
        )
    listed = await queries.openings(session, viewer, now)
    return page(request, "openings/openings.html", openings=listed, stages=list(Stage), may_open=viewer.has(OPENS))


@get("/openings/{slug:str}")
async def board_page(
    request: AnyRequest,
    slug: FromPath[str],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[str]:
    """Show an opening's board: what is stuck, the coming interviews, applications by stage, coverage."""
    opening = await opening_head(session, viewer, slug=slug)
    facts = await queries.board_facts(session, viewer, opening.id, opening.version_id)
    await record_first_reading(session, viewer.id, facts.newly_read, now)
    board = build_board(
        facts.plan,
        facts.applications,
        facts.interviews,
        facts.given,
        steps=len(opening.scale),
        viewer=viewer.id,
        now=now,
    )
    return page(
        request,
        "dashboards/board.html",
        section="/openings",
        opening=opening,
        board=board,
        limits=LIMITS,
        may_run=runs(viewer, opening.id),
        only_stuck=request.query_params.get("show") == "stuck",
        done=_done(request),
    )


async def _head(session: AsyncSession, viewer: Viewer, application_id: uuid.UUID) -> ApplicationHead:
    """Return an application that the viewer may know of, by a role in its opening or as a panelist; its stage masked while blind."""
    head = await application_head(session, viewer.id, application_id)
    if head is None or not (head.involved or sees_board(viewer, head.opening_id)):
        raise NotFound("There is no such application, or it is not yours to see.")
    if head.blind:
        return replace(head, stage=Stage(shown_stage(head.stage, head.state)), stage_since=head.applied_at)
    return head


async def _candidate(
    request: AnyRequest,
    session: AsyncSession,
    viewer: Viewer,
    head: ApplicationHead,
    now: dt.datetime,
    *,
    form: MoveForm | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response[str]:
    facts = await queries.candidate_facts(session, viewer, head.id, head.opening_id)
    others = any(card.user_id != viewer.id for card in facts.cards) or any(
        event.kind == "decision" and event.by != viewer.id for event in facts.events
    )
    if others and head.first_read_at is None:
        await record_first_reading(session, viewer.id, [head.id], now)
    booked = {interview.kit_id for interview in facts.interviews}
    return page(
        request,
        "candidates/candidate.html",
        status=status,
        section="/openings",
        head=head,
        facts=facts,
        criteria=stands(facts.cards, len(facts.scale)),
        unbooked=[kit for kit in facts.kits if kit[0] not in booked],
        by_role=sees_board(viewer, head.opening_id),
        may_run=runs(viewer, head.opening_id),
        may_decide=viewer.has(DECIDES, head.opening_id) and not head.blind and head.stage not in ENDS,
        stages=[stage for stage in Stage if stage not in {head.stage, Stage.HIRED}],
        ends=ENDS,
        form=form,
        errors=errors or {},
        done=_done(request),
    )


@get("/applications/{application_id:uuid}")
async def candidate_page(
    request: AnyRequest,
    application_id: FromPath[uuid.UUID],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[str]:
    """Show a candidate in an opening: stage, interviews, and the scorecards that the viewer may read."""
    head = await _head(session, viewer, application_id)
    return await _candidate(request, session, viewer, head, now)


@post("/applications/{application_id:uuid}/stage", status_code=303)
async def move_application(
    request: AnyRequest,
    application_id: FromPath[uuid.UUID],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[Any]:
    """Move an application to another stage, or show its page again with what is wrong."""
    head = await _head(session, viewer, application_id)
    form = parse_move(await request.form())
    if form.stage is None:
        return await _candidate(
            request, session, viewer, head, now, form=form, errors={"stage": "Choose a stage."}, status=422
        )
    try:
        decided = await queries.hire_decided(session, application_id)
        await move(session, viewer, application_id, form.stage, form.reason, now, hire_decided=decided)
    except Invalid as refusal:
        return await _candidate(
            request, session, viewer, head, now, form=form, errors=refusal.fields, status=refusal.status
        )
    except Conflict as refusal:
        return await _candidate(
            request, session, viewer, head, now, form=form, errors={"stage": str(refusal)}, status=refusal.status
        )
    return Redirect(
        f"/openings/{head.slug}?done=moved" if form.back else f"/applications/{head.id}?done=moved", status_code=303
    )


async def _schedule(
    request: AnyRequest,
    session: AsyncSession,
    head: ApplicationHead,
    now: dt.datetime,
    form: ScheduleForm,
    errors: dict[str, str],
    status: int = 200,
) -> Response[str]:
    kits, booked = await queries.kits_to_book(session, head.id, head.opening_id)
    return page(
        request,
        "interviews/schedule.html",
        status=status,
        section="/openings",
        head=head,
        kits=kits,
        booked=booked,
        people=await queries.panel_choices(session, now),
        form=form,
        errors=errors,
    )


@get("/applications/{application_id:uuid}/interviews")
async def schedule_page(
    request: AnyRequest,
    application_id: FromPath[uuid.UUID],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[str]:
    """Show the form that arranges an interview; `?kit=` chooses one of the plan."""
    head = await _head(session, viewer, application_id)
    check_runs(viewer, head.opening_id, "arrange interviews")
    form = parse_schedule(request.query_params)
    return await _schedule(request, session, head, now, form, {})


@post("/applications/{application_id:uuid}/interviews", status_code=303)
async def schedule_interview(
    request: AnyRequest,
    application_id: FromPath[uuid.UUID],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[Any]:
    """Arrange an interview, or show the form again with what is wrong."""
    head = await _head(session, viewer, application_id)
    check_runs(viewer, head.opening_id, "arrange interviews")
    form = parse_schedule(await request.form())
    errors, status = form.errors(viewer.time_zone, now), 422
    starts_at = form.starts_at(viewer.time_zone)
    if not errors and starts_at is not None and form.kit is not None:
        try:
            await open_interview(
                session,
                viewer,
                application_id=head.id,
                kit_id=form.kit,
                starts_at=starts_at,
                panel=form.seats(),
                now=now,
                minutes=form.lasts(),
            )
        except Invalid as refusal:
            errors = refusal.fields
        except Conflict as refusal:
            errors, status = {"day": str(refusal)}, refusal.status
        else:
            return Redirect(f"/applications/{head.id}?done=arranged", status_code=303)
    return await _schedule(request, session, head, now, form, errors, status)


@post("/interviews/{interview_id:uuid}/cancellation", status_code=303)
async def cancel(
    interview_id: FromPath[uuid.UUID],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Redirect:
    """Cancel an interview; its open scorecards are waived."""
    application_id = await cancel_interview(session, viewer, interview_id, now)
    return Redirect(f"/applications/{application_id}?done=cancelled", status_code=303)


router = Router(
    "/",
    route_handlers=[
        openings_page,
        board_page,
        candidate_page,
        move_application,
        schedule_page,
        schedule_interview,
        cancel,
    ],
)
