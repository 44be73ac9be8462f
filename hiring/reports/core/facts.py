"""What a packet is made from: plain facts, already filtered by what its reader may know.

Every moment is aware and in UTC. Ids are text; people and kits are named by id and listed once.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class RatingFact:
    """One criterion on one scorecard. `level` counts from 1; None is "not assessed"."""

    criterion: str
    level: int | None
    evidence: str


@dataclass(frozen=True, slots=True)
class VersionFact:
    """A scorecard as it stood from `at` on. Number 1 is the submission (its `reason` is empty), others are revisions.

    `after_reading`: by then its author had read what others thought of the candidate.
    """

    number: int
    at: dt.datetime
    reason: str
    after_reading: bool
    recommendation: str
    why: str
    strength: str
    concern: str
    ratings: tuple[RatingFact, ...]


@dataclass(frozen=True, slots=True)
class CardFact:
    """One panelist's scorecard for one interview. `by` is a person's id, `versions` stand in the order of number."""

    by: str
    kit: str
    shadow: bool
    state: Literal["owed", "draft", "submitted", "recused", "waived"]
    due: dt.datetime
    versions: tuple[VersionFact, ...] = ()
    recused_reason: str = ""
    recused_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class InterviewFact:
    id: str
    kit: str
    starts: dt.datetime
    ends: dt.datetime
    state: Literal["planned", "held", "cancelled"]
    cards: tuple[CardFact, ...]


@dataclass(frozen=True, slots=True)
class DecisionFact:
    """`by` is a person's id; `criteria` and `evidence_wanted` say what would end a hold."""

    outcome: Literal["hire", "no_hire", "hold"]
    by: str
    at: dt.datetime
    reasons: str
    criteria: tuple[str, ...] = ()
    evidence_wanted: str = ""


@dataclass(frozen=True, slots=True)
class CandidateFact:
    """One application. `short` is the name for narrow columns.

    `hidden`: the packet is made for someone who owes a scorecard here, so that everything others thought is left out.
    """

    application: str
    name: str
    short: str
    applied: dt.date
    stage: str
    stage_reason: str
    hidden: bool
    interviews: tuple[InterviewFact, ...]
    decision: DecisionFact | None
    stage_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class CriterionFact:
    """`anchors` stand lowest level first, one for each step of the scale; `statements` are the ids it covers."""

    id: str
    name: str
    definition: str
    weight: Decimal
    anchors: tuple[str, ...]
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatementFact:
    """`posting` is a posting's id; `left_out_reason` says why no criterion covers the statement on purpose."""

    id: str
    text: str
    kind: str
    posting: str
    left_out_reason: str = ""


@dataclass(frozen=True, slots=True)
class KitFact:
    id: str
    name: str
    minutes: int
    focus: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonFact:
    id: str
    name: str
    title: str
    initials: str


@dataclass(frozen=True, slots=True)
class PacketFacts:
    """Everything one packet shows. `postings` are (id, title); candidates stand in the order of application.

    `as_of` is the moment of the latest fact among these and `as_of_fact` says which one: see `latest_fact`.
    """

    organisation: str
    opening_slug: str
    opening_title: str
    team: str
    rubric_id: str
    rubric_version: int
    rubric_hash: str
    rubric_published: dt.datetime
    scale_labels: tuple[str, ...]
    bar: int | None
    criteria: tuple[CriterionFact, ...]
    statements: tuple[StatementFact, ...]
    postings: tuple[tuple[str, str], ...]
    kits: tuple[KitFact, ...]
    people: tuple[PersonFact, ...]
    candidates: tuple[CandidateFact, ...]
    as_of: dt.datetime
    as_of_fact: str
    made_for: str


@dataclass(frozen=True, slots=True)
class PacketOptions:
    """`anonymous`: names were replaced before they became facts. `candidates`: application ids; none means all."""

    anonymous: bool = False
    candidates: tuple[str, ...] = ()
    paper: Literal["A4"] = "A4"


LEFT_OUT_STAGE = "interviews"
"""The stage of an application as those who owe a scorecard for it see it."""


def blinded(candidate: CandidateFact) -> CandidateFact:
    """Return the candidate without anything that others thought, where it is hidden: name and dates remain."""
    if not candidate.hidden:
        return candidate
    interviews = tuple(dataclasses.replace(interview, cards=()) for interview in candidate.interviews)
    return dataclasses.replace(
        candidate, stage=LEFT_OUT_STAGE, stage_reason="", stage_at=None, interviews=interviews, decision=None
    )


def shown(facts: PacketFacts, options: PacketOptions) -> PacketFacts:
    """Return the facts that this packet shows: the chosen candidates, each as its reader may know it.

    Raises ValueError for a chosen application that is not among the facts.
    """
    unknown = set(options.candidates) - {candidate.application for candidate in facts.candidates}
    if unknown:
        raise ValueError(f"no such application among the facts: {', '.join(sorted(unknown))}")
    chosen = [
        blinded(candidate)
        for candidate in facts.candidates
        if not options.candidates or candidate.application in options.candidates
    ]
    return dataclasses.replace(facts, candidates=tuple(chosen))


def latest_fact(
    candidates: tuple[CandidateFact, ...],
    people: tuple[PersonFact, ...],
    kits: tuple[KitFact, ...],
    published: dt.datetime,
) -> tuple[dt.datetime, str]:
    """Return the moment of the latest fact and what it is, in words: the date that a packet of these bears.

    What is only planned is no fact yet, and what is hidden must not move the date.
    """
    named = {person.id: person.name for person in people} | {kit.id: kit.name for kit in kits}
    found = [(published, "rubric published")]
    for hidden in candidates:
        candidate = blinded(hidden)
        midnight = dt.datetime.combine(candidate.applied, dt.time(), dt.UTC)
        found.append((midnight, f"application of {candidate.name}"))
        if candidate.stage_at:
            found.append((candidate.stage_at, f"{candidate.name} moved to {candidate.stage}"))
        for interview in candidate.interviews:
            if interview.state == "held":
                found.append((interview.ends, f"{named[interview.kit]} interview of {candidate.name} held"))
            for card in interview.cards:
                who, kit = named[card.by], named[card.kit]
                found += [
                    (version.at, f"scorecard of {who} on {candidate.name}, {kit}{', revised' * (version.number > 1)}")
                    for version in card.versions
                    if card.state == "submitted"
                ]
                if card.state == "recused" and card.recused_at:
                    found.append((card.recused_at, f"recusal of {who} on {candidate.name}"))
        if candidate.decision:
            outcome = candidate.decision.outcome.replace("_", " ")
            found.append((candidate.decision.at, f"{outcome} recorded for {candidate.name}"))
    return max(found, key=lambda fact: fact[0])
