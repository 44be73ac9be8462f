"""Writes of rubrics: publishing a version. Nothing changes one afterwards."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.db.base import new_id
from hiring.errors import Conflict
from hiring.records.service import audit
from hiring.rubrics.core.content import Content
from hiring.rubrics.tables import Anchor, Criterion, CriterionStatement, Posting, Rubric, RubricVersion, Statement

Row = dict[str, Any]


async def publish(
    session: AsyncSession, content: Content, now: dt.datetime, *, by: uuid.UUID | None = None, note: str = ""
) -> tuple[uuid.UUID, int]:
    """Publish content as the next version of its rubric; return the version's id and number.

    Raises Conflict where the newest version has the same content: there would be nothing to tell them apart.
    """
    await session.execute(
        sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"rubric:{content.slug}", 0)))
    )
    rubric = await session.scalar(sa.select(Rubric).where(Rubric.slug == content.slug))
    if rubric is None:
        rubric = Rubric(id=new_id(), slug=content.slug, title=content.title)
        session.add(rubric)
        await session.flush()
    newest = (
        await session.execute(
            sa.select(RubricVersion.number, RubricVersion.content_hash)
            .where(RubricVersion.rubric_id == rubric.id)
            .order_by(RubricVersion.number.desc())
            .limit(1)
        )
    ).first()
    if newest is not None and newest.content_hash == content.hash:
        raise Conflict(f"Version {newest.number} of {content.slug} has exactly this content: nothing to publish.")
    rubric.title = content.title
    version = RubricVersion(
        id=new_id(),
        rubric_id=rubric.id,
        number=newest.number + 1 if newest else 1,
        title=content.title,
        content_hash=content.hash,
        scale=list(content.scale.labels),
        bar=content.scale.bar,
        plan=dict(content.plan),
        note=note,
        published_at=now,
        published_by=by,
    )
    session.add(version)
    await session.flush()
    await _write_rows(session, version.id, content)
    await audit(
        session,
        now,
        by,
        "rubric.published",
        "rubric_version",
        version.id,
        slug=content.slug,
        number=version.number,
        hash=content.hash,
    )
    return version.id, version.number


async def _write_rows(session: AsyncSession, version_id: uuid.UUID, content: Content) -> None:
    postings: list[Row] = []
    statements: list[Row] = []
    criteria: list[Row] = []
    anchors: list[Row] = []
    covered: list[Row] = []
    ids: dict[str, uuid.UUID] = {}
    for at, posting in enumerate(content.postings):
        posting_id = new_id()
        postings.append(
            {
                "id": posting_id,
                "version_id": version_id,
                "key": posting.key,
                "title": posting.title,
                "text": posting.text,
                "position": at,
            }
        )
        for statement in posting.statements:
            ids[statement.key] = new_id()
            statements.append({
                "id": ids[statement.key], "version_id": version_id, "posting_id": posting_id, "key": statement.key, "text": statement.text,
                "start_at": statement.start, "end_at": statement.end, "kind": statement.kind, "competency": statement.competency,
                "also_at": [list(place) for place in statement.also_at], "left_out": statement.left_out,
                "position": len(statements),
            })  # fmt: skip
    for at, criterion in enumerate(content.criteria):
        criterion_id = new_id()
        criteria.append({
            "id": criterion_id, "version_id": version_id, "key": criterion.key, "name": criterion.name, "definition": criterion.definition,
            "weight": criterion.weight, "competencies": list(criterion.competencies), "listen_for": list(criterion.listen_for), "position": at,
        })  # fmt: skip
        anchors += [
            {"criterion_id": criterion_id, "level": level, "text": text}
            for level, text in enumerate(criterion.anchors, 1)
        ]
        covered += [
            {"criterion_id": criterion_id, "statement_id": ids[key], "position": place}
            for place, key in enumerate(criterion.statements)
        ]
    for table, rows in (
        (Posting, postings),
        (Statement, statements),
        (Criterion, criteria),
        (Anchor, anchors),
        (CriterionStatement, covered),
    ):
        if rows:
            await session.execute(sa.insert(table), rows)
