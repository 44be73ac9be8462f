"""The pages on which candidates are added: one by one, or many from a file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.candidates import forms, service
from hiring.errors import Conflict, Invalid
from hiring.openings.core import check_runs
from hiring.openings.queries import OpeningHead, opening_head
from hiring.pages import AnyRequest, page
from hiring.people.core import Viewer


async def _opening(session: AsyncSession, viewer: Viewer, slug: str) -> OpeningHead:
    opening = await opening_head(session, viewer, slug=slug)
    check_runs(viewer, opening.id, "add candidates")
    return opening


@get("/openings/{slug:str}/candidates/new")
async def new_candidate(
    request: AnyRequest, slug: FromPath[str], viewer: NamedDependency[Viewer], session: NamedDependency[AsyncSession]
) -> Response[str]:
    """Show the form that adds one candidate."""
    opening = await _opening(session, viewer, slug)
    return page(request, "candidates/new.html", opening=opening, form=forms.CandidateForm(), errors={})


@post("/openings/{slug:str}/candidates/new", status_code=303)
async def add_candidate(
    request: AnyRequest,
    slug: FromPath[str],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[Any]:
    """Add a candidate and go to their page, or show the form again with what is wrong."""
    opening = await _opening(session, viewer, slug)
    form = forms.parse_candidate(await request.form())
    errors, status = form.errors(), 422
    if not errors:
        try:
            added = await service.add_candidate(
                session, viewer, opening.id, name=form.name, email=form.email, applied_at=form.applied_at(now), now=now
            )
        except Invalid as refusal:
            errors = refusal.fields
        except Conflict as refusal:
            errors, status = {"email": str(refusal)}, refusal.status
        else:
            return Redirect(f"/applications/{added}?done=added", status_code=303)
    return page(request, "candidates/new.html", status=status, opening=opening, form=form, errors=errors)


@get("/openings/{slug:str}/candidates/import")
async def import_page(
    request: AnyRequest, slug: FromPath[str], viewer: NamedDependency[Viewer], session: NamedDependency[AsyncSession]
) -> Response[str]:
    """Show the form that adds many candidates."""
    opening = await _opening(session, viewer, slug)
    return page(request, "candidates/import.html", opening=opening, pasted="", result=None)


@post("/openings/{slug:str}/candidates/import", status_code=200)
async def import_candidates(
    request: AnyRequest,
    slug: FromPath[str],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[str]:
    """Add the candidates of a file or of pasted lines and say what was done, or show the faults by line."""
    opening = await _opening(session, viewer, slug)
    data, pasted = await forms.parse_import(await request.form())
    result = await service.import_csv(session, viewer, opening.id, data, now)
    kept = pasted if result.faults else ""
    return page(
        request,
        "candidates/import.html",
        status=422 if result.faults else 200,
        opening=opening,
        pasted=kept,
        result=result,
    )


router = Router("/", route_handlers=[new_candidate, add_candidate, import_page, import_candidates])
