"""The figures, each with its one definition: what counts, a cell, a composite."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from hiring.reports.core.facts import (
    CandidateFact,
    CardFact,
    CriterionFact,
    InterviewFact,
    KitFact,
    PersonFact,
    RatingFact,
    VersionFact,
)

PANELISTS_NEEDED = 2
WEIGHT_NEEDED = Fraction(2, 3)
LEFT_OUT = (
    "feedback is left out: the reader of this packet owes a scorecard for this application, or is recused from it"
)


@dataclass(frozen=True, slots=True)
class Change:
    """A rating that a revision changed: `level` and `evidence` are what it became, `was` is the level before."""

    at: dt.datetime
    reason: str
    after_reading: bool
    was: int | None
    level: int | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Given:
    """What one panelist gave for one criterion in one interview; `changes` stand in the order of time."""

    by: PersonFact
    kit: KitFact
    level: int | None
    evidence: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One criterion of one candidate.

    `ratings` are the levels that count, highest first; `not_assessed` who said so; `later` what was given after its
    author had read others' feedback and is printed beside. `why_none` says why there is no level, where n is 0.
    """

    criterion: str
    ratings: tuple[Given, ...]
    not_assessed: tuple[Given, ...]
    later: tuple[Given, ...]
    why_none: str

    @property
    def levels(self) -> tuple[int, ...]:
        """The levels that count, highest first."""
        return tuple(given.level for given in self.ratings if given.level is not None)

    @property
    def n(self) -> int:
        """How many levels count."""
        return len(self.levels)

    @property
    def raters(self) -> int:
        """How many people gave them: one person may rate a criterion in two interviews."""
        return len({given.by.id for given in self.ratings})

    @property
    def mean(self) -> Fraction | None:
        """The mean level, exact; None where nobody assessed it."""
        return Fraction(sum(self.levels), self.n) if self.levels else None

    @property
    def range(self) -> int | None:
        """Highest minus lowest level; None where nobody assessed it."""
        return max(self.levels) - min(self.levels) if self.levels else None

    @property
    def printed(self) -> str:
        """The figure as it is printed: the mean with one decimal, or the level itself where one rating counts."""
        if self.mean is None:
            return "not assessed"
        return one_decimal(self.mean) if self.n > 1 else str(self.levels[0])

    @property
    def basis(self) -> str:
        """What the figure rests on, in words."""
        if not self.n:
            return "not assessed"
        if self.n == 1:
            return "one rater"
        raters = f"{self.raters} raters" if self.raters == self.n else f"{self.n} ratings by {_people(self.raters)}"
        return f"{raters}, spread {self.range}"


@dataclass(frozen=True, slots=True)
class Term:
    """One rated criterion's part in a composite."""

    criterion: str
    weight: Fraction
    mean: Fraction


@dataclass(frozen=True, slots=True)
class Composite:
    """sum(weight x mean) / sum(weight) over the rated criteria, exact; or None and the `reason` why not."""

    value: Fraction | None
    reason: str
    panelists: int
    terms: tuple[Term, ...]

    @property
    def weight(self) -> Fraction:
        """The weight of the rated criteria."""
        return sum((term.weight for term in self.terms), Fraction(0))

    @property
    def total(self) -> Fraction:
        """sum(weight x mean) over the rated criteria."""
        return sum((term.weight * term.mean for term in self.terms), Fraction(0))


def counts(card: CardFact) -> bool:
    """Say whether a scorecard counts: it is submitted, and not by a shadow."""
    return card.state == "submitted" and not card.shadow


def counted_version(card: CardFact) -> VersionFact | None:
    """Return the version whose levels count: the last before its author first read others' feedback."""
    independent = [version for version in card.versions if not version.after_reading]
    return max(independent, key=lambda version: version.number) if counts(card) and independent else None


def cards_of(candidate: CandidateFact) -> Iterable[CardFact]:
    """Return the scorecards of an application, in the order of its interviews; none where it is hidden."""
    if not candidate.hidden:
        for interview in candidate.interviews:
            yield from interview.cards


def cell(candidate: CandidateFact, criterion: str, people: dict[str, PersonFact], kits: dict[str, KitFact]) -> Cell:
    """Return what is known of one criterion of one candidate. `people` and `kits` by id."""
    counted: list[Given] = []
    later: list[Given] = []
    for card in cards_of(candidate):
        if not counts(card) or not card.versions:
            continue
        standing = counted_version(card)
        version = standing or max(card.versions, key=lambda version: version.number)
        rating = _rating(version, criterion)
        if rating is not None:
            changes = _changes(card, criterion)
            given = Given(people[card.by], kits[card.kit], rating.level, rating.evidence, changes)
            (counted if standing else later).append(given)
    rated = sorted((given for given in counted if given.level is not None), key=lambda given: -(given.level or 0))
    blank = [given for given in counted if given.level is None]
    why = "" if rated else _why_none(candidate, criterion, bool(blank), bool(later), people, kits)
    return Cell(criterion, tuple(rated), tuple(blank), tuple(later), why)


def composite(candidate: CandidateFact, criteria: Iterable[CriterionFact], cells: dict[str, Cell]) -> Composite:
    """Return the weighted mean over the rated criteria, or the reason why the evidence does not carry one.

    It needs scorecards of two panelists that count, and rated criteria with two thirds of the weight. A scorecard
    of which no version was written independently gives no level, and so no panelist either.
    """
    terms = []
    for criterion in criteria:
        mean = cells[criterion.id].mean
        if mean is not None:
            terms.append(Term(criterion.id, Fraction(criterion.weight), mean))
    panelists = len({card.by for card in cards_of(candidate) if counted_version(card)})
    found = Composite(None, "", panelists, tuple(terms))
    if candidate.hidden:
        reason = LEFT_OUT
    elif panelists < PANELISTS_NEEDED:
        panel = "1 panelist" if panelists == 1 else f"{panelists} panelists"
        reason = f"scorecards of {panel} count; 2 are needed"
    elif found.weight < WEIGHT_NEEDED:
        reason = f"rated criteria carry {two_decimals(found.weight)} of the weight; two thirds are needed"
    else:
        return Composite(found.total / found.weight, "", panelists, tuple(terms))
    return Composite(None, reason, panelists, tuple(terms))


def decimals(value: Fraction, places: int) -> str:
    """Return a number of 0 or more with that many decimals, half up."""
    scaled = int(value * 10**places + Fraction(1, 2))
    whole, rest = divmod(scaled, 10**places)
    return f"{whole}.{rest:0{places}d}"


def one_decimal(value: Fraction) -> str:
    """Return a figure as it is printed: one decimal, half up."""
    return decimals(value, 1)


def two_decimals(value: Fraction) -> str:
    """Return a weight as it is printed: two decimals, half up."""
    return decimals(value, 2)


def _rating(version: VersionFact, criterion: str) -> RatingFact | None:
    return next((rating for rating in version.ratings if rating.criterion == criterion), None)


def _changes(card: CardFact, criterion: str) -> tuple[Change, ...]:
    """Return where a revision altered this rating; a revision of another criterion leaves no mark here."""
    found = []
    versions = sorted(card.versions, key=lambda version: version.number)
    for before, after in itertools.pairwise(versions):
        old, new = _rating(before, criterion), _rating(after, criterion)
        if new is not None and old != new:
            was = old.level if old else None
            found.append(Change(after.at, after.reason, after.after_reading, was, new.level, new.evidence))
    return tuple(found)


def _why_none(
    candidate: CandidateFact,
    criterion: str,
    blank: bool,
    later: bool,
    people: dict[str, PersonFact],
    kits: dict[str, KitFact],
) -> str:
    """Return in words why no level counts: each kit that should assess the criterion says what became of it."""
    if candidate.hidden:
        return LEFT_OUT
    wanted = [kit for kit in kits.values() if criterion in kit.focus]
    if not wanted:
        return "no kit of the plan assesses it"
    said = []
    if blank:
        said.append("who held the interview did not assess it")
    if later:
        said.append("levels were given only after reading others’ feedback")
    for kit in wanted:
        interviews = [interview for interview in candidate.interviews if interview.kit == kit.id]
        if not interviews:
            said.append(f"no {kit.name} interview was scheduled")
        for interview in interviews:
            said += _interview_missing(interview, kit, people)
    return "; ".join(dict.fromkeys(said)) or "nobody rated it"


def _interview_missing(interview: InterviewFact, kit: KitFact, people: dict[str, PersonFact]) -> list[str]:
    """Return why an interview gives no level, in words, each reason once."""
    if interview.state == "cancelled":
        return [f"the {kit.name} interview was cancelled"]
    if interview.state == "planned":
        return [f"the {kit.name} interview is planned for {moment(interview.starts)}"]
    if not interview.cards:
        return [f"the {kit.name} interview has no panel"]
    return [phrase for card in interview.cards if (phrase := _card_missing(card, kit, people))]


def _card_missing(card: CardFact, kit: KitFact, people: dict[str, PersonFact]) -> str:
    """Return why a scorecard gives no level, in words; nothing where it is in."""
    name = people[card.by].name
    if card.shadow:
        return ""
    return {
        "owed": f"{name}’s {kit.name} scorecard is due {moment(card.due)}",
        "draft": f"{name}’s {kit.name} scorecard is due {moment(card.due)}",
        "recused": f"{name} stepped back from {kit.name}",
        "waived": f"{name}’s {kit.name} scorecard was waived",
        "submitted": "",
    }[card.state]


def day(date: dt.date) -> str:
    """Return a date as it is printed, whatever the locale: 5 October 2026."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def moment(at: dt.datetime) -> str:
    """Return a moment as it is printed, in UTC: 5 October 2026, 09:30 UTC."""
    at = at.astimezone(dt.UTC)
    return f"{day(at.date())}, {at:%H:%M} UTC"


MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _people(number: int) -> str:
    return "one rater" if number == 1 else f"{number} raters"
