from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hiring.rubrics.core.annotate import annotate

TEXT = "Backend Developer\n\nResponsibilities\n- Write the rules. And test them.\n* Explain\nWe offer leave, and a bicycle.\n"


def place(words: str) -> tuple[int, int, str]:
    start = TEXT.index(words)
    return start, start + len(words), words


def test_headings_bullets_and_lines_are_told_apart() -> None:
    blocks = annotate(TEXT, [place("Explain")])

    assert [(block.kind, block.pieces[0].text) for block in blocks] == [
        ("heading", "Backend Developer"),
        ("heading", "Responsibilities"),
        ("bullet", "Write the rules. And test them."),
        ("bullet", "Explain"),
        ("line", "We offer leave, and a bicycle."),
    ]


def test_a_line_is_cut_at_its_statements() -> None:
    blocks = annotate(TEXT, [place("And test them."), place("Write the rules.")])

    assert [(piece.text, piece.mark) for piece in blocks[2].pieces] == [
        ("Write the rules.", "Write the rules."),
        ("And test them.", "And test them."),
    ]
    assert blocks[2].marks == ("Write the rules.", "And test them.")


def test_a_statement_over_two_lines_begins_in_one() -> None:
    start = TEXT.index("And test")
    blocks = annotate(TEXT, [(start, TEXT.index("Explain") + 7, "both")])

    assert [(block.pieces[-1].text, block.marks) for block in blocks[2:4]] == [
        ("And test them.", ("both",)),
        ("Explain", ()),
    ]


@given(st.text(alphabet="ab -\n", max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=5))
def test_no_letter_is_lost_or_doubled(text: str, spans: list[tuple[int, int]]) -> None:
    inside = [
        (start, min(start + length, len(text)), number)
        for number, (start, length) in enumerate(spans)
        if start < len(text) and length
    ]

    shown = "".join(piece.text for block in annotate(text, inside) for piece in block.pieces)

    def letters(words: str) -> str:
        return "".join(sign for sign in words if sign in "ab")

    assert letters(shown) == letters(text)
