"""The packet as plain values: order, standings, coverage, JSON, code, date."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.reports.core import (
    CandidateFact,
    DecisionFact,
    PacketFacts,
    PacketOptions,
    as_json,
    build_packet,
    canonical,
    latest_fact,
    verification_code,
)
from tests.reports.facts import (
    CRITERIA,
    KITS,
    PEOPLE,
    PUBLISHED,
    START,
    candidate,
    card,
    interview,
    packet_facts,
    six_candidates,
    version,
)

WHOLE = PacketOptions()


def hide(facts: PacketFacts, application: str) -> PacketFacts:
    candidates = tuple(
        dataclasses.replace(entry, hidden=True) if entry.application == application else entry
        for entry in facts.candidates
    )
    as_of, what = latest_fact(candidates, PEOPLE, KITS, PUBLISHED)
    return dataclasses.replace(facts, candidates=candidates, as_of=as_of, as_of_fact=what)


def test_six_candidates_as_worked_out_by_hand() -> None:
    packet = build_packet(packet_facts(), WHOLE)
    assert [(entry.name, entry.standing) for entry in packet.candidates] == [
        ("Nguyễn Bảo Châu", "to be decided"),
        ("Oluwaseun Adébáyọ̀", "on hold"),
        ("María José Iturbe Etxeberria", "to be decided"),
        ("Łukasz Wiśniewski", "withdrew"),
        ("Zeynep Çağlar", "waits"),
        ("Ravindra Kulkarni", "no hire"),
    ]
    # Łukasz: code 0.16 + logic 0.12 + quality 0.07 = 0.35 of the weight.
    assert packet.candidates[3].composite.reason == "rated criteria carry 0.35 of the weight; two thirds are needed"
    # Zeynep, all but security 0.12 and operations 0.08, so 0.80 of the weight:
    # code 4, logic 3.5, api 3.5, data 2.5, design 3, quality 3.5, people 3:
    # 0.16x4 + 0.12x3.5 + 0.12x3.5 + 0.14x2.5 + 0.14x3 + 0.07x3.5 + 0.05x3
    # = 0.64 + 0.42 + 0.42 + 0.35 + 0.42 + 0.245 + 0.15 = 2.645; 2.645 / 0.80 = 3.30625
    value = packet.candidates[4].composite.value
    assert value is not None
    assert float(value) == 3.30625
    # Security of Oluwaseun: 4 and 2. It is the one place two levels apart.
    assert [(entry.candidate.short, entry.criterion.id, entry.cell.levels) for entry in packet.apart] == [
        ("Oluwaseun", "security", (4, 2))
    ]
    assert [entry.statement.id for entry in packet.uncovered] == ["s23"]
    # María José: the data revision 3 -> 2 came after reading (3 counts), the api revision 2 -> 3 before (3 counts).
    maria = {found.criterion: found.levels for found in packet.candidates[2].cells}
    assert (maria["data"], maria["api"], maria["security"]) == ((3,), (3, 2), (3,))
    assert packet.candidates[2].strengths[0].text.startswith("Her error texts")
    # Cards: 6 + 6 + 5 (one recused, a shadow aside) + 2 + 5 of 7 + 5.
    assert (packet.totals.filed, packet.totals.expected) == (29, 31)
    assert (packet.totals.cells, packet.totals.rated_cells) == (54, 46)


@given(st.permutations(range(6)))
def test_candidates_keep_the_order_they_come_in(order: list[int]) -> None:
    six = six_candidates()
    facts = dataclasses.replace(packet_facts(), candidates=tuple(six[place] for place in order))
    packet = build_packet(facts, WHOLE)
    assert [entry.application for entry in packet.candidates] == [six[place].application for place in order]
    assert [entry.position for entry in packet.candidates] == [1, 2, 3, 4, 5, 6]


def test_only_the_chosen_candidates_are_shown() -> None:
    packet = build_packet(packet_facts(), PacketOptions(candidates=("a5", "a2")))
    assert [entry.application for entry in packet.candidates] == ["a2", "a5"]
    with pytest.raises(ValueError, match="no such application"):
        build_packet(packet_facts(), PacketOptions(candidates=("a9",)))


def test_a_statement_whose_criterion_is_in_no_kit_is_not_assessed() -> None:
    kits = tuple(dataclasses.replace(kit, focus=tuple(key for key in kit.focus if key != "people")) for kit in KITS)
    packet = build_packet(dataclasses.replace(packet_facts(), kits=kits), WHOLE)
    assert [(entry.statement.id, entry.why) for entry in packet.uncovered] == [
        ("s21", "no kit of the plan assesses its criterion"),
        ("s22", "no kit of the plan assesses its criterion"),
        ("s23", "no criterion covers it"),
    ]


def test_the_reason_for_leaving_a_statement_out_is_kept() -> None:
    facts = packet_facts()
    left = dataclasses.replace(facts.statements[-1], left_out_reason="We look at it after the offer.")
    packet = build_packet(dataclasses.replace(facts, statements=(*facts.statements[:-1], left)), WHOLE)
    assert packet.uncovered[0].why == "We look at it after the offer."


def test_the_json_of_one_candidate() -> None:
    who = candidate(
        1,
        "Ada Lind",
        interview(
            "coding",
            card("u1", "coding", version({"code": 4}, said={"code": "Saw it."})),
            card("u2", "coding", version({"code": 3}, recommendation="no", said={"code": "Saw it too."})),
        ),
    )
    facts = packet_facts((who,))
    facts = dataclasses.replace(facts, criteria=(CRITERIA[0],))
    assert as_json(build_packet(facts, WHOLE)) == {
        "schema": 1,
        "opening": "backend-developer",
        "as_of": "2026-11-02T10:00:00Z",
        "rubric": {"id": "backend-developer", "version": 3, "hash": facts.rubric_hash},
        "criteria": [{"id": "code", "weight": 0.16, "statements": ["s1", "s2", "s3"]}],
        "candidates": [
            {
                "application": "a1",
                "name": "Ada Lind",
                "stage": "debrief",
                "composite": None,
                "reason": "rated criteria carry 0.16 of the weight; two thirds are needed",
                "recommendations": {"strong_yes": 0, "yes": 1, "no": 1, "strong_no": 0, "no_decision": 0},
                "cells": [
                    {
                        "criterion": "code",
                        "n": 2,
                        "mean": 3.5,
                        "range": 1,
                        "ratings": [
                            {"by": "Ines Halvorsen", "level": 4, "evidence": "Saw it."},
                            {"by": "Kofi Boateng", "level": 3, "evidence": "Saw it too."},
                        ],
                    }
                ],
            }
        ],
        "not_assessed": [f"s{number}" for number in range(4, 24)],
    }


def test_json_is_plain_and_unrounded() -> None:
    data = json.loads(json.dumps(as_json(build_packet(packet_facts(), WHOLE)), allow_nan=False))
    assert data["candidates"][1]["cells"][4]["mean"] == 10 / 3
    assert data["candidates"][3]["composite"] is None


def test_a_hidden_application_leaves_no_trace_of_what_others_thought() -> None:
    facts = packet_facts()
    other = tuple(
        dataclasses.replace(
            entry,
            stage="hired",
            stage_reason="Everybody agreed.",
            decision=DecisionFact("hire", "u7", dt.datetime(2026, 11, 19, tzinfo=dt.UTC), "Good."),
            interviews=(*entry.interviews[:1], *(dataclasses.replace(one, cards=()) for one in entry.interviews[1:])),
        )
        if entry.application == "a5"
        else entry
        for entry in facts.candidates
    )
    one, two = hide(facts, "a5"), hide(dataclasses.replace(facts, candidates=other), "a5")
    assert canonical(one, WHOLE) == canonical(two, WHOLE)
    assert build_packet(one, WHOLE) == build_packet(two, WHOLE)
    sheet = build_packet(one, WHOLE).candidates[4]
    assert (sheet.stage, sheet.standing, sheet.recommendations, sheet.decision) == ("interviews", "left out", {}, None)
    assert [len(entry.cards) for entry in sheet.interviews] == [0, 0, 0, 0]
    assert canonical(one, WHOLE) != canonical(facts, WHOLE)


@pytest.mark.parametrize(
    ("who", "standing"),
    [
        (candidate(1, "A B"), "not interviewed"),
        (candidate(1, "A B", interview("coding", state="planned")), "waits"),
        (candidate(1, "A B", interview("coding", card("u1", "coding", state="draft"))), "waits"),
        (candidate(1, "A B", interview("coding", card("u1", "coding", state="owed", shadow=True))), "not interviewed"),
        (candidate(1, "A B", stage="rejected"), "rejected"),
        (candidate(1, "A B", stage="hired", decision=DecisionFact("hire", "u7", START, "Good.")), "hire"),
        (candidate(1, "A B", hidden=True, stage="rejected"), "left out"),
    ],
)
def test_standings(who: CandidateFact, standing: str) -> None:
    assert build_packet(packet_facts((who,)), WHOLE).candidates[0].standing == standing


def test_the_code_follows_facts_options_and_template() -> None:
    facts = packet_facts()
    codes = {
        verification_code(facts, WHOLE, "1"),
        verification_code(facts, WHOLE, "2"),
        verification_code(facts, PacketOptions(anonymous=True), "1"),
        verification_code(facts, PacketOptions(candidates=("a1",)), "1"),
        verification_code(dataclasses.replace(facts, made_for="Auditors"), WHOLE, "1"),
    }
    assert len(codes) == 5
    assert all(re.fullmatch(r"[A-Z2-7]{20}", code) for code in codes)
    assert verification_code(packet_facts(), WHOLE, "1") in codes


def test_the_canonical_form_is_one_sorted_json_text_in_utc() -> None:
    facts = packet_facts()
    oslo = dt.timezone(dt.timedelta(hours=1))
    same = dataclasses.replace(facts, as_of=facts.as_of.astimezone(oslo))
    assert canonical(same, WHOLE) == canonical(facts, WHOLE)
    text = canonical(facts, WHOLE).decode()
    assert text == json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert '"weight":"0.16"' in text


def test_the_date_is_that_of_the_latest_fact() -> None:
    facts = packet_facts()
    assert (facts.as_of, facts.as_of_fact) == (
        dt.datetime(2026, 11, 17, 16, 40, tzinfo=dt.UTC),
        "hold recorded for Oluwaseun Adébáyọ̀",
    )
    planned = candidate(1, "A B", interview("coding", hours=9000, state="planned"))
    assert latest_fact((planned,), PEOPLE, KITS, PUBLISHED) == (
        dt.datetime(2026, 10, 5, tzinfo=dt.UTC),
        "application of A B",
    )
    assert latest_fact((), PEOPLE, KITS, PUBLISHED) == (PUBLISHED, "rubric published")


def test_a_hidden_fact_does_not_move_the_date() -> None:
    six = six_candidates()
    hidden = tuple(dataclasses.replace(entry, hidden=entry.application == "a2") for entry in six)
    assert latest_fact(hidden, PEOPLE, KITS, PUBLISHED)[1] == "no hire recorded for Ravindra Kulkarni"
