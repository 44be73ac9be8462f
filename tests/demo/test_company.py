"""The demonstration company keeps its promises: the counts, the mess of real life, and evidence worth reading."""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
POSTINGS = ROOT / ".." / "shared" / "postings"
LOADED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # any moment does; only distances from it count
RECOMMENDATIONS = {"strong_no", "no", "yes", "strong_yes", "no_decision"}
PROSE = {"why", "strength", "concern", "evidence", "notes", "reason", "reasons", "evidence_wanted", "recused_reason"}

Facts = dict[str, Any]


def _load(path: Path) -> Facts:
    facts: Facts = YAML(typ="safe").load(path)
    return facts


COMPANY = _load(ROOT / "hiring" / "demo" / "company.yaml")
ROLE = _load(ROOT / "rubrics" / "roles" / "backend-developer.yaml")
KITS: dict[str, Facts] = {kit["id"]: kit for kit in ROLE["plan"]["kits"]}
PEOPLE: dict[str, Facts] = {person["id"]: person for person in COMPANY["people"]}
CANDIDATES: list[Facts] = COMPANY["candidates"]
INTERVIEWED = [candidate for candidate in CANDIDATES if candidate.get("interviews")]


def _start(interview: Facts) -> datetime:
    if "hours" in interview:
        return LOADED + timedelta(hours=interview["hours"])
    hour, minute = map(int, interview["at"].split(":"))
    return (LOADED + timedelta(days=interview["day"])).replace(hour=hour, minute=minute)


def _end(interview: Facts) -> datetime:
    return _start(interview) + timedelta(minutes=KITS[interview["kit"]]["minutes"])


def _interviews() -> Iterator[tuple[Facts, Facts]]:
    for candidate in INTERVIEWED:
        for interview in candidate["interviews"]:
            yield candidate, interview


def _cards(*states: str) -> list[tuple[Facts, Facts, Facts]]:
    """The (candidate, interview, panelist's card) triples in any of these states; in every state where none is given."""
    return [
        (candidate, interview, card)
        for candidate, interview in _interviews()
        for card in interview["panel"]
        if not states or card["state"] in states
    ]


def _prose(node: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text that a person wrote, with the key under which it stands."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _prose(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from _prose(value, key)
    elif isinstance(node, str) and key in PROSE:
        yield key, node


def _evidence() -> list[str]:
    return [text for key, text in _prose(COMPANY) if key == "evidence"]


def _counting_levels() -> dict[tuple[str, str], list[int]]:
    """By (candidate, criterion): the levels that count, as they stood before their author read others' feedback."""
    cells: dict[tuple[str, str], list[int]] = defaultdict(list)
    for candidate, _, card in _cards("submitted"):
        if card.get("shadow"):
            continue
        ratings = dict(card["ratings"])
        revision = card.get("revision")
        if revision and not revision["read_first"]:
            ratings |= revision["ratings"]
        for criterion, rating in ratings.items():
            if rating["level"] is not None:
                cells[candidate["id"], criterion].append(rating["level"])
    return cells


def _six_words(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+", text.lower())
    return {tuple(words[at : at + 6]) for at in range(len(words) - 5)}


def test_people_fill_every_role() -> None:
    assert Counter(person["role"] for person in COMPANY["people"]) == {
        "interviewer": 8,
        "recruiter": 1,
        "hiring_manager": 1,
        "committee": 3,
        "administrator": 1,
        "auditor": 1,
    }
    assert {zone for zone in (person["time_zone"] for person in COMPANY["people"]) if not ZoneInfo(zone).key} == set()


def test_ids_names_and_addresses_are_unique() -> None:
    everybody = [*COMPANY["people"], *CANDIDATES]
    for key in ("id", "name", "email"):
        assert [value for value, n in Counter(one[key].casefold() for one in everybody).items() if n > 1] == []
    assert {one["email"].rsplit("@")[1] for one in COMPANY["people"]} == {COMPANY["domain"]}
    assert [one["email"] for one in everybody if not one["email"].endswith(".example")] == []


def test_ids_resolve_to_people_of_the_right_role() -> None:
    opening = COMPANY["opening"]
    assert PEOPLE[opening["recruiter"]]["role"] == "recruiter"
    assert PEOPLE[opening["hiring_manager"]]["role"] == "hiring_manager"
    assert [PEOPLE[one]["role"] for one in opening["committee"]] == ["committee"] * 3
    assert {PEOPLE[card["person"]]["role"] for _, _, card in _cards()} == {"interviewer"}
    assert {interview["kit"] for _, interview in _interviews()} == set(KITS)
    decisions = [candidate["decision"] for candidate in CANDIDATES if "decision" in candidate]
    assert {decision["by"] for decision in decisions} == {opening["hiring_manager"]}
    criteria = {criterion["id"] for criterion in ROLE["criteria"]}
    assert [one for decision in decisions for one in decision.get("criteria", []) if one not in criteria] == []


def test_candidates_stand_in_the_order_of_application() -> None:
    days = [candidate["applied"] for candidate in CANDIDATES]
    assert days == sorted(days)
    assert max(days) < 0
    assert len(INTERVIEWED) == 6
    assert len(CANDIDATES) == len(INTERVIEWED) == 6


def test_twenty_one_scorecards_are_submitted() -> None:
    assert len(_cards("submitted")) == 21
    assert [card["person"] for _, _, card in _cards("submitted") if not 0 < card["submitted_after_hours"] < 72] == []
    assert [
        card["person"]
        for _, interview, card in _cards("submitted")
        if _end(interview) + timedelta(hours=card["submitted_after_hours"]) >= LOADED
    ] == []


def test_ratings_are_the_kits_focus() -> None:
    for _, interview, card in _cards("submitted"):
        assert list(card["ratings"]) == KITS[interview["kit"]]["focus"]
        assert set(card.get("revision", {}).get("ratings", {})) <= set(card["ratings"])
    for _, interview, card in _cards("draft"):
        assert set(card["ratings"]) < set(KITS[interview["kit"]]["focus"])
    levels = [
        rating["level"]
        for _, _, card in _cards("submitted", "draft")
        for ratings in (card["ratings"], card.get("revision", {}).get("ratings", {}))
        for rating in ratings.values()
    ]
    steps = len(ROLE["scale"]["labels"])
    assert set(levels) == {None, *range(1, steps + 1)}
    assert {card["recommendation"] for _, _, card in _cards("submitted")} == RECOMMENDATIONS


def test_one_of_each_mess() -> None:
    held = [(interview, card) for _, interview, card in _cards("owed") if _end(interview) < LOADED]
    drafts = _cards("draft")
    revised = [card for _, _, card in _cards() if "revision" in card]
    assert len(held) == 1
    assert LOADED - _end(held[0][0]) > timedelta(days=3)
    assert len(drafts) == 1
    assert timedelta(0) < LOADED - _end(drafts[0][1]) < timedelta(hours=24)
    assert len(_cards("recused")) == 1
    assert [card["revision"]["read_first"] for card in revised] == [True]
    assert sum(bool(card.get("shadow")) for _, _, card in _cards()) == 1
    assert [interview["day"] for _, interview in _interviews() if _start(interview) > LOADED] == [2]
    assert [candidate["id"] for candidate in CANDIDATES if "withdrawn" in candidate] == [
        candidate["id"] for candidate in CANDIDATES if candidate["stage"] == "withdrawn"
    ]
    assert Counter(candidate["stage"] for candidate in INTERVIEWED) == {
        "debrief": 3,
        "interviews": 1,
        "rejected": 1,
        "withdrawn": 1,
    }
    assert Counter(candidate["decision"]["outcome"] for candidate in CANDIDATES if "decision" in candidate) == {
        "hold": 1,
        "no_hire": 1,
    }


def test_the_reviser_could_have_read_a_colleagues_feedback() -> None:
    candidate, interview, card = next(one for one in _cards("submitted") if "revision" in one[2])
    revised_at = _end(interview) + timedelta(hours=card["revision"]["after_hours"])
    others = [
        _end(other) + timedelta(hours=feedback["submitted_after_hours"])
        for owner, other, feedback in _cards("submitted")
        if owner is candidate and feedback["person"] != card["person"]
    ]
    assert min(others) < revised_at < LOADED


def test_exactly_one_cell_where_two_interviewers_differ_by_two_levels() -> None:
    apart = {cell: sorted(levels) for cell, levels in _counting_levels().items() if max(levels) - min(levels) >= 2}
    assert list(apart.values()) == [[2, 4]]
    ((candidate, criterion),) = apart
    hold = next(one for one in CANDIDATES if one.get("decision", {}).get("outcome") == "hold")
    assert (candidate, [criterion]) == (hold["id"], hold["decision"]["criteria"])


def test_decisions_come_after_the_interviews_and_leave_none_open() -> None:
    still_open = {candidate["id"] for candidate, _, _ in _cards("owed", "draft")}
    for candidate in INTERVIEWED:
        days = [one.get("day", 0) for one in candidate["interviews"]]
        assert min(days) > candidate["applied"]
        for day in (candidate.get("decision", {}).get("day"), candidate.get("withdrawn", {}).get("after_days")):
            if day is not None:
                assert max(days) < day < 0
                assert not {candidate["id"]} & still_open


def test_panels_are_single_or_pairs_and_nobody_is_in_two_places() -> None:
    assert {len(interview["panel"]) for _, interview in _interviews()} == {1, 2}
    assert [kit for kit, n in Counter((one["id"], i["kit"]) for one, i in _interviews()).items() if n > 1] == []
    busy: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for candidate, interview in _interviews():
        for person in (f"candidate {candidate['id']}", *(card["person"] for card in interview["panel"])):
            busy[person].append((_start(interview), _end(interview)))
    for times in busy.values():
        times.sort()
        assert [after for before, after in pairwise(times) if after[0] < before[1]] == []


def test_no_text_occurs_twice() -> None:
    texts = Counter(text for _, text in _prose([COMPANY]))
    assert [text for text, n in texts.items() if n > 1] == []
    sentences = Counter(part for text in texts for part in re.split(r"(?<=[.?!”])\s+", text))
    assert [sentence for sentence, n in sentences.items() if n > 1] == []


def test_evidence_is_worth_reading() -> None:
    evidence = _evidence()
    assert len(evidence) == 61
    assert [text for text in evidence if not 15 <= len(text.split()) <= 60] == []
    openings = Counter(tuple(text.split()[:3]) for text in evidence)
    assert [words for words, n in openings.items() if n > 1] == []


def test_each_why_is_two_sentences() -> None:
    whys = [text for key, text in _prose(COMPANY) if key == "why"]
    assert [why for why in whys if len(re.findall(r"[.?!](?=\s|$)", why)) != 2] == []


def test_an_anonymous_packet_finds_no_candidates_name_in_the_texts() -> None:
    names = {part for one in CANDIDATES for part in re.findall(r"[^\W\d_]{3,}", one["name"])}
    assert [text for _, text in _prose(COMPANY) if names & set(re.findall(r"[^\W\d_]+", text))] == []


def test_one_pronoun_for_each_candidate() -> None:
    for candidate in INTERVIEWED:
        words = {
            word
            for key, text in _prose(candidate)
            if key in {"evidence", "why", "strength"}
            for word in re.findall(r"[a-z]+", re.sub(r"“[^”]*”", "", text.lower()))
        }
        assert len(words & {"he", "she"}) == 1, candidate["id"]


def test_no_six_words_of_a_posting() -> None:
    if not POSTINGS.is_dir():
        assert os.environ.get("CI") != "true", "the postings to compare with are missing"
        pytest.skip("the postings to compare with are not here")
    postings = set[tuple[str, ...]]()
    for file in POSTINGS.glob("*.txt"):
        postings |= _six_words(file.read_text(encoding="utf-8"))
    assert [text for _, text in _prose(COMPANY) if _six_words(text) & postings] == []
