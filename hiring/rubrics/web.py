"""Published rubrics, to be read."""

from __future__ import annotations

from typing import Any

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.errors import NotFound
from hiring.pages import AnyRequest, page
from hiring.people.core import Role, Viewer
from hiring.rubrics import queries
from hiring.rubrics.core.annotate import annotate

OPENS = frozenset({Role.ADMINISTRATOR, Role.RECRUITER})


@get("/rubrics")
async def rubrics_page(
    request: AnyRequest, viewer: NamedDependency[Viewer], session: NamedDependency[AsyncSession]
) -> Response[str]:
    """List the published versions of each rubric."""
    listed = await queries.versions(session)
    rubrics: dict[str, list[queries.VersionLine]] = {}
    for version in listed:
        rubrics.setdefault(version.slug, []).append(version)
    return page(request, "rubrics/rubrics.html", rubrics=list(rubrics.values()), may_open=viewer.has(OPENS))


@get("/rubrics/{slug:str}/{number:int}")
async def version_page(
    request: AnyRequest,
    slug: FromPath[str],
    number: FromPath[int],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
) -> Response[Any]:
    """Show one version: the postings with their statements marked, the criteria with their anchors."""
    version = await queries.published_version(session, slug, number) if 0 < number < 2**31 else None
    if version is None:
        raise NotFound("There is no such version of a rubric. All published ones stand under “Rubrics”.")
    return page(
        request,
        "rubrics/version.html",
        version=version,
        papers=[
            (posting, annotate(posting.text, [(each.start, each.end, each) for each in posting.statements]))
            for posting in version.postings
        ],
        may_open=viewer.has(OPENS),
    )


router = Router("/", route_handlers=[rubrics_page, version_page])
