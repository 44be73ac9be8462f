"""Writes of drafts: beginning one, editing, undoing, publishing, discarding. Each edit is a new state; none is changed."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.db.base import new_id
from hiring.errors import Broken, Conflict, Invalid, NotFound
from hiring.people.core import Viewer
from hiring.records.service import audit
from hiring.rubrics.core import edits
from hiring.rubrics.core.content import Content, content_from
from hiring.rubrics.core.derive import derive
from hiring.rubrics.core.draft import (
    MAX_STATEMENTS,
    Paper,
    State,
    as_stored,
    check_writes,
    content_of,
    obstacles,
    papers_as_stored,
    papers_in,
    papers_of,
    state_in,
)
from hiring.rubrics.core.shapes import OUR_SCALE, Derivation, Library, Role
from hiring.rubrics.drafts import queries
from hiring.rubrics.drafts.queries import Draft
from hiring.rubrics.queries import content_of_version
from hiring.rubrics.service import publish
from hiring.rubrics.stock import role_content, shipped_library, shipped_roles
from hiring.rubrics.tables import OwnCompetency, RubricDraft, RubricDraftState

MAX_NOTE = 1000
MAX_COMPETENCY = 80
KEPT_STATES = 500
RESERVED = {"new", "drafts"}
"""Short names that addresses of ours begin with."""

GONE = "There is no such draft. The open ones stand under “Rubrics”."
Change = Callable[[State, tuple[Paper, ...]], State]


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people rewrote: what was sent, and what the other saved."""

    field: str
    sent: str
    saved: str


class Rewritten(Conflict):
    """Somebody else rewrote a field since the page was loaded. Nothing of what was sent is saved; both texts are shown."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        super().__init__(
            "Somebody else rewrote this meanwhile. Both texts stand below: keep one, or join them, and it is saved."
        )
        self.clashes = tuple(clashes)


# Beginning -----------------------------------------------------------------------------------------------------------


async def start_from_texts(
    session: AsyncSession,
    viewer: Viewer,
    texts: Sequence[tuple[str, str]],
    now: dt.datetime,
    *,
    titles: Mapping[str, str] | None = None,
    title: str = "",
    rubric: str = "",
) -> uuid.UUID:
    """Begin a draft from postings, (name, text) each with a title where its name is none, as the next version of `rubric` or as a new one; return its id.

    The criteria are proposals. Raises Invalid where the texts list nothing, or far too much.
    """
    check_writes(viewer)
    library = await queries.with_own(session, await asyncio.to_thread(shipped_library))
    base = await _base(session, rubric)
    derivation = await asyncio.to_thread(derive, list(texts), library, shipped_roles())
    count = sum(len(posting.statements) for posting in derivation.postings)
    if not count:
        words = "This lists no responsibility, skill or trait. Put each on a line of its own that begins with “- ”."
        raise Invalid(words, {"text": words})
    if count > MAX_STATEMENTS:
        words = f"This lists {count:,} statements, more than the {MAX_STATEMENTS:,} of one rubric: paste the posting of one job."
        raise Invalid(words, {"text": words})
    role = next((each for each in shipped_roles() if each.id == derivation.role), None)
    name = base[2] if base else (" ".join(edits.clean(title).split()) or (role.title if role else "New rubric"))
    content = _proposed(
        derivation,
        shipped_roles(),
        library,
        rubric if base else await _free_slug(session, name),
        name[: edits.MAX_NAME],
        role,
    )
    return await _begin(
        session, viewer, papers_of(derivation, titles or {}), state_in(content, accepted=False), base, now, "postings"
    )


def _proposed(
    derivation: Derivation, roles: Sequence[Role], library: Library, slug: str, title: str, role: Role | None
) -> Content:
    scale = role.scale if role else OUR_SCALE
    return content_from(derivation, roles, library, slug=slug, title=title, scale=scale, titles={})


async def start_from_role(session: AsyncSession, viewer: Viewer, role_id: str, now: dt.datetime) -> uuid.UUID:
    """Begin a draft from a role of the shipped library; its criteria are proposals. Return the draft's id."""
    check_writes(viewer)
    if role_id not in {role.id for role in shipped_roles()}:
        raise Invalid("Choose one of the roles.", {"role": "Choose one of the roles."})
    content = await asyncio.to_thread(role_content, role_id)
    content = replace(content, slug=await _free_slug(session, content.title))
    return await _begin(session, viewer, papers_in(content), state_in(content, accepted=False), None, now, "role")


async def start_from_version(
    session: AsyncSession, viewer: Viewer, slug: str, number: int, now: dt.datetime
) -> uuid.UUID:
    """Begin the draft of a rubric's next version from one of its versions, or return the id of the draft that is open."""
    check_writes(viewer)
    await _lock_rubric(session, slug)
    newest = await queries.newest_version(session, slug)
    if newest is None or not 0 < number <= newest[1]:
        raise NotFound("There is no such version of a rubric. All published ones stand under “Rubrics”.")
    open_ = await queries.draft_of_rubric(session, slug)
    if open_ is not None:
        return open_
    version_id = newest[0] if number == newest[1] else await queries.version_id(session, slug, number)
    content = await content_of_version(session, version_id) if version_id else None
    if content is None:
        raise NotFound("There is no such version of a rubric. All published ones stand under “Rubrics”.")
    return await _begin(session, viewer, papers_in(content), state_in(content, accepted=True), newest, now, "version")


async def start_from_content(session: AsyncSession, viewer: Viewer, content: Content, now: dt.datetime) -> uuid.UUID:
    """Begin a draft from an imported file: the next version of the rubric of its short name, or a new rubric. Return its id."""
    check_writes(viewer)
    if content.slug in RESERVED:
        raise Invalid(f"“{content.slug}” cannot be a rubric’s short name: change `slug` in the file.")
    await _lock_rubric(session, content.slug)
    base = await queries.newest_version(session, content.slug)
    if base and await queries.draft_of_rubric(session, content.slug):
        raise Conflict(f"A draft of the next version of “{base[2]}” is open already: publish or discard it first.")
    if base is None and content.slug in await queries.slugs_taken(session):
        raise Conflict(f"A draft called “{content.slug}” is open already: publish or discard it first.")
    content = replace(content, title=base[2]) if base else content
    return await _begin(session, viewer, papers_in(content), state_in(content, accepted=True), base, now, "file")


async def _base(session: AsyncSession, rubric: str) -> tuple[uuid.UUID, int, str] | None:
    if not rubric:
        return None
    await _lock_rubric(session, rubric)
    base = await queries.newest_version(session, rubric)
    if base is None:
        raise Invalid("Choose a rubric, or a new one.", {"rubric": "Choose a rubric, or a new one."})
    if await queries.draft_of_rubric(session, rubric):
        words = f"A draft of the next version of “{base[2]}” is open already: publish or discard it first."
        raise Conflict(words)
    return base


async def _lock_rubric(session: AsyncSession, slug: str) -> None:
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"rubric:{slug}", 0))))


async def _free_slug(session: AsyncSession, title: str, but: str = "") -> str:
    """Return a short name that neither a rubric nor an open draft has; `but` is the draft's own."""
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended("rubric drafts", 0))))
    drafts = {line.slug for line in await queries.open_drafts(session)} - {but}
    taken = await queries.rubric_slugs(session) | drafts | RESERVED
    return edits.free_key(title, taken, "rubric")


async def _begin(
    session: AsyncSession,
    viewer: Viewer,
    papers: tuple[Paper, ...],
    state: State,
    base: tuple[uuid.UUID, int, str] | None,
    now: dt.datetime,
    source: str,
) -> uuid.UUID:
    draft_id = new_id()
    session.add(
        RubricDraft(
            id=draft_id,
            base_id=base[0] if base else None,
            papers=papers_as_stored(papers),
            at=1,
            created_at=now,
            created_by=viewer.id,
        )
    )
    await session.flush()
    await _add_state(session, draft_id, 1, "Began the draft", "", state, viewer, now)
    await audit(session, now, viewer.id, "rubric_draft.begun", "rubric_draft", draft_id, source=source, slug=state.slug)
    return draft_id


# Editing -------------------------------------------------------------------------------------------------------------


async def edit(
    session: AsyncSession,
    viewer: Viewer,
    draft_id: uuid.UUID,
    what: str,
    change: Change,
    now: dt.datetime,
    target: str = "",
) -> None:
    """Apply an edit to the draft's current state; `what` says it in the past tense, `target` names the field typed in.

    An edit that changes nothing leaves no state. What `change` raises is raised, and nothing has happened.
    """
    draft = await _locked(session, viewer, draft_id)
    await _save(session, viewer, draft, change(draft.state, draft.papers), what, now, target)


async def write(
    session: AsyncSession,
    viewer: Viewer,
    draft_id: uuid.UUID,
    criterion: str,
    texts: Mapping[str, str],
    seen: uuid.UUID | None,
    now: dt.datetime,
    page: str = "",
) -> None:
    """Save the fields of a criterion as typed on a page that was made from the state `seen`.

    Only what was changed on that page counts. Raises Rewritten where another page changed the same field since; `page`
    names this one, whose own saving collides with nothing.
    """
    draft = await _locked(session, viewer, draft_id)
    base = await queries.state_by_id(session, draft_id, seen) if seen else None
    if seen is not None and base is not None:
        base = await queries.own_state_since(session, draft_id, seen, page) or base
    here = texts_of(draft.state, criterion)
    if seen is not None and (base is None or all(each.key != criterion for each in base.criteria)):
        # What the page was made from was undone: nobody can tell what was typed from what was merely there.
        stale = [
            Clash(name, text, here[name]) for name, text in texts.items() if name in here and _differs(text, here[name])
        ]
        if stale:
            raise Rewritten(stale)
    was = texts_of(base, criterion) if base is not None and any(c.key == criterion for c in base.criteria) else here
    mine = {name: text for name, text in texts.items() if name in here and _differs(text, was[name])}
    clashes = [
        Clash(name, text, here[name])
        for name, text in mine.items()
        if _differs(here[name], was[name]) and _differs(here[name], text)
    ]
    if clashes:
        raise Rewritten(clashes)
    state = edits.write(draft.state, criterion, mine)
    number = next(at for at, each in enumerate(draft.state.criteria, 1) if each.key == criterion)
    target = f"{criterion}:{next(iter(mine))}" if len(mine) == 1 else ""
    await _save(session, viewer, draft, state, f"Rewrote {_told(list(mine))} of criterion {number}", now, target, page)


def texts_of(state: State, criterion: str) -> dict[str, str]:
    """Return a criterion's fields as a form shows them, by the names that `edits.write` takes."""
    each = state.criterion(criterion)
    return {
        "name": each.name,
        "weight": f"{each.weight:.2f}",
        "definition": each.definition,
        "listen_for": "\n".join(each.listen_for),
        **{f"anchor-{level}": text for level, text in enumerate(each.anchors, 1)},
    }


def _differs(one: str, other: str) -> bool:
    return edits.clean(one) != edits.clean(other)


def _told(names: Sequence[str]) -> str:
    words = {"listen_for": "what to listen for"}
    told = [words.get(name, f"level {name[7:]}" if name.startswith("anchor-") else f"the {name}") for name in names]
    return ", ".join(told) or "nothing"


async def add_competency(
    session: AsyncSession, viewer: Viewer, draft_id: uuid.UUID, statement: str, name: str, into: str, now: dt.datetime
) -> None:
    """Add a competency of the organisation's own, named after a statement, and let a criterion assess it.

    `into`: a criterion with fewer than four competencies, or nothing for a new one. Its terms are its name and the
    statement's words, so that the next posting that says the same finds it.
    """
    draft = await _locked(session, viewer, draft_id)
    library = await queries.with_own(session, shipped_library())
    edits.check_statements(draft.papers, [statement])
    text = next(each.text for paper in draft.papers for each in paper.statements if each.key == statement)
    name = " ".join(edits.clean(name).split())
    if not name or len(name) > MAX_COMPETENCY:
        words = f"Name the competency in at most {MAX_COMPETENCY} characters." if name else "Name the competency."
        raise Invalid(words, {"competency_name": words})
    same = next((each for each in library.competencies if each.name.casefold() == name.casefold()), None)
    # One of the organisation's own may be taken up again, as after undoing; one that a criterion has is there to be chosen.
    in_use = same is not None and any(same.id in each.competencies for each in draft.state.criteria)
    if same is not None and (same.family != queries.OWN_FAMILY or in_use):
        words = f"The library has “{name}” already: choose it in the criterion instead."
        raise Invalid(words, {"competency_name": words})
    key = same.id if same else edits.free_key(name, {each.id for each in library.competencies}, "competency")
    said = " ".join(text.lower().split())[:MAX_COMPETENCY].rstrip(" .;,")
    terms = tuple(dict.fromkeys(each for each in (name.lower(), said) if each))
    if same is None:
        library = replace(library, competencies=(*library.competencies, queries.own(key, name, "", terms)))
    # Decided before anything is written: a refusal here is a page, and the page's request commits.
    if into:
        chosen = draft.state.criterion(into)
        state = edits.set_competencies(draft.state, library, into, [*chosen.competencies, key])
        state = edits.assign(state, statement, into)
    else:
        state = edits.add(draft.state, library, name, [key], [statement])
    if same is None:
        session.add(OwnCompetency(key=key, name=name, terms=list(terms), created_at=now, created_by=viewer.id))
        await session.flush()
        await audit(session, now, viewer.id, "competency.added", "rubric_draft", draft_id, key=key)
    await _save(session, viewer, draft, state, f"Added the competency {name}", now)


async def rename(session: AsyncSession, viewer: Viewer, draft_id: uuid.UUID, title: str, now: dt.datetime) -> None:
    """Name the rubric. One that has no version yet gets a short name of its own from the title."""
    draft = await _locked(session, viewer, draft_id)
    state = edits.set_title(draft.state, title)
    if draft.base_id is None and state.title != draft.state.title:
        state = replace(state, slug=await _free_slug(session, state.title, but=draft.state.slug))
    await _save(session, viewer, draft, state, "Renamed the rubric", now, "title")


async def undo(session: AsyncSession, viewer: Viewer, draft_id: uuid.UUID, now: dt.datetime) -> None:
    """Go back by one step. At the beginning nothing happens."""
    draft = await _locked(session, viewer, draft_id)
    await _go(session, viewer, draft, queries.back(draft.steps, draft.at), "undone", now)


async def redo(session: AsyncSession, viewer: Viewer, draft_id: uuid.UUID, now: dt.datetime) -> None:
    """Do again what was undone last. At the end nothing happens."""
    draft = await _locked(session, viewer, draft_id)
    await _go(session, viewer, draft, queries.forward(draft.steps, draft.at), "redone", now)


async def _go(session: AsyncSession, viewer: Viewer, draft: Draft, to: int | None, how: str, now: dt.datetime) -> None:
    if to is None:
        return
    await session.execute(sa.update(RubricDraft).where(RubricDraft.id == draft.id).values(at=to))
    await audit(session, now, viewer.id, f"rubric_draft.{how}", "rubric_draft", draft.id, state=to)


async def _locked(session: AsyncSession, viewer: Viewer, draft_id: uuid.UUID) -> Draft:
    """Return an open draft, locked until the request ends."""
    check_writes(viewer)
    await session.execute(sa.select(RubricDraft.id).where(RubricDraft.id == draft_id).with_for_update())
    draft = await queries.draft_by_id(session, draft_id)
    if draft is None:
        raise NotFound(GONE)
    if draft.published:
        raise Conflict(
            f"This draft is published as version {draft.published[1]}, which never changes: begin the next version."
        )
    if draft.ended_at is not None:
        raise Conflict("This draft was discarded: begin another one.")
    return draft


async def _save(
    session: AsyncSession,
    viewer: Viewer,
    draft: Draft,
    state: State,
    what: str,
    now: dt.datetime,
    target: str = "",
    page: str = "",
) -> None:
    if state == draft.state:
        return
    await session.execute(
        sa.delete(RubricDraftState).where(
            RubricDraftState.draft_id == draft.id,
            sa.or_(RubricDraftState.number > draft.at, RubricDraftState.number <= draft.at - KEPT_STATES),
        )
    )
    await _add_state(session, draft.id, draft.at + 1, what, target, state, viewer, now, page)
    await session.execute(sa.update(RubricDraft).where(RubricDraft.id == draft.id).values(at=draft.at + 1))
    await audit(session, now, viewer.id, "rubric_draft.edited", "rubric_draft", draft.id, state=draft.at + 1)


async def _add_state(
    session: AsyncSession,
    draft_id: uuid.UUID,
    number: int,
    what: str,
    target: str,
    state: State,
    viewer: Viewer,
    now: dt.datetime,
    page: str = "",
) -> None:
    await session.execute(
        sa.insert(RubricDraftState).values(
            id=new_id(),
            draft_id=draft_id,
            number=number,
            what=what,
            target=target,
            page=page,
            content=as_stored(state),
            saved_at=now,
            saved_by=viewer.id,
        )
    )


# The end -------------------------------------------------------------------------------------------------------------


async def publish_draft(
    session: AsyncSession, viewer: Viewer, draft_id: uuid.UUID, note: str, newest: int | None, now: dt.datetime
) -> tuple[str, int]:
    """Publish a draft as its rubric's next version and end it; return the rubric's short name and the number.

    `newest` is the newest version that the person has seen, or nothing where they were not shown one. Raises Invalid
    where a note is missing or something keeps the draft from being published, Conflict where another version came
    between, or where the draft holds exactly what the newest version does.
    """
    draft = await _locked(session, viewer, draft_id)
    found = obstacles(draft.state)
    note = edits.clean(note)
    faults = {}
    if not note:
        faults["note"] = "Write what changed and why: the next reader asks."
    elif len(note) > MAX_NOTE:
        faults["note"] = f"Use at most {MAX_NOTE:,} characters: this has {len(note):,}."
    if found or faults:
        first = found[0].sentence if found else next(iter(faults.values()))
        raise Invalid(f"Not published. {first}", faults)
    await _lock_rubric(session, draft.state.slug)
    # Read again behind the lock: somebody may have published while this waited for it.
    behind = await queries.newest_version(session, draft.state.slug)
    here = behind[1] if behind else 0
    if newest is not None and here != newest:
        raise Conflict(
            f"Version {here} was published meanwhile, and not by this draft. Compare with it below; to publish all the same, "
            "press the button once more."
        )
    if behind is not None and draft.base_id is None:
        raise Conflict(f"A rubric called “{draft.state.slug}” was published meanwhile: give this one another title.")
    version_id, number = await publish(session, content_of(draft.state, draft.papers), now, by=viewer.id, note=note)
    await session.execute(
        sa.update(RubricDraft).where(RubricDraft.id == draft_id).values(ended_at=now, published_id=version_id)
    )
    # The version holds what counts; of the line of states the last is kept.
    await session.execute(
        sa.delete(RubricDraftState).where(RubricDraftState.draft_id == draft_id, RubricDraftState.number != draft.at)
    )
    return draft.state.slug, number


async def discard(session: AsyncSession, viewer: Viewer, draft_id: uuid.UUID, now: dt.datetime) -> None:
    """End a draft without publishing it."""
    await _locked(session, viewer, draft_id)
    await session.execute(sa.update(RubricDraft).where(RubricDraft.id == draft_id).values(ended_at=now))
    await audit(session, now, viewer.id, "rubric_draft.discarded", "rubric_draft", draft_id)


async def readable(name: str, content: bytes) -> str:
    """Return the text of an uploaded or pasted posting. Raises Invalid with the sentence for the person."""
    from hiring.rubrics.readers import read_document  # its libraries are heavy

    try:
        return await asyncio.to_thread(read_document, name, content)
    except Broken as fault:
        raise Invalid(str(fault), {"text": str(fault)}) from None
