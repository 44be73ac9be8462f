"""The page on which an opening is opened."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.errors import Conflict, Forbidden, Invalid
from hiring.openings import forms, queries, service
from hiring.pages import AnyRequest, page
from hiring.people.core import Viewer
from hiring.rubrics.queries import versions


async def _form(
    request: AnyRequest,
    session: AsyncSession,
    viewer: Viewer,
    form: forms.OpeningForm,
    errors: dict[str, str],
    status: int = 200,
) -> Response[str]:
    if not viewer.has(service.OPENS):
        raise Forbidden("Recruiters and administrators open openings. Ask one of them.")
    return page(
        request,
        "openings/new.html",
        status=status,
        versions=await versions(session),
        people=await queries.choices(session),
        form=form,
        errors=errors,
    )


@get("/openings/new")
async def new_opening(
    request: AnyRequest, viewer: NamedDependency[Viewer], session: NamedDependency[AsyncSession]
) -> Response[str]:
    """Show the form that opens an opening; `?version=` chooses a rubric's version."""
    form = forms.OpeningForm(recruiter=viewer.id, version_id=forms.as_id(request.query_params.get("version", "")))
    return await _form(request, session, viewer, form, {})


@post("/openings/new", status_code=303)
async def open_opening(
    request: AnyRequest,
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[Any]:
    """Open an opening and go to its board, or show the form again with what is wrong."""
    form = forms.parse_opening(await request.form())
    try:
        await service.open_opening(
            session,
            viewer,
            slug=form.short_name,
            title=form.title,
            team=form.team,
            organisation=form.organisation,
            version_id=form.version_id or uuid.UUID(int=0),
            recruiter=form.recruiter,
            hiring_manager=form.hiring_manager,
            committee=form.committee,
            now=now,
        )
    except Invalid as refusal:
        return await _form(request, session, viewer, form, refusal.fields, refusal.status)
    except Conflict as refusal:
        return await _form(request, session, viewer, form, {"slug": str(refusal)}, refusal.status)
    return Redirect(f"/openings/{form.short_name.lower()}?done=opened", status_code=303)


router = Router("/", route_handlers=[new_opening, open_opening])
