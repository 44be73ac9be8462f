from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from hiring.rubrics.core.derive import anchors, derive, draft_role, fitting_role, weights
from hiring.rubrics.core.match import Terms
from hiring.rubrics.core.shapes import (
    OUR_SCALE,
    Competency,
    Criterion,
    Derivation,
    Level,
    LevelAnchor,
    Library,
    Plan,
    Role,
    Scale,
)
from hiring.rubrics.core.titles import named_roles
from hiring.rubrics.core.words import stem
from hiring.rubrics.library import dump_role


def competency(key: str, family: str, *terms: str) -> Competency:
    levels = tuple(Level(label, (f"{key} {label}",)) for label in OUR_SCALE.labels)
    return Competency(key, family, key.replace("-", " ").capitalize(), "", terms, levels, (), (), (), ())


def role(key: str, *criteria: tuple[str, ...]) -> Role:
    made = tuple(
        Criterion(f"c{number}", f"Criterion {number}", names, Decimal("0.10")) for number, names in enumerate(criteria)
    )
    return Role(key, key.capitalize(), OUR_SCALE, made, Plan(()))


SMALL = Library(
    (
        competency("baking", "kitchen", "bread", "sourdough bread", "oven"),
        competency("cleaning", "house", "clean", "dish"),
        competency("selling", "shop", "customer", "till"),
        competency("stock", "shop", "stock", "order flour"),
    ),
)


def duties(*lines: str) -> str:
    return "Duties\n" + "\n".join(f"- {line}" for line in lines)


def proposed(derivation: Derivation) -> dict[str, tuple[str, ...]]:
    return {each.id: each.statements for each in derivation.criteria}


# Matching


def test_the_longest_term_wins_and_its_words_are_shown() -> None:
    terms = Terms(Library((competency("api", "f", "api"), competency("api-integration", "f", "api integration"))))
    match = terms.match("Own the API integrations with suppliers")
    assert (match.competency, match.words, match.also) == ("api-integration", ("API integrations",), ())
    assert 0 < match.confidence < 1


def test_further_competencies_are_named_and_lower_the_confidence() -> None:
    terms = Terms(SMALL)
    alone = terms.match("Bake bread")
    both = terms.match("Bake bread and count the stock")
    assert (alone.competency, alone.also) == ("baking", ())
    assert (both.competency, both.also) == ("baking", ("stock",))
    assert both.confidence < alone.confidence


def test_a_label_tells_more_than_its_explanation() -> None:
    match = Terms(SMALL).match("Till: you also sweep, clean, and bring bread to the oven")
    assert match.competency == "selling"


def test_a_leading_clause_tells_less_than_the_main_one() -> None:
    match = Terms(SMALL).match("In addition to the bread, you must keep every dish in order")
    assert match.competency == "cleaning"


def test_nothing_named() -> None:
    match = Terms(SMALL).match("Fly the balloon")
    assert (match.competency, match.confidence, match.words, match.also) == (None, 0.0, (), ())


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("optimising", "optimization"), ("databases", "database"), ("authorisation", "authorization"), ("encrypted", "encryption"),
        ("apis", "api"), ("modelling", "modeling"), ("processes", "process"), ("queries", "query"), ("analyze", "analysing"),
        ("debugging", "debug"), ("integrations", "integrate"), ("containerised", "containerization"),
    ],
)  # fmt: skip
def test_spellings_and_forms_agree(left: str, right: str) -> None:
    assert stem(left) == stem(right)


@pytest.mark.parametrize(
    ("left", "right"), [("server", "serve"), ("java", "javascript"), ("test", "text"), ("c", "c++"), ("login", "log")]
)
def test_different_words_stay_apart(left: str, right: str) -> None:
    assert stem(left) != stem(right)


# Grouping


def test_the_fitting_role_lends_its_criteria_and_names() -> None:
    baker = role("baker", ("baking", "cleaning"), ("stock",))
    derivation = derive([("a.txt", duties("Bake bread", "Clean tables", "Count the stock"))], SMALL, [baker])
    assert derivation.role == "baker"
    assert proposed(derivation) == {"c0": ("s1", "s2"), "c1": ("s3",)}
    assert [each.competencies for each in derivation.criteria] == [("baking", "cleaning"), ("stock",)]
    assert derivation.uncovered == ()


def test_criteria_nobody_asks_for_are_left_out() -> None:
    baker = role("baker", ("baking",), ("stock",))
    derivation = derive([("a.txt", duties("Bake bread"))], SMALL, [baker])
    assert proposed(derivation) == {"c0": ("s1",)}


def test_beyond_the_role_two_statements_make_a_criterion_and_one_is_uncovered() -> None:
    baker = role("baker", ("baking",))
    lines = ["Bake bread", "Heat the oven", "Mind the till"]
    one = derive([("a.txt", duties(*lines))], SMALL, [baker])
    two = derive([("a.txt", duties(*lines, "Greet each customer"))], SMALL, [baker])
    assert one.uncovered == ("s3",)
    assert proposed(two) == {"c0": ("s1", "s2"), "shop": ("s3", "s4")}


def test_a_tenth_criterion_is_never_added() -> None:
    library = Library(tuple(competency(f"k{number}", f"f{number}", f"word{number}") for number in range(10)))
    nine = role("nine", *((f"k{number}",) for number in range(9)))
    lines = [f"Make word{number}" for number in range(10)] + ["Break word9"]
    derivation = derive([("a.txt", duties(*lines))], library, [nine])
    assert len(derivation.criteria) == 9
    assert derivation.uncovered == ("s10", "s11")


def test_without_a_fitting_role_families_are_the_criteria() -> None:
    stranger = role("stranger", ("cleaning",))
    lines = ["Bake bread", "Mind the till", "Count the stock", "Clean tables", "Fly the balloon"]
    derivation = derive([("a.txt", duties(*lines))], SMALL, [stranger])
    assert derivation.role is None
    assert [each.name for each in derivation.criteria] == ["Baking", "Cleaning", "Selling", "Stock"]
    assert derivation.uncovered == ("s5",)


def test_many_families_are_joined_to_nine_and_few_divided_to_six() -> None:
    many = Library(tuple(competency(f"k{number}", f"f{number}", f"word{number}") for number in range(14)))
    joined = derive([("a.txt", duties(*(f"Make word{number}" for number in range(14))))], many, [])
    assert len(joined.criteria) == 9
    assert joined.uncovered == ()
    few = Library(tuple(competency(f"k{number}", f"f{number % 2}", f"word{number}") for number in range(14)))
    divided = derive([("a.txt", duties(*(f"Make word{number}" for number in range(14))))], few, [])
    assert len(divided.criteria) == 6
    assert all(1 <= len(each.competencies) <= 4 for each in joined.criteria + divided.criteria)
    for derivation in (joined, divided):
        assert len({each.id for each in derivation.criteria}) == len({each.name for each in derivation.criteria})
        assert len({each.id for each in derivation.criteria}) == len(derivation.criteria)


def test_of_two_roles_the_closer_one_fits() -> None:
    wide, close = role("a-wide", ("baking", "cleaning", "stock")), role("close", ("baking",))
    assert fitting_role({"baking": 3}, [wide, close]) == close
    assert fitting_role({"baking": 3, "stock": 1}, [wide, close]) == wide
    assert fitting_role({"selling": 3, "stock": 1}, [wide, close]) is None
    assert fitting_role({}, [wide, close]) is None


def test_a_role_that_the_posting_names_fits_better() -> None:
    one, two = role("bread-developer", ("baking", "cleaning")), role("cake-developer", ("baking", "stock"))
    roles = [replace(one, title="Bread Developer"), replace(two, title="Cake Developer")]
    assert named_roles("Cake engineer (f/m/x)\n\nNo bread here.", roles) == {"cake-developer"}
    assert named_roles("We love bread and cake.", roles) == frozenset()
    assert fitting_role({"baking": 3}, roles) == roles[0]
    assert fitting_role({"baking": 3}, roles, frozenset(["cake-developer"])) == roles[1]
    assert fitting_role({"selling": 3}, roles, frozenset(["cake-developer"])) is None


def test_the_same_duty_in_two_postings_stands_in_both() -> None:
    derivation = derive([("a.txt", duties("Bake bread")), ("b.txt", duties("Bake bread"))], SMALL, [])
    assert [[each.id for each in posting.statements] for posting in derivation.postings] == [["s1"], ["s2"]]
    assert proposed(derivation) == {"kitchen": ("s1", "s2")}


# Weights


@for_all(st.lists(st.integers(1, 500), min_size=1, max_size=20))
def test_weights_sum_to_one_with_two_decimals_and_a_floor(counts: list[int]) -> None:
    shares = weights(counts)
    assert sum(shares) == Decimal("1.00")
    assert all(share.as_tuple().exponent == -2 for share in shares)
    assert min(shares) >= Decimal("0.05")
    order = sorted(range(len(counts)), key=lambda place: counts[place])
    assert all(shares[first] <= shares[second] + Decimal("0.01") for first, second in pairwise(order))


def test_weights_by_hand() -> None:
    assert weights([1, 1, 1]) == (Decimal("0.34"), Decimal("0.33"), Decimal("0.33"))
    assert weights([1, 99]) == (Decimal("0.05"), Decimal("0.95"))
    assert weights([]) == ()
    with pytest.raises(ValueError, match="21 criteria"):
        weights([1] * 21)


_LINES = st.lists(
    st.sampled_from(
        ["Bake bread", "Clean", "Mind the till", "Count stock", "Fly", "Heat the oven", "Greet a customer"]
    ),
    min_size=1,
    max_size=12,
)


@for_all(_LINES, st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_posting_is_covered_or_uncovered_and_answers_alike(lines: list[str], more: str) -> None:
    texts = [("a.txt", duties(*lines)), ("b.txt", more)]
    baker = role("baker", ("baking", "cleaning"))
    derivation = derive(texts, SMALL, [baker])
    assert derivation == derive(texts, SMALL, [baker])
    ids = [each.id for posting in derivation.postings for each in posting.statements]
    covered = [key for each in derivation.criteria for key in each.statements]
    assert sorted(covered + list(derivation.uncovered)) == sorted(ids)
    assert sum(each.weight for each in derivation.criteria) == (1 if derivation.criteria else 0)


# Drafts and anchors


def test_a_draft_without_a_role_is_complete() -> None:
    draft = draft_role(derive([("night-shift.txt", duties("Bake bread", "Mind the till"))], SMALL, []), [])
    assert (draft.id, draft.title) == ("duties", "Duties")
    assert draft.scale == OUR_SCALE
    assert [kit.focus for kit in draft.plan.kits] == [("kitchen", "shop")]
    assert "weight: 0.50" in dump_role(draft)


def test_anchors_come_from_the_criterion_or_its_competencies() -> None:
    plain = Criterion("c", "C", ("baking", "stock"), Decimal(1))
    taken = anchors(plain, OUR_SCALE, SMALL)
    assert [each.number for each in taken] == [1, 2, 3, 4]
    assert taken[0].text == "baking far below the bar stock far below the bar"
    own = Criterion("c", "C", ("baking",), Decimal(1), (LevelAnchor(1, "low", "x"),) * 3)
    three = Scale(("low", "middle", "high"), None)
    assert anchors(own, three, SMALL) == own.levels
    assert anchors(own, OUR_SCALE, SMALL) == ()
    assert anchors(plain, three, SMALL) == ()
