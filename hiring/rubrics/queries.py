"""Reads of published rubrics: which there are, and one version with everything that hangs on it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.people.tables import User
from hiring.rubrics.core.content import Content, ContentCriterion, ContentPosting, ContentStatement
from hiring.rubrics.core.shapes import Scale
from hiring.rubrics.tables import Anchor, Criterion, CriterionStatement, Posting, Rubric, RubricVersion, Statement


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version as lists and choices show it."""

    id: uuid.UUID
    slug: str
    title: str
    number: int
    published_at: dt.datetime
    published_by: str
    note: str
    criteria: int
    statements: int
    covered: int
    left_out: int
    kits: int


@dataclass(frozen=True, slots=True)
class VersionPlan:
    """What an opening takes over from a version: its plan as stored, and its criteria by key."""

    id: uuid.UUID
    slug: str
    number: int
    title: str
    plan: dict[str, Any]
    criteria: dict[str, uuid.UUID]


@dataclass(frozen=True, slots=True)
class PlacedStatement:
    """A statement where it stands: `posting.text[start:end]`. `criteria` are the numbers of those that cover it."""

    id: uuid.UUID
    key: str
    text: str
    start: int
    end: int
    kind: str
    competency: str | None
    criteria: tuple[int, ...]
    also_at: tuple[tuple[int, int], ...] = ()
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class PublishedPosting:
    """A posting as the version was derived from it, with its statements in the order of the text."""

    id: uuid.UUID
    key: str
    title: str
    text: str
    statements: tuple[PlacedStatement, ...]


@dataclass(frozen=True, slots=True)
class PublishedCriterion:
    """A criterion of a version; `number` counts from 1 in its order, `anchors` are (level, text), lowest first."""

    id: uuid.UUID
    number: int
    key: str
    name: str
    definition: str
    weight: Decimal
    competencies: tuple[str, ...]
    listen_for: tuple[str, ...]
    anchors: tuple[tuple[int, str], ...]
    statements: int
    kits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """One version, whole."""

    id: uuid.UUID
    slug: str
    title: str
    number: int
    newest: int
    content_hash: str
    note: str
    published_at: dt.datetime
    published_by: str
    scale: tuple[str, ...]
    bar: int | None
    postings: tuple[PublishedPosting, ...]
    criteria: tuple[PublishedCriterion, ...]
    kits: tuple[tuple[str, int, tuple[str, ...]], ...]

    @property
    def statements(self) -> tuple[PlacedStatement, ...]:
        """Every statement, in the order of the postings."""
        return tuple(each for posting in self.postings for each in posting.statements)

    @property
    def uncovered(self) -> tuple[PlacedStatement, ...]:
        """The statements that no criterion covers, and nobody left out on purpose."""
        return tuple(each for each in self.statements if not each.criteria and not each.left_out)

    @property
    def left_out(self) -> tuple[PlacedStatement, ...]:
        """The statements left out on purpose."""
        return tuple(each for each in self.statements if not each.criteria and each.left_out)


async def versions(session: AsyncSession) -> list[VersionLine]:
    """Return every published version: by the rubric's title, the newest first."""
    covered = (
        sa.select(sa.func.count(sa.distinct(CriterionStatement.statement_id)))
        .join(Criterion, Criterion.id == CriterionStatement.criterion_id)
        .where(Criterion.version_id == RubricVersion.id)
    )
    rows = await session.execute(
        sa.select(
            RubricVersion.id,
            Rubric.slug,
            Rubric.title,
            RubricVersion.number,
            RubricVersion.published_at,
            sa.func.coalesce(User.name, "").label("published_by"),
            RubricVersion.note,
            sa.select(sa.func.count())
            .select_from(Criterion)
            .where(Criterion.version_id == RubricVersion.id)
            .scalar_subquery()
            .label("criteria"),
            sa.select(sa.func.count())
            .select_from(Statement)
            .where(Statement.version_id == RubricVersion.id)
            .scalar_subquery()
            .label("statements"),
            covered.scalar_subquery().label("covered"),
            sa.select(sa.func.count())
            .select_from(Statement)
            .where(Statement.version_id == RubricVersion.id, Statement.left_out != "")
            .scalar_subquery()
            .label("left_out"),
            sa.func.coalesce(sa.func.jsonb_array_length(RubricVersion.plan["kits"]), 0).label("kits"),
        )
        .join(Rubric, Rubric.id == RubricVersion.rubric_id)
        .outerjoin(User, User.id == RubricVersion.published_by)
        .order_by(Rubric.title, Rubric.slug, RubricVersion.number.desc())
    )
    return [VersionLine(**row._asdict()) for row in rows]


async def version_plan(session: AsyncSession, version_id: uuid.UUID) -> VersionPlan | None:
    """Return what an opening takes over from a version, or nothing where there is no such version."""
    row = (
        await session.execute(
            sa.select(RubricVersion.id, Rubric.slug, RubricVersion.number, Rubric.title, RubricVersion.plan)
            .join(Rubric, Rubric.id == RubricVersion.rubric_id)
            .where(RubricVersion.id == version_id)
        )
    ).first()
    if row is None:
        return None
    criteria = await session.execute(sa.select(Criterion.key, Criterion.id).where(Criterion.version_id == version_id))
    return VersionPlan(**row._asdict(), criteria={each.key: each.id for each in criteria})


async def published_version(session: AsyncSession, slug: str, number: int) -> PublishedVersion | None:
    """Return one version whole, in five queries, or nothing where there is none."""
    newest = (
        sa.select(sa.func.max(RubricVersion.number))
        .where(RubricVersion.rubric_id == Rubric.id)
        .correlate(Rubric)
        .scalar_subquery()
    )
    head = (
        await session.execute(
            sa.select(
                RubricVersion,
                Rubric.slug,
                sa.func.coalesce(User.name, "").label("published_by"),
                newest.label("newest"),
            )
            .join(Rubric, Rubric.id == RubricVersion.rubric_id)
            .outerjoin(User, User.id == RubricVersion.published_by)
            .where(Rubric.slug == slug, RubricVersion.number == number)
        )
    ).first()
    if head is None:
        return None
    version: RubricVersion = head[0]
    criteria = list(
        await session.scalars(
            sa.select(Criterion).where(Criterion.version_id == version.id).order_by(Criterion.position, Criterion.key)
        )
    )
    anchors = defaultdict(list)
    for anchor in await session.scalars(
        sa.select(Anchor)
        .join(Criterion, Criterion.id == Anchor.criterion_id)
        .where(Criterion.version_id == version.id)
        .order_by(Anchor.level)
    ):
        anchors[anchor.criterion_id].append((anchor.level, anchor.text))
    numbers = {criterion.id: number for number, criterion in enumerate(criteria, start=1)}
    covering = sa.func.array_remove(sa.func.array_agg(CriterionStatement.criterion_id), None)
    statements = defaultdict(list)
    covers: dict[uuid.UUID, int] = defaultdict(int)
    for statement, owners in await session.execute(
        sa.select(Statement, covering)
        .outerjoin(CriterionStatement, CriterionStatement.statement_id == Statement.id)
        .where(Statement.version_id == version.id)
        .group_by(Statement.id)
        .order_by(Statement.start_at)
    ):
        for owner in owners:
            covers[owner] += 1
        statements[statement.posting_id].append(
            PlacedStatement(
                id=statement.id,
                key=statement.key,
                text=statement.text,
                start=statement.start_at,
                end=statement.end_at,
                kind=statement.kind,
                competency=statement.competency,
                criteria=tuple(sorted(numbers[owner] for owner in owners)),
                also_at=tuple((start, end) for start, end in statement.also_at),
                left_out=statement.left_out,
            )
        )
    postings = await session.scalars(
        sa.select(Posting).where(Posting.version_id == version.id).order_by(Posting.position)
    )
    kits = tuple((str(kit["name"]), int(kit["minutes"]), tuple(kit["focus"])) for kit in version.plan.get("kits", ()))
    return PublishedVersion(
        id=version.id,
        slug=head.slug,
        title=version.title,
        number=version.number,
        newest=head.newest,
        content_hash=version.content_hash,
        note=version.note,
        published_at=version.published_at,
        published_by=head.published_by,
        scale=tuple(version.scale),
        bar=version.bar,
        postings=tuple(
            PublishedPosting(each.id, each.key, each.title, each.text, tuple(statements[each.id])) for each in postings
        ),
        criteria=tuple(
            PublishedCriterion(
                id=each.id,
                number=numbers[each.id],
                key=each.key,
                name=each.name,
                definition=each.definition,
                weight=each.weight,
                competencies=tuple(each.competencies),
                listen_for=tuple(each.listen_for),
                anchors=tuple(anchors[each.id]),
                statements=covers[each.id],
                kits=tuple(name for name, _, focus in kits if each.key in focus),
            )
            for each in criteria
        ),
        kits=kits,
    )


async def content_of_version(session: AsyncSession, version_id: uuid.UUID) -> Content | None:
    """Return what a version holds, equal to what was published, in six queries; nothing where there is no such version."""
    head = (
        await session.execute(
            sa.select(RubricVersion, Rubric.slug)
            .join(Rubric, Rubric.id == RubricVersion.rubric_id)
            .where(RubricVersion.id == version_id)
        )
    ).first()
    if head is None:
        return None
    version: RubricVersion = head[0]
    statements = list(
        await session.scalars(
            sa.select(Statement).where(Statement.version_id == version_id).order_by(Statement.position, Statement.id)
        )
    )
    criteria = await session.scalars(
        sa.select(Criterion).where(Criterion.version_id == version_id).order_by(Criterion.position, Criterion.key)
    )
    anchors = defaultdict(list)
    for anchor in await session.scalars(
        sa.select(Anchor)
        .join(Criterion, Criterion.id == Anchor.criterion_id)
        .where(Criterion.version_id == version_id)
        .order_by(Anchor.level)
    ):
        anchors[anchor.criterion_id].append(anchor.text)
    covered = defaultdict(list)
    for pair in await session.execute(
        sa.select(CriterionStatement.criterion_id, Statement.key)
        .join(Statement, Statement.id == CriterionStatement.statement_id)
        .where(Statement.version_id == version_id)
        .order_by(CriterionStatement.position, Statement.position)
    ):
        covered[pair.criterion_id].append(pair.key)
    postings = await session.scalars(
        sa.select(Posting).where(Posting.version_id == version_id).order_by(Posting.position)
    )
    return Content(
        slug=head.slug,
        title=version.title,
        scale=Scale(tuple(version.scale), version.bar),
        criteria=tuple(
            ContentCriterion(
                key=each.key,
                name=each.name,
                definition=each.definition,
                weight=each.weight,
                competencies=tuple(each.competencies),
                listen_for=tuple(each.listen_for),
                anchors=tuple(anchors[each.id]),
                statements=tuple(covered[each.id]),
            )
            for each in criteria
        ),
        postings=tuple(
            ContentPosting(
                posting.key,
                posting.title,
                posting.text,
                tuple(
                    ContentStatement(
                        each.key,
                        each.text,
                        each.start_at,
                        each.end_at,
                        each.kind,
                        each.competency,
                        tuple((start, end) for start, end in each.also_at),
                        each.left_out,
                    )
                    for each in statements
                    if each.posting_id == posting.id
                ),
            )
            for posting in postings
        ),
        plan=version.plan,
    )
