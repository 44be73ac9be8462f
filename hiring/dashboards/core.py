"""What a recruiter looks at: who is where, what is stuck and what unsticks it, and what of the posting is assessed.

Everything here counts and sorts facts that the queries have already cut to what the viewer may know. An application on which the viewer is
blind arrives in the stage "interviews", without feedback, decision or time in stage; nothing here may tell more about it.
"""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from hiring.blindness.core import State
from hiring.candidates.core import ENDS, Stage
from hiring.decisions.core import Outcome
from hiring.people.core import name_key
from hiring.scorecards.core import CardState, Recommendation

LIMITS = {
    Stage.APPLIED: dt.timedelta(days=5),
    Stage.SCREENING: dt.timedelta(days=7),
    Stage.DEBRIEF: dt.timedelta(days=5),
}
"""How long an application stands in a stage before the board calls it stuck. Nothing acts on it."""

SHOWN_SINGLY = 3
"""So many stuck candidates of one kind stand in rows of their own; more of them share one row."""

NEAREST_FIRST = (Stage.DEBRIEF, Stage.INTERVIEWS, Stage.SCREENING, Stage.APPLIED)


@dataclass(frozen=True, slots=True)
class KitLine:
    """A kit of the plan. `focus` are ids of criteria."""

    id: uuid.UUID
    key: str
    name: str
    minutes: int
    focus: frozenset[uuid.UUID]


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """A criterion of the opening's rubric; `number` counts from 1."""

    id: uuid.UUID
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A statement of the postings with the criteria that cover it."""

    key: str
    text: str
    criteria: tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the opening sets out to assess, and in which kits."""

    criteria: tuple[CriterionLine, ...]
    statements: tuple[StatementLine, ...]
    kits: tuple[KitLine, ...]

    def assessed(self) -> frozenset[uuid.UUID]:
        """Return the criteria that some kit focuses on."""
        return frozenset(criterion for kit in self.kits for criterion in kit.focus)

    def gaps(self) -> tuple[StatementLine, ...]:
        """Return the statements that nobody assesses: no criterion covers them, or none that a kit focuses on."""
        assessed = self.assessed()
        return tuple(each for each in self.statements if not assessed.intersection(each.criteria))


@dataclass(frozen=True, slots=True)
class CardLine:
    """One panelist of an interview and what became of their scorecard. That it is filed is a fact, not an opinion."""

    user_id: uuid.UUID
    name: str
    email: str
    shadow: bool
    state: CardState
    due_at: dt.datetime


@dataclass(frozen=True, slots=True)
class InterviewLine:
    """An interview that was not cancelled."""

    id: uuid.UUID
    application_id: uuid.UUID
    kit_id: uuid.UUID
    kit: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    cards: tuple[CardLine, ...]

    @property
    def owed(self) -> tuple[CardLine, ...]:
        """The open scorecards that count: a shadow's holds nothing up."""
        return tuple(card for card in self.cards if card.state is CardState.DRAFT and not card.shadow)

    @property
    def awaited(self) -> bool:
        """Whether a level may still come out of it."""
        return bool(self.owed)


@dataclass(frozen=True, slots=True)
class Given:
    """One scorecard that counts and that the viewer may read: its levels by criterion (None: not assessed)."""

    application_id: uuid.UUID
    user_id: uuid.UUID
    recommendation: Recommendation
    levels: Mapping[uuid.UUID, int | None]


@dataclass(frozen=True, slots=True)
class ApplicationLine:
    """An application as the viewer may know it. While blind: stage "interviews", and nothing else that others decided."""

    id: uuid.UUID
    name: str
    applied_at: dt.datetime
    stage: Stage
    since: dt.datetime | None
    state: State | None
    masked: bool
    outcome: Outcome | None = None
    decided_at: dt.datetime | None = None


class Mark(enum.StrEnum):
    """What a cell of the board says: four different looks, and never a zero."""

    RATED = "rated"
    NOT_ASSESSED = "not_assessed"
    PLANNED = "planned"
    NOBODY = "nobody"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Cell:
    """One criterion of one application. `counts`: how many gave each level, lowest first; `raters`: who gave one."""

    mark: Mark
    counts: tuple[int, ...] = ()
    apart: int = 0
    raters: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Waits:
    """What an application waits for. `at` is a due time, a time of an interview or the begin of a wait, as `how` says."""

    what: str
    who: str = ""
    more: int = 0
    how: str = ""
    at: dt.datetime | None = None
    late: bool = False
    link: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """An application with what it waits for and what was given. `cells` is empty while masked or without any interview."""

    application: ApplicationLine
    waits: Waits
    cells: tuple[Cell, ...]
    recommendations: tuple[tuple[Recommendation, int], ...]
    stuck: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The applications of one stage. `days` is the median of whole days in it, over those whose stage the viewer knows."""

    stage: Stage
    rows: tuple[Row, ...]
    days: int | None
    late: int


@dataclass(frozen=True, slots=True)
class Owed:
    """One overdue scorecard of a person."""

    application_id: uuid.UUID
    interview_id: uuid.UUID
    candidate: str
    kit: str
    starts_at: dt.datetime
    due_at: dt.datetime


class Kind(enum.StrEnum):
    """Why something is stuck, in the order in which it is shown."""

    LATE = "late"
    GAP = "gap"
    ARRANGE = "arrange"
    READY = "ready"
    HOLD = "hold"
    DECIDE = "decide"
    WAITS = "waits"


@dataclass(frozen=True, slots=True)
class Stuck:
    """One thing that is stuck, with what its remedy needs. `since`: when it became due, or began to wait."""

    kind: Kind
    since: dt.datetime | None = None
    person: CardLine | None = None
    owed: tuple[Owed, ...] = ()
    applications: tuple[ApplicationLine, ...] = ()
    kits: tuple[KitLine, ...] = ()
    statements: tuple[StatementLine, ...] = ()
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class Covered:
    """Statements that the same criteria cover, with one cell per candidate: how many panelists assessed them there."""

    criteria: tuple[CriterionLine, ...]
    kits: tuple[str, ...]
    statements: tuple[StatementLine, ...]
    cells: tuple[Cell, ...]

    @property
    def gap(self) -> bool:
        """Whether no kit assesses these statements."""
        return not self.kits

    def tally(self, mark: str) -> int:
        """Return for how many candidates the cell is of this kind."""
        return sum(cell.mark == mark for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Board:
    """The board of one opening."""

    groups: tuple[Group, ...]
    ended: tuple[ApplicationLine, ...]
    stuck: tuple[Stuck, ...]
    coming: tuple[tuple[InterviewLine, ApplicationLine], ...]
    coverage: tuple[Covered, ...]
    columns: tuple[ApplicationLine, ...]
    plan: Plan
    overdue: int
    to_arrange: int

    @property
    def open(self) -> int:
        """How many applications have not ended."""
        return sum(len(group.rows) for group in self.groups)

    @property
    def held_up(self) -> int:
        """How many open applications wait for something that is late or that nobody has begun."""
        return sum(row.stuck for group in self.groups for row in group.rows)


_T = TypeVar("_T", InterviewLine, Given)


@dataclass(frozen=True, slots=True)
class _Facts:
    """The facts by application, for quick reach."""

    plan: Plan
    steps: int
    now: dt.datetime
    viewer: uuid.UUID
    interviews: Mapping[uuid.UUID, tuple[InterviewLine, ...]]
    given: Mapping[uuid.UUID, tuple[Given, ...]]

    def unbooked(self, application: ApplicationLine) -> tuple[KitLine, ...]:
        """Return the kits of the plan that the application has no interview for."""
        booked = {each.kit_id for each in self.interviews.get(application.id, ())}
        return tuple(kit for kit in self.plan.kits if kit.id not in booked)

    def overdue(self, application: ApplicationLine) -> list[tuple[InterviewLine, CardLine]]:
        """Return the overdue scorecards that hold the application up, the oldest first."""
        found = [
            (each, card)
            for each in self.interviews.get(application.id, ())
            for card in each.owed
            if card.due_at <= self.now
        ]
        return sorted(found, key=lambda pair: (pair[1].due_at, name_key(pair[1].name)))


def build_board(
    plan: Plan,
    applications: Sequence[ApplicationLine],
    interviews: Iterable[InterviewLine],
    given: Iterable[Given],
    *,
    steps: int,
    viewer: uuid.UUID,
    now: dt.datetime,
) -> Board:
    """Put the board together. `applications` come in the order of application, `interviews` by time; `steps`: of the scale."""
    facts = _Facts(plan, steps, now, viewer, _by_application(interviews), _by_application(given))
    going = [each for each in applications if each.stage not in ENDS]
    by_id = {each.id: each for each in going}
    rows = {each.id: _row(each, facts) for each in going}
    columns = tuple(each for stage in (Stage.DEBRIEF, Stage.INTERVIEWS) for each in going if each.stage is stage)
    coming = [
        (interview, by_id[interview.application_id])
        for held in facts.interviews.values()
        for interview in held
        if interview.application_id in by_id and interview.ends_at > now
    ]
    return Board(
        groups=tuple(
            _group(stage, [rows[each.id] for each in going if each.stage is stage], now) for stage in NEAREST_FIRST
        ),
        ended=tuple(each for each in applications if each.stage in ENDS),
        stuck=tuple(_stuck(going, facts)),
        coming=tuple(sorted(coming, key=lambda pair: (pair[0].starts_at, pair[0].id))),
        coverage=_coverage(columns, facts),
        columns=columns,
        plan=plan,
        overdue=sum(len(facts.overdue(each)) for each in going),
        to_arrange=sum(
            len(facts.unbooked(each)) for each in going if each.stage is Stage.INTERVIEWS and not _on_hold(each)
        ),
    )


def _by_application(items: Iterable[_T]) -> dict[uuid.UUID, tuple[_T, ...]]:
    found: dict[uuid.UUID, list[_T]] = defaultdict(list)
    for item in items:
        found[item.application_id].append(item)
    return {key: tuple(value) for key, value in found.items()}


def _on_hold(application: ApplicationLine) -> bool:
    return application.outcome is Outcome.HOLD


def waited_too_long(application: ApplicationLine, now: dt.datetime) -> bool:
    """Say whether an application has stood in its stage beyond the stage's limit."""
    limit = LIMITS.get(application.stage)
    return limit is not None and application.since is not None and now - application.since > limit


def _row(application: ApplicationLine, facts: _Facts) -> Row:
    waits = _waits(application, facts)
    given = facts.given.get(application.id, ())
    shown = not application.masked and bool(facts.interviews.get(application.id) or given)
    counted = Counter(each.recommendation for each in given)
    late = bool(facts.overdue(application)) or waited_too_long(application, facts.now)
    nobody_acts = (
        application.stage is Stage.INTERVIEWS
        and not application.masked
        and not any(each.awaited for each in facts.interviews.get(application.id, ()))
    )
    return Row(
        application=application,
        waits=waits,
        cells=tuple(_cell(criterion.id, application, facts) for criterion in facts.plan.criteria) if shown else (),
        recommendations=tuple((each, counted[each]) for each in Recommendation if counted[each]),
        stuck=late or nobody_acts or _on_hold(application),
    )


def _cell(criterion_id: uuid.UUID, application: ApplicationLine, facts: _Facts) -> Cell:
    """Return what is known of one criterion: levels, "not assessed", still planned, or assessed by nobody."""
    if application.masked:
        return Cell(Mark.HIDDEN)
    given = [each for each in facts.given.get(application.id, ()) if criterion_id in each.levels]
    levels = [level for each in given if (level := each.levels[criterion_id]) is not None]
    if levels:
        # The same person may rate in two interviews: each rating is drawn, and each person counted once.
        counts = tuple(levels.count(step) for step in range(1, facts.steps + 1))
        return Cell(
            Mark.RATED,
            counts,
            max(levels) - min(levels),
            frozenset(each.user_id for each in given if each.levels[criterion_id] is not None),
        )
    kits = {kit.id for kit in facts.plan.kits if criterion_id in kit.focus}
    if not kits:
        return Cell(Mark.NOBODY)
    interviews = [each for each in facts.interviews.get(application.id, ()) if each.kit_id in kits]
    if any(each.awaited for each in interviews) or kits - {each.kit_id for each in interviews}:
        return Cell(Mark.PLANNED)
    return Cell(Mark.NOT_ASSESSED)


def _waits(application: ApplicationLine, facts: _Facts) -> Waits:  # noqa: PLR0911 - one answer for each thing that it may wait for, in order
    """Return the first thing that the application waits for: others' lateness first, then what comes next."""
    now = facts.now
    interviews = facts.interviews.get(application.id, ())
    mine = next(
        (
            each
            for each in interviews
            for card in each.cards
            if card.user_id == facts.viewer and card.state is CardState.DRAFT
        ),
        None,
    )
    overdue = facts.overdue(application)
    if application.state is State.RECUSED:
        return Waits("Nothing of yours", how="recused")
    if mine is not None:
        due = next(card.due_at for card in mine.cards if card.user_id == facts.viewer)
        return Waits("Your scorecard", how="due", at=due, late=due <= now, link=mine.id)
    if overdue:
        return Waits(
            "Scorecard", who=overdue[0][1].name, more=len(overdue) - 1, how="due", at=overdue[0][1].due_at, late=True
        )
    owed = sorted(
        ((card.due_at, card.name) for each in interviews for card in each.owed if each.ends_at <= now),
        key=lambda pair: pair[0],
    )
    if owed:
        return Waits("Scorecard", who=owed[0][1], more=len(owed) - 1, how="due", at=owed[0][0])
    coming = next((each for each in interviews if each.ends_at > now), None)
    if coming is not None:
        return Waits(coming.kit, how="at", at=coming.starts_at)
    if _on_hold(application):
        return Waits("More evidence", how="on hold since", at=application.decided_at)
    if application.stage is Stage.INTERVIEWS:
        unbooked = facts.unbooked(application)
        if unbooked:
            return Waits(unbooked[0].name, more=len(unbooked) - 1, how="not arranged yet")
        return Waits("The debrief", how="everything is filed")
    what = {Stage.APPLIED: "First reading", Stage.SCREENING: "The end of screening", Stage.DEBRIEF: "A decision"}[
        application.stage
    ]
    return Waits(what, how="since", at=application.since, late=waited_too_long(application, now))


def _group(stage: Stage, rows: list[Row], now: dt.datetime) -> Group:
    days = sorted((now - row.application.since).days for row in rows if row.application.since is not None)
    return Group(stage, tuple(rows), days[len(days) // 2] if days else None, sum(row.waits.late for row in rows))


def _stuck(going: Sequence[ApplicationLine], facts: _Facts) -> list[Stuck]:
    """Return what is stuck: what holds up most comes first, and many of one kind share a row."""
    found = _owing_people(going, facts)
    gaps = facts.plan.gaps()
    if gaps:
        found.append(Stuck(Kind.GAP, statements=gaps))
    interviews = [each for each in going if each.stage is Stage.INTERVIEWS]
    arrange = [each for each in interviews if not _on_hold(each) and facts.unbooked(each)]
    found += _together(Kind.ARRANGE, arrange, facts.unbooked)
    ready = [
        each
        for each in interviews
        if not each.masked
        and not _on_hold(each)
        and not facts.unbooked(each)
        and not any(held.awaited or held.ends_at > facts.now for held in facts.interviews.get(each.id, ()))
    ]
    found += _together(Kind.READY, ready)
    found += [
        Stuck(Kind.HOLD, each.decided_at, applications=(each,))
        for each in going
        if _on_hold(each) and not _more_evidence_comes(each, facts)
    ]
    for stage, kind in ((Stage.DEBRIEF, Kind.DECIDE), (Stage.SCREENING, Kind.WAITS), (Stage.APPLIED, Kind.WAITS)):
        late = [
            each for each in going if each.stage is stage and not _on_hold(each) and waited_too_long(each, facts.now)
        ]
        found += _together(kind, late)
    return found


def _more_evidence_comes(application: ApplicationLine, facts: _Facts) -> bool:
    """Say whether an interview after the hold is still to be held or filed."""
    return any(each.awaited for each in facts.interviews.get(application.id, ()))


def _owing_people(going: Sequence[ApplicationLine], facts: _Facts) -> list[Stuck]:
    """Return one entry per person who owes overdue scorecards, the longest overdue first."""
    owed: dict[uuid.UUID, list[Owed]] = defaultdict(list)
    people: dict[uuid.UUID, CardLine] = {}
    for application in going:
        for interview, card in facts.overdue(application):
            people[card.user_id] = card
            owed[card.user_id].append(
                Owed(application.id, interview.id, application.name, interview.kit, interview.starts_at, card.due_at)
            )
    rows = [
        Stuck(
            Kind.LATE,
            min(each.due_at for each in cards),
            people[user],
            tuple(sorted(cards, key=lambda each: (each.due_at, each.candidate))),
        )
        for user, cards in owed.items()
    ]
    return sorted(rows, key=lambda row: (row.since or facts.now, name_key(row.person.name if row.person else "")))


def _together(
    kind: Kind,
    applications: Sequence[ApplicationLine],
    kits: Callable[[ApplicationLine], tuple[KitLine, ...]] = lambda _: (),
) -> list[Stuck]:
    """Return a row for each application, the longest waiting first; or one row for all where there are many."""
    # An application without a known time in its stage goes by its day of application, which everybody may know.
    waiting = sorted(applications, key=lambda each: (each.since or each.applied_at, each.id))
    if len(waiting) <= SHOWN_SINGLY:
        return [Stuck(kind, each.since, applications=(each,), kits=kits(each), stage=each.stage) for each in waiting]
    return [Stuck(kind, waiting[0].since, applications=tuple(waiting), stage=waiting[0].stage)]


def _coverage(columns: Sequence[ApplicationLine], facts: _Facts) -> tuple[Covered, ...]:
    """Return the statements by the criteria that cover them: what no kit assesses first, then in the rubric's order."""
    place = {criterion.id: at for at, criterion in enumerate(facts.plan.criteria)}
    by_criteria: dict[tuple[int, ...], list[StatementLine]] = defaultdict(list)
    for statement in facts.plan.statements:
        by_criteria[tuple(sorted(place[each] for each in statement.criteria))].append(statement)
    found = []
    for places, statements in by_criteria.items():
        criteria = tuple(facts.plan.criteria[at] for at in places)
        ids = {each.id for each in criteria}
        kits = tuple(kit.name for kit in facts.plan.kits if kit.focus & ids)
        together = tuple(_joined([_cell(each.id, application, facts) for each in criteria]) for application in columns)
        found.append(Covered(criteria, kits, tuple(statements), together))
    return tuple(sorted(found, key=lambda each: (not each.gap, [criterion.number for criterion in each.criteria])))


def _joined(cells: Sequence[Cell]) -> Cell:
    """Return one cell for statements that several criteria cover: whoever rated one of them has assessed the statement."""
    raters = frozenset(each for cell in cells for each in cell.raters)
    if raters:
        return Cell(Mark.RATED, raters=raters)
    marks = [cell.mark for cell in cells]
    order = (Mark.HIDDEN, Mark.PLANNED, Mark.NOT_ASSESSED)
    return Cell(next((mark for mark in order if mark in marks), Mark.NOBODY))


@dataclass(frozen=True, slots=True)
class ShownRating:
    """A rating as a page shows it. `evidence` is empty where none was asked for, or where it was erased."""

    criterion_id: uuid.UUID
    criterion: str
    level: int | None
    anchor: str
    evidence: str


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """One version of a scorecard. `counts` says whether its levels are the ones that count."""

    number: int
    at: dt.datetime
    reason: str
    after_reading: bool
    recommendation: Recommendation
    why: str
    strength: str
    concern: str
    ratings: tuple[ShownRating, ...]
    counts: bool


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A submitted scorecard with its versions, the newest first."""

    id: uuid.UUID
    user_id: uuid.UUID
    name: str
    shadow: bool
    interview_id: uuid.UUID
    kit: str
    starts_at: dt.datetime
    versions: tuple[ShownVersion, ...]

    @property
    def counting(self) -> ShownVersion | None:
        """The version whose levels count, if one does."""
        return next((version for version in self.versions if version.counts), None)


@dataclass(frozen=True, slots=True)
class CriterionStand:
    """A criterion on a candidate's page: the histogram of the levels that count, and each card's rating in the order of the cards.

    `counts` is empty where nobody gave a level that counts.
    """

    name: str
    counts: tuple[int, ...]
    ratings: tuple[ShownRating | None, ...]


def stands(cards: Sequence[ShownCard], steps: int) -> tuple[CriterionStand, ...]:
    """Return the criteria that the cards rate, in the order in which they first come, with all cards' latest ratings side by side."""
    names: dict[uuid.UUID, str] = {}
    for card in cards:
        for rating in card.versions[0].ratings:
            names.setdefault(rating.criterion_id, rating.criterion)
    found = []
    for criterion_id, name in names.items():
        counted = [
            rating.level
            for card in cards
            if card.counting
            for rating in card.counting.ratings
            if rating.criterion_id == criterion_id and rating.level is not None
        ]
        found.append(
            CriterionStand(
                name,
                tuple(counted.count(step) for step in range(1, steps + 1)) if counted else (),
                tuple(
                    next((each for each in card.versions[0].ratings if each.criterion_id == criterion_id), None)
                    for card in cards
                ),
            )
        )
    return tuple(found)
