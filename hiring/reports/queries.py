"""Facts for a packet, in a fixed number of queries, filtered by who asks."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from hiring.blindness.queries import is_blind, visible_feedback
from hiring.candidates.tables import Application, Candidate, StageMove
from hiring.decisions.tables import Decision, DecisionCriterion
from hiring.interviews.tables import Interview, Panelist
from hiring.openings.tables import Kit, KitFocus, Opening
from hiring.people.core import READS_FEEDBACK, Viewer, initials
from hiring.people.tables import User
from hiring.records.tables import IssuedFile
from hiring.reports.core import (
    CandidateFact,
    CardFact,
    CriterionFact,
    DecisionFact,
    InterviewFact,
    KitFact,
    PacketFacts,
    PersonFact,
    RatingFact,
    StatementFact,
    VersionFact,
    latest_fact,
)
from hiring.rubrics.tables import Anchor, Criterion, CriterionStatement, Posting, Rubric, RubricVersion, Statement
from hiring.scorecards.core import CardState
from hiring.scorecards.tables import PersonalText, Rating, Scorecard, ScorecardVersion


@dataclass(frozen=True, slots=True)
class Loaded:
    """A packet's facts, and the applications of which they show somebody else's feedback."""

    opening_id: uuid.UUID
    facts: PacketFacts
    shows_feedback_on: tuple[uuid.UUID, ...]
    pseudonyms: dict[str, str]


async def load_facts(session: AsyncSession, slug: str, viewer: Viewer | None) -> Loaded | None:
    """Return the facts of an opening as the viewer may know them; nothing for an opening that they may not know.

    Without a viewer: everything, for the operator at the command line. Ten queries, whatever the number of rows.
    """
    head = (
        await session.execute(
            sa.select(Opening, RubricVersion, Rubric.slug)
            .join(RubricVersion, RubricVersion.id == Opening.version_id)
            .join(Rubric, Rubric.id == RubricVersion.rubric_id)
            .where(Opening.slug == slug)
        )
    ).first()
    if head is None or (viewer is not None and not viewer.has(READS_FEEDBACK, head[0].id)):
        return None
    opening, version, rubric_slug = head
    criteria = await _criteria(session, version.id)
    statements, postings = await _statements(session, version.id)
    kits = await _kits(session, opening.id)
    applications = await _applications(session, opening.id, viewer)
    cards, people = await _cards(session, opening.id, viewer)
    decisions = await _decisions(session, opening.id, viewer)
    interviews = await _interviews(session, opening.id, cards)
    people_facts = _people(people | {fact.by: who for who, fact in decisions.values()})
    candidates = tuple(
        CandidateFact(
            application=str(row.id),
            name=row.name,
            short=_short(row.name),
            applied=row.applied_at.date(),
            stage=str(row.stage),
            stage_reason=row.reason or "",
            hidden=row.hidden,
            interviews=tuple(interviews.get(row.id, ())),
            decision=decisions[row.id][1] if row.id in decisions else None,
            stage_at=row.stage_since,
        )
        for row in applications
    )
    as_of, as_of_fact = latest_fact(candidates, people_facts, kits, version.published_at)
    facts = PacketFacts(
        organisation=opening.organisation,
        opening_slug=opening.slug,
        opening_title=opening.title,
        team=opening.team,
        rubric_id=rubric_slug,
        rubric_version=version.number,
        rubric_hash=version.content_hash,
        rubric_published=version.published_at,
        scale_labels=tuple(version.scale),
        bar=version.bar,
        criteria=criteria,
        statements=statements,
        postings=postings,
        kits=kits,
        people=people_facts,
        candidates=candidates,
        as_of=as_of,
        as_of_fact=as_of_fact,
        made_for="Operator, everything" if viewer is None else viewer.name,
    )
    mine = "" if viewer is None else str(viewer.id)
    shows = tuple(row.id for row, fact in zip(applications, candidates, strict=True) if _shows_others(fact, mine))
    return Loaded(opening.id, facts, shows, {str(row.id): row.pseudonym for row in applications})


def _shows_others(fact: CandidateFact, mine: str) -> bool:
    """Say whether a packet shows what somebody else thought of this candidate. Nothing of a shadow's scorecard stands in one."""
    if fact.hidden:
        return False
    cards = (card for each in fact.interviews for card in each.cards)
    decided_by_another = fact.decision is not None and fact.decision.by != mine
    return decided_by_another or any(card.versions and not card.shadow and card.by != mine for card in cards)


def anonymous(loaded: Loaded) -> Loaded:
    """Return the facts with pseudonyms for candidates, in their order, and letters for everybody else.

    Names are also replaced where they stand in what people wrote.
    """
    letters = {person.id: _letters(at) for at, person in enumerate(loaded.facts.people)}
    changes: list[tuple[str, str]] = []
    for candidate in loaded.facts.candidates:
        alias = f"Candidate {loaded.pseudonyms[candidate.application]}"
        changes.append((candidate.name, alias))
        changes += [(word, alias) for word in candidate.name.split() if len(word) > 2]
    for person in loaded.facts.people:
        changes.append((person.name, f"Interviewer {letters[person.id]}"))
    changes.sort(key=lambda change: -len(change[0]))

    def mask(value: Any) -> Any:
        if isinstance(value, str):
            for old, new in changes:
                value = value.replace(old, new)
            return value
        if isinstance(value, tuple):
            return tuple(mask(each) for each in value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            kept = {"id", "by", "kit", "application", "stage", "state", "recommendation", "outcome"}
            fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
            return dataclasses.replace(
                value, **{name: each if name in kept else mask(each) for name, each in fields.items()}
            )
        return value

    facts: PacketFacts = loaded.facts
    people = tuple(
        PersonFact(each.id, f"Interviewer {letters[each.id]}", "", letters[each.id]) for each in facts.people
    )
    candidates = sorted((mask(each) for each in facts.candidates), key=lambda each: loaded.pseudonyms[each.application])
    candidates = [dataclasses.replace(each, short=each.name) for each in candidates]
    as_of, as_of_fact = latest_fact(tuple(candidates), people, facts.kits, facts.rubric_published)
    changed = dataclasses.replace(
        facts, people=people, candidates=tuple(candidates), as_of=as_of, as_of_fact=as_of_fact
    )
    return dataclasses.replace(loaded, facts=changed)


def _letters(at: int) -> str:
    return chr(ord("A") + at % 26) * (at // 26 + 1)


def _short(name: str) -> str:
    return name.partition(" ")[0]


def _people(people: dict[str, tuple[str, str]]) -> tuple[PersonFact, ...]:
    """Return people, given as (name, title) by id, with initials that tell them apart."""
    found: list[PersonFact] = []
    taken: set[str] = set()
    for person, (name, title) in sorted(people.items(), key=lambda item: (item[1], item[0])):
        base = mark = initials(name)
        number = 2
        while mark in taken:
            mark, number = f"{base}{number}", number + 1
        taken.add(mark)
        found.append(PersonFact(person, name, title, mark))
    return tuple(found)


async def _criteria(session: AsyncSession, version_id: uuid.UUID) -> tuple[CriterionFact, ...]:
    anchors = (
        sa.select(sa.func.array_agg(aggregate_order_by(Anchor.text, Anchor.level)))
        .where(Anchor.criterion_id == Criterion.id)
        .scalar_subquery()
    )
    covered = (
        sa.select(sa.func.array_agg(aggregate_order_by(Statement.key, Statement.position)))
        .select_from(CriterionStatement)
        .join(Statement, Statement.id == CriterionStatement.statement_id)
        .where(CriterionStatement.criterion_id == Criterion.id)
        .scalar_subquery()
    )
    rows = await session.execute(
        sa.select(Criterion.key, Criterion.name, Criterion.definition, Criterion.weight, anchors, covered)
        .where(Criterion.version_id == version_id)
        .order_by(Criterion.position)
    )
    return tuple(
        CriterionFact(key, name, words, weight, tuple(texts), tuple(keys or ()))
        for key, name, words, weight, texts, keys in rows
    )


async def _statements(
    session: AsyncSession, version_id: uuid.UUID
) -> tuple[tuple[StatementFact, ...], tuple[tuple[str, str], ...]]:
    rows = (
        await session.execute(
            sa.select(Statement.key, Statement.text, Statement.kind, Posting.key, Posting.title, Statement.left_out)
            .join(Posting, Posting.id == Statement.posting_id)
            .where(Statement.version_id == version_id)
            .order_by(Posting.position, Statement.position)
        )
    ).all()
    return (
        tuple(StatementFact(key, text, kind, posting, left_out) for key, text, kind, posting, _, left_out in rows),
        tuple(dict.fromkeys((posting, title) for _, _, _, posting, title, _ in rows)),
    )


async def _kits(session: AsyncSession, opening_id: uuid.UUID) -> tuple[KitFact, ...]:
    focus = (
        sa.select(sa.func.array_agg(aggregate_order_by(Criterion.key, KitFocus.position)))
        .select_from(KitFocus)
        .join(Criterion, Criterion.id == KitFocus.criterion_id)
        .where(KitFocus.kit_id == Kit.id)
        .scalar_subquery()
    )
    rows = await session.execute(
        sa.select(Kit.key, Kit.name, Kit.minutes, focus).where(Kit.opening_id == opening_id).order_by(Kit.position)
    )
    return tuple(KitFact(key, name, minutes, tuple(keys or ())) for key, name, minutes, keys in rows)


async def _applications(session: AsyncSession, opening_id: uuid.UUID, viewer: Viewer | None) -> Sequence[sa.Row[Any]]:
    hidden = sa.literal(False) if viewer is None else is_blind(viewer.id, Application.id)
    reason = (
        sa.select(StageMove.reason)
        .where(StageMove.application_id == Application.id)
        .order_by(StageMove.at.desc(), StageMove.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        await session.execute(
            sa.select(
                Application.id,
                Application.applied_at,
                Application.stage,
                Application.stage_since,
                Application.pseudonym,
                Candidate.name,
                reason.label("reason"),
                hidden.label("hidden"),
            )
            .join(Candidate, Candidate.id == Application.candidate_id)
            .where(Application.opening_id == opening_id)
            .order_by(Application.applied_at, Application.id)
        )
    ).all()


async def _cards(
    session: AsyncSession, opening_id: uuid.UUID, viewer: Viewer | None
) -> tuple[dict[uuid.UUID, list[CardFact]], dict[str, tuple[str, str]]]:
    """Return each interview's cards, and everybody on a panel as (name, title) by id."""
    seen = sa.true() if viewer is None else visible_feedback(viewer, Application.id, Application.opening_id)
    versions = await _versions(session, opening_id, seen)
    rows = await session.execute(
        sa.select(Interview.id, Kit.key, Panelist.shadow, User.id, User.name, User.title, Scorecard)
        .join(Panelist, Panelist.interview_id == Interview.id)
        .join(User, User.id == Panelist.user_id)
        .join(Scorecard, Scorecard.panelist_id == Panelist.id)
        .join(Kit, Kit.id == Interview.kit_id)
        .where(Interview.opening_id == opening_id)
        .order_by(User.name, User.id)
    )
    cards: dict[uuid.UUID, list[CardFact]] = defaultdict(list)
    people: dict[str, tuple[str, str]] = {}
    for interview_id, kit, shadow, user_id, name, title, card in rows:
        people[str(user_id)] = (name, title)
        # A draft is nobody's business but its author's: to everybody else it is owed, whether or not anything stands in it.
        state = "owed" if card.state == CardState.DRAFT else str(card.state)
        cards[interview_id].append(
            CardFact(
                by=str(user_id),
                kit=kit,
                shadow=shadow,
                state=state,  # type: ignore[arg-type]  # the enum's other values are those of CardFact
                due=card.due_at,
                versions=tuple(versions.get(card.id, ())),
                recused_reason=card.recused_reason,
                recused_at=card.recused_at,
            )
        )
    return cards, people


async def _versions(
    session: AsyncSession, opening_id: uuid.UUID, seen: sa.ColumnElement[bool]
) -> dict[uuid.UUID, list[VersionFact]]:
    why, strength, concern, evidence = (aliased(PersonalText) for _ in range(4))
    of_opening = (
        sa.select(ScorecardVersion.id)
        .join(Scorecard, Scorecard.id == ScorecardVersion.scorecard_id)
        .join(Panelist, Panelist.id == Scorecard.panelist_id)
        .join(Interview, Interview.id == Panelist.interview_id)
        .join(Application, Application.id == Interview.application_id)
        .where(Interview.opening_id == opening_id, seen)
    )
    ratings: dict[uuid.UUID, list[RatingFact]] = defaultdict(list)
    for version_id, key, level, text in await session.execute(
        sa.select(Rating.version_id, Criterion.key, Rating.level, sa.func.coalesce(evidence.body, ""))
        .join(Criterion, Criterion.id == Rating.criterion_id)
        .outerjoin(evidence, evidence.id == Rating.evidence_id)
        .where(Rating.version_id.in_(of_opening))
        .order_by(Criterion.position)
    ):
        ratings[version_id].append(RatingFact(key, level, text))
    versions: dict[uuid.UUID, list[VersionFact]] = defaultdict(list)
    for row, said, good, bad in await session.execute(
        sa.select(
            ScorecardVersion,
            sa.func.coalesce(why.body, ""),
            sa.func.coalesce(strength.body, ""),
            sa.func.coalesce(concern.body, ""),
        )
        .outerjoin(why, why.id == ScorecardVersion.why_id)
        .outerjoin(strength, strength.id == ScorecardVersion.strength_id)
        .outerjoin(concern, concern.id == ScorecardVersion.concern_id)
        .where(ScorecardVersion.id.in_(of_opening))
        .order_by(ScorecardVersion.number)
    ):
        versions[row.scorecard_id].append(
            VersionFact(
                row.number,
                row.at,
                row.reason,
                row.after_reading,
                str(row.recommendation),
                said,
                good,
                bad,
                tuple(ratings[row.id]),
            )
        )
    return versions


async def _interviews(
    session: AsyncSession, opening_id: uuid.UUID, cards: dict[uuid.UUID, list[CardFact]]
) -> dict[uuid.UUID, list[InterviewFact]]:
    """Return each application's interviews in the order of time.

    That an interview was held is known from a scorecard submitted on it, never from the clock: the same facts must
    give the same packet tomorrow.
    """
    found: dict[uuid.UUID, list[InterviewFact]] = defaultdict(list)
    for row, kit in await session.execute(
        sa.select(Interview, Kit.key)
        .join(Kit, Kit.id == Interview.kit_id)
        .where(Interview.opening_id == opening_id)
        .order_by(Interview.starts_at, Interview.id)
    ):
        held = any(card.state == "submitted" for card in cards[row.id])
        state: Literal["planned", "held", "cancelled"] = "held" if held else "planned"
        if row.cancelled_at:
            state = "cancelled"
        fact = InterviewFact(str(row.id), kit, row.starts_at, row.ends_at, state, tuple(cards[row.id]))
        found[row.application_id].append(fact)
    return found


async def _decisions(
    session: AsyncSession, opening_id: uuid.UUID, viewer: Viewer | None
) -> dict[uuid.UUID, tuple[tuple[str, str], DecisionFact]]:
    """Return the latest decision on each application that the viewer may know, after who made it as (name, title)."""
    seen = sa.true() if viewer is None else visible_feedback(viewer, Application.id, Application.opening_id)
    wanted = (
        sa.select(sa.func.array_agg(aggregate_order_by(Criterion.key, Criterion.position)))
        .select_from(DecisionCriterion)
        .join(Criterion, Criterion.id == DecisionCriterion.criterion_id)
        .where(DecisionCriterion.decision_id == Decision.id)
        .scalar_subquery()
    )
    rows = await session.execute(
        sa.select(Decision, User.name, User.title, wanted)
        .join(User, User.id == Decision.decided_by)
        .join(Application, Application.id == Decision.application_id)
        .where(Application.opening_id == opening_id, seen)
        .ext(distinct_on(Decision.application_id))
        .order_by(Decision.application_id, Decision.at.desc(), Decision.id.desc())
    )
    found = {}
    for row, name, title, keys in rows:
        fact = DecisionFact(
            row.outcome.value, str(row.decided_by), row.at, row.reasons, tuple(keys or ()), row.evidence_wanted
        )
        found[row.application_id] = ((name, title), fact)
    return found


async def opening_slugs(session: AsyncSession) -> list[str]:
    """Return the slugs of the first ten openings, for a sentence that helps."""
    return list(await session.scalars(sa.select(Opening.slug).order_by(Opening.slug).limit(10)))


@dataclass(frozen=True, slots=True)
class Issued:
    """An entry of the register: a file that was handed out. `name` is empty for the operator's."""

    at: dt.datetime
    slug: str
    issued_to: uuid.UUID | None
    name: str
    code: str
    facts_sha256: str
    options: dict[str, Any]


async def issued_file(session: AsyncSession, sha256: str) -> Issued | None:
    """Return the latest entry of a file with this hash, or nothing."""
    row = (
        await session.execute(
            sa.select(
                IssuedFile.at,
                Opening.slug,
                IssuedFile.issued_to,
                sa.func.coalesce(User.name, ""),
                IssuedFile.code,
                IssuedFile.facts_sha256,
                IssuedFile.options,
            )
            .join(Opening, Opening.id == IssuedFile.opening_id)
            .outerjoin(User, User.id == IssuedFile.issued_to)
            .where(IssuedFile.sha256 == sha256)
            .order_by(IssuedFile.at.desc())
            .limit(1)
        )
    ).first()
    return None if row is None else Issued(*row)
