"""What the editor shows of a draft: postings with marks, criteria with their statements and kits, gaps and their nearest."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from hiring.rubrics.core.annotate import Piece
from hiring.rubrics.core.draft import DraftCriterion, Found, LeftOut, Paper, State
from hiring.rubrics.core.shapes import Competency, Library, Scale
from hiring.rubrics.core.sheet import Gap, KitChoice, Mark, Out, Sheet, StatementLine, name_of, sheet

TEXT = """Baker wanted

Duties
- Bake bread
- Sell bread at the till. Count the till.
- Bake bread
- Own a hat

We offer free rolls, every day.
"""


def competency(key: str, family: str) -> Competency:
    return Competency(key, family, key.replace("-", " ").capitalize(), "", (), (), (), (), (), ())


LIBRARY = Library(
    (
        competency("baking", "kitchen"),
        competency("cake", "kitchen"),
        competency("cleaning", "house"),
        competency("counting", "shop"),
        competency("dough", "kitchen"),
        competency("oven", "kitchen"),
        competency("selling", "shop"),
    ),
)


def found(key: str, words: str, named: str | None, *also: str) -> Found:
    start = TEXT.index(words)
    again = TEXT.find(words, start + 1)
    return Found(
        key=key,
        text=words,
        start=start,
        end=start + len(words),
        kind="responsibility",
        competency=named,
        also_at=((again, again + len(words)),) if again > 0 else (),
        also=also,
        words=(words.split(maxsplit=1)[0].lower(),),
    )


PAPER = Paper(
    "baker.txt",
    "Baker",
    TEXT,
    (
        found("s1", "Bake bread", "baking"),
        found("s2", "Sell bread at the till.", "selling"),
        found("s3", "Count the till.", "counting"),
        found("s4", "Own a hat", None),
    ),
)


def criterion(key: str, competencies: tuple[str, ...], *statements: str) -> DraftCriterion:
    return DraftCriterion(
        key, key.capitalize(), "", Decimal("0.50"), competencies, (), ("low", " ", "high"), tuple(statements)
    )


BREAD = criterion("bread", ("baking", "old-craft"), "s1")
SHOP = criterion("shop", ("selling",), "s2")
WHY = LeftOut("A matter of taste.", "Ada", "2026-11-20T12:00:00+00:00")
STATE = State(
    slug="baker",
    title="Baker",
    scale=Scale(("low", "middle", "high"), 2),
    criteria=(BREAD, SHOP),
    left_out={"s4": WHY},
    plan={
        "schema": 1,
        "kits": [
            {"id": "day", "name": "A day", "focus": ["shop", "bread"]},
            {"id": "talk", "name": "A talk", "focus": ["shop"]},
        ],
    },
)


def shown(state: State = STATE, *papers: Paper) -> Sheet:
    return sheet(state, papers or (PAPER,), LIBRARY)


def line_at(of: Sheet, words: str, time: int = 0) -> tuple[Piece[Mark], ...]:
    """Return the pieces of a posting's line that holds these words; `time`: of several such lines, which."""
    lines = [block.pieces for block in of.papers[0].blocks if words in "".join(piece.text for piece in block.pieces)]
    return lines[time]


def nearest(state: State, named: str | None, *also: str) -> tuple[int, str, str] | None:
    """Return the criterion that could take an uncovered statement of these competencies."""
    paper = replace(PAPER, statements=(found("s9", "Own a hat", named, *also),))
    emptied = replace(state, criteria=tuple(replace(each, statements=()) for each in state.criteria), left_out={})
    return shown(emptied, paper).gaps[0].nearest


# Marks ---------------------------------------------------------------------------------------------------------------


def test_a_covered_statement_has_the_number_of_its_criterion() -> None:
    page = shown()

    assert line_at(page, "Bake bread") == (Piece("Bake bread", Mark("s1", 1, left_out=False, first=True)),)
    assert line_at(page, "Sell")[0] == Piece("Sell bread at the till.", Mark("s2", 2, left_out=False, first=True))


def test_the_number_follows_the_order_of_the_criteria() -> None:
    page = shown(replace(STATE, criteria=(SHOP, BREAD)))

    assert line_at(page, "Bake bread")[0].mark == Mark("s1", 2, left_out=False, first=True)


def test_a_repeated_place_is_marked_but_is_not_the_first() -> None:
    page = shown()

    assert line_at(page, "Bake bread", 1) == (Piece("Bake bread", Mark("s1", 1, left_out=False, first=False)),)


def test_an_uncovered_statement_and_one_left_out_have_no_number() -> None:
    page = shown()

    assert line_at(page, "Count")[1] == Piece("Count the till.", Mark("s3", None, left_out=False, first=True))
    assert line_at(page, "hat") == (Piece("Own a hat", Mark("s4", None, left_out=True, first=True)),)


def test_what_is_no_statement_has_no_mark() -> None:
    blocks = shown().papers[0].blocks

    assert [(block.kind, len(block.marks)) for block in blocks] == [
        ("heading", 0),
        ("heading", 0),
        ("bullet", 1),
        ("bullet", 2),
        ("bullet", 1),
        ("bullet", 1),
        ("line", 0),
    ]
    assert blocks[-1].pieces == (Piece("We offer free rolls, every day.", None),)


def test_of_two_that_overlap_the_one_that_begins_first_keeps_the_common_part() -> None:
    wide = found("s2", "Sell bread at the till.", "selling")
    late = found("s3", "the till. Count the till.", "counting")

    page = shown(STATE, replace(PAPER, statements=(late, wide)))

    assert line_at(page, "Sell") == (
        Piece("Sell bread at the till.", Mark("s2", 2, left_out=False, first=True)),
        Piece(" Count the till.", Mark("s3", None, left_out=False, first=True)),
    )


def test_a_statement_inside_another_still_begins_in_its_line() -> None:
    wide, inner = found("s2", "Sell bread at the till.", "selling"), found("s3", "bread at", "baking")

    page = shown(STATE, replace(PAPER, statements=(wide, inner)))

    marks = next(block.marks for block in page.papers[0].blocks if len(block.marks) == 2)
    assert [mark.key for mark in marks] == ["s2", "s3"]
    assert [piece.mark.key if piece.mark else None for piece in line_at(page, "Sell")] == ["s2", None]


@pytest.mark.parametrize(
    ("left_out", "gap"), [({"s4": WHY}, True), ({"s3": WHY, "s4": WHY}, False), ({"s3": WHY}, True)]
)
def test_a_posting_tells_whether_something_in_it_is_uncovered(left_out: dict[str, LeftOut], gap: bool) -> None:
    paper = shown(replace(STATE, left_out=left_out)).papers[0]

    assert (paper.key, paper.title, paper.statements, paper.has_gap) == ("baker.txt", "Baker", 4, gap)


# Criteria ------------------------------------------------------------------------------------------------------------


def test_a_criterion_shows_its_statements_competencies_and_kits() -> None:
    bread, shop = shown().criteria

    assert (bread.number, bread.of, shop.number, shop.of) == (1, BREAD, 2, SHOP)
    assert bread.statements == (StatementLine("s1", "Bake bread", "Baking", ("bake",)),)
    assert bread.competencies == (("baking", "Baking"), ("old-craft", "Old craft"))
    assert bread.kits == (KitChoice("day", "A day", chosen=True), KitChoice("talk", "A talk", chosen=False))
    assert shop.kits == (KitChoice("day", "A day", chosen=True), KitChoice("talk", "A talk", chosen=True))


def test_a_level_counts_as_written_when_its_anchor_says_something() -> None:
    assert [each.written for each in shown().criteria] == [2, 2]


def test_statements_of_a_criterion_keep_its_order() -> None:
    state = replace(STATE, criteria=(criterion("bread", ("baking",), "s3", "s1"), SHOP))

    assert [each.key for each in shown(state).criteria[0].statements] == ["s3", "s1"]


def test_without_a_plan_there_is_no_kit_to_choose() -> None:
    assert [each.kits for each in shown(replace(STATE, plan={"schema": 1, "kits": []})).criteria] == [(), ()]


def test_a_competency_that_the_library_lost_is_called_by_its_id() -> None:
    known = {entry.id: entry for entry in LIBRARY.competencies}

    assert [name_of(key, known) for key in ("selling", "old-craft", None)] == ["Selling", "Old craft", ""]


# Gaps ----------------------------------------------------------------------------------------------------------------


def test_a_gap_tells_what_the_library_calls_it_and_who_could_take_it() -> None:
    assert shown().gaps == (Gap("s3", "Count the till.", "counting", "Counting", (2, "shop", "Shop")),)


def test_a_gap_that_nothing_names_has_no_nearest() -> None:
    gaps = shown(replace(STATE, left_out={})).gaps

    assert gaps[1] == Gap("s4", "Own a hat", None, "", None)


def test_nearest_is_the_criterion_with_the_competency() -> None:
    state = replace(STATE, criteria=(criterion("kitchen", ("cake", "dough", "oven")), BREAD, SHOP))

    assert nearest(state, "baking") == (2, "bread", "Bread")


def test_nearest_is_next_the_criterion_with_another_competency_of_the_statement() -> None:
    assert nearest(STATE, "cake", "oven", "selling") == (2, "shop", "Shop")
    assert nearest(STATE, None, "selling") == (2, "shop", "Shop")


def test_nearest_is_then_the_criterion_with_most_of_the_family() -> None:
    state = replace(
        STATE, criteria=(SHOP, criterion("one", ("baking", "selling")), criterion("two", ("cake", "dough", "selling")))
    )

    assert nearest(state, "oven") == (3, "two", "Two")


def test_of_two_with_as_much_of_the_family_the_first_is_nearest() -> None:
    state = replace(STATE, criteria=(criterion("one", ("baking",)), criterion("two", ("cake",))))

    assert nearest(state, "oven") == (1, "one", "One")


def test_a_criterion_with_four_competencies_can_be_nearest_too() -> None:
    full = criterion("full", ("baking", "cake", "dough", "selling"))

    assert nearest(replace(STATE, criteria=(full, criterion("one", ("cake",)))), "oven") == (1, "full", "Full")
    assert nearest(replace(STATE, criteria=(full,)), "dough") == (1, "full", "Full")


@pytest.mark.parametrize("named", ["cleaning", "no-such-competency"])
def test_nobody_is_nearest_to_another_family_or_to_what_the_library_lost(named: str) -> None:
    assert nearest(STATE, named) is None


# The whole -----------------------------------------------------------------------------------------------------------


def test_what_was_left_out_is_shown_with_its_reason() -> None:
    state = replace(STATE, left_out={"s4": WHY, "s99": WHY})

    assert shown(state).left_out == (Out("s4", "Own a hat", WHY),)


def test_statements_are_counted_over_all_postings() -> None:
    other = Paper("other.txt", "Other", "Bake bread", (replace(PAPER.statements[0], key="s5", start=0, end=10),))

    page = shown(STATE, PAPER, other)

    assert (page.total, page.covered, len(page.gaps), len(page.left_out)) == (5, 2, 2, 1)
    assert [(each.key, each.statements) for each in page.papers] == [("baker.txt", 4), ("other.txt", 1)]


def test_a_draft_without_criteria_is_all_gaps() -> None:
    page = shown(State(slug="baker", title="Baker", scale=STATE.scale, criteria=()))

    assert (page.criteria, page.left_out, page.total, page.covered) == ((), (), 4, 0)
    assert [(each.key, each.nearest) for each in page.gaps] == [("s1", None), ("s2", None), ("s3", None), ("s4", None)]
    assert page.papers[0].has_gap


def test_an_empty_draft_is_an_empty_sheet() -> None:
    state = State(slug="baker", title="", scale=STATE.scale, criteria=())

    assert sheet(state, (), LIBRARY) == Sheet((), (), (), (), 0, 0)
