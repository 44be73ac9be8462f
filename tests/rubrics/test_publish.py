"""Publishing: a derivation becomes an immutable version, and equal content has one hash."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.errors import Conflict
from hiring.records.tables import AuditEvent
from hiring.rubrics.core.content import Content, content_from
from hiring.rubrics.core.derive import derive
from hiring.rubrics.core.shapes import OUR_SCALE
from hiring.rubrics.library import load_library, load_roles, posting_text
from hiring.rubrics.service import publish
from hiring.rubrics.tables import Anchor, Criterion, CriterionStatement, RubricVersion, Statement
from tests.rubrics.given import backend_sources


@pytest.fixture(scope="module")
def content() -> Content:
    library, roles, sources = load_library(), load_roles(), backend_sources()
    texts = [(f"{source.id}.txt", posting_text(source)) for source in sources]
    return content_from(
        derive(texts, library, roles),
        roles,
        library,
        slug="backend-developer",
        title="Backend Developer",
        scale=OUR_SCALE,
        titles={},
    )


async def test_a_derivation_is_published_whole(session: AsyncSession, now: dt.datetime, content: Content) -> None:
    version_id, number = await publish(session, content, now)
    assert number == 1
    version = await session.get_one(RubricVersion, version_id)
    assert (version.content_hash, version.scale, version.bar) == (content.hash, list(OUR_SCALE.labels), 3)

    async def count(table: type) -> int:
        return (await session.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()

    assert [await count(table) for table in (Criterion, Anchor, Statement, CriterionStatement)] == [9, 36, 94, 93]
    await session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
    places = await session.execute(
        sa.text(
            "SELECT count(*) FROM statement s JOIN posting p ON p.id = s.posting_id WHERE substr(p.text, start_at + 1, end_at - start_at) = s.text"
        )
    )
    assert places.scalar_one() == 94
    assert (await session.scalars(sa.select(AuditEvent.action))).all() == ["rubric.published"]


async def test_the_plan_comes_along(content: Content) -> None:
    assert [kit["id"] for kit in content.plan["kits"]] == ["coding", "design", "production", "together"]
    assert {key for kit in content.plan["kits"] for key in kit["focus"]} == {
        criterion.key for criterion in content.criteria
    }


async def test_equal_content_is_published_once_and_a_change_makes_the_next_version(
    session: AsyncSession, now: dt.datetime, content: Content
) -> None:
    await publish(session, content, now)
    with pytest.raises(Conflict, match="exactly this content"):
        await publish(session, content, now)
    first, *others = content.criteria
    changed = dataclasses.replace(content, criteria=(dataclasses.replace(first, name="Code"), *others))
    assert changed.hash != content.hash
    assert (await publish(session, changed, now))[1] == 2


def test_the_hash_is_of_the_content_alone(content: Content) -> None:
    assert dataclasses.replace(content).hash == content.hash
    first, *others = content.criteria
    heavier = dataclasses.replace(first, weight=first.weight + Decimal("0.01"))
    assert dataclasses.replace(content, criteria=(heavier, *others)).hash != content.hash
    assert sum(criterion.weight for criterion in content.criteria) == 1


def test_one_bullet_changes_the_rubric(content: Content) -> None:
    library, roles, sources = load_library(), load_roles(), backend_sources()
    texts = [(f"{source.id}.txt", posting_text(source)) for source in sources]
    name, text = texts[0]
    bullet = sources[0].statements[0].text
    assert bullet in text
    texts[0] = (name, text.replace(bullet, "Run penetration tests and security testing tools against each release"))
    other = content_from(
        derive(texts, library, roles),
        roles,
        library,
        slug="backend-developer",
        title="Backend Developer",
        scale=OUR_SCALE,
        titles={},
    )
    assert other.hash != content.hash
    weights = {criterion.key: criterion.weight for criterion in content.criteria}
    changed = {criterion.key: criterion.weight for criterion in other.criteria}
    assert changed["security"] > weights["security"]
