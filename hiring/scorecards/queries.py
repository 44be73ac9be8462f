"""Reads of scorecards: what one panelist has to do, and their own card. Others' feedback is not read here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from hiring.blindness.core import Card, State
from hiring.blindness.tables import Standing
from hiring.candidates.core import Stage
from hiring.candidates.tables import Application, Candidate
from hiring.db.base import UTCDateTime
from hiring.interviews.tables import Interview, Panelist
from hiring.openings.tables import Kit, KitFocus, KitQuestion, Opening
from hiring.people.core import name_key
from hiring.people.tables import User
from hiring.rubrics.tables import Anchor, Criterion, CriterionStatement, RubricVersion, Statement
from hiring.scorecards.core import (
    CardState,
    Entry,
    Recommendation,
    Sheet,
    Urgency,
    asked_of,
    done,
    sheet_of,
    urgency,
)
from hiring.scorecards.tables import PersonalText, Rating, Scorecard, ScorecardVersion

CLOSED_SHOWN = 40
CARD_OF = {
    CardState.DRAFT: Card.OPEN,
    CardState.SUBMITTED: Card.FILED,
    CardState.RECUSED: Card.RECUSED,
    CardState.WAIVED: Card.WAIVED,
}
# Decisions stand above this room, so their table is known here by name alone.
DECISION = sa.table("decision", sa.column("application_id", sa.Uuid), sa.column("at", UTCDateTime))


@dataclass(frozen=True, slots=True)
class OwnCard:
    """A panelist's own scorecard with the interview it belongs to. `scale`: labels from lowest to highest."""

    id: uuid.UUID
    interview_id: uuid.UUID
    application_id: uuid.UUID
    opening_id: uuid.UUID
    kit_id: uuid.UUID
    state: CardState
    shadow: bool
    due_at: dt.datetime
    edition: int
    draft: Mapping[str, Any]
    notes: str
    saved_at: dt.datetime | None
    submitted_at: dt.datetime | None
    recused_at: dt.datetime | None
    recused_reason: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    cancelled_at: dt.datetime | None
    kit: str
    minutes: int
    instructions: str
    candidate: str
    opening: str
    team: str
    slug: str
    stage: Stage
    scale: tuple[str, ...]
    bar: int | None
    standing: State | None
    first_read_at: dt.datetime | None

    @property
    def sheet(self) -> Sheet:
        """What the draft holds."""
        return sheet_of(self.draft)

    @property
    def asked(self) -> tuple[str, ...]:
        """The ticked questions."""
        return asked_of(self.draft)


@dataclass(frozen=True, slots=True)
class Focus:
    """A criterion that the kit assesses. `anchors` and `statements` in their order."""

    id: uuid.UUID
    key: str
    name: str
    definition: str
    listen_for: tuple[str, ...]
    anchors: tuple[str, ...]
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """A question of the kit; the ids are what a tick sends."""

    id: str
    kind: str
    ask: str
    follow_ups: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody on the panel, and what became of their scorecard: a fact, never an opinion."""

    id: uuid.UUID
    name: str
    shadow: bool
    state: CardState


@dataclass(frozen=True, slots=True)
class OwnVersion:
    """One version of one's own scorecard. Erased words are empty."""

    id: uuid.UUID
    number: int
    at: dt.datetime
    reason: str
    after_reading: bool
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class Due:
    """An interview in a panelist's list. `done` of `parts` parts of the draft are done."""

    interview_id: uuid.UUID
    candidate: str
    kit: str
    opening: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    due_at: dt.datetime
    shadow: bool
    state: CardState
    urgency: Urgency
    submitted_at: dt.datetime | None
    done: int
    parts: int


# Statements of the busiest requests are built once: building one costs several times what running it does.
_OWN_CARD = (
    sa.select(
        Scorecard.id,
        Interview.id.label("interview_id"),
        Interview.application_id,
        Interview.opening_id,
        Interview.kit_id,
        Scorecard.state,
        Panelist.shadow,
        Scorecard.due_at,
        Scorecard.edition,
        Scorecard.draft,
        Scorecard.notes,
        Scorecard.saved_at,
        Scorecard.submitted_at,
        Scorecard.recused_at,
        Scorecard.recused_reason,
        Interview.starts_at,
        Interview.ends_at,
        Interview.cancelled_at,
        Kit.name.label("kit"),
        Kit.minutes,
        Kit.instructions,
        Candidate.name.label("candidate"),
        Opening.title.label("opening"),
        Opening.team,
        Opening.slug,
        Application.stage,
        RubricVersion.scale,
        RubricVersion.bar,
        Standing.state.label("standing"),
        Standing.first_read_at,
    )
    .join(Panelist, Panelist.id == Scorecard.panelist_id)
    .join(Interview, Interview.id == Panelist.interview_id)
    .join(Kit, Kit.id == Interview.kit_id)
    .join(Application, Application.id == Interview.application_id)
    .join(Candidate, Candidate.id == Application.candidate_id)
    .join(Opening, Opening.id == Interview.opening_id)
    .join(RubricVersion, RubricVersion.id == Opening.version_id)
    .outerjoin(Standing, sa.and_(Standing.application_id == Application.id, Standing.user_id == Panelist.user_id))
    .where(Interview.id == sa.bindparam("interview"), Panelist.user_id == sa.bindparam("user"))
)
_OWN_CARD_LOCKED = _OWN_CARD.with_for_update(of=Scorecard)


async def own_card(
    session: AsyncSession, user_id: uuid.UUID, interview_id: uuid.UUID, *, lock: bool = False
) -> OwnCard | None:
    """Return the user's scorecard for an interview, or nothing where they are not on its panel. `lock`: until the transaction ends."""
    named = {"interview": interview_id, "user": user_id}
    row = (await session.execute(_OWN_CARD_LOCKED if lock else _OWN_CARD, named)).first()
    if row is None:
        return None
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy’s documented way to a row as a mapping
    values["state"] = CardState(values["state"])
    values["stage"] = Stage(values["stage"])
    values["scale"] = tuple(values["scale"])
    values["standing"] = State(values["standing"]) if values["standing"] else None
    return OwnCard(**values)


_APPLICATION_OF = (
    sa.select(Interview.application_id)
    .join(Panelist, Panelist.interview_id == Interview.id)
    .where(Interview.id == sa.bindparam("interview"), Panelist.user_id == sa.bindparam("user"))
)


async def application_of(session: AsyncSession, user_id: uuid.UUID, interview_id: uuid.UUID) -> uuid.UUID | None:
    """Return the application of an interview on whose panel the user is, or nothing."""
    return await session.scalar(_APPLICATION_OF, {"interview": interview_id, "user": user_id})


_ANCHORS = sa.select(Anchor.text).where(Anchor.criterion_id == Criterion.id).order_by(Anchor.level)
_STATEMENTS = (
    sa.select(Statement.text)
    .join(CriterionStatement, CriterionStatement.statement_id == Statement.id)
    .where(CriterionStatement.criterion_id == Criterion.id)
    .order_by(Statement.position)
)
_FOCUS = (
    sa.select(
        Criterion.id,
        Criterion.key,
        Criterion.name,
        Criterion.definition,
        Criterion.listen_for,
        sa.func.array(_ANCHORS.correlate(Criterion).scalar_subquery()),
        sa.func.array(_STATEMENTS.correlate(Criterion).scalar_subquery()),
    )
    .join(KitFocus, KitFocus.criterion_id == Criterion.id)
    .where(KitFocus.kit_id == sa.bindparam("kit"))
    .order_by(KitFocus.position)
)


async def focus_of(session: AsyncSession, kit_id: uuid.UUID) -> list[Focus]:
    """Return the criteria that a kit assesses, in its order, with anchors and statements, in one query."""
    rows = await session.execute(_FOCUS, {"kit": kit_id})
    return [
        Focus(id_, key, name, definition, tuple(listen), tuple(texts), tuple(lines))
        for id_, key, name, definition, listen, texts, lines in rows
    ]


_QUESTIONS = (
    sa.select(KitQuestion.id, KitQuestion.kind, KitQuestion.ask, KitQuestion.follow_ups)
    .where(KitQuestion.kit_id == sa.bindparam("kit"))
    .order_by(KitQuestion.position)
)


async def questions_of(session: AsyncSession, kit_id: uuid.UUID) -> list[Ask]:
    """Return a kit's questions in their order."""
    rows = await session.execute(_QUESTIONS, {"kit": kit_id})
    return [
        Ask(str(id_), kind, ask, tuple((f"{id_}.{at}", text) for at, text in enumerate(follow_ups, 1)))
        for id_, kind, ask, follow_ups in rows
    ]


_COLLEAGUES = (
    sa.select(User.id, User.name, Panelist.shadow, Scorecard.state)
    .join(Panelist, Panelist.user_id == User.id)
    .join(Scorecard, Scorecard.panelist_id == Panelist.id)
    .where(Panelist.interview_id == sa.bindparam("interview"), Panelist.user_id != sa.bindparam("user"))
)


async def colleagues(session: AsyncSession, interview_id: uuid.UUID, user_id: uuid.UUID) -> list[Colleague]:
    """Return the others on the panel, by name."""
    rows = await session.execute(_COLLEAGUES, {"interview": interview_id, "user": user_id})
    found = [Colleague(id_, name, shadow, CardState(state)) for id_, name, shadow, state in rows]
    return sorted(found, key=lambda each: (each.shadow, name_key(each.name)))


async def own_versions(session: AsyncSession, card_id: uuid.UUID) -> list[OwnVersion]:
    """Return the versions of one scorecard, newest first, in two queries. The caller checks whose it is."""
    why, strength, concern = (aliased(PersonalText) for _ in range(3))
    versions = (
        await session.execute(
            sa.select(ScorecardVersion, why.body, strength.body, concern.body)
            .outerjoin(why, why.id == ScorecardVersion.why_id)
            .outerjoin(strength, strength.id == ScorecardVersion.strength_id)
            .outerjoin(concern, concern.id == ScorecardVersion.concern_id)
            .where(ScorecardVersion.scorecard_id == card_id)
            .order_by(ScorecardVersion.number.desc())
        )
    ).all()
    if not versions:
        return []
    entries: dict[uuid.UUID, dict[str, Entry]] = {}
    rows = await session.execute(
        sa.select(Rating.version_id, Criterion.key, Rating.level, PersonalText.body)
        .join(Criterion, Criterion.id == Rating.criterion_id)
        .outerjoin(PersonalText, PersonalText.id == Rating.evidence_id)
        .where(Rating.version_id.in_([version.id for version, *_ in versions]))
        .order_by(Criterion.position)
    )
    for version_id, key, level, body in rows:
        entries.setdefault(version_id, {})[key] = Entry(level or 0, body or "")
    return [
        OwnVersion(
            id=version.id,
            number=version.number,
            at=version.at,
            reason=version.reason,
            after_reading=version.after_reading,
            sheet=Sheet(
                entries=entries.get(version.id, {}),
                recommendation=Recommendation(version.recommendation),
                why=texts[0] or "",
                strength=texts[1] or "",
                concern=texts[2] or "",
            ),
        )
        for version, *texts in versions
    ]


_KEYS = sa.select(Criterion.key).join(KitFocus, KitFocus.criterion_id == Criterion.id).where(KitFocus.kit_id == Kit.id)
_INTERVIEWS = (
    sa.select(
        Interview.id,
        Candidate.name.label("candidate"),
        Kit.name.label("kit"),
        Opening.title.label("opening"),
        Interview.starts_at,
        Interview.ends_at,
        Scorecard.due_at,
        Panelist.shadow,
        Scorecard.state,
        Scorecard.submitted_at,
        Scorecard.draft,
        sa.func.array(_KEYS.correlate(Kit).scalar_subquery()).label("keys"),
    )
    .join(Panelist, Panelist.id == Scorecard.panelist_id)
    .join(Interview, Interview.id == Panelist.interview_id)
    .join(Kit, Kit.id == Interview.kit_id)
    .join(Opening, Opening.id == Interview.opening_id)
    .join(Application, Application.id == Interview.application_id)
    .join(Candidate, Candidate.id == Application.candidate_id)
    .where(Panelist.user_id == sa.bindparam("user"), Interview.cancelled_at.is_(None))
    .order_by(Scorecard.state != CardState.DRAFT, Interview.starts_at.desc(), Interview.id)
    .limit(500)
)


async def interviews_of(session: AsyncSession, user_id: uuid.UUID, now: dt.datetime) -> dict[Urgency, list[Due]]:
    """Return a person's interviews by urgency, in one query: all open ones, and the latest that are closed."""
    rows = await session.execute(_INTERVIEWS, {"user": user_id})
    found: dict[Urgency, list[Due]] = {each: [] for each in Urgency}
    for row in rows:
        state = CardState(row.state)
        pressing = urgency(state, row.starts_at, row.due_at, now)
        found[pressing].append(
            Due(
                interview_id=row.id,
                candidate=row.candidate,
                kit=row.kit,
                opening=row.opening,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                due_at=row.due_at,
                shadow=row.shadow,
                state=state,
                urgency=pressing,
                submitted_at=row.submitted_at,
                done=done(sheet_of(row.draft), row.keys),
                parts=len(row.keys) + 1,
            )
        )
    for each in (Urgency.OVERDUE, Urgency.DUE, Urgency.COMING):
        found[each].reverse()  # what was held or begins first stands first
    del found[Urgency.CLOSED][CLOSED_SHOWN:]
    return found


_DECIDED_AT = sa.select(sa.func.max(DECISION.c.at)).where(DECISION.c.application_id == sa.bindparam("application"))
_CARDS = (
    sa.select(
        Scorecard.state,
        sa.func.coalesce(Scorecard.recused_at > _DECIDED_AT.scalar_subquery(), sa.false()).label("since"),
    )
    .join(Panelist, Panelist.id == Scorecard.panelist_id)
    .join(Interview, Interview.id == Panelist.interview_id)
    .where(
        Interview.application_id == sa.bindparam("application"),
        Panelist.user_id == sa.bindparam("user"),
        Scorecard.id.is_distinct_from(sa.bindparam("but", type_=sa.Uuid)),  # every card is distinct from nothing
        sa.or_(Interview.cancelled_at.is_(None), Scorecard.state.in_([CardState.SUBMITTED, CardState.RECUSED])),
    )
)


async def cards_of(
    session: AsyncSession, application_id: uuid.UUID, user_id: uuid.UUID, *, but: uuid.UUID | None = None
) -> list[Card]:
    """Return what became of a person's scorecards on an application, as blindness counts them; `but` leaves one out.

    Those of cancelled interviews count only once they are filed or recused: who stepped back stays apart.
    """
    rows = await session.execute(_CARDS, {"application": application_id, "user": user_id, "but": but})
    return [Card.RECUSED_SINCE if row.since else CARD_OF[CardState(row.state)] for row in rows]


_DECIDED = sa.select(sa.exists().where(DECISION.c.application_id == sa.bindparam("application")))


async def is_decided(session: AsyncSession, application_id: uuid.UUID) -> bool:
    """Say whether any decision, a hold included, was recorded on an application."""
    return bool(await session.scalar(_DECIDED, {"application": application_id}))


async def panel_of(
    session: AsyncSession, *, interview_id: uuid.UUID | None = None, application_id: uuid.UUID | None = None
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return (user, panelist) of one interview, or of all interviews of an application, in the order in which locks are taken."""
    which = Interview.id == interview_id if interview_id else Interview.application_id == application_id
    rows = await session.execute(
        sa.select(Panelist.user_id, Panelist.id)
        .join(Interview, Interview.id == Panelist.interview_id)
        .where(which)
        .order_by(Panelist.user_id)
    )
    return [(user, panelist) for user, panelist in rows]


async def end_of(session: AsyncSession, interview_id: uuid.UUID) -> dt.datetime:
    """Return when an interview ends."""
    return (await session.execute(sa.select(Interview.ends_at).where(Interview.id == interview_id))).scalar_one()


async def submitted_in(session: AsyncSession, interview_id: uuid.UUID) -> list[str]:
    """Return the names of those who have submitted a scorecard for an interview."""
    rows = await session.scalars(
        sa.select(User.name)
        .join(Panelist, Panelist.user_id == User.id)
        .join(Scorecard, Scorecard.panelist_id == Panelist.id)
        .where(Panelist.interview_id == interview_id, Scorecard.state == CardState.SUBMITTED)
    )
    return sorted(rows, key=name_key)
