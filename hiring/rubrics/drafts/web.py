"""The editor: a draft begins, is edited, compared and published."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping
from pathlib import PurePath
from typing import Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.errors import BadInput, Conflict, Invalid, NotFound, Refusal
from hiring.pages import AnyRequest, day, in_zone, page
from hiring.people.core import Viewer
from hiring.rubrics.core import edits
from hiring.rubrics.core.difference import difference
from hiring.rubrics.core.draft import Paper, State, check_writes, content_of, idle_kits, obstacles
from hiring.rubrics.core.shapes import MAX_COMPETENCIES, Library
from hiring.rubrics.core.sheet import sheet
from hiring.rubrics.drafts import queries, service
from hiring.rubrics.drafts.forms import EditForm, StartForm, parse_edit, parse_publish, parse_start
from hiring.rubrics.drafts.queries import Draft
from hiring.rubrics.exchange import read_rubric_text
from hiring.rubrics.queries import content_of_version, versions
from hiring.rubrics.stock import shipped_library, shipped_roles

PASTED = "posting.txt"
MAX_FILES = 10
UPLOAD_MOST = 12_000_000  # bytes of a request that begins a draft: a PDF of 10 MB and the form around it


# Beginning -----------------------------------------------------------------------------------------------------------


@get("/rubrics/new")
async def new_rubric(
    request: AnyRequest, viewer: NamedDependency[Viewer], session: NamedDependency[AsyncSession]
) -> Response[str]:
    """Show where a rubric may begin: postings, a role of the library, a file. `?rubric=` chooses one to go on with."""
    form = StartForm(rubric=request.query_params.get("rubric", ""))
    return await _start_page(request, session, viewer, form)


@post("/rubrics/new", status_code=303, request_max_body_size=UPLOAD_MOST)
async def begin(
    request: AnyRequest,
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[Any]:
    """Begin a draft and go to it, or show the form again with what is wrong."""
    form = await parse_start(await request.form())
    try:
        draft_id = await _begun(session, viewer, form, now)
    except (Invalid, Conflict) as refusal:
        return await _start_page(request, session, viewer, form, refusal)
    return Redirect(f"/rubrics/drafts/{draft_id}", status_code=303)


async def _begun(session: AsyncSession, viewer: Viewer, form: StartForm, now: dt.datetime) -> uuid.UUID:
    check_writes(viewer)
    if form.source == "role":
        return await service.start_from_role(session, viewer, form.role, now)
    if form.source == "file":
        if not form.files:
            raise Invalid(
                "Choose a rubric file.", {"rubric_file": "Choose a rubric file: YAML, as “Export” writes it."}
            )
        name, content = form.files[0]
        try:
            library = await queries.with_own(session, shipped_library())
            read = await asyncio.to_thread(read_rubric_text, content, PurePath(name).name, library)
        except BadInput as fault:
            raise Invalid(str(fault), {"rubric_file": str(fault)}) from None
        return await service.start_from_content(session, viewer, read, now)
    if len(form.files) > MAX_FILES:
        words = f"Choose {MAX_FILES} files at most: a rubric is made from the postings of one job."
        raise Invalid(words, {"text": words})
    texts: list[tuple[str, str]] = []
    for name, content in form.files:
        key = _key(name, {PASTED, *(each for each, _ in texts)})
        texts.append((key, await service.readable(name, content)))
    if form.text.strip():
        texts.insert(0, (PASTED, await service.readable("The pasted text", form.text.encode("utf-8", "replace"))))
    if not texts:
        raise Invalid("Paste a posting, or choose its file.", {"text": "Paste a posting, or choose its file below."})
    titles = {PASTED: f"Posting, pasted {day(in_zone(now, viewer.time_zone))}"}
    return await service.start_from_texts(
        session, viewer, texts, now, titles=titles, title=form.title, rubric=form.rubric
    )


def _key(name: str, taken: Collection[str]) -> str:
    """Return a posting's key: its file's own name, numbered where another has it."""
    plain = PurePath(name.replace("\\", "/")).name or "posting"
    key, number = plain, 2
    while key in taken:
        key, number = f"{number}-{plain}", number + 1
    return key


async def _start_page(
    request: AnyRequest, session: AsyncSession, viewer: Viewer, form: StartForm, refusal: Refusal | None = None
) -> Response[str]:
    check_writes(viewer)
    rubrics = {line.slug: line.title for line in await versions(session)}
    return page(
        request,
        "rubrics/new.html",
        status=refusal.status if refusal else 200,
        form=form,
        rubrics=list(rubrics.items()),
        roles=shipped_roles(),
        refusal=str(refusal) if refusal else "",
        errors=getattr(refusal, "fields", {}),
    )


@post("/rubrics/{slug:str}/{number:int}/draft", status_code=303)
async def begin_next(
    slug: FromPath[str],
    number: FromPath[int],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Redirect:
    """Begin the draft of the next version from this one, or go to the draft that is open."""
    draft_id = await service.start_from_version(session, viewer, slug, number, now)
    return Redirect(f"/rubrics/drafts/{draft_id}", status_code=303)


# Editing -------------------------------------------------------------------------------------------------------------


@get("/rubrics/drafts/{draft_id:uuid}")
async def editor(
    request: AnyRequest,
    draft_id: FromPath[uuid.UUID],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
) -> Response[Any]:
    """Show a draft: postings on the left, criteria on the right. A published one leads to its version."""
    check_writes(viewer)
    return await _editor(request, session, draft_id, opened=request.query_params.get("open", ""))


@post("/rubrics/drafts/{draft_id:uuid}", status_code=303)
async def edit(
    request: AnyRequest,
    draft_id: FromPath[uuid.UUID],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[Any]:
    """Apply one edit; show the draft as it is then, or what was sent with what is wrong beside it."""
    check_writes(viewer)
    form = parse_edit(await request.form())
    refusal: Refusal | None = None
    try:
        opened = await _edited(session, viewer, draft_id, form, now)
    except (Invalid, Conflict) as refused:
        refusal, opened = refused, form.criterion
    if form.does == "discard" and refusal is None:
        return Redirect("/rubrics?done=discarded", status_code=303)
    if refusal is None and "hx-request" not in request.headers:
        return Redirect(f"/rubrics/drafts/{draft_id}" + (f"?open={opened}#{opened}" if opened else ""), status_code=303)
    if form.does == "write" and "hx-request" in request.headers:
        opened = ""  # somebody types there, or went on to another: the answer opens nothing
    return await _editor(request, session, draft_id, opened=opened, form=form, refusal=refusal)


async def _edited(session: AsyncSession, viewer: Viewer, draft_id: uuid.UUID, form: EditForm, now: dt.datetime) -> str:
    """Do what a form asks for; return the criterion to be shown open."""
    match form.does:
        case "undo":
            await service.undo(session, viewer, draft_id, now)
        case "redo":
            await service.redo(session, viewer, draft_id, now)
        case "discard":
            await service.discard(session, viewer, draft_id, now)
        case "title":
            await service.rename(session, viewer, draft_id, form.title, now)
        case "write":
            await service.write(session, viewer, draft_id, form.criterion, form.texts, form.seen, now, form.page)
        case "competency":
            await service.add_competency(
                session, viewer, draft_id, next(iter(form.statements), ""), form.name, form.into, now
            )
        case _:
            library = await queries.with_own(session, shipped_library())
            what, change = _change(form, library, viewer, now)
            await service.edit(session, viewer, draft_id, what, change, now)
    return form.into if form.does == "merge" or not form.criterion else form.criterion


Change = Callable[[State, tuple[Paper, ...]], State]


def _change(form: EditForm, library: Library, viewer: Viewer, now: dt.datetime) -> tuple[str, Change]:
    """Return an edit that needs nothing but the state: what it is called, and what it does."""
    key, into = form.criterion, form.into
    changes: Mapping[str, tuple[str, Change]] = {
        "accept": ("Accepted a criterion", lambda state, _: edits.accept(state, key)),
        "accept-all": ("Accepted every proposal", lambda state, _: edits.accept_all(state)),
        "reject": ("Rejected a criterion", lambda state, _: edits.reject(state, key)),
        "merge": ("Merged two criteria", lambda state, _: edits.merge(state, key, into)),
        "split": (
            "Split a criterion",
            lambda state, papers: edits.split(state, papers, key, form.statements, form.name),
        ),
        "up": ("Moved a criterion up", lambda state, _: edits.move(state, key, -1)),
        "down": ("Moved a criterion down", lambda state, _: edits.move(state, key, 1)),
        "add": ("Added a criterion", lambda state, papers: _added(state, papers, library, form)),
        "balance": ("Made the weights sum to 1.00", lambda state, _: edits.balance(state)),
        "competencies": (
            "Changed the competencies of a criterion",
            lambda state, _: edits.set_competencies(state, library, key, form.competencies),
        ),
        "kits": ("Changed the interviews of a criterion", lambda state, _: edits.set_kits(state, key, form.kits)),
        "assign": ("Moved a statement", lambda state, papers: _assigned(state, papers, form)),
        "leave-out": (
            "Left a statement out",
            lambda state, papers: _left_out(state, papers, form, viewer.name, now),
        ),
        "uncover": ("Took a statement out of its criterion", lambda state, papers: _uncovered(state, papers, form)),
    }
    if form.does not in changes:
        raise Invalid("The page asked for something that this version does not know. Load it again.")
    return changes[form.does]


def _added(state: State, papers: tuple[Paper, ...], library: Library, form: EditForm) -> State:
    """Add a criterion, named as typed or after its first competency; the competencies are those of its statements."""
    chosen = edits.check_statements(papers, form.statements) if form.statements else ()
    named = [each.competency for paper in papers for each in paper.statements if each.key in chosen and each.competency]
    known = list(dict.fromkeys((*form.competencies, *named)))[:MAX_COMPETENCIES]
    first = next((each for each in library.competencies if known and known[0] in {each.id, each.name}), None)
    return edits.add(state, library, form.name or (first.name if first else ""), known, chosen)


def _assigned(state: State, papers: tuple[Paper, ...], form: EditForm) -> State:
    for each in edits.check_statements(papers, form.statements):
        state = edits.assign(state, each, form.into)
    return state


def _left_out(state: State, papers: tuple[Paper, ...], form: EditForm, by: str, now: dt.datetime) -> State:
    for each in edits.check_statements(papers, form.statements):
        state = edits.leave_out(state, each, form.reason, by, now.isoformat())
    return state


def _uncovered(state: State, papers: tuple[Paper, ...], form: EditForm) -> State:
    for each in edits.check_statements(papers, form.statements):
        state = edits.uncover(state, each)
    return state


async def _editor(
    request: AnyRequest,
    session: AsyncSession,
    draft_id: uuid.UUID,
    *,
    opened: str = "",
    form: EditForm | None = None,
    refusal: Refusal | None = None,
) -> Response[Any]:
    draft = await _draft(session, draft_id)
    if draft.published:
        slug, number = draft.published
        return Redirect(f"/rubrics/{slug}/{number}", status_code=303)
    library = await queries.with_own(session, shipped_library())
    laid = sheet(draft.state, draft.papers, library)
    keys = [each.of.key for each in laid.criteria]
    return page(
        request,
        "rubrics/_editor.html" if "hx-request" in request.headers else "rubrics/draft.html",
        status=refusal.status if refusal else 200,
        draft=draft,
        sheet=laid,
        state=draft.state,
        obstacles=obstacles(draft.state),
        opened=opened if opened in keys else "",
        library=sorted(each.name for each in library.competencies),
        form=form,
        typed=form.texts if form and refusal else {},
        errors=getattr(refusal, "fields", {}),
        clashes={each.field: each for each in getattr(refusal, "clashes", ())},
        refusal=str(refusal) if refusal else "",
        # What is typed is refused beside its field alone: a box at the top would take the focus from who is typing.
        quiet=form is not None and form.does == "write" and "hx-request" in request.headers,
    )


async def _draft(session: AsyncSession, draft_id: uuid.UUID) -> Draft:
    draft = await queries.draft_by_id(session, draft_id)
    if draft is None or (draft.ended_at is not None and not draft.published):
        raise NotFound(service.GONE)
    return draft


# The end -------------------------------------------------------------------------------------------------------------


@get("/rubrics/drafts/{draft_id:uuid}/changes")
async def draft_changes(
    request: AnyRequest,
    draft_id: FromPath[uuid.UUID],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
) -> Response[Any]:
    """Show what the draft changes against its rubric's newest version, word by word, and the form that publishes it."""
    check_writes(viewer)
    return await _changes(request, session, draft_id)


@post("/rubrics/drafts/{draft_id:uuid}/publication", status_code=303)
async def publish(
    request: AnyRequest,
    draft_id: FromPath[uuid.UUID],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[Any]:
    """Publish the draft and show its version, or say what keeps it."""
    form = parse_publish(await request.form())
    try:
        slug, number = await service.publish_draft(session, viewer, draft_id, form.note, form.newest, now)
    except (Invalid, Conflict) as refusal:
        return await _changes(request, session, draft_id, note=form.note, refusal=refusal)
    onward = f"/rubrics/{slug}/{number}/changes" if number > 1 else f"/rubrics/{slug}/{number}"
    return Redirect(f"{onward}?done=published", status_code=303)


async def _changes(
    request: AnyRequest, session: AsyncSession, draft_id: uuid.UUID, *, note: str = "", refusal: Refusal | None = None
) -> Response[Any]:
    draft = await _draft(session, draft_id)
    if draft.published:
        slug, number = draft.published
        return Redirect(f"/rubrics/{slug}/{number}", status_code=303)
    newest = await queries.newest_version(session, draft.state.slug)
    before = await content_of_version(session, newest[0]) if newest else None
    after = content_of(draft.state, draft.papers)
    laid = sheet(draft.state, draft.papers, await queries.with_own(session, shipped_library()))
    return page(
        request,
        "rubrics/draft_changes.html",
        status=refusal.status if refusal else 200,
        draft=draft,
        state=draft.state,
        sheet=laid,
        obstacles=obstacles(draft.state),
        changes=difference(before, after),
        idle=idle_kits(draft.state),
        note=note,
        errors=getattr(refusal, "fields", {}),
        refusal=str(refusal) if refusal else "",
    )


router = Router("/", route_handlers=[new_rubric, begin, begin_next, editor, edit, draft_changes, publish])
