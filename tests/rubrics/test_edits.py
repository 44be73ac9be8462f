"""What may be done to a draft: each edit on three criteria of a bakery, and what any sequence of edits keeps."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import event, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from hiring.errors import Conflict, Invalid
from hiring.rubrics.core import edits
from hiring.rubrics.core.content import PLAN_SCHEMA, content_from
from hiring.rubrics.core.derive import derive
from hiring.rubrics.core.draft import (
    DraftCriterion,
    Found,
    LeftOut,
    Paper,
    State,
    as_stored,
    papers_in,
    read_state,
    state_in,
    uncovered,
)
from hiring.rubrics.core.lint import _ID
from hiring.rubrics.core.shapes import OUR_SCALE, Competency, Level, Library, Scale
from hiring.rubrics.library import posting_text
from hiring.rubrics.stock import shipped_library, shipped_roles
from tests.rubrics.given import backend_sources

GONE = "This criterion is gone: it was rejected or merged meanwhile. Load the page again."
UNTICKED = "Tick the statements that the new criterion takes: some, not all."
NO_WEIGHT = "Write a number with two decimals between 0.01 and 1.00."
SCALE = Scale(("low", "middle", "high"), 2)


def competency(key: str, name: str, *, levels: int = 3) -> Competency:
    steps = tuple(Level(f"level {step}", (f"{key} {step}a.", f"{key} {step}b.")) for step in range(1, levels + 1))
    listen = tuple(f"{key} sign {number}" for number in range(1, 5))
    return Competency(key, "bakery", name, f"What {key} is. And more of it.", (), steps, (), listen, (), ())


LIBRARY = Library(
    (
        competency("baking", "Baking"),
        competency("cleaning", "Cleaning"),
        competency("selling", "Selling at the till"),
        competency("stock", "Stock", levels=4),
        competency("teaching", "Teaching"),
    ),
)


def found(key: str, text: str, named: str | None) -> Found:
    return Found(key, text, 0, len(text), "skill", named)


PAPERS = (
    Paper(
        "bakery.txt",
        "Bakery",
        "",
        (found("s1", "Bake bread", "baking"), found("s2", "Bake cake", "baking"), found("s3", "Mop", "cleaning")),
    ),
    Paper(
        "shop.txt",
        "Shop",
        "",
        (found("s4", "Sell", "selling"), found("s5", "Teach", "teaching"), found("s6", "Own a hat", None)),
    ),
)
EVERY = tuple(each.key for paper in PAPERS for each in paper.statements)

BREAD = DraftCriterion(
    key="bread",
    name="Bread",
    definition="Loaves that rise.",
    weight=Decimal("0.50"),
    competencies=("baking", "cleaning"),
    listen_for=("a starter", "an oven"),
    anchors=("burns it", "bakes it", "invents it"),
    statements=("s1", "s2", "s3"),
)
SHOP = DraftCriterion(
    key="shop",
    name="Shop",
    definition="People who leave with bread.",
    weight=Decimal("0.30"),
    competencies=("selling",),
    listen_for=("an oven", "a queue"),
    anchors=("hides", "sells", ""),
    statements=("s4",),
)
TEAM = DraftCriterion(
    key="team",
    name="Team",
    definition="",
    weight=Decimal("0.20"),
    competencies=("teaching",),
    listen_for=(),
    anchors=("", "", ""),
    statements=("s5",),
)


def kit(key: str, *focus: str) -> dict[str, object]:
    return {
        "id": key,
        "name": key.capitalize(),
        "minutes": 60,
        "instructions": "",
        "focus": list(focus),
        "questions": [],
    }


STATE = State(
    slug="baker",
    title="Baker",
    scale=SCALE,
    criteria=(BREAD, SHOP, TEAM),
    plan={"schema": PLAN_SCHEMA, "kits": [kit("day", "bread", "shop"), kit("talk", "shop", "team")]},
)

LIGHT = replace(STATE, criteria=tuple(replace(each, weight=Decimal("0.01")) for each in STATE.criteria))


def focus(state: State) -> dict[str, list[str]]:
    """Return what each kit of the plan assesses."""
    return {each["id"]: each["focus"] for each in state.plan["kits"]}


def keys(state: State) -> list[str]:
    return [each.key for each in state.criteria]


def held(state: State) -> dict[str, tuple[str, ...]]:
    """Return the statements of each criterion."""
    return {each.key: each.statements for each in state.criteria}


def rewritten(key: str, **changes: Any) -> State:
    """Return the state with one criterion changed, by hand."""
    return replace(
        STATE,
        criteria=tuple(replace(each, **changes) if each.key == key else each for each in STATE.criteria),
    )


def refused(change: Callable[[], object]) -> tuple[str, dict[str, str]]:
    """Return what is said of an edit that cannot be taken, and of which fields."""
    with pytest.raises(Invalid) as raised:
        change()
    return str(raised.value), raised.value.fields


def conflict(change: Callable[[], object]) -> str:
    """Return what is said of an edit that the state does not allow."""
    with pytest.raises(Conflict) as raised:
        change()
    return str(raised.value)


# Proposals -----------------------------------------------------------------------------------------------------------


def test_accept_makes_one_proposal_a_criterion() -> None:
    state = edits.accept(STATE, "shop")

    assert state == replace(STATE, criteria=(BREAD, replace(SHOP, accepted=True), TEAM))


def test_accept_all_leaves_no_proposal() -> None:
    state = edits.accept_all(STATE)

    assert [each.accepted for each in state.criteria] == [True, True, True]
    assert edits.accept_all(state) == state


def test_reject_uncovers_statements_leaves_weights_and_takes_the_criterion_out_of_its_kits() -> None:
    state = edits.reject(STATE, "team")

    assert state.criteria == (BREAD, SHOP)
    assert [each.key for each in uncovered(state, PAPERS)] == ["s5", "s6"]
    assert focus(state) == {"day": ["bread", "shop"], "talk": ["shop"]}


def test_a_kit_outlives_the_last_of_its_criteria() -> None:
    state = edits.reject(edits.reject(STATE, "team"), "shop")

    assert focus(state) == {"day": ["bread"], "talk": []}


@pytest.mark.parametrize(
    "change",
    [
        lambda: edits.accept(STATE, "cake"),
        lambda: edits.reject(STATE, "cake"),
        lambda: edits.merge(STATE, "cake", "bread"),
        lambda: edits.merge(STATE, "bread", "cake"),
        lambda: edits.split(STATE, PAPERS, "cake", ["s1"], "Cake"),
        lambda: edits.move(STATE, "cake", 1),
        lambda: edits.assign(STATE, "s1", "cake"),
        lambda: edits.write(STATE, "cake", {"name": "Cake"}),
        lambda: edits.set_competencies(STATE, LIBRARY, "cake", ["baking"]),
        lambda: edits.set_kits(STATE, "cake", ["day"]),
    ],
)
def test_a_criterion_that_is_gone_is_a_conflict(change: Callable[[], object]) -> None:
    assert conflict(change) == GONE


# Shape ---------------------------------------------------------------------------------------------------------------


def test_merge_joins_everything_under_the_name_and_place_of_the_other() -> None:
    state = edits.merge(STATE, "bread", "shop")

    joined = DraftCriterion(
        key="shop",
        name="Shop",
        definition="People who leave with bread.",
        weight=Decimal("0.80"),
        competencies=("selling", "baking", "cleaning"),
        listen_for=("an oven", "a queue", "a starter"),
        anchors=("hides burns it", "sells bakes it", "invents it"),
        statements=("s4", "s1", "s2", "s3"),
        accepted=True,
    )
    assert state.criteria == (joined, TEAM)


def test_the_kits_of_a_merged_criterion_assess_the_other_once() -> None:
    assert focus(edits.merge(STATE, "bread", "shop")) == {"day": ["shop"], "talk": ["shop", "team"]}
    assert focus(edits.merge(STATE, "team", "bread")) == {"day": ["bread", "shop"], "talk": ["shop", "bread"]}


def test_merge_refuses_more_than_four_competencies() -> None:
    state = rewritten("shop", competencies=("selling", "stock", "teaching"))

    assert conflict(lambda: edits.merge(state, "shop", "bread")) == (
        "Together they have 5 competencies, and a criterion joins 4 at most: take one out first."
    )


def test_competencies_that_both_have_count_once() -> None:
    state = rewritten("shop", competencies=("cleaning", "stock", "teaching"))

    merged = edits.merge(state, "shop", "bread").criterion("bread")

    assert merged.competencies == ("baking", "cleaning", "stock", "teaching")


def test_merge_refuses_anchors_longer_than_anyone_reads() -> None:
    longest = "a" * (2000 - len(" bakes it"))
    fitting = rewritten("shop", anchors=("", longest, ""))
    longer = rewritten("shop", anchors=("", longest + "a", ""))

    assert len(edits.merge(fitting, "bread", "shop").criterion("shop").anchors[1]) == 2000
    assert conflict(lambda: edits.merge(longer, "bread", "shop")) == (
        "Together their anchors are longer than 2,000 characters: shorten them first."
    )


def test_merge_into_itself_is_refused() -> None:
    assert refused(lambda: edits.merge(STATE, "bread", "bread")) == (
        "A criterion cannot be merged into itself: choose another one.",
        {"into": "Choose another one."},
    )


def test_merge_keeps_six_things_to_listen_for() -> None:
    state = rewritten("shop", listen_for=tuple("abcde"))

    assert edits.merge(state, "bread", "shop").criterion("shop").listen_for == (*"abcde", "a starter")


def test_split_shares_weight_and_competencies_by_statements() -> None:
    state = edits.split(STATE, PAPERS, "bread", ["s3"], "  Clean\n floor ")

    kept = replace(BREAD, weight=Decimal("0.33"), competencies=("baking",), statements=("s1", "s2"), accepted=True)
    new = replace(
        BREAD,
        key="clean-floor",
        name="Clean floor",
        definition="",
        weight=Decimal("0.17"),
        competencies=("cleaning",),
        statements=("s3",),
        accepted=True,
    )
    assert state.criteria == (kept, new, SHOP, TEAM)


def test_a_competency_that_both_parts_name_stays_and_goes() -> None:
    state = edits.split(STATE, PAPERS, "bread", ["s3", "s1"], "Cake")

    assert state.criterion("bread").competencies == ("baking",)
    assert state.criterion("cake").competencies == ("baking", "cleaning")
    assert held(state) == {"bread": ("s2",), "cake": ("s1", "s3"), "shop": ("s4",), "team": ("s5",)}


def test_a_competency_that_no_statement_names_stays() -> None:
    state = edits.split(rewritten("bread", competencies=("baking", "stock")), PAPERS, "bread", ["s1"], "Cake")

    assert state.criterion("bread").competencies == ("baking", "stock")
    assert state.criterion("cake").competencies == ("baking",)


def test_neither_part_is_left_without_a_competency() -> None:
    state = edits.split(rewritten("bread", competencies=("baking",)), PAPERS, "bread", ["s3"], "Floor")

    assert [state.criterion(key).competencies for key in ("bread", "floor")] == [("baking",), ("baking",)]


def test_the_kits_of_a_split_criterion_assess_both_parts() -> None:
    state = edits.split(rewritten("shop", statements=("s4", "s6")), PAPERS, "shop", ["s6"], "Hat")

    assert focus(state) == {"day": ["bread", "shop", "hat"], "talk": ["shop", "hat", "team"]}


def test_a_new_criterion_never_takes_the_key_of_another() -> None:
    state = edits.split(STATE, PAPERS, "bread", ["s3"], "Shop")
    state = edits.split(state, PAPERS, "bread", ["s2"], "Shop!")

    assert keys(state) == ["bread", "shop-3", "shop-2", "shop", "team"]


@pytest.mark.parametrize("statements", [[], ["s4"], ["s1", "s2", "s3"], ["s3", "s2", "s1", "s4"]])
def test_split_wants_some_statements_but_not_all(statements: list[str]) -> None:
    said = refused(lambda: edits.split(STATE, PAPERS, "bread", statements, "Cake"))

    assert said == (UNTICKED, {"statements": UNTICKED})


def test_split_wants_a_name_of_200_characters_at_most() -> None:
    missing, long = "Name the new criterion.", "Use at most 200 characters: this has 201."

    assert refused(lambda: edits.split(STATE, PAPERS, "bread", ["s3"], " \x00\n")) == (missing, {"name": missing})
    assert refused(lambda: edits.split(STATE, PAPERS, "bread", ["s3"], "a" * 201)) == (long, {"name": long})


@pytest.mark.parametrize(("weight", "statements"), [("0.02", ["s1"]), ("0.02", ["s1", "s2"]), ("0.03", ["s3"])])
def test_a_light_criterion_is_split_into_two_that_weigh_something(weight: str, statements: list[str]) -> None:
    state = edits.split(rewritten("bread", weight=Decimal(weight)), PAPERS, "bread", statements, "Cake")

    parts = [state.criterion(key).weight for key in ("bread", "cake")]
    assert min(parts) >= Decimal("0.01")
    assert sum(parts) == Decimal(weight)


def test_the_heavier_part_of_a_light_criterion_does_not_take_all_of_it() -> None:
    five = rewritten("bread", weight=Decimal("0.02"), statements=("s1", "s2", "s3", "s4", "s6"))

    state = edits.split(five, PAPERS, "bread", ["s1", "s2", "s3", "s4"], "Cake")

    assert [state.criterion(key).weight for key in ("bread", "cake")] == [Decimal("0.01"), Decimal("0.01")]


@pytest.mark.parametrize(
    ("key", "by", "order"),
    [
        ("bread", -1, ["bread", "shop", "team"]),
        ("bread", 1, ["shop", "bread", "team"]),
        ("shop", -1, ["shop", "bread", "team"]),
        ("team", -1, ["bread", "team", "shop"]),
        ("team", 1, ["bread", "shop", "team"]),
    ],
)
def test_move_goes_one_place_and_stays_at_either_end(key: str, by: int, order: list[str]) -> None:
    state = edits.move(STATE, key, by)

    assert keys(state) == order
    assert set(state.criteria) == set(STATE.criteria)


def test_add_begins_with_the_behaviours_of_the_first_competency() -> None:
    state = edits.add(STATE, LIBRARY, " Clean  shop ", ["cleaning", "Baking"], ["s3", "s6"])

    new = DraftCriterion(
        key="clean-shop",
        name="Clean shop",
        definition="What cleaning is.",
        weight=Decimal("0.05"),
        competencies=("cleaning", "baking"),
        listen_for=("cleaning sign 1", "cleaning sign 2", "cleaning sign 3"),
        anchors=("cleaning 1a. cleaning 1b.", "cleaning 2a. cleaning 2b.", "cleaning 3a. cleaning 3b."),
        statements=("s3", "s6"),
        accepted=True,
    )
    assert state.criteria == (replace(BREAD, statements=("s1", "s2")), SHOP, TEAM, new)
    assert state.plan == STATE.plan


def test_add_takes_a_statement_back_from_those_left_out() -> None:
    state = edits.add(edits.leave_out(STATE, "s6", "Taste.", "Ada", ""), LIBRARY, "Hats", ["selling"], ["s6"])

    assert (state.left_out, state.criterion("hats").statements) == ({}, ("s6",))


@pytest.mark.parametrize("competencies", [["stock"], []])
def test_add_leaves_anchors_empty_where_no_behaviours_fit_the_scale(competencies: list[str]) -> None:
    assert edits.add(STATE, LIBRARY, "Flour", competencies).criteria[-1].anchors == ("", "", "")


def test_add_refuses_a_bad_name_and_five_competencies() -> None:
    missing, five = "Name the new criterion.", "A criterion joins 4 competencies at most."
    ids = [each.id for each in LIBRARY.competencies]

    assert refused(lambda: edits.add(STATE, LIBRARY, "", ["baking"])) == (missing, {"name": missing})
    assert refused(lambda: edits.add(STATE, LIBRARY, "All", ids)) == (five, {"competencies": five})


@pytest.mark.parametrize("name", ["a" * 55 + " and more", "7" * 80, "日本"])
def test_the_keys_of_two_criteria_of_one_name_can_be_read_from_a_file(name: str) -> None:
    state = edits.add(edits.add(STATE, LIBRARY, name, ["baking"]), LIBRARY, name, ["baking"])

    # A rubric's file takes ids of 60 characters at most.
    assert [key for key in keys(state) if not _ID.fullmatch(key) or len(key) > 60] == []


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Crème & brûlée", "cr-me-br-l-e"),
        ("7 loaves", "criterion-7-loaves"),
        ("日本", "criterion"),
        ("a" * 70, "a" * 60),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_a_key_has_small_letters_digits_and_single_hyphens(name: str, key: str) -> None:
    assert edits.slug_from(name) == key


# Statements ----------------------------------------------------------------------------------------------------------


def test_assign_takes_a_statement_from_wherever_it_was() -> None:
    state = edits.leave_out(STATE, "s6", "A matter of taste.", "Ada", "2026-11-20T12:00:00+00:00")

    assert held(edits.assign(STATE, "s2", "team")) == {"bread": ("s1", "s3"), "shop": ("s4",), "team": ("s5", "s2")}
    assert edits.assign(state, "s6", "shop").criterion("shop").statements == ("s4", "s6")
    assert edits.assign(state, "s6", "shop").left_out == {}


def test_assign_to_its_own_criterion_covers_a_statement_once() -> None:
    assert sorted(edits.assign(STATE, "s1", "bread").criterion("bread").statements) == ["s1", "s2", "s3"]


def test_leave_out_tells_why_who_and_when() -> None:
    state = edits.leave_out(STATE, "s5", " A matter\nof taste. ", "Ada", "2026-11-20T12:00:00+00:00")

    assert state.left_out == {"s5": LeftOut("A matter of taste.", "Ada", "2026-11-20T12:00:00+00:00")}
    assert state.criterion("team").statements == ()
    assert [each.key for each in uncovered(state, PAPERS)] == ["s6"]


def test_leave_out_again_rewrites_the_reason() -> None:
    state = edits.leave_out(edits.leave_out(STATE, "s6", "Taste.", "Ada", "1"), "s6", "No hats.", "Bo", "2")

    assert state.left_out == {"s6": LeftOut("No hats.", "Bo", "2")}


def test_leave_out_wants_a_reason_of_500_characters_at_most() -> None:
    missing, long = "Say why nobody needs to assess it.", "Use at most 500 characters: this has 501."

    assert refused(lambda: edits.leave_out(STATE, "s6", "  ", "Ada", "")) == (missing, {"reason": missing})
    assert refused(lambda: edits.leave_out(STATE, "s6", "a" * 501, "Ada", "")) == (long, {"reason": long})


def test_uncover_takes_a_statement_out_or_back() -> None:
    state = edits.leave_out(STATE, "s6", "Taste.", "Ada", "")

    assert edits.uncover(state, "s6") == STATE
    assert held(edits.uncover(STATE, "s1")) == {"bread": ("s2", "s3"), "shop": ("s4",), "team": ("s5",)}
    assert edits.uncover(STATE, "s6") == STATE


def test_statements_are_put_into_the_order_of_the_postings() -> None:
    assert edits.check_statements(PAPERS, ["s6", "s1", "s6"]) == ("s1", "s6")


@pytest.mark.parametrize("statements", [[], ["s7"], ["s1", "s7"]])
def test_no_statement_or_an_unknown_one_is_refused(statements: list[str]) -> None:
    assert refused(lambda: edits.check_statements(PAPERS, statements)) == (
        "Tick at least one statement first.",
        {"statements": "Tick at least one statement."},
    )


# Fields --------------------------------------------------------------------------------------------------------------


def test_write_rewrites_what_was_sent_and_nothing_else() -> None:
    state = edits.write(
        STATE,
        "shop",
        {
            "name": "  The \t shop ",
            "definition": " Two\r\nlines. ",
            "weight": "0.25",
            "listen_for": "a queue\r\n\r\n  a  smile \na queue\n",
            "anchor-1": "hides\x00 away",
            "anchor-3": "opens a second shop\n",
            "anchor-4": "no such level",
            "colour": "no such field",
        },
    )

    written = replace(
        SHOP,
        name="The shop",
        definition="Two\nlines.",
        weight=Decimal("0.25"),
        listen_for=("a queue", "a smile"),
        anchors=("hides away", "sells", "opens a second shop"),
    )
    assert state == replace(STATE, criteria=(BREAD, written, TEAM))


def test_write_empties_every_text_but_the_name() -> None:
    texts = {"definition": " ", "listen_for": "\n", "anchor-1": "", "anchor-2": "\x00"}

    assert edits.write(STATE, "bread", texts).criterion("bread") == replace(
        BREAD, definition="", listen_for=(), anchors=("", "", "invents it")
    )


@pytest.mark.parametrize(
    ("typed", "weight"),
    [
        ("0.12", "0.12"),
        (".12", "0.12"),
        ("0,12", "0.12"),
        (" 0.5 ", "0.50"),
        ("0.01", "0.01"),
        ("1", "1.00"),
        ("1,0", "1.00"),
        ("1.00", "1.00"),
    ],
)
def test_a_weight_is_read_as_people_type_it(typed: str, weight: str) -> None:
    written = edits.write(STATE, "bread", {"weight": typed}).criterion("bread").weight

    assert str(written) == weight


@pytest.mark.parametrize(
    "typed", ["abc", "0", "0.00", "", " ", "1.5", "1.01", "0.123", "0.1.2", "-0.1", "1e-2", "12%", "."]
)
def test_anything_else_is_no_weight(typed: str) -> None:
    said = refused(lambda: edits.write(STATE, "bread", {"weight": typed}))

    assert said == (f"Not saved: {NO_WEIGHT}", {"weight": NO_WEIGHT})


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("name", " ", "Name the criterion."),
        ("name", "a" * 201, "Use at most 200 characters: this has 201."),
        ("definition", "a" * 2001, "Use at most 2,000 characters: this has 2,001."),
        ("anchor-3", "a" * 2001, "Use at most 2,000 characters: this has 2,001."),
        (
            "listen_for",
            "\n".join("abcdefg"),
            "Write at most 6 lines of 200 characters: they stand beside the evidence box.",
        ),
        ("listen_for", "a" * 201, "Write at most 6 lines of 200 characters: they stand beside the evidence box."),
    ],
)
def test_a_field_that_cannot_be_taken_is_named(field: str, text: str, words: str) -> None:
    assert refused(lambda: edits.write(STATE, "bread", {field: text})) == (f"Not saved: {words}", {field: words})


def test_several_faults_are_told_at_once_and_nothing_is_written() -> None:
    before = copy.deepcopy(STATE)
    long = "Use at most 2,000 characters: this has 2,001."
    texts = {"name": "", "definition": "Fine.", "weight": "abc", "anchor-1": "a" * 2001, "anchor-2": "a" * 2001}

    said = refused(lambda: edits.write(STATE, "bread", texts))

    assert said == (
        f"Not saved: Name the criterion. {NO_WEIGHT} {long}",
        {"name": "Name the criterion.", "weight": NO_WEIGHT, "anchor-1": long, "anchor-2": long},
    )
    assert before == STATE


def test_the_title_is_one_line() -> None:
    missing, long = "Name the rubric.", "Use at most 200 characters: this has 201."

    assert edits.set_title(STATE, " Master\n baker ") == replace(STATE, title="Master baker")
    assert refused(lambda: edits.set_title(STATE, " ")) == (missing, {"title": missing})
    assert refused(lambda: edits.set_title(STATE, "a" * 201)) == (long, {"title": long})


def test_competencies_are_chosen_by_id_or_name_each_once() -> None:
    state = edits.set_competencies(
        STATE, LIBRARY, "team", ["teaching", "", "SELLING  at the till", "selling", "Baking", " stock "]
    )

    assert state.criterion("team") == replace(TEAM, competencies=("teaching", "selling", "baking", "stock"))


def test_competencies_that_cannot_be_chosen_are_refused() -> None:
    unknown = "The library has no competency called “juggling”: choose one of its names."
    five = "A criterion joins 4 competencies at most."
    ids = [each.id for each in LIBRARY.competencies]

    def chosen(*wanted: str) -> Callable[[], State]:
        return lambda: edits.set_competencies(STATE, LIBRARY, "team", wanted)

    assert refused(chosen("baking", "juggling")) == (unknown, {"competencies": unknown})
    assert refused(chosen(*ids)) == (five, {"competencies": five})
    assert refused(chosen("", " ")) == (
        "Choose one to four competencies.",
        {"competencies": "Choose one to four."},
    )


def test_kits_are_chosen_for_a_criterion_in_the_order_of_the_rubric() -> None:
    assert focus(edits.set_kits(STATE, "bread", ["talk", "no such kit"])) == {
        "day": ["shop"],
        "talk": ["bread", "shop", "team"],
    }
    assert focus(edits.set_kits(STATE, "shop", [])) == {"day": ["bread"], "talk": ["team"]}
    assert edits.set_kits(STATE, "shop", ["day", "talk"]) == STATE


def test_balance_keeps_proportions() -> None:
    state = rewritten("bread", weight=Decimal("1.00"))

    balanced = edits.balance(state)

    assert [str(each.weight) for each in balanced.criteria] == ["0.67", "0.20", "0.13"]
    assert edits.balance(balanced) == balanced
    assert edits.balance(replace(STATE, criteria=())) == replace(STATE, criteria=())


@for_all(st.lists(st.integers(1, 300), min_size=1, max_size=20))
def test_balanced_weights_sum_to_one_from_anything(cents: list[int]) -> None:
    criteria = tuple(replace(BREAD, key=f"c{at}", weight=Decimal(weight).scaleb(-2)) for at, weight in enumerate(cents))

    balanced = edits.balance(replace(STATE, criteria=criteria))

    weights = [each.weight for _, each in sorted(zip(cents, balanced.criteria, strict=True), key=lambda pair: pair[0])]
    assert str(balanced.total) == "1.00"
    assert min(weights) >= Decimal("0.05")
    # Of two, the heavier one never becomes the lighter.
    assert all(
        lighter <= heavier or before == after
        for (lighter, heavier), (before, after) in zip(pairwise(weights), pairwise(sorted(cents)), strict=True)
    )


def test_more_criteria_than_can_share_the_weight_are_refused() -> None:
    many = replace(STATE, criteria=tuple(replace(BREAD, key=f"c{at}") for at in range(21)))

    with pytest.raises((Conflict, Invalid)):
        edits.balance(many)


# Texts ---------------------------------------------------------------------------------------------------------------


def test_clean_leaves_out_what_neither_a_database_nor_a_page_can_hold() -> None:
    assert edits.clean(" a\x00b\r\nc\rd\te\x1bf\ud800g \n") == "ab\nc\nd\tefg"
    assert edits.clean("Grüße 🦔 e\u0301") == "Grüße 🦔 e\u0301"


@for_all(st.text(st.characters()))
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    cleaned = edits.clean(text)

    assert edits.clean(cleaned) == cleaned
    assert "\x00" not in cleaned
    cleaned.encode()


# Any sequence of edits -----------------------------------------------------------------------------------------------

WHAT = (
    "accept", "accept_all", "reject", "merge", "split", "split", "move", "add", "assign", "leave_out", "uncover", "write",
    "set_title", "set_competencies", "set_kits", "balance",
)  # fmt: skip
TYPED = (
    "",
    "Crust",
    "Bread",
    "日本",
    "0.12",
    ",5",
    "0.02",
    "0.01",
    "0",
    "1",
    "a" * 1500,
    "b" * 2001,
    "a\n" * 7,
    "\x00",
)


Step = tuple[str, int, int, list[int], str, list[int]]
"""What is done, two criteria and some statements by number, what is typed, some competencies by number."""


@st.composite
def steps(draw: st.DrawFn) -> Step:
    return (
        draw(st.sampled_from(WHAT)),
        draw(st.integers(0, 60)),
        draw(st.integers(0, 60)),
        draw(st.lists(st.integers(0, 60), min_size=1, max_size=4)),
        draw(st.sampled_from(TYPED)),
        draw(st.lists(st.integers(0, 60), max_size=3)),
    )


# Lists that may be long are mostly short, so every other one must be long.
sequences = st.lists(steps(), max_size=30) | st.lists(steps(), min_size=20, max_size=30)


def stepped(
    state: State,
    papers: Sequence[Paper],
    library: Library,
    step: Step,
) -> State:
    """Apply an edit; now and then its criterion or a competency is one that does not exist."""
    what, one, other, picked, typed, wanted = step
    here, every = keys(state) or ["gone"], [each.key for paper in papers for each in paper.statements]
    key, second = ("gone" if at == 60 else here[at % len(here)] for at in (one, other))
    ids = [each.id for each in library.competencies]
    named = ["juggling" if at == 60 else ids[at % len(ids)] for at in wanted]
    theirs = next((each.statements for each in state.criteria if each.key == key), ()) or every
    chosen, own = [every[at % len(every)] for at in picked], [theirs[at % len(theirs)] for at in picked]
    match what:
        case "accept":
            return edits.accept(state, key)
        case "accept_all":
            return edits.accept_all(state)
        case "reject":
            return edits.reject(state, key)
        case "merge":
            return edits.merge(state, key, second)
        case "split":
            return edits.split(state, papers, key, own, typed)
        case "move":
            return edits.move(state, key, other % 5 - 2)
        case "add":
            return edits.add(state, library, typed, named, chosen)
        case "assign":
            return edits.assign(state, chosen[0], key)
        case "leave_out":
            return edits.leave_out(state, chosen[0], typed, "Ada", "2026-11-20T12:00:00+00:00")
        case "uncover":
            return edits.uncover(state, chosen[0])
        case "write":
            fields = ("name", "definition", "weight", "listen_for", "anchor-1", "anchor-2", "anchor-9")
            return edits.write(state, key, {fields[other % len(fields)]: typed})
        case "set_title":
            return edits.set_title(state, typed)
        case "set_competencies":
            return edits.set_competencies(state, library, key, named)
        case "set_kits":
            kits = [each["id"] for each in state.plan["kits"]]
            return edits.set_kits(state, key, [each for at, each in enumerate(kits) if other >> at & 1])
        case _:
            return edits.balance(state)


def check(state: State, papers: Sequence[Paper]) -> None:
    """Assert what holds of every state that a draft can be in."""
    here = keys(state)
    assert len(set(here)) == len(here)
    covered = [key for each in state.criteria for key in each.statements]
    gaps = [each.key for each in uncovered(state, papers)]
    assert sorted([*covered, *state.left_out, *gaps]) == sorted(
        each.key for paper in papers for each in paper.statements
    )
    for each in state.criteria:
        assert each.weight >= Decimal("0.01")
        assert each.weight == each.weight.quantize(Decimal("0.01"))
        assert len(each.anchors) == len(state.scale.labels)
        assert max(map(len, each.anchors)) <= 2000
        assert len(set(each.competencies)) == len(each.competencies) <= 4
        assert each.name
    for assessed in focus(state).values():
        assert len(set(assessed)) == len(assessed)
        assert set(assessed) <= set(here)


@cache
def shipped_draft() -> tuple[State, tuple[Paper, ...]]:
    """A draft of two shipped postings."""
    library, roles, sources = shipped_library(), shipped_roles(), backend_sources()
    texts = [(f"{source.id}.txt", posting_text(source)) for source in sources[:2]]
    derivation = derive(texts, library, roles)
    content = content_from(derivation, roles, library, slug="it", title="It", scale=OUR_SCALE, titles={})
    return state_in(content, accepted=False), papers_in(content)


@for_all(st.sampled_from(["small", "light", "shipped"]), sequences)
@settings(max_examples=120, deadline=None)
def test_no_sequence_of_edits_breaks_a_draft(which: str, sequence: list[Step]) -> None:
    drafts = {"small": (STATE, PAPERS), "light": (LIGHT, PAPERS), "shipped": shipped_draft()}
    state, papers = drafts[which]
    library = shipped_library() if which == "shipped" else LIBRARY
    check(state, papers)
    for step in sequence:
        before, was = state, copy.deepcopy(state)

        try:
            state = stepped(state, papers, library, step)
        except (Conflict, Invalid):
            event(f"{step[0]} refused")
        else:
            event(f"{step[0]} done")

        assert before == was
        check(state, papers)
    assert read_state(json.loads(json.dumps(as_stored(state)))) == state
