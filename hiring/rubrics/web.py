"""Published rubrics, to be read, compared and exported."""

from __future__ import annotations

from dataclasses import dataclass
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
from hiring.rubrics.core.content import Content
from hiring.rubrics.core.difference import difference
from hiring.rubrics.core.draft import may_write
from hiring.rubrics.core.sheet import name_of
from hiring.rubrics.drafts.queries import open_drafts, version_id, with_own
from hiring.rubrics.exchange import dump_rubric
from hiring.rubrics.stock import shipped_library

GONE = "There is no such version of a rubric. All published ones stand under “Rubrics”."
OPENS = frozenset({Role.ADMINISTRATOR, Role.RECRUITER})


@get("/rubrics")
async def rubrics_page(
    request: AnyRequest, viewer: NamedDependency[Viewer], session: NamedDependency[AsyncSession]
) -> Response[str]:
    """List the published versions of each rubric, and the drafts for those who write them."""
    listed = await queries.versions(session)
    writes = may_write(viewer)
    rubrics: dict[str, list[queries.VersionLine]] = {}
    for version in listed:
        rubrics.setdefault(version.slug, []).append(version)
    return page(
        request,
        "rubrics/rubrics.html",
        rubrics=list(rubrics.values()),
        drafts=await open_drafts(session) if writes else [],
        may_open=viewer.has(OPENS),
        may_write=writes,
        done=request.query_params.get("done", ""),
    )


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
        raise NotFound(GONE)
    library = await with_own(session, shipped_library())
    known = {entry.id: entry for entry in library.competencies}
    return page(
        request,
        "rubrics/version.html",
        version=version,
        papers=[(posting, annotate(posting.text, _spans(posting))) for posting in version.postings],
        names={key: name_of(key, known) for each in version.criteria for key in each.competencies},
        may_open=viewer.has(OPENS),
        may_write=may_write(viewer),
        done=request.query_params.get("done", ""),
    )


@dataclass(frozen=True, slots=True)
class Marked:
    """A statement where the posting shows it; `first`: at its first place, not where it is said again."""

    key: str
    criteria: tuple[int, ...]
    left_out: str
    first: bool


def _spans(posting: queries.PublishedPosting) -> list[tuple[int, int, Marked]]:
    return [
        (start, end, Marked(each.key, each.criteria, each.left_out, (start, end) == (each.start, each.end)))
        for each in posting.statements
        for start, end in ((each.start, each.end), *each.also_at)
    ]


@get("/rubrics/{slug:str}/{number:int}/changes")
async def changes_page(
    request: AnyRequest,
    slug: FromPath[str],
    number: FromPath[int],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
) -> Response[Any]:
    """Show what a version changed, word by word: against the one before it, or against `?from=`."""
    asked = request.query_params.get("from", "")
    older = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else number - 1
    after, before = await _content(session, slug, number), await _content(session, slug, older)
    if after is None or before is None:
        raise NotFound("There is no such pair of versions. All published ones stand under “Rubrics”.")
    return page(
        request,
        "rubrics/changes.html",
        title=after.title,
        slug=slug,
        number=number,
        older=older,
        newest=[line.number for line in await queries.versions(session) if line.slug == slug],
        note=next(
            (line.note for line in await queries.versions(session) if (line.slug, line.number) == (slug, number)), ""
        ),
        changes=difference(before, after),
        may_write=may_write(viewer),
        done=request.query_params.get("done", ""),
    )


@get("/rubrics/{slug:str}/{number:int}/rubric.yaml")
async def export(
    slug: FromPath[str], number: FromPath[int], viewer: NamedDependency[Viewer], session: NamedDependency[AsyncSession]
) -> Response[bytes]:  # fmt: skip
    """Send a version as a file. Importing it gives equal content and the same hash."""
    if not viewer.has_anywhere(frozenset(Role)):
        raise NotFound(GONE)
    content = await _content(session, slug, number)
    if content is None:
        raise NotFound(GONE)
    return Response(
        dump_rubric(content).encode(),
        media_type="application/yaml; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{slug}-{number}.yaml"'},
    )


async def _content(session: AsyncSession, slug: str, number: int) -> Content | None:
    found = await version_id(session, slug, number) if 0 < number < 2**31 else None
    return await queries.content_of_version(session, found) if found is not None else None


router = Router("/", route_handlers=[rubrics_page, version_page, changes_page, export])
