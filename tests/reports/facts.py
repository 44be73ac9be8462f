"""Literal facts for packets: one believable opening, and a way to vary it.

`packet_facts()` holds what real openings hold: a scorecard owed and a draft, a recusal, revisions before and after
reading, a shadow, raters two levels apart, a statement nobody assesses, a hold, a refusal and a withdrawal.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

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

CardState = Literal["owed", "draft", "submitted", "recused", "waived"]
Levels = Mapping[str, int | None]

SCALE = ("far below the bar", "below the bar", "meets the bar", "well above the bar")
PUBLISHED = dt.datetime(2026, 9, 28, 8, 0, tzinfo=dt.UTC)

CRITERIA = (
    CriterionFact(
        "code",
        "Code and language",
        "Writes code that a colleague can read and change.",
        Decimal("0.16"),
        (
            "Code runs for the example alone, and its author cannot say why.",
            "The main path works; edge cases are found when somebody points at them.",
            "Rules stand in one place, edge cases are handled unprompted, names say what is meant.",
            "Makes wrong states impossible to write, and makes the problem itself smaller.",
        ),
        ("s1", "s2", "s3"),
    ),
    CriterionFact(
        "logic",
        "Server-side logic and frameworks",
        "Puts rules where they hold.",
        Decimal("0.12"),
        (
            "Fights the framework, and repeats each rule in every handler.",
            "Follows the framework’s tutorial; what it does not show stays unchecked.",
            "Uses what the framework offers, checks every input once, keeps rules out of handlers.",
            "Says which part of the framework to leave out, and what that buys.",
        ),
        ("s4", "s5"),
    ),
    CriterionFact(
        "api",
        "APIs and integration",
        "Makes calls that others can rely on.",
        Decimal("0.12"),
        (
            "Shows tables as they are, without a thought for errors or repeats.",
            "The calls work; repeated requests and paging are left to whoever calls.",
            "Clear resources, errors that help, repeats that are safe, a plan for the slow partner.",
            "Designs for change: versions, limits, and what happens while the partner is down.",
        ),
        ("s6", "s7", "s8"),
    ),
    CriterionFact(
        "data",
        "Data and storage",
        "Keeps facts true.",
        Decimal("0.14"),
        (
            "Cannot relate two tables to the question asked of them.",
            "Tables hold the data, but not its rules; queries are right on small data alone.",
            "Keys and constraints carry the rules; reads a query plan and picks the index.",
            "Models time and simultaneous change soundly, and weighs designs by their cost.",
        ),
        ("s9", "s10", "s11"),
    ),
    CriterionFact(
        "design",
        "Design, performance and scale",
        "Knows what breaks next.",
        Decimal("0.14"),
        (
            "Guesses at causes; proposes hardware before a measurement.",
            "Knows the usual remedies; measures when told to.",
            "Measures first, estimates the load, removes the largest cost, checks the result.",
            "Reasons from limits to design, and says at which load the next thing breaks.",
        ),
        ("s12", "s13"),
    ),
    CriterionFact(
        "security",
        "Security and access",
        "Thinks of who would misuse it.",
        Decimal("0.12"),
        (
            "Trusts whatever arrives; keeps secrets in the code.",
            "Names common attacks, and leaves a way in open while reviewing.",
            "Finds the main weaknesses unprompted and closes them with standard means.",
            "Ranks risks as an attacker would, and designs so that a mistake stays small.",
        ),
        ("s14", "s15", "s16"),
    ),
    CriterionFact(
        "operations",
        "Operations and delivery",
        "Brings code to users, and back.",
        Decimal("0.08"),
        (
            "Work ends at the commit.",
            "Follows a path to release that others made, and waits when it fails.",
            "Ships in small steps, can go back, and watches afterwards.",
            "Makes failures rarer and shorter by changing the path itself.",
        ),
        ("s17", "s18"),
    ),
    CriterionFact(
        "quality",
        "Debugging, testing and upkeep",
        "Finds causes.",
        Decimal("0.07"),
        (
            "Changes lines until the symptom goes away.",
            "Finds the fault with hints; repairs it where it showed; leaves no test.",
            "Narrows it down by trial, repairs the cause, adds the test.",
            "Finds the kind of fault, looks for its siblings, keeps it from coming back.",
        ),
        ("s19", "s20"),
    ),
    CriterionFact(
        "people",
        "Collaboration and learning",
        "Works with others’ knowledge.",
        Decimal("0.05"),
        (
            "Blames others, and names nothing learned.",
            "Works well on what is handed over; asks late.",
            "Asks the other trade early, explains plainly, names what was learned.",
            "Makes the team around them better, and can show how.",
        ),
        ("s21", "s22"),
    ),
)

STATEMENTS = tuple(
    StatementFact(f"s{number}", text, kind, posting, why)
    for number, (text, kind, posting, why) in enumerate(
        (
            ("Write readable server code in one language well", "skill", "p1", ""),
            ("Follow the team’s coding standards", "responsibility", "p1", ""),
            ("Choose data structures that fit", "skill", "p2", ""),
            ("Develop the rules that run on the server", "responsibility", "p1", ""),
            ("Work within an established web framework", "skill", "p1", ""),
            ("Design and maintain interfaces for the front end", "responsibility", "p1", ""),
            ("Connect services of other companies, and live with their failures", "responsibility", "p2", ""),
            ("Answer requests over HTTP correctly", "skill", "p2", ""),
            ("Design tables, keys and constraints", "responsibility", "p1", ""),
            ("Write queries that stay quick as the data grow", "skill", "p1", ""),
            ("Keep backups that can be restored", "responsibility", "p2", ""),
            ("Improve response times under load", "responsibility", "p1", ""),
            ("Plan for more users than today", "skill", "p2", ""),
            ("Protect what the system stores", "responsibility", "p1", ""),
            ("Sign people in and let each see only what is theirs", "responsibility", "p2", ""),
            ("Know the common attacks and their remedies", "skill", "p1", ""),
            ("Run servers, networks and scheduled work", "responsibility", "p2", ""),
            ("Release often, and take a release back", "responsibility", "p1", ""),
            ("Find and repair faults in code of others", "responsibility", "p1", ""),
            ("Test what is changed", "skill", "p2", ""),
            ("Work with designers, testers and support", "trait", "p1", ""),
            ("Keep learning", "trait", "p2", ""),
            ("Write clear and detailed documentation", "responsibility", "p2", ""),
        ),
        1,
    )
)

KITS = (
    KitFact("coding", "Coding", 90, ("code", "logic", "quality")),
    KitFact("design", "Design", 60, ("api", "data", "design")),
    KitFact("production", "Production", 60, ("security", "operations", "design")),
    KitFact("together", "Together", 45, ("people", "quality")),
)

PEOPLE = (
    PersonFact("u1", "Ines Halvorsen", "staff engineer", "IH"),
    PersonFact("u2", "Kofi Boateng", "backend engineer", "KB"),
    PersonFact("u3", "Mei Arakawa", "data engineer", "MA"),
    PersonFact("u4", "Rania Sabbagh", "security engineer", "RS"),
    PersonFact("u5", "Tomé Azevedo", "site reliability engineer", "TA"),
    PersonFact("u6", "Hana Whetu", "front-end lead", "HW"),
    PersonFact("u7", "Nikhil Verma", "hiring manager", "NV"),
    PersonFact("u8", "Jo Castellan", "backend engineer", "JC"),
)

SAID = (
    "Drew the states of a booking before writing a line, and struck out two moves that must not happen.",
    "Wrote the failing test first, halved the range of commits, and had the fault in six minutes.",
    "Asked who calls this before drawing it. Split the quote from the booking, so that a price shown is a price kept.",
    "Read the plan I handed out and named the missing index; said why the two others would not be used.",
    "Estimated twelve bookings a second from the yearly figures, which is within a factor of two of ours.",
    "Found the open redirect and the session that survives sign-in. Missed that the reset token is written to the log.",
    "First act in the incident was to go back one release; the second was to write in the channel what was known.",
    "Told how a quarrel over error codes ended: sat in the other team’s meeting for a week, then changed course.",
    "Covered two cars on one place without prompting. Names were plain: hold, release, expires at.",
    "Proposed a cache before asking how often the price is asked for; measured once I suggested it.",
    "Keys and checks carry the rules of the deck. A sailing that moves loses its history in this model.",
    "Counted nine reads for one booking, asked for the peak, and brought them down to three.",
)

START = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)


def version(
    levels: Levels,
    *,
    number: int = 1,
    at: dt.datetime = START,
    reason: str = "",
    after_reading: bool = False,
    recommendation: str = "yes",
    why: str = "",
    strength: str = "",
    concern: str = "",
    said: Mapping[str, str] | None = None,
    seed: int = 0,
) -> VersionFact:
    """A scorecard as it stood: `levels` by criterion, None for "not assessed"; `said` gives evidence."""
    said = said or {}
    ratings = tuple(
        RatingFact(
            key,
            level,
            said.get(key, SAID[(seed + place) % len(SAID)] if level else "It did not come up in the time we had."),
        )
        for place, (key, level) in enumerate(levels.items())
    )
    return VersionFact(number, at, reason, after_reading, recommendation, why, strength, concern, ratings)


def card(
    by: str,
    kit: str,
    *versions: VersionFact,
    state: CardState = "submitted",
    shadow: bool = False,
    due: dt.datetime = START + dt.timedelta(days=1),
    recused_reason: str = "",
) -> CardFact:
    """A scorecard; with versions it is submitted."""
    return CardFact(by, kit, shadow, state, due, versions, recused_reason)


def interview(
    kit: str, *cards: CardFact, hours: int = 0, state: Literal["planned", "held", "cancelled"] = "held"
) -> InterviewFact:
    """An interview that starts `hours` after the first morning, with its panel's scorecards."""
    starts = START + dt.timedelta(hours=hours)
    ends = starts + dt.timedelta(hours=1)
    cards = tuple(dataclasses.replace(entry, due=ends + dt.timedelta(hours=24)) for entry in cards)
    return InterviewFact(f"{kit}-{hours}", kit, starts, ends, state, cards)


def candidate(
    number: int,
    name: str,
    *interviews: InterviewFact,
    short: str = "",
    stage: str = "debrief",
    stage_reason: str = "",
    hidden: bool = False,
    decision: DecisionFact | None = None,
) -> CandidateFact:
    """The candidate who applied `number` days into October."""
    return CandidateFact(
        f"a{number}",
        name,
        short or name.split(maxsplit=1)[0],
        dt.date(2026, 10, 4 + number),
        stage,
        stage_reason,
        hidden,
        interviews,
        decision,
    )


def _later(hours: int) -> dt.datetime:
    return START + dt.timedelta(hours=hours)


def six_candidates() -> tuple[CandidateFact, ...]:
    """Six candidates of different strengths, with the mess of real life."""
    return (
        candidate(
            1,
            "Nguyễn Bảo Châu",
            interview(
                "coding",
                card("u1", "coding", version({"code": 4, "logic": 3, "quality": 3}, recommendation="strong_yes", at=_later(3), strength="Removed a whole kind of error by drawing it before any code was there.")),
                card("u2", "coding", version({"code": 3, "logic": 3, "quality": 3}, at=_later(5), seed=3, concern="Stopped when the test was green; the same fault in refunds stayed.")),
                hours=1,
            ),
            interview(
                "design",
                card("u3", "design", version({"api": 3, "data": 4, "design": 3}, recommendation="strong_yes", at=_later(54), seed=2, strength="Each design came with its cost in numbers.")),
                card("u1", "design", version({"api": 4, "data": 3, "design": None}, at=_later(55), seed=5)),
                hours=52,
            ),
            interview("production", card("u4", "production", version({"security": 3, "operations": 3, "design": 3}, at=_later(80), seed=4, concern="The logged token went unnoticed even with the log on the screen.")), hours=72),
            interview("together", card("u2", "together", version({"people": 4, "quality": 3}, at=_later(90), seed=7, strength="Went to the terminal at six in the morning, because that is where the queue is.")), hours=77),
            short="Bảo Châu",
        ),
        candidate(
            2,
            "Oluwaseun Adébáyọ̀",
            interview("coding", card("u2", "coding", version({"code": 3, "logic": 3, "quality": 4}, at=_later(8), seed=1, strength="Asked for one fault, brought back three and a way to have none.")), hours=5),
            interview(
                "design",
                card("u3", "design", version({"api": 3, "data": 3, "design": 4}, at=_later(60), seed=8)),
                card("u6", "design", version({"api": 3, "data": None, "design": 3}, at=_later(61), seed=9, strength="Asked the front end what it would rather not receive.")),
                hours=54,
            ),
            interview(
                "production",
                card("u4", "production", version({"security": 2, "operations": 3, "design": None}, recommendation="no", at=_later(98), seed=5, concern="A redirect that was called harmless is the way in that we closed last spring.")),
                card("u5", "production", version({"security": 4, "operations": 4, "design": 3}, recommendation="strong_yes", at=_later(99), seed=6, strength="Ranked five weaknesses by the damage they do, not by their fame.")),
                hours=96,
            ),
            interview("together", card("u6", "together", version({"people": 3, "quality": 3}, at=_later(104), seed=7)), hours=100),
            short="Oluwaseun",
            decision=DecisionFact(
                "hold",
                "u7",
                dt.datetime(2026, 11, 17, 16, 40, tzinfo=dt.UTC),
                "Two interviewers in one room stand two levels apart on the same review. A disagreement about facts is not to be averaged.",
                ("security",),
                "A second review of another sign-in flow, 45 minutes, by a panelist who has read neither scorecard.",
            ),
        ),
        candidate(
            3,
            "María José Iturbe Etxeberria",
            interview(
                "coding",
                card("u1", "coding", version({"code": 3, "logic": 2, "quality": 2}, at=_later(26), seed=9, concern="The fault was repaired where it showed, not where it arose.")),
                card("u2", "coding", state="recused", recused_reason="She and I worked in one team until March."),
                hours=24,
            ),
            interview(
                "design",
                card(
                    "u3",
                    "design",
                    version({"api": 2, "data": 3, "design": 2}, recommendation="no", at=_later(174), seed=10, concern="A repeated request books twice; a button was to prevent it."),
                    version({"api": 2, "data": 2, "design": 2}, number=2, at=_later(216), reason="On reading my notes again: the history of a moved sailing was lost.", after_reading=True, recommendation="no", seed=10),
                ),
                card(
                    "u6",
                    "design",
                    version({"api": 2, "data": None, "design": 2}, at=_later(175), seed=2),
                    version({"api": 3, "data": None, "design": 2}, number=2, at=_later(176), reason="I had mixed up two candidates’ notes on paging.", seed=2, strength="Her error texts say what the person at the desk can do next."),
                ),
                hours=172,
            ),
            interview("production", card("u5", "production", version({"security": 3, "operations": 3, "design": 2}, at=_later(194), seed=5)), card("u8", "production", version({"security": 1, "operations": 1, "design": 1}, recommendation="no", at=_later(195)), shadow=True), hours=192),
            interview("together", card("u7", "together", version({"people": 4, "quality": 3}, recommendation="strong_yes", at=_later(201), seed=7, strength="The weekly reading that she began still takes place after she left.")), hours=198),
            short="María José",
        ),
        candidate(
            4,
            "Łukasz Wiśniewski",
            interview(
                "coding",
                card("u2", "coding", version({"code": 3, "logic": 3, "quality": 3}, at=_later(32), seed=8)),
                card("u1", "coding", version({"code": 3, "logic": 3, "quality": 2}, at=_later(33), seed=1)),
                hours=29,
            ),
            short="Łukasz",
            stage="withdrawn",
            stage_reason="Accepted another offer on 4 November.",
        ),
        candidate(
            5,
            "Zeynep Çağlar",
            interview(
                "coding",
                card("u2", "coding", version({"code": 4, "logic": 4, "quality": 3}, recommendation="strong_yes", at=_later(170), seed=0, strength="Who owns this place at time t? One question, eleven lines.")),
                card("u1", "coding", version({"code": 4, "logic": 3, "quality": 4}, at=_later(171), seed=4)),
                hours=168,
            ),
            interview(
                "design",
                card("u3", "design", version({"api": 3, "data": 2, "design": 3}, at=_later(222), seed=6, concern="Two changes of the timetable at once: no answer how that ends.")),
                card("u6", "design", version({"api": 4, "data": 3, "design": None}, at=_later(223), seed=2, strength="Wrote the release note of the interface first.")),
                hours=220,
            ),
            interview("production", card("u4", "production", state="owed"), card("u5", "production", state="draft"), hours=240),
            interview("together", card("u6", "together", version({"people": 3, "quality": None}, at=_later(250), seed=7)), hours=246),
            stage="interviews",
        ),
        candidate(
            6,
            "Ravindra Kulkarni",
            interview(
                "coding",
                card("u1", "coding", version({"code": 2, "logic": 2, "quality": 2}, recommendation="no", at=_later(196), seed=9, concern="Two holds on one place both succeeded.")),
                card("u2", "coding", version({"code": 1, "logic": 2, "quality": 2}, recommendation="strong_no", at=_later(197), seed=10)),
                hours=193,
            ),
            interview("design", card("u3", "design", version({"api": 2, "data": 3, "design": 2}, recommendation="no", at=_later(230), seed=3, strength="The tables were sound, time zones included.")), hours=222),
            interview("production", card("u5", "production", version({"security": 2, "operations": 3, "design": 1}, recommendation="no", at=_later(250), seed=5, concern="Doubled the machine twice and asked for no measurement.")), hours=242),
            interview("together", card("u6", "together", version({"people": 3, "quality": 2}, recommendation="no_decision", at=_later(268), seed=7)), hours=265),
            stage="rejected",
            decision=DecisionFact(
                "no_hire",
                "u7",
                dt.datetime(2026, 11, 16, 15, 10, tzinfo=dt.UTC),
                "Three sessions say the same: acts on a guess, and checks afterwards or not at all. He was told, and what would change our mind.",
            ),
        ),
    )  # fmt: skip


def packet_facts(candidates: tuple[CandidateFact, ...] | None = None) -> PacketFacts:
    """Facts of one opening, with the six candidates unless others are given."""
    candidates = six_candidates() if candidates is None else candidates
    as_of, as_of_fact = latest_fact(candidates, PEOPLE, KITS, PUBLISHED)
    return PacketFacts(
        organisation="Northwater Ferries",
        opening_slug="backend-developer",
        opening_title="Backend Developer",
        team="Booking platform",
        rubric_id="backend-developer",
        rubric_version=3,
        rubric_hash="7d3f0a4c5be1129e8c66f0d2b94a3178e05c1f6ad7b2439f80e6c9d1a4b5f237",
        rubric_published=PUBLISHED,
        scale_labels=SCALE,
        bar=3,
        criteria=CRITERIA,
        statements=STATEMENTS,
        postings=(("p1", "What a backend developer does"), ("p2", "Roles and skills on the server side")),
        kits=KITS,
        people=PEOPLE,
        candidates=candidates,
        as_of=as_of,
        as_of_fact=as_of_fact,
        made_for="Hiring committee of the opening",
    )


def many_candidates(number: int) -> tuple[CandidateFact, ...]:
    """As many candidates as asked for: the six in turn, under their own numbers."""
    six = six_candidates()
    names = (
        "Aino Virtanen",
        "Babajide Ola",
        "Ciara Ní Bhriain",
        "Dmytro Kovalenko",
        "Élodie Marchand",
        "Farid Rahimi",
        "Grace Mutua",
    )
    return tuple(
        dataclasses.replace(
            six[place % 6],
            application=f"a{place + 1}",
            name=six[place].name if place < 6 else names[(place - 6) % 7],
            short=six[place].short if place < 6 else names[(place - 6) % 7].split()[0],
            applied=dt.date(2026, 10, 5) + dt.timedelta(days=place),
        )
        for place in range(number)
    )


def with_many_statements(facts: PacketFacts) -> PacketFacts:
    """The same facts with the 94 statements of five postings: 71 more, dealt out to the criteria in turn."""
    more = tuple(
        StatementFact(
            f"s{number}", f"{facts.statements[number % 20].text}, as posting {number % 5} has it", "skill", "p2"
        )
        for number in range(24, 95)
    )
    criteria = tuple(
        dataclasses.replace(
            entry, statements=entry.statements + tuple(one.id for one in more[place :: len(facts.criteria)])
        )
        for place, entry in enumerate(facts.criteria)
    )
    return dataclasses.replace(facts, statements=facts.statements + more, criteria=criteria)
