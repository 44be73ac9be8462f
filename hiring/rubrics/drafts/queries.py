"""Reads of drafts: the open ones, one with its current state, and the library with the organisation's own competencies."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.people.tables import User
from hiring.rubrics.core.draft import Paper, State, read_papers, read_state
from hiring.rubrics.core.shapes import Competency, Library
from hiring.rubrics.tables import OwnCompetency, Rubric, RubricDraft, RubricDraftState, RubricVersion

OWN_FAMILY = "own"
GROUPS = dt.timedelta(minutes=2)
"""Typing in one field without a longer pause is one step of undoing."""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """An open draft as the list of rubrics shows it. `number` is the version that it would become."""

    id: uuid.UUID
    title: str
    slug: str
    number: int
    saved_at: dt.datetime
    saved_by: str


@dataclass(frozen=True, slots=True)
class Step:
    """A state's place in its draft's line, without its content."""

    number: int
    what: str
    target: str
    saved_at: dt.datetime
    saved_by: uuid.UUID


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft with its current state. `base` is the version that it grew from; `newest` its rubric's newest number, or 0."""

    id: uuid.UUID
    base_id: uuid.UUID | None
    base: int | None
    newest: int
    papers: tuple[Paper, ...]
    state: State
    state_id: uuid.UUID
    at: int
    saved_at: dt.datetime
    saved_by: str
    ended_at: dt.datetime | None
    published: tuple[str, int] | None
    steps: tuple[Step, ...]

    @property
    def number(self) -> int:
        """The number of the version that this would become."""
        return self.newest + 1

    @property
    def undoes(self) -> str:
        """What undoing would take back, or nothing."""
        return (
            next((step.what for step in self.steps if step.number == self.at), "") if back(self.steps, self.at) else ""
        )

    @property
    def redoes(self) -> str:
        """What redoing would do again, or nothing."""
        return next((step.what for step in self.steps if step.number == self.at + 1), "")


def _joined(before: Step, after: Step) -> bool:
    """Say whether two neighbouring states are one step: the same person, typing in the same field."""
    same = after.target != "" and (after.target, after.saved_by) == (before.target, before.saved_by)
    return same and after.saved_at - before.saved_at <= GROUPS


def back(steps: Sequence[Step], at: int) -> int | None:
    """Return the number of the state that undoing leads to, or nothing at the beginning. `steps` in their order."""
    line = [step for step in steps if step.number <= at]
    while len(line) > 1:
        gone = line.pop()
        if not _joined(line[-1], gone):
            return line[-1].number
    return None


def forward(steps: Sequence[Step], at: int) -> int | None:
    """Return the number of the state that redoing leads to, or nothing at the end."""
    line = [step for step in steps if step.number > at]
    if not line:
        return None
    to = line[0]
    for step in line[1:]:
        if not _joined(to, step):
            break
        to = step
    return to.number


async def open_drafts(session: AsyncSession) -> list[DraftLine]:
    """Return the drafts that are neither published nor discarded, the one saved last first, in one query."""
    content = RubricDraftState.content
    rows = await session.execute(
        sa.select(
            RubricDraft.id,
            content["title"].astext.label("title"),
            content["slug"].astext.label("slug"),
            _newest(content["slug"].astext).label("newest"),
            RubricDraftState.saved_at,
            User.name.label("saved_by"),
        )
        .join(
            RubricDraftState,
            sa.and_(RubricDraftState.draft_id == RubricDraft.id, RubricDraftState.number == RubricDraft.at),
        )
        .join(User, User.id == RubricDraftState.saved_by)
        .where(RubricDraft.ended_at.is_(None))
        .order_by(RubricDraftState.saved_at.desc(), RubricDraft.id)
    )
    return [DraftLine(row.id, row.title, row.slug, row.newest + 1, row.saved_at, row.saved_by) for row in rows]


def _newest(slug: sa.ColumnElement[str]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(
        sa.select(sa.func.max(RubricVersion.number))
        .join(Rubric, Rubric.id == RubricVersion.rubric_id)
        .where(Rubric.slug == slug)
        .scalar_subquery(),
        0,
    )


async def draft_by_id(session: AsyncSession, draft_id: uuid.UUID) -> Draft | None:
    """Return a draft in two queries, or nothing where there is none."""
    base = sa.orm.aliased(RubricVersion)
    published = sa.orm.aliased(RubricVersion)
    row = (
        await session.execute(
            sa.select(
                RubricDraft,
                RubricDraftState,
                User.name,
                base.number.label("base"),
                published.number.label("published"),
                sa.select(Rubric.slug).where(Rubric.id == published.rubric_id).scalar_subquery().label("slug"),
                _newest(RubricDraftState.content["slug"].astext).label("newest"),
            )
            .join(
                RubricDraftState,
                sa.and_(RubricDraftState.draft_id == RubricDraft.id, RubricDraftState.number == RubricDraft.at),
            )
            .join(User, User.id == RubricDraftState.saved_by)
            .outerjoin(base, base.id == RubricDraft.base_id)
            .outerjoin(published, published.id == RubricDraft.published_id)
            .where(RubricDraft.id == draft_id)
            .execution_options(populate_existing=True)
        )
    ).first()
    if row is None:
        return None
    draft, state = row[0], row[1]
    return Draft(
        id=draft.id,
        base_id=draft.base_id,
        base=row.base,
        newest=row.newest,
        papers=read_papers(draft.papers),
        state=read_state(state.content),
        state_id=state.id,
        at=draft.at,
        saved_at=state.saved_at,
        saved_by=row.name,
        ended_at=draft.ended_at,
        published=(row.slug, row.published) if row.published is not None else None,
        steps=await steps_of(session, draft_id),
    )


async def steps_of(session: AsyncSession, draft_id: uuid.UUID) -> tuple[Step, ...]:
    """Return a draft's line of states, without their content."""
    rows = await session.execute(
        sa.select(
            RubricDraftState.number,
            RubricDraftState.what,
            RubricDraftState.target,
            RubricDraftState.saved_at,
            RubricDraftState.saved_by,
        )
        .where(RubricDraftState.draft_id == draft_id)
        .order_by(RubricDraftState.number)
    )
    return tuple(Step(**row._asdict()) for row in rows)


async def state_by_id(session: AsyncSession, draft_id: uuid.UUID, state_id: uuid.UUID) -> State | None:
    """Return a state that a page was made from, or nothing where it was undone since."""
    stored = await session.scalar(
        sa.select(RubricDraftState.content).where(
            RubricDraftState.id == state_id, RubricDraftState.draft_id == draft_id
        )
    )
    return read_state(stored) if stored is not None else None


async def own_state_since(session: AsyncSession, draft_id: uuid.UUID, state_id: uuid.UUID, page: str) -> State | None:
    """Return the last state of the unbroken run of states that one page saved after the state it was made from.

    Nothing where the page saved none, or `state_id` was undone since.
    """
    seen = sa.orm.aliased(RubricDraftState)
    rows = (
        await session.execute(
            sa.select(RubricDraftState.page, RubricDraftState.number)
            .join(seen, sa.and_(seen.draft_id == RubricDraftState.draft_id, seen.id == state_id))
            .join(RubricDraft, RubricDraft.id == RubricDraftState.draft_id)
            .where(
                RubricDraftState.draft_id == draft_id,
                RubricDraftState.number > seen.number,
                RubricDraftState.number <= RubricDraft.at,
            )
            .order_by(RubricDraftState.number)
        )
    ).all()
    run = list(itertools.takewhile(lambda row: row.page == page, rows))
    if not page or not run:
        return None
    stored = await session.scalar(
        sa.select(RubricDraftState.content).where(
            RubricDraftState.draft_id == draft_id, RubricDraftState.number == run[-1].number
        )
    )
    return read_state(stored) if stored is not None else None


async def draft_of_rubric(session: AsyncSession, slug: str) -> uuid.UUID | None:
    """Return the open draft of a rubric's next version, or nothing."""
    found: uuid.UUID | None = await session.scalar(
        sa.select(RubricDraft.id)
        .join(RubricVersion, RubricVersion.id == RubricDraft.base_id)
        .join(Rubric, Rubric.id == RubricVersion.rubric_id)
        .where(RubricDraft.ended_at.is_(None), Rubric.slug == slug)
        .order_by(RubricDraft.id)
        .limit(1)
    )
    return found


async def newest_version(session: AsyncSession, slug: str) -> tuple[uuid.UUID, int, str] | None:
    """Return (id, number, the rubric's title) of a rubric's newest version, or nothing where there is none."""
    row = (
        await session.execute(
            sa.select(RubricVersion.id, RubricVersion.number, Rubric.title)
            .join(Rubric, Rubric.id == RubricVersion.rubric_id)
            .where(Rubric.slug == slug)
            .order_by(RubricVersion.number.desc())
            .limit(1)
        )
    ).first()
    return (row.id, row.number, row.title) if row is not None else None


async def version_id(session: AsyncSession, slug: str, number: int) -> uuid.UUID | None:
    """Return the id of one version of a rubric."""
    found: uuid.UUID | None = await session.scalar(
        sa.select(RubricVersion.id)
        .join(Rubric, Rubric.id == RubricVersion.rubric_id)
        .where(Rubric.slug == slug, RubricVersion.number == number)
    )
    return found


async def rubric_slugs(session: AsyncSession) -> set[str]:
    """Return the short names that rubrics have."""
    return set(await session.scalars(sa.select(Rubric.slug)))


async def slugs_taken(session: AsyncSession) -> set[str]:
    """Return the short names that rubrics and open drafts have."""
    return await rubric_slugs(session) | {line.slug for line in await open_drafts(session)}


def own(key: str, name: str, definition: str, terms: tuple[str, ...]) -> Competency:
    """Return a competency of the organisation's own. It has no levels, questions or signs."""
    return Competency(key, OWN_FAMILY, name, definition, terms, (), (), (), (), ())


async def with_own(session: AsyncSession, library: Library) -> Library:
    """Return the library with the competencies that this organisation added. Those have no levels of their own."""
    rows = await session.scalars(sa.select(OwnCompetency).order_by(OwnCompetency.key))
    added = tuple(own(each.key, each.name, each.definition, tuple(each.terms)) for each in rows)
    return replace(library, competencies=(*library.competencies, *added)) if added else library
