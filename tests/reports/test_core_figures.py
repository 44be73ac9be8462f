"""The figures, worked out by hand."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.reports.core import (
    CandidateFact,
    Cell,
    Composite,
    CriterionFact,
    KitFact,
    cell,
    composite,
    counted_version,
    one_decimal,
    two_decimals,
)
from tests.reports.facts import CRITERIA, KITS, PEOPLE, START, CardState, candidate, card, interview, version

NOBODY = {person.id: person for person in PEOPLE}
ALL_KITS = {kit.id: kit for kit in KITS}


def cell_of(who: CandidateFact, criterion: str = "code") -> Cell:
    return cell(who, criterion, NOBODY, ALL_KITS)


def composite_of(who: CandidateFact, criteria: tuple[CriterionFact, ...] = CRITERIA) -> Composite:
    return composite(who, criteria, {criterion.id: cell_of(who, criterion.id) for criterion in criteria})


def weighed(**weights: str) -> tuple[CriterionFact, ...]:
    return tuple(
        dataclasses.replace(CRITERIA[0], id=key, name=key, weight=Decimal(weight)) for key, weight in weights.items()
    )


def test_no_level_is_not_assessed() -> None:
    found = cell_of(candidate(1, "A B", interview("coding", card("u1", "coding", version({"code": None})))))
    assert (found.n, found.mean, found.range, found.printed) == (0, None, None, "not assessed")
    assert [entry.by.id for entry in found.not_assessed] == ["u1"]
    assert found.why_none == "who held the interview did not assess it"


def test_one_level_is_itself_by_one_rater() -> None:
    found = cell_of(candidate(1, "A B", interview("coding", card("u1", "coding", version({"code": 3})))))
    assert (found.n, found.mean, found.range, found.printed, found.basis) == (1, Fraction(3), 0, "3", "one rater")


def test_a_mean_stands_with_its_count_and_spread() -> None:
    # 4, 2 and 4: sum 10, mean 10/3 = 3.333..., printed 3.3; highest minus lowest 4 - 2 = 2.
    panel = [card(by, "coding", version({"code": level})) for by, level in (("u1", 4), ("u2", 2), ("u3", 4))]
    found = cell_of(candidate(1, "A B", interview("coding", *panel)))
    assert (found.levels, found.mean, found.range) == ((4, 4, 2), Fraction(10, 3), 2)
    assert (found.printed, found.basis) == ("3.3", "3 raters, spread 2")


def test_two_ratings_by_one_person_are_one_rater() -> None:
    who = candidate(
        1,
        "A B",
        interview("coding", card("u1", "coding", version({"quality": 4}))),
        interview("together", card("u1", "together", version({"quality": 3}))),
    )
    assert cell_of(who, "quality").basis == "2 ratings by one rater, spread 1"


@pytest.mark.parametrize("state", ["owed", "draft", "recused", "waived"])
def test_what_is_not_submitted_does_not_count(state: CardState) -> None:
    unfinished = card("u1", "coding", version({"code": 4}), state=state)
    assert cell_of(candidate(1, "A B", interview("coding", unfinished))).n == 0


def test_a_shadow_does_not_count() -> None:
    shadow = card("u2", "coding", version({"code": 1}), shadow=True)
    found = cell_of(candidate(1, "A B", interview("coding", card("u1", "coding", version({"code": 3})), shadow)))
    assert (found.levels, found.later) == ((3,), ())


def test_a_revision_before_reading_counts_and_is_marked() -> None:
    first = version({"code": 2}, at=START)
    second = version({"code": 3}, number=2, at=START + dt.timedelta(hours=1), reason="Mixed up two notes.")
    found = cell_of(candidate(1, "A B", interview("coding", card("u1", "coding", first, second))))
    assert found.levels == (3,)
    change = found.ratings[0].changes[0]
    assert (change.was, change.level, change.after_reading, change.reason) == (2, 3, False, "Mixed up two notes.")


def test_a_revision_after_reading_is_printed_beside() -> None:
    first = version({"code": 2})
    second = version({"code": 4}, number=2, reason="Persuaded.", after_reading=True)
    found = cell_of(candidate(1, "A B", interview("coding", card("u1", "coding", first, second))))
    assert found.levels == (2,)
    assert [(change.was, change.level, change.after_reading) for change in found.ratings[0].changes] == [(2, 4, True)]


def test_a_revision_of_another_criterion_leaves_no_mark() -> None:
    first = version({"code": 2, "logic": 2})
    second = dataclasses.replace(
        first, number=2, ratings=(first.ratings[0], dataclasses.replace(first.ratings[1], level=3))
    )
    found = cell_of(candidate(1, "A B", interview("coding", card("u1", "coding", first, second))))
    assert found.ratings[0].changes == ()


def test_a_scorecard_written_after_reading_is_printed_beside_and_counts_nowhere() -> None:
    late = card("u2", "coding", version({"code": 1}, after_reading=True))
    who = candidate(1, "A B", interview("coding", card("u1", "coding", version({"code": 3})), late))
    found = cell_of(who)
    assert (found.levels, [entry.level for entry in found.later]) == ((3,), [1])
    assert counted_version(late) is None
    assert composite_of(who, weighed(code="1.00")).panelists == 1


def test_a_hidden_application_shows_nothing() -> None:
    panel = (card("u1", "coding", version({"code": 3})), card("u2", "coding", version({"code": 3})))
    found = cell_of(candidate(1, "A B", interview("coding", *panel), hidden=True))
    assert (found.n, found.ratings, found.not_assessed, found.later) == (0, (), (), ())
    assert "left out" in found.why_none


@pytest.mark.parametrize(
    ("kit", "reason"),
    [
        (None, "no Coding interview was scheduled"),
        (interview("coding", state="cancelled"), "the Coding interview was cancelled"),
        (interview("coding"), "the Coding interview has no panel"),
        (
            interview("coding", card("u2", "coding", state="owed"), state="planned"),
            "the Coding interview is planned for 2 November 2026, 09:00 UTC",
        ),
        (
            interview("coding", card("u2", "coding", state="owed")),
            "Kofi Boateng’s Coding scorecard is due 3 November 2026, 10:00 UTC",
        ),
        (interview("coding", card("u2", "coding", state="recused")), "Kofi Boateng stepped back from Coding"),
        (interview("coding", card("u2", "coding", state="waived")), "Kofi Boateng’s Coding scorecard was waived"),
    ],
)
def test_the_reason_why_nobody_assessed_it(kit: object, reason: str) -> None:
    interviews = () if kit is None else (kit,)
    assert cell_of(candidate(1, "A B", *interviews)).why_none == reason


def test_a_criterion_in_no_kit_says_so() -> None:
    assert cell_of(candidate(1, "A B"), "unheard-of").why_none == "no kit of the plan assesses it"


def test_a_composite_is_the_weighted_mean_of_the_rated_criteria() -> None:
    # code 0.50: levels 4 and 3, mean 3.5; api 0.20: 2; data 0.30: not assessed.
    # (0.50 x 3.5 + 0.20 x 2) / (0.50 + 0.20) = (1.75 + 0.40) / 0.70 = 2.15 / 0.70 = 43/14 = 3.0714...
    who = candidate(
        1,
        "A B",
        interview(
            "coding",
            card("u1", "coding", version({"code": 4, "api": 2})),
            card("u2", "coding", version({"code": 3, "data": None})),
        ),
    )
    found = composite_of(who, weighed(code="0.50", api="0.20", data="0.30"))
    assert (found.value, found.reason, found.panelists) == (Fraction(43, 14), "", 2)
    assert (found.weight, found.total) == (Fraction(7, 10), Fraction(43, 20))


def test_one_panelist_carries_no_composite_however_many_interviews() -> None:
    who = candidate(
        1,
        "A B",
        interview("coding", card("u1", "coding", version({"code": 4}))),
        interview("design", card("u1", "design", version({"api": 4}))),
    )
    found = composite_of(who, weighed(code="0.50", api="0.50"))
    assert found.value is None
    assert found.reason == "scorecards of 1 panelist count; 2 are needed"


def test_without_scorecards_no_panelist_counts() -> None:
    assert composite_of(candidate(1, "A B")).reason == "scorecards of 0 panelists count; 2 are needed"


def test_less_than_two_thirds_of_the_weight_carries_no_composite() -> None:
    # 0.66 < 2/3 = 0.666..., though both print as two thirds at a glance.
    panel = (card("u1", "coding", version({"code": 4})), card("u2", "coding", version({"code": 4})))
    found = composite_of(candidate(1, "A B", interview("coding", *panel)), weighed(code="0.66", api="0.34"))
    assert (found.value, found.reason) == (
        None,
        "rated criteria carry 0.66 of the weight; two thirds are needed",
    )


def test_two_thirds_of_the_weight_is_enough() -> None:
    panel = (card("u1", "coding", version({"a": 4, "b": 1})), card("u2", "coding", version({"a": 3})))
    who = candidate(1, "A B", interview("coding", *panel))
    # 0.67 is enough; exactly 2/3 cannot be written with two decimals, so thirds stand in for it.
    assert composite_of(who, weighed(a="0.40", b="0.27", c="0.33")).value is not None
    third: Any = Fraction(1, 3)
    thirds = tuple(dataclasses.replace(entry, weight=third) for entry in weighed(a="1", b="1", c="1"))
    # (1/3 x 3.5 + 1/3 x 1) / (2/3) = 4.5 / 2 = 2.25, printed 2.3
    assert composite_of(who, thirds).value == Fraction(9, 4)


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Fraction(9, 4), "2.3"),  # 2.25
        (Fraction(5, 2), "2.5"),
        (Fraction(10, 3), "3.3"),
        (Fraction(11, 3), "3.7"),
        (Fraction(299, 100), "3.0"),
        (Fraction(249, 100), "2.5"),
        (Fraction(2449, 1000), "2.4"),
        (Fraction(4), "4.0"),
    ],
)
def test_figures_are_printed_with_one_decimal_half_up(value: Fraction, printed: str) -> None:
    assert one_decimal(value) == printed


def test_weights_are_printed_with_two_decimals() -> None:
    assert [two_decimals(Fraction(1)), two_decimals(Fraction("0.07")), two_decimals(Fraction(1, 3))] == ["1.00", "0.07", "0.33"]  # fmt: skip


@given(st.lists(st.integers(1, 6), min_size=1, max_size=8))
def test_a_mean_lies_within_its_levels_and_no_order_matters(levels: list[int]) -> None:
    def found(given: list[int]) -> Cell:
        people = {f"u{number}": dataclasses.replace(PEOPLE[0], id=f"u{number}") for number in range(len(given))}
        cards = [card(f"u{number}", "coding", version({"code": level})) for number, level in enumerate(given)]
        return cell(candidate(1, "A B", interview("coding", *cards)), "code", people, ALL_KITS)

    one, other = found(levels), found(levels[::-1])
    assert one.mean == other.mean == Fraction(sum(levels), len(levels))
    assert one.mean is not None
    assert min(levels) <= one.mean <= max(levels)
    assert one.levels == other.levels == tuple(sorted(levels, reverse=True))
    assert one.range == max(levels) - min(levels)


@given(
    st.lists(st.tuples(st.integers(1, 99), st.one_of(st.none(), st.integers(1, 6))), min_size=1, max_size=9),
    st.integers(0, 3),
)
def test_a_composite_lies_within_the_means_or_says_why_not(rows: list[tuple[int, int | None]], panelists: int) -> None:
    criteria = tuple(
        dataclasses.replace(CRITERIA[0], id=f"c{place}", weight=Decimal(weight) / 100)
        for place, (weight, _) in enumerate(rows)
    )
    levels = {f"c{place}": level for place, (_, level) in enumerate(rows)}
    cards = [card(f"u{number + 1}", "coding", version(levels)) for number in range(panelists)]
    who = candidate(1, "A B", interview("coding", *cards))
    kits = {"coding": KitFact("coding", "Coding", 60, tuple(levels))}
    cells = {criterion.id: cell(who, criterion.id, NOBODY, kits) for criterion in criteria}
    found = composite(who, criteria, cells)
    rated = sum((Fraction(weight, 100) for weight, level in rows if level), Fraction(0))
    allowed = panelists >= 2 and rated >= Fraction(2, 3)
    assert (found.value is not None) == allowed == (found.reason == "")
    if found.value is not None:
        given_levels = [level for level in levels.values() if level]
        assert min(given_levels) <= found.value <= max(given_levels)


@given(st.fractions(min_value=0, max_value=10))
def test_rounding_is_off_by_at_most_half_a_step(value: Fraction) -> None:
    error = Fraction(one_decimal(value)) - value
    assert -Fraction(1, 20) < error <= Fraction(1, 20)
