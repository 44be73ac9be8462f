"""The packet as plain values: what the template lays out, the comparison page shows and `report --json` prints."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from hiring.reports.core.facts import (
    CandidateFact,
    CardFact,
    CriterionFact,
    DecisionFact,
    InterviewFact,
    KitFact,
    PacketFacts,
    PacketOptions,
    PersonFact,
    StatementFact,
    VersionFact,
    shown,
)
from hiring.reports.core.figures import Cell, Composite, cards_of, cell, composite, counted_version, counts

RECOMMENDATIONS = {
    "strong_yes": "strong yes",
    "yes": "yes",
    "no": "no",
    "strong_no": "strong no",
    "no_decision": "no decision",
}
FAR_APART = 2
"""A spread, in levels, from which a disagreement is drawn and quoted rather than averaged."""


@dataclass(frozen=True, slots=True)
class CardLine:
    """One panelist in one interview. `recommendation` is the one that counts, in words; empty where there is none.

    `later`: what a revision after reading others' feedback made of it. `note` says what else became of the scorecard.
    """

    by: PersonFact
    kit: KitFact
    state: str
    shadow: bool
    due: dt.datetime
    recommendation: str
    why: str
    later: str
    recused_reason: str
    revisions: tuple[VersionFact, ...]


@dataclass(frozen=True, slots=True)
class InterviewLine:
    kit: KitFact
    starts: dt.datetime
    state: str
    cards: tuple[CardLine, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A strength or a concern that a panelist singled out."""

    text: str
    by: PersonFact
    kit: KitFact


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, with its person and its criteria in full."""

    outcome: str
    by: PersonFact
    at: dt.datetime
    reasons: str
    criteria: tuple[CriterionFact, ...]
    evidence_wanted: str


@dataclass(frozen=True, slots=True)
class CandidateSheet:
    """One candidate. `cells` stand in the order of criteria, `recommendations` count by recommendation.

    `standing` says in two words where the application is: see `standing`.
    """

    position: int
    application: str
    name: str
    short: str
    applied: dt.date
    stage: str
    stage_reason: str
    hidden: bool
    standing: str
    interviews: tuple[InterviewLine, ...]
    cells: tuple[Cell, ...]
    composite: Composite
    recommendations: dict[str, int]
    filed: int
    expected: int
    owed: tuple[CardLine, ...]
    recused: tuple[CardLine, ...]
    strengths: tuple[Quote, ...]
    concerns: tuple[Quote, ...]
    decision: Decided | None


@dataclass(frozen=True, slots=True)
class Covered:
    """A criterion with the statements it covers and the kits that assess it."""

    criterion: CriterionFact
    statements: tuple[StatementFact, ...]
    kits: tuple[KitFact, ...]


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A statement that no interview assesses, and why."""

    statement: StatementFact
    criterion: CriterionFact | None
    why: str


@dataclass(frozen=True, slots=True)
class Apart:
    """A cell whose raters stand two levels apart, or more."""

    candidate: CandidateSheet
    criterion: CriterionFact
    cell: Cell


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts for headlines, over all candidates whose feedback is shown."""

    cells: int
    rated_cells: int
    ratings: int
    one_rater: int
    several: int
    within_one: int
    filed: int
    expected: int
    hidden: int


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet. Candidates stand in the order of application; nothing in it depends on now."""

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
    candidates: tuple[CandidateSheet, ...]
    covered: tuple[Covered, ...]
    uncovered: tuple[Uncovered, ...]
    apart: tuple[Apart, ...]
    totals: Totals
    worked: CandidateSheet | None
    anonymous: bool
    as_of: dt.datetime
    as_of_fact: str
    made_for: str


def build_packet(facts: PacketFacts, options: PacketOptions) -> Packet:
    """Return the packet of these facts: pure, and the same for the same facts."""
    facts = shown(facts, options)
    candidates = tuple(_sheet(candidate, number, facts) for number, candidate in enumerate(facts.candidates, 1))
    return Packet(
        organisation=facts.organisation,
        opening_slug=facts.opening_slug,
        opening_title=facts.opening_title,
        team=facts.team,
        rubric_id=facts.rubric_id,
        rubric_version=facts.rubric_version,
        rubric_hash=facts.rubric_hash,
        rubric_published=facts.rubric_published,
        scale_labels=facts.scale_labels,
        bar=facts.bar,
        criteria=facts.criteria,
        statements=facts.statements,
        postings=facts.postings,
        kits=facts.kits,
        people=facts.people,
        candidates=candidates,
        covered=covered(facts),
        uncovered=uncovered(facts),
        apart=tuple(
            Apart(candidate, criterion, found)
            for candidate in candidates
            for criterion, found in zip(facts.criteria, candidate.cells, strict=True)
            if (found.range or 0) >= FAR_APART
        ),
        totals=_totals(candidates),
        worked=_worked(candidates),
        anonymous=options.anonymous,
        as_of=facts.as_of,
        as_of_fact=facts.as_of_fact,
        made_for=facts.made_for,
    )


def covered(facts: PacketFacts) -> tuple[Covered, ...]:
    """Return each criterion with its statements and the kits that assess it, in the order of criteria."""
    statements = {statement.id: statement for statement in facts.statements}
    return tuple(
        Covered(
            criterion,
            tuple(statements[key] for key in criterion.statements if key in statements),
            tuple(kit for kit in facts.kits if criterion.id in kit.focus),
        )
        for criterion in facts.criteria
    )


def uncovered(facts: PacketFacts) -> tuple[Uncovered, ...]:
    """Return the statements that no interview of the plan assesses: no criterion covers them, or no kit has it."""
    planned = {criterion for kit in facts.kits for criterion in kit.focus}
    found = []
    for statement in facts.statements:
        covering = [criterion for criterion in facts.criteria if statement.id in criterion.statements]
        if not covering:
            found.append(Uncovered(statement, None, statement.left_out_reason or "no criterion covers it"))
        elif not any(criterion.id in planned for criterion in covering):
            found.append(Uncovered(statement, covering[0], "no kit of the plan assesses its criterion"))
    return tuple(found)


def standing(candidate: CandidateFact) -> str:
    """Return in a few words where an application is. It judges nothing: it says what was decided or is waited for."""
    if candidate.hidden:
        return "left out"
    if candidate.stage == "withdrawn":
        return "withdrew"
    if candidate.decision:
        return {"hire": "hire", "no_hire": "no hire", "hold": "on hold"}[candidate.decision.outcome]
    if candidate.stage in {"hired", "rejected"}:
        return candidate.stage
    states = {card.state for card in cards_of(candidate) if not card.shadow}
    if states & {"owed", "draft"} or any(interview.state == "planned" for interview in candidate.interviews):
        return "waits"
    return "to be decided" if "submitted" in states else "not interviewed"


def as_json(packet: Packet) -> dict[str, Any]:
    """Return the packet as `hiring report --json` prints it; figures are unrounded."""
    return {
        "schema": 1,
        "opening": packet.opening_slug,
        "as_of": packet.as_of.astimezone(dt.UTC).isoformat().replace("+00:00", "Z"),
        "rubric": {"id": packet.rubric_id, "version": packet.rubric_version, "hash": packet.rubric_hash},
        "criteria": [
            {"id": criterion.id, "weight": float(criterion.weight), "statements": list(criterion.statements)}
            for criterion in packet.criteria
        ],
        "candidates": [_candidate_json(candidate) for candidate in packet.candidates],
        "not_assessed": [entry.statement.id for entry in packet.uncovered],
    }


def _candidate_json(candidate: CandidateSheet) -> dict[str, Any]:
    value = candidate.composite.value
    return {
        "application": candidate.application,
        "name": candidate.name,
        "stage": candidate.stage,
        "composite": None if value is None else float(value),
        "reason": candidate.composite.reason or None,
        "recommendations": dict(candidate.recommendations),
        "cells": [
            {
                "criterion": found.criterion,
                "n": found.n,
                "mean": None if found.mean is None else float(found.mean),
                "range": found.range,
                "ratings": [
                    {"by": given.by.name, "level": given.level, "evidence": given.evidence}
                    for given in (*found.ratings, *found.not_assessed)
                ],
            }
            for found in candidate.cells
        ],
    }


def _sheet(candidate: CandidateFact, position: int, facts: PacketFacts) -> CandidateSheet:
    people = {person.id: person for person in facts.people}
    kits = {kit.id: kit for kit in facts.kits}
    cells = {criterion.id: cell(candidate, criterion.id, people, kits) for criterion in facts.criteria}
    interviews = tuple(_interview(interview, people, kits) for interview in candidate.interviews)
    lines = [line for interview in interviews for line in interview.cards if not line.shadow]
    spoken = [(card, version) for card in cards_of(candidate) if (version := counted_version(card))]
    tally = Counter(version.recommendation for _, version in spoken)
    return CandidateSheet(
        position=position,
        application=candidate.application,
        name=candidate.name,
        short=candidate.short,
        applied=candidate.applied,
        stage=candidate.stage,
        stage_reason=candidate.stage_reason,
        hidden=candidate.hidden,
        standing=standing(candidate),
        interviews=interviews,
        cells=tuple(cells.values()),
        composite=composite(candidate, facts.criteria, cells),
        recommendations={} if candidate.hidden else {key: tally[key] for key in RECOMMENDATIONS},
        filed=sum(line.state == "submitted" for line in lines),
        expected=sum(line.state in {"submitted", "owed"} for line in lines),
        owed=tuple(line for line in lines if line.state == "owed"),
        recused=tuple(line for line in lines if line.state == "recused"),
        strengths=tuple(
            Quote(version.strength, people[card.by], kits[card.kit]) for card, version in spoken if version.strength
        ),
        concerns=tuple(
            Quote(version.concern, people[card.by], kits[card.kit]) for card, version in spoken if version.concern
        ),
        decision=_decided(candidate.decision, people, facts.criteria) if candidate.decision else None,
    )


def _interview(interview: InterviewFact, people: dict[str, PersonFact], kits: dict[str, KitFact]) -> InterviewLine:
    cards = tuple(_card(card, people, kits) for card in interview.cards)
    return InterviewLine(kits[interview.kit], interview.starts, interview.state, cards)


def _card(card: CardFact, people: dict[str, PersonFact], kits: dict[str, KitFact]) -> CardLine:
    """Return the line of a scorecard. A draft reads as owed: that something stands in it is its author's alone."""
    standing_version = counted_version(card)
    versions = sorted(card.versions, key=lambda version: version.number) if counts(card) else []
    last = versions[-1] if versions else None
    changed = last is not None and (standing_version is None or last.recommendation != standing_version.recommendation)
    return CardLine(
        by=people[card.by],
        kit=kits[card.kit],
        state="owed" if card.state == "draft" else card.state,
        shadow=card.shadow,
        due=card.due,
        recommendation=RECOMMENDATIONS[standing_version.recommendation] if standing_version else "",
        why=standing_version.why if standing_version else "",
        later=RECOMMENDATIONS[last.recommendation] if last and changed else "",
        recused_reason=card.recused_reason,
        revisions=tuple(version for version in versions if version.number > 1),
    )


def _decided(decision: DecisionFact, people: dict[str, PersonFact], criteria: tuple[CriterionFact, ...]) -> Decided:
    return Decided(
        outcome=decision.outcome.replace("_", " "),
        by=people[decision.by],
        at=decision.at,
        reasons=decision.reasons,
        criteria=tuple(criterion for criterion in criteria if criterion.id in decision.criteria),
        evidence_wanted=decision.evidence_wanted,
    )


def _totals(candidates: tuple[CandidateSheet, ...]) -> Totals:
    seen = [candidate for candidate in candidates if not candidate.hidden]
    cells = [found for candidate in seen for found in candidate.cells]
    several = [found for found in cells if found.raters > 1]
    return Totals(
        cells=len(cells),
        rated_cells=sum(found.n > 0 for found in cells),
        ratings=sum(found.n for found in cells),
        one_rater=sum(found.raters == 1 for found in cells),
        several=len(several),
        within_one=sum((found.range or 0) < FAR_APART for found in several),
        filed=sum(candidate.filed for candidate in seen),
        expected=sum(candidate.expected for candidate in seen),
        hidden=len(candidates) - len(seen),
    )


def _worked(candidates: tuple[CandidateSheet, ...]) -> CandidateSheet | None:
    """Return whose composite is worked through: one that lacks a criterion shows the rule best."""
    printed = [candidate for candidate in candidates if candidate.composite.value is not None]
    partial = [candidate for candidate in printed if len(candidate.composite.terms) < len(candidate.cells)]
    return next(iter(partial or printed), None)
