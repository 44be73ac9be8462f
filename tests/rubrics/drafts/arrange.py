"""A rubric of six criteria and drafts of it, for the tests of the editor."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.people.core import Viewer
from hiring.records.tables import AuditEvent
from hiring.rubrics.core import edits
from hiring.rubrics.core.content import PLAN_SCHEMA, Content, ContentCriterion, ContentPosting, ContentStatement
from hiring.rubrics.core.draft import State
from hiring.rubrics.core.shapes import OUR_SCALE
from hiring.rubrics.drafts import queries, service
from hiring.rubrics.drafts.queries import Draft
from hiring.rubrics.drafts.service import texts_of
from hiring.rubrics.service import publish
from hiring.rubrics.tables import OwnCompetency, Rubric, RubricDraft, RubricDraftState, RubricVersion

LoadViewer = Callable[[uuid.UUID], Any]

POSTING = """Data Engineer

What you will do
- Build batch pipelines that load the orders every night
- Build streaming pipelines for the till events
- Write and optimise SQL queries for the warehouse
- Write and review Python code for the loaders
- Protect the personal data of customers
- Knead quartz into marzipan on Sundays

What you bring
- You explain technical choices to people who bake
- You mentor junior developers
- You have fixed bugs in code that others wrote
- You write automated tests
"""
UNKNOWN = "Knead quartz into marzipan on Sundays"
"""A statement that nothing in the library names."""

BAKERY = """Bakery developer

- Write the order rules in Python
- Design the API of the tills
- Fix the faults that bakers report
- Explain a trade-off to bakers
- Write the order rules in Python
- Guard the addresses of customers
- Plan the week with the shops
- Knead quartz into marzipan
- Like early mornings
"""
LEFT_OUT = "Everybody who bakes does: it tells nobody apart."

_LINES = (
    ("s1", "Write the order rules in Python", "programming-language"),
    ("s2", "Design the API of the tills", "api-design"),
    ("s3", "Fix the faults that bakers report", "debugging"),
    ("s4", "Explain a trade-off to bakers", "collaboration"),
    ("s5", "Guard the addresses of customers", "data-protection"),
    ("s6", "Plan the week with the shops", "planning-delivery"),
    ("s7", "Knead quartz into marzipan", None),
    ("s8", "Like early mornings", None),
)
_CRITERIA = (
    ("code", "Code", "0.25", "programming-language", ("s1",)),
    ("api", "APIs", "0.20", "api-design", ("s2",)),
    ("faults", "Faults", "0.15", "debugging", ("s3",)),
    ("people", "People", "0.15", "collaboration", ("s4",)),
    ("data", "Data", "0.15", "data-protection", ("s5",)),
    ("plan", "Plans", "0.10", "planning-delivery", ("s6",)),
)


def content(slug: str = "bakery", title: str = "Bakery Developer") -> Content:
    """Return a rubric that may be published: s1 is said twice, s7 is uncovered, s8 is left out on purpose."""
    again = BAKERY.index(_LINES[0][1], BAKERY.index(_LINES[3][1]))
    statements = tuple(
        ContentStatement(
            key=key,
            text=text,
            start=BAKERY.index(text),
            end=BAKERY.index(text) + len(text),
            kind="responsibility",
            competency=competency,
            also_at=((again, again + len(text)),) if key == "s1" else (),
            left_out=LEFT_OUT if key == "s8" else "",
        )
        for key, text, competency in _LINES
    )
    criteria = tuple(
        ContentCriterion(
            key=key,
            name=name,
            definition=f"What {name.lower()} means here.",
            weight=Decimal(weight),
            competencies=(competency,),
            listen_for=("A number",),
            anchors=tuple(f"{name}, level {level}." for level in range(1, 5)),
            statements=covered,
        )
        for key, name, weight, competency, covered in _CRITERIA
    )
    kit = {"id": "day", "name": "Day", "minutes": 60, "instructions": "", "focus": ["code", "api"], "questions": []}
    posting = ContentPosting("bakery.txt", "Bakery developer", BAKERY, statements)
    return Content(slug, title, OUR_SCALE, criteria, (posting,), {"schema": PLAN_SCHEMA, "kits": [kit]})


async def begun(session: AsyncSession, writer: Viewer, now: dt.datetime, slug: str = "bakery") -> uuid.UUID:
    """Begin a draft that could be published as version 1."""
    return await service.start_from_content(session, writer, content(slug), now)


async def published(session: AsyncSession, now: dt.datetime, slug: str = "bakery") -> uuid.UUID:
    """Publish the rubric; return the version's id."""
    version_id, _ = await publish(session, content(slug), now)
    return version_id


async def draft_of(session: AsyncSession, draft_id: uuid.UUID) -> Draft:
    """Return the draft as it is stored."""
    found = await queries.draft_by_id(session, draft_id)
    assert found is not None
    return found


async def rename(session: AsyncSession, writer: Viewer, draft_id: uuid.UUID, title: str, now: dt.datetime) -> None:
    """Make an edit that is a step of its own."""
    await service.edit(session, writer, draft_id, "Renamed", lambda state, _: edits.set_title(state, title), now)


async def typed(
    session: AsyncSession,
    writer: Viewer,
    draft_id: uuid.UUID,
    now: dt.datetime,
    criterion: str = "code",
    seen: Draft | None = None,
    **texts: str,
) -> None:
    """Send a criterion's whole form as a page made from `seen` (or from the draft as it is) sends it, with these fields typed."""
    page = seen or await draft_of(session, draft_id)
    sent = texts_of(page.state, criterion) | {
        name.replace("_", "-") if "anchor" in name else name: text for name, text in texts.items()
    }
    await service.write(session, writer, draft_id, criterion, sent, page.state_id, now)


async def rows(session: AsyncSession) -> dict[str, int]:
    """Count everything that the editor may write."""
    tables = (RubricDraft, RubricDraftState, OwnCompetency, Rubric, RubricVersion, AuditEvent)
    return {
        table.__name__: (await session.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
        for table in tables
    }


async def events(session: AsyncSession) -> list[str]:
    """Return what the audit trail says, in order."""
    return list(await session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.id)))


def names(state: State) -> list[str]:
    """Return the criteria's names in their order."""
    return [each.name for each in state.criteria]
