"""Shapes in which postings list duties: every kind of bullet, label, table and prose; what stands around them stays out."""

from __future__ import annotations

import pytest

from hiring.rubrics.core.blocks import Shape, blocks
from hiring.rubrics.core.extract import statements_of
from hiring.rubrics.core.plain import plain


def found(text: str) -> list[str]:
    return [text[place.start : place.end] for place, _ in statements_of(text)]


@pytest.mark.parametrize(
    "bullet",
    ["•", "‣", "◦", "▪", "·", "–", "—", "-", "*", "+", ">", "»", "→", "✓", "✔", "☐", "☑", "\uf0b7", "\uf0a7", "\uf0d8", "o", "🎯", "✔️", "->", "=>",
     "- [ ]", "- [x]", "1.", "12)", "(3)", "(a)", "a)", "b.", "i.", "iv)", "(ii)", "A)", "1.1", "2.3.1"],
)  # fmt: skip
def test_every_bullet_is_taken_off(bullet: str) -> None:
    text = f"Duties\n{bullet} Bread for the town\n{bullet} Cakes for the port\n"
    assert found(text) == ["Bread for the town", "Cakes for the port"]


@pytest.mark.parametrize("space", ["\u00a0", "\u2009", "\u202f", "\t", "\u00a0\t "])
def test_any_space_stands_behind_a_bullet(space: str) -> None:
    assert found(f"Duties\n•{space}Bread\u00a0for the town\n{space}•{space}Cakes\n") == [
        "Bread\u00a0for the town",
        "Cakes",
    ]


def test_characters_nobody_sees_keep_places_exact() -> None:
    text = "\ufeffDuties\r\n\u200b- De\u00adsign ﬁne bread\u200b\r\n- Clean\r\n"
    assert found(text) == ["De\u00adsign ﬁne bread", "Clean"]
    seen = plain(text)
    assert "- Design fine bread" in seen.text
    start = seen.text.index("fine")
    assert text[slice(*seen.place(start, start + 4))] == "ﬁne"


@pytest.mark.parametrize("between", [": ", " – ", " — ", " .... ", "....", " … ", " - "])
def test_a_label_and_its_explanation_are_one(between: str) -> None:
    line = f"Ovens{between}heat them at four in the morning"
    assert found(f"Tasks\n\n{line}\nTills{between}count them\n") == [line, f"Tills{between}count them"]


def test_the_posting_s_own_data_are_no_duties() -> None:
    text = "JOB DESCRIPTION\nTitle: Baker                Document: 31\nReports to: Head of bread\nSalary: 30k\nStart: now\n\nTasks\n- Bake bread\n"
    assert found(text) == ["Bake bread"]


def test_tables_row_by_row_without_their_marks() -> None:
    text = """Person specification

Criteria                                     Essential / Desirable     Assessed by

Knowledge of sourdough                       Essential                 Interview
Experience of rye bread                      Desirable                 Application, test

| Area | What you do |
|---|---|
| Ovens | Heat them |
| Tills | Count them |
"""
    assert found(text) == [
        "Knowledge of sourdough",
        "Experience of rye bread",
        "Ovens | Heat them",
        "Tills | Count them",
    ]


def test_numbered_parts_with_numbered_items() -> None:
    text = "1. Company\n1.1 We bake.\n\n2. Tasks\n2.1 Bread for the town\n2.2 Cakes for the port\n\n3. Benefits\n3.1 Free cake\n3.2 Holidays\n"
    assert found(text) == ["Bread for the town", "Cakes for the port"]


def test_a_bare_list_whose_items_could_be_headings() -> None:
    text = "What you should know\n\nLinux (we are on Debian)\nHow ovens work\nOur kind of bread\n\nWhat we offer\n\nCake\nA company flat in the port\n"
    assert found(text) == ["Linux (we are on Debian)", "How ovens work", "Our kind of bread"]


def test_items_with_empty_lines_between_them() -> None:
    assert found("Must have\n\nRye bread\n\nSourdough\n\nPatience with yeast\n\nBenefits\n\nCake\n\nRolls\n\nButter\n") == [
        "Rye bread", "Sourdough", "Patience with yeast",
    ]  # fmt: skip


def test_underlined_and_capital_headings() -> None:
    text = "YOUR MISSION\n============\nBake bread at night\nClean the ovens\n\nOUR VALUES\n\nWe share.\n\nTHE OPPORTUNITY\n\nAs a baker, you’ll lead the night shift.\n"
    assert found(text) == ["Bake bread at night", "Clean the ovens", "As a baker, you’ll lead the night shift."]


@pytest.mark.parametrize(
    "sentence",
    [
        "You would sit with the bakers when a new cake is planned.",
        "We need somebody who likes the night.",
        "Whoever joins must be able to read a recipe.",
        "It is important that you know rye.",
        "If you have worked with sourdough, even better.",
        "It would be great if you already know some French.",
        "It helps if you know your way around ovens.",
        "Sometimes you answer a farmer on the phone.",
        "You’ll be the person who keeps the shop open.",
        "A tester turns flour into bread.",
        "The post holder will weigh the flour.",
        "Weighing flour is one of the main tasks in this job.",
        "Further development of our recipes is also among your tasks.",
        "The role also involves hooking up new ovens.",
        "People who stay friendly at four in the morning will do well.",
        "An appetite for learning.",
        "Knowledge of rye is an advantage.",
    ],
)
def test_prose_that_asks(sentence: str) -> None:
    assert found(f"The shop is old. {sentence} It rains.") == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "You will receive a cake every Friday.",
        "You’ll get shares and a train pass.",
        "You will hear from us within a week.",
        "You don't need to have worked with rye.",
        "Since the fire nobody feels responsible for the oven.",
        "Our bakers spend too much of their night looking for flour.",
        "Most employers ask for a certificate.",
        "Enrol in our course and you will design cakes.",
        "The Agency seeks to establish a reserve list.",
        "Write to baker@shop.example.",
        "All backgrounds are welcome.",
        "German is not required.",
        "Use code CAKE20 for 20% off.",
    ],
)
def test_prose_that_does_not_ask(sentence: str) -> None:
    assert found(f"The shop is old. {sentence} It rains.") == []


def test_a_label_before_prose_opens_a_part() -> None:
    text = "What you should bring along: Very good knowledge of rye; experience with ovens; enjoyment of the night. Patience is an advantage.\n"
    assert found(text) == [
        "Very good knowledge of rye;",
        "experience with ovens;",
        "enjoyment of the night.",
        "Patience is an advantage.",
    ]


@pytest.mark.parametrize(
    "heading",
    ["What's on offer:", "Our hiring process", "How it goes on", "Checklist", "Not needed", "Conditions of employment", "Similar offers", "Baker salary in France",
     "How to become a baker", "Notes from the kick-off"],
)  # fmt: skip
def test_parts_that_ask_nothing(heading: str) -> None:
    assert found(f"Tasks\n\n- Bake bread\n\n{heading}\n\n- Plan the interview\n- Write to us\n") == ["Bake bread"]


def test_navigation_does_not_close_what_follows() -> None:
    assert found("Apply now Apply later\n\n- Design bread\n- Build ovens\n") == ["Design bread", "Build ovens"]


def test_repetitions_are_one_statement_whatever_their_bullets_and_stops() -> None:
    text = "Tasks\n- Bake bread.\n\nIn short\n\nTasks\n• bake Bread\n"
    ((place, again),) = statements_of(text)
    assert text[place.start : place.end] == "Bake bread."
    assert [text[start:end] for start, end in again] == ["bake Bread"]


def test_front_matter_and_code_are_left_out() -> None:
    text = "---\ntitle: You must bake\n---\n\n# Tasks\n\n```\n- code\n```\n\n- Bake bread\n"
    assert found(text) == ["Bake bread"]
    assert [block.shape for block in blocks(text)] == [Shape.HEADING, Shape.BULLET]
