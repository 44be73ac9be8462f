"""The page on which an opening moves to another version of its rubric, as long as no interview has started."""

from __future__ import annotations

import datetime as dt
from typing import Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.interviews import forms, queries, service
from hiring.openings.core import check_runs, lost_kit_fault, read_plan
from hiring.openings.queries import kept_kits, opening_head
from hiring.openings.service import MOVES
from hiring.pages import AnyRequest, page
from hiring.people.core import Viewer
from hiring.rubrics.core.difference import difference
from hiring.rubrics.queries import content_of_version, versions


@get("/openings/{slug:str}/version")
async def version_page(
    request: AnyRequest,
    slug: FromPath[str],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[str]:
    """Show the pinned version and the others; `?to=` says of which to tell what would change, else of the newest."""
    opening = await opening_head(session, viewer, slug=slug)
    check_runs(viewer, opening.id, MOVES)
    use = await queries.opening_use(session, opening.id)
    kits = await kept_kits(session, opening.id)
    lines = [each for each in await versions(session) if each.slug == opening.rubric_slug]
    others = [each for each in lines if each.id != opening.version_id]
    wanted = forms.parse_number(request.query_params.get("to", ""))
    chosen = next((each for each in others if each.number == wanted), others[0] if others else None)
    before = await content_of_version(session, opening.version_id) if chosen else None
    after = await content_of_version(session, chosen.id) if chosen else None
    fault = lost_kit_fault(kits, use.kits, read_plan(after.plan), chosen.number) if chosen and after else None
    return page(
        request,
        "openings/version.html",
        opening=opening,
        pinned=next(each for each in lines if each.id == opening.version_id),
        others=others,
        chosen=chosen,
        changes=difference(before, after).summary if before and after else (),
        fault=fault,
        keeps=service.keeps_version(opening, use, viewer.time_zone) if service.begun(use, now) else "",
        done="moved" if request.query_params.get("done") == "moved" else "",
    )


@post("/openings/{slug:str}/version", status_code=303)
async def move_version(
    request: AnyRequest,
    slug: FromPath[str],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[Any]:
    """Move the opening to the version that was chosen, and say so."""
    version_id = forms.parse_version(await request.form())
    opening, _ = await service.move_version(session, viewer, slug, version_id, now)
    return Redirect(f"/openings/{opening.slug}/version?done=moved", status_code=303)


router = Router("/", route_handlers=[version_page, move_version])
