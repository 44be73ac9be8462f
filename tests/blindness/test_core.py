from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.blindness.core import BLIND, Card, State, may_read, shown_stage, standing_of

CARDS = st.lists(st.sampled_from(Card), max_size=6)


@pytest.mark.parametrize(
    ("cards", "decided", "state"),
    [
        ([], False, None),
        ([], True, None),
        ([Card.OPEN], False, State.OWES),
        ([Card.OPEN], True, State.OWES),
        ([Card.FILED], False, State.FILED),
        ([Card.FILED, Card.OPEN], False, State.OWES),
        ([Card.RECUSED], False, State.RECUSED),
        ([Card.RECUSED, Card.FILED], False, State.RECUSED),
        ([Card.RECUSED], True, State.RELEASED),
        ([Card.RECUSED_SINCE], True, State.RECUSED),
        ([Card.RECUSED_SINCE, Card.FILED, Card.WAIVED], True, State.RECUSED),
        ([Card.RECUSED_SINCE, Card.OPEN], True, State.OWES),
        ([Card.WAIVED], False, None),
        ([Card.WAIVED, Card.FILED], False, State.FILED),
        ([Card.WAIVED], True, State.RELEASED),
        ([Card.FILED], True, State.RELEASED),
    ],
)
def test_standings(cards: list[Card], decided: bool, state: State | None) -> None:
    assert standing_of(cards, decided=decided) == state


@given(CARDS, st.booleans(), st.booleans())
def test_an_open_scorecard_blinds_whatever_else_is_true(cards: list[Card], decided: bool, by_role: bool) -> None:
    state = standing_of([*cards, Card.OPEN], decided=decided)
    assert state in BLIND
    assert not may_read(state, by_role=by_role)


@given(CARDS, st.booleans())
def test_nobody_reads_without_a_role_or_a_filed_or_released_standing(cards: list[Card], decided: bool) -> None:
    state = standing_of(cards, decided=decided)
    assert may_read(state, by_role=False) == (state in {State.FILED, State.RELEASED})


@given(st.permutations([Card.FILED, Card.RECUSED, Card.WAIVED]), st.booleans())
def test_the_order_of_scorecards_does_not_matter(cards: list[Card], decided: bool) -> None:
    assert standing_of(cards, decided=decided) == standing_of(sorted(cards), decided=decided)


@pytest.mark.parametrize("stage", ["applied", "debrief", "hired", "rejected", "withdrawn"])
def test_who_is_blind_sees_one_stage(stage: str) -> None:
    assert shown_stage(stage, State.OWES) == "interviews"
    assert shown_stage(stage, State.RECUSED) == "interviews"
    assert shown_stage(stage, State.FILED) == stage
    assert shown_stage(stage, None) == stage
