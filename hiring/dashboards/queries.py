"""Reads of the recruiter's pages, cut to what the viewer may know: each page in a fixed small number of queries."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.blindness.core import State, shown_stage
from hiring.blindness.queries import is_blind, visible_feedback
from hiring.blindness.tables import Standing
from hiring.candidates.core import ENDS, Stage
from hiring.candidates.tables import Application, Candidate, StageMove
from hiring.dashboards.core import (
    ApplicationLine,
    CardLine,
    CriterionLine,
    Given,
    InterviewLine,
    KitLine,
    Plan,
    ShownCard,
    ShownRating,
    ShownVersion,
    StatementLine,
)
from hiring.decisions.core import Outcome
from hiring.decisions.tables import Decision, DecisionCriterion
from hiring.interviews.tables import Interview, Panelist
from hiring.openings.tables import Kit, KitFocus, Opening
from hiring.people.core import READS_FEEDBACK, Role, Viewer, name_key
from hiring.people.tables import RoleGrant, User
from hiring.rubrics.tables import Anchor, Criterion, CriterionStatement, Rubric, RubricVersion, Statement
from hiring.scorecards.core import CardState, Recommendation
from hiring.scorecards.counting import counting_versions
from hiring.scorecards.tables import PersonalText, Rating, Scorecard, ScorecardVersion


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """An opening in the list: how many stand in each stage, as the viewer may know it, and what is stuck."""

    id: uuid.UUID
    slug: str
    title: str
    team: str
    rubric_slug: str
    rubric_number: int
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    stages: Mapping[Stage, int]
    overdue: int
    gaps: int

    @property
    def open(self) -> int:
        """How many applications have not ended."""
        return sum(count for stage, count in self.stages.items() if stage not in ENDS)

    @property
    def ended(self) -> int:
        """How many applications have ended."""
        return sum(count for stage, count in self.stages.items() if stage in ENDS)


@dataclass(frozen=True, slots=True)
class BoardFacts:
    """What a board is made of, and of which applications others' feedback is shown here for the first time."""

    plan: Plan
    applications: tuple[ApplicationLine, ...]
    interviews: tuple[InterviewLine, ...]
    given: tuple[Given, ...]
    newly_read: tuple[uuid.UUID, ...]


async def openings(session: AsyncSession, viewer: Viewer, now: dt.datetime) -> list[OpeningLine]:
    """Return the openings that the viewer sees as a whole, in two queries: open ones first, the newest first."""
    mine = sa.true() if viewer.has(READS_FEEDBACK) else Opening.id.in_(sorted(viewer.openings_with(READS_FEEDBACK)))
    overdue = (
        sa.select(sa.func.count())
        .select_from(Scorecard)
        .join(Panelist, Panelist.id == Scorecard.panelist_id)
        .join(Interview, Interview.id == Panelist.interview_id)
        .join(Application, Application.id == Interview.application_id)
        .where(
            Interview.opening_id == Opening.id,
            Interview.cancelled_at.is_(None),
            sa.not_(Panelist.shadow),
            Scorecard.state == CardState.DRAFT,
            Scorecard.due_at <= now,
            sa.or_(is_blind(viewer.id, Application.id), Application.stage.not_in(ENDS)),
        )
        .correlate(Opening)
        .scalar_subquery()
    )
    assessed = (
        sa.exists()
        .where(
            CriterionStatement.statement_id == Statement.id,
            CriterionStatement.criterion_id == KitFocus.criterion_id,
            KitFocus.kit_id == Kit.id,
            Kit.opening_id == Opening.id,
        )
        .correlate(Statement, Opening)
    )
    gaps = (
        sa.select(sa.func.count())
        .select_from(Statement)
        .where(Statement.version_id == Opening.version_id, Statement.left_out == "", sa.not_(assessed))
        .correlate(Opening)
        .scalar_subquery()
    )
    rows = (
        await session.execute(
            sa.select(
                Opening.id,
                Opening.slug,
                Opening.title,
                Opening.team,
                Rubric.slug.label("rubric_slug"),
                RubricVersion.number.label("rubric_number"),
                Opening.created_at.label("opened_at"),
                Opening.closed_at,
                overdue.label("overdue"),
                gaps.label("gaps"),
            )
            .join(RubricVersion, RubricVersion.id == Opening.version_id)
            .join(Rubric, Rubric.id == RubricVersion.rubric_id)
            .where(mine)
            .order_by(Opening.closed_at.is_not(None), Opening.created_at.desc(), Opening.id)
        )
    ).all()
    shown = sa.case(
        (is_blind(viewer.id, Application.id), Stage.INTERVIEWS.value), else_=sa.cast(Application.stage, sa.Text)
    )
    counted = await session.execute(
        sa.select(Application.opening_id, shown.label("stage"), sa.func.count().label("applications"))
        .join(Opening, Opening.id == Application.opening_id)
        .where(mine)
        .group_by(Application.opening_id, shown)
    )
    stages: dict[uuid.UUID, dict[Stage, int]] = defaultdict(dict)
    for each in counted:
        stages[each.opening_id][Stage(each.stage)] = each.applications
    return [OpeningLine(**row._asdict(), stages=stages[row.id]) for row in rows]


async def board_facts(
    session: AsyncSession, viewer: Viewer, opening_id: uuid.UUID, version_id: uuid.UUID
) -> BoardFacts:
    """Return what the board of an opening is made of, in four queries."""
    applications, unread, decided = await _applications(session, viewer, opening_id)
    interviews = await _interviews(session, Interview.opening_id == opening_id)
    given = await _given(session, viewer, opening_id)
    others = decided | {each.application_id for each in given if each.user_id != viewer.id}
    return BoardFacts(
        plan=await _plan(session, opening_id, version_id),
        applications=tuple(applications),
        interviews=tuple(interviews),
        given=tuple(given),
        newly_read=tuple(each.id for each in applications if each.id in others & unread),
    )


async def _applications(
    session: AsyncSession, viewer: Viewer, opening_id: uuid.UUID
) -> tuple[list[ApplicationLine], set[uuid.UUID], set[uuid.UUID]]:
    """Return an opening's applications in the order of application.

    Beside them: which have no first reading of the viewer's, and of which another person's decision is shown.
    """
    latest = (
        sa.select(Decision.application_id, Decision.outcome, Decision.at, Decision.decided_by)
        .ext(distinct_on(Decision.application_id))
        .join(Application, Application.id == Decision.application_id)
        .where(Application.opening_id == opening_id)
        .order_by(Decision.application_id, Decision.at.desc())
        .subquery("latest")
    )
    rows = await session.execute(
        sa.select(
            Application.id,
            Candidate.name,
            Application.applied_at,
            Application.stage,
            Application.stage_since,
            Standing.state,
            Standing.first_read_at,
            visible_feedback(viewer, Application.id, Application.opening_id).label("visible"),
            latest.c.outcome,
            latest.c.at.label("decided_at"),
            latest.c.decided_by,
        )
        .join(Candidate, Candidate.id == Application.candidate_id)
        .outerjoin(Standing, sa.and_(Standing.application_id == Application.id, Standing.user_id == viewer.id))
        .outerjoin(latest, latest.c.application_id == Application.id)
        .where(Application.opening_id == opening_id)
        .order_by(Application.applied_at, Application.id)
    )
    found, unread, decided = [], set(), set()
    for row in rows:
        state = None if row.state is None else State(row.state)
        found.append(
            ApplicationLine(
                id=row.id,
                name=row.name,
                applied_at=row.applied_at,
                stage=Stage(shown_stage(row.stage, state)),
                since=row.stage_since if row.visible else None,
                state=state,
                masked=not row.visible,
                outcome=Outcome(row.outcome) if row.visible and row.outcome else None,
                decided_at=row.decided_at if row.visible else None,
            )
        )
        if row.first_read_at is None:
            unread.add(row.id)
        if row.visible and row.outcome and row.decided_by != viewer.id:
            decided.add(row.id)
    return found, unread, decided


async def _interviews(session: AsyncSession, which: sa.ColumnElement[bool]) -> list[InterviewLine]:
    """Return interviews that were not cancelled, with their panels, by time. Facts only: no level, no text."""
    rows = await session.execute(
        sa.select(
            Interview.id,
            Interview.application_id,
            Interview.kit_id,
            Kit.name.label("kit"),
            Interview.starts_at,
            Interview.ends_at,
            Panelist.user_id,
            Panelist.shadow,
            User.name,
            User.email,
            Scorecard.state,
            Scorecard.due_at,
        )
        .join(Kit, Kit.id == Interview.kit_id)
        .join(Panelist, Panelist.interview_id == Interview.id)
        .join(User, User.id == Panelist.user_id)
        .join(Scorecard, Scorecard.panelist_id == Panelist.id)
        .where(which, Interview.cancelled_at.is_(None))
        .order_by(Interview.starts_at, Interview.id)
    )
    heads: dict[uuid.UUID, Any] = {}
    cards: dict[uuid.UUID, list[CardLine]] = defaultdict(list)
    for row in rows:
        heads[row.id] = row
        cards[row.id].append(CardLine(row.user_id, row.name, row.email, row.shadow, CardState(row.state), row.due_at))
    return [
        InterviewLine(
            id=id_,
            application_id=row.application_id,
            kit_id=row.kit_id,
            kit=row.kit,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            cards=tuple(sorted(cards[id_], key=lambda card: (card.shadow, name_key(card.name), card.user_id))),
        )
        for id_, row in heads.items()
    ]


async def _given(session: AsyncSession, viewer: Viewer, opening_id: uuid.UUID) -> list[Given]:
    """Return the scorecards of an opening that count and that the viewer may read, one row each."""
    counting = counting_versions(Interview.opening_id == opening_id)
    rows = await session.execute(
        sa.select(
            counting.c.application_id,
            counting.c.user_id,
            counting.c.recommendation,
            sa.func.array_agg(Rating.criterion_id).label("criteria"),
            sa.func.array_agg(Rating.level).label("levels"),
        )
        .join(Application, Application.id == counting.c.application_id)
        .join(Rating, Rating.version_id == counting.c.version_id)
        .where(visible_feedback(viewer, Application.id, Application.opening_id))
        .group_by(counting.c.version_id, counting.c.application_id, counting.c.user_id, counting.c.recommendation)
    )
    return [
        Given(
            row.application_id,
            row.user_id,
            Recommendation(row.recommendation),
            dict(zip(row.criteria, row.levels, strict=True)),
        )
        for row in rows
    ]


def _kits(opening_id: uuid.UUID, criterion_id: sa.orm.InstrumentedAttribute[uuid.UUID]) -> sa.ScalarSelect[Any]:
    """Return the kits of an opening that focus on a criterion, as JSON in the order of the plan."""
    kit = sa.func.jsonb_build_object(
        "id", Kit.id, "key", Kit.key, "name", Kit.name, "minutes", Kit.minutes, "position", Kit.position
    )
    return (
        sa.select(sa.func.jsonb_agg(aggregate_order_by(kit, Kit.position)))
        .select_from(Kit)
        .join(KitFocus, KitFocus.kit_id == Kit.id)
        .where(Kit.opening_id == opening_id, KitFocus.criterion_id == criterion_id)
        .scalar_subquery()
    )


async def _plan(session: AsyncSession, opening_id: uuid.UUID, version_id: uuid.UUID) -> Plan:
    """Return criteria, statements and kits in one query: each pair of criterion and statement is a row, as is what lacks its half."""
    criterion = (
        sa.select(Criterion.id, Criterion.name, Criterion.position, _kits(opening_id, Criterion.id).label("kits"))
        .where(Criterion.version_id == version_id)
        .subquery("criteria")
    )
    statement = (
        # What is left out on purpose waits for nobody.
        sa.select(Statement.id, Statement.key, Statement.text, Statement.position)
        .where(Statement.version_id == version_id, Statement.left_out == "")
        .subquery("statements")
    )
    rows = (
        await session.execute(
            sa.select(
                criterion.c.id.label("criterion_id"),
                criterion.c.name,
                criterion.c.kits,
                statement.c.id.label("statement_id"),
                statement.c.key,
                statement.c.text,
            )
            .select_from(
                criterion.outerjoin(CriterionStatement, CriterionStatement.criterion_id == criterion.c.id).join(
                    statement, statement.c.id == CriterionStatement.statement_id, full=True
                )
            )
            .order_by(criterion.c.position, statement.c.position)
        )
    ).all()
    names: dict[uuid.UUID, str] = {}
    kits: dict[uuid.UUID, dict[str, Any]] = {}
    focus: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    texts: dict[uuid.UUID, tuple[str, str]] = {}
    owners: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for row in rows:
        if row.criterion_id is not None:
            names[row.criterion_id] = row.name
            for kit in row.kits or ():
                kits[uuid.UUID(kit["id"])] = kit
                focus[uuid.UUID(kit["id"])].add(row.criterion_id)
        if row.statement_id is not None:
            texts[row.statement_id] = (row.key, row.text)
            owners[row.statement_id] += [row.criterion_id] if row.criterion_id is not None else []
    planned = sorted(kits.items(), key=lambda pair: (pair[1]["position"], pair[1]["key"]))
    return Plan(
        criteria=tuple(CriterionLine(id_, number, name) for number, (id_, name) in enumerate(names.items(), start=1)),
        statements=tuple(StatementLine(key, text, tuple(owners[id_])) for id_, (key, text) in texts.items()),
        kits=tuple(
            KitLine(id_, kit["key"], kit["name"], kit["minutes"], frozenset(focus[id_])) for id_, kit in planned
        ),
    )


@dataclass(frozen=True, slots=True)
class Event:
    """A move or a decision. For a move `then` is the new stage; for a decision it is the outcome. `by`: who did it, named `who`."""

    at: dt.datetime
    by: uuid.UUID | None
    who: str
    kind: str
    before: str
    then: str
    text: str
    wanted: str
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CandidateFacts:
    """What a candidate's page shows. Without the right to read, cards and events are empty."""

    scale: tuple[str, ...]
    bar: int | None
    kits: tuple[tuple[uuid.UUID, str, str, int], ...]
    interviews: tuple[InterviewLine, ...]
    cards: tuple[ShownCard, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class PanelChoice:
    """Somebody who may sit on a panel, and what is on their plate: interviews of the next seven days, scorecards owed."""

    id: uuid.UUID
    name: str
    title: str
    interviewer: bool
    coming: int
    owes: int


async def candidate_facts(
    session: AsyncSession, viewer: Viewer, application_id: uuid.UUID, opening_id: uuid.UUID
) -> CandidateFacts:
    """Return what a candidate's page shows, in four queries."""
    rows = (
        await session.execute(
            sa.select(RubricVersion.scale, RubricVersion.bar, Kit.id, Kit.key, Kit.name, Kit.minutes)
            .join(Opening, Opening.version_id == RubricVersion.id)
            .outerjoin(Kit, Kit.opening_id == Opening.id)
            .where(Opening.id == opening_id)
            .order_by(Kit.position, Kit.key)
        )
    ).all()
    return CandidateFacts(
        scale=tuple(rows[0].scale),
        bar=rows[0].bar,
        kits=tuple((row.id, row.key, row.name, row.minutes) for row in rows if row.id is not None),
        interviews=tuple(await _interviews(session, Interview.application_id == application_id)),
        cards=tuple(await _cards(session, viewer, application_id)),
        events=tuple(await _events(session, viewer, application_id)),
    )


async def _cards(session: AsyncSession, viewer: Viewer, application_id: uuid.UUID) -> list[ShownCard]:
    """Return the submitted scorecards on an application, as far as the viewer may read them, by time and name."""
    counting = counting_versions(Interview.application_id == application_id)
    why, strength, concern, evidence = (sa.orm.aliased(PersonalText) for _ in range(4))
    rows = await session.execute(
        sa.select(
            Scorecard.id,
            Panelist.user_id,
            User.name,
            Panelist.shadow,
            Interview.id.label("interview_id"),
            Kit.name.label("kit"),
            Interview.starts_at,
            ScorecardVersion.id.label("version_id"),
            ScorecardVersion.number,
            ScorecardVersion.at,
            ScorecardVersion.reason,
            ScorecardVersion.after_reading,
            ScorecardVersion.recommendation,
            why.body.label("why"),
            strength.body.label("strength"),
            concern.body.label("concern"),
            counting.c.version_id.is_not(None).label("counts"),
            Rating.criterion_id,
            Criterion.name.label("criterion"),
            Rating.level,
            Anchor.text.label("anchor"),
            evidence.body.label("evidence"),
        )
        .select_from(Scorecard)
        .join(Panelist, Panelist.id == Scorecard.panelist_id)
        .join(User, User.id == Panelist.user_id)
        .join(Interview, Interview.id == Panelist.interview_id)
        .join(Kit, Kit.id == Interview.kit_id)
        .join(Application, Application.id == Interview.application_id)
        .join(ScorecardVersion, ScorecardVersion.scorecard_id == Scorecard.id)
        .outerjoin(counting, counting.c.version_id == ScorecardVersion.id)
        .join(Rating, Rating.version_id == ScorecardVersion.id)
        .join(Criterion, Criterion.id == Rating.criterion_id)
        .outerjoin(Anchor, sa.and_(Anchor.criterion_id == Rating.criterion_id, Anchor.level == Rating.level))
        .outerjoin(why, why.id == ScorecardVersion.why_id)
        .outerjoin(strength, strength.id == ScorecardVersion.strength_id)
        .outerjoin(concern, concern.id == ScorecardVersion.concern_id)
        .outerjoin(evidence, evidence.id == Rating.evidence_id)
        .where(
            Interview.application_id == application_id,
            Interview.cancelled_at.is_(None),
            visible_feedback(viewer, Application.id, Application.opening_id),
        )
        .order_by(Interview.starts_at, Scorecard.id, ScorecardVersion.number.desc(), Criterion.position)
    )
    heads: dict[uuid.UUID, Any] = {}
    versions: dict[uuid.UUID, dict[uuid.UUID, Any]] = defaultdict(dict)
    ratings: dict[uuid.UUID, list[ShownRating]] = defaultdict(list)
    for row in rows:
        heads[row.id] = row
        versions[row.id][row.version_id] = row
        ratings[row.version_id].append(
            ShownRating(row.criterion_id, row.criterion, row.level, row.anchor or "", row.evidence or "")
        )
    cards = [
        ShownCard(
            id=id_,
            user_id=head.user_id,
            name=head.name,
            shadow=head.shadow,
            interview_id=head.interview_id,
            kit=head.kit,
            starts_at=head.starts_at,
            versions=tuple(
                ShownVersion(
                    number=each.number,
                    at=each.at,
                    reason=each.reason,
                    after_reading=each.after_reading,
                    recommendation=Recommendation(each.recommendation),
                    why=each.why or "",
                    strength=each.strength or "",
                    concern=each.concern or "",
                    ratings=tuple(ratings[version_id]),
                    counts=each.counts,
                )
                for version_id, each in versions[id_].items()
            ),
        )
        for id_, head in heads.items()
    ]
    return sorted(cards, key=lambda card: (card.starts_at, card.interview_id, card.shadow, name_key(card.name)))


async def _events(session: AsyncSession, viewer: Viewer, application_id: uuid.UUID) -> list[Event]:
    """Return the moves and decisions of an application that the viewer may know, the newest first."""
    visible = sa.exists().where(
        Application.id == application_id, visible_feedback(viewer, Application.id, Application.opening_id)
    )
    moved, decided = sa.orm.aliased(User), sa.orm.aliased(User)
    criteria = (
        sa.select(sa.func.array_agg(aggregate_order_by(Criterion.name, Criterion.position)))
        .select_from(DecisionCriterion)
        .join(Criterion, Criterion.id == DecisionCriterion.criterion_id)
        .where(DecisionCriterion.decision_id == Decision.id)
        .scalar_subquery()
    )
    nothing = sa.cast(sa.null(), sa.ARRAY(sa.Text))
    moves = (
        sa.select(
            StageMove.at.label("at"),
            StageMove.moved_by.label("by"),
            sa.func.coalesce(moved.name, "").label("who"),
            sa.literal("move").label("kind"),
            sa.cast(StageMove.from_stage, sa.Text).label("before"),
            sa.cast(StageMove.to_stage, sa.Text).label("then"),
            StageMove.reason.label("text"),
            sa.literal("").label("wanted"),
            nothing.label("criteria"),
        )
        .outerjoin(moved, moved.id == StageMove.moved_by)
        .where(StageMove.application_id == application_id, visible)
    )
    decisions = (
        sa.select(
            Decision.at,
            Decision.decided_by,
            decided.name,
            sa.literal("decision"),
            sa.literal(""),
            sa.cast(Decision.outcome, sa.Text),
            Decision.reasons,
            Decision.evidence_wanted,
            criteria,
        )
        .join(decided, decided.id == Decision.decided_by)
        .where(Decision.application_id == application_id, visible)
    )
    rows = await session.execute(sa.union_all(moves, decisions).order_by(sa.desc("at")))
    return [Event(**{**row._asdict(), "criteria": tuple(row.criteria or ())}) for row in rows]


async def hire_decided(session: AsyncSession, application_id: uuid.UUID) -> bool:
    """Say whether the latest decision on an application is to hire. Only who may move the application is told anything by it."""
    latest = (
        sa.select(Decision.outcome)
        .where(Decision.application_id == application_id)
        .order_by(Decision.at.desc())
        .limit(1)
    )
    return await session.scalar(latest) == Outcome.HIRE


async def kits_to_book(
    session: AsyncSession, application_id: uuid.UUID, opening_id: uuid.UUID
) -> tuple[list[tuple[uuid.UUID, str, int]], dict[uuid.UUID, dt.datetime]]:
    """Return the kits of the plan as (id, name, minutes), and for those that the application has an interview in, its last start."""
    rows = (
        await session.execute(
            sa.select(Kit.id, Kit.name, Kit.minutes, sa.func.max(Interview.starts_at).label("starts_at"))
            .outerjoin(
                Interview,
                sa.and_(
                    Interview.kit_id == Kit.id,
                    Interview.application_id == application_id,
                    Interview.cancelled_at.is_(None),
                ),
            )
            .where(Kit.opening_id == opening_id)
            .group_by(Kit.id)
            .order_by(Kit.position, Kit.key)
        )
    ).all()
    return [(row.id, row.name, row.minutes) for row in rows], {
        row.id: row.starts_at for row in rows if row.starts_at is not None
    }


async def panel_choices(session: AsyncSession, now: dt.datetime) -> list[PanelChoice]:
    """Return everyone who may sit on a panel with what is on their plate: interviewers first, then by name."""
    seat = (
        sa.select(Panelist.user_id, Interview.starts_at, Scorecard.state)
        .join(Interview, Interview.id == Panelist.interview_id)
        .join(Scorecard, Scorecard.panelist_id == Panelist.id)
        .where(Interview.cancelled_at.is_(None), Interview.starts_at < now + dt.timedelta(days=7))
        .subquery("seat")
    )
    rows = await session.execute(
        sa.select(
            User.id,
            User.name,
            User.title,
            sa.exists().where(RoleGrant.user_id == User.id, RoleGrant.role == Role.INTERVIEWER).label("interviewer"),
            sa.func.count().filter(seat.c.starts_at >= now).label("coming"),
            sa.func.count().filter(seat.c.starts_at < now, seat.c.state == CardState.DRAFT).label("owes"),
        )
        .outerjoin(seat, seat.c.user_id == User.id)
        .where(User.active)
        .group_by(User.id)
    )
    found = [PanelChoice(**row._asdict()) for row in rows]
    return sorted(found, key=lambda each: (not each.interviewer, name_key(each.name), each.id))
