from __future__ import annotations

import io

import pikepdf
import pytest

from hiring.rubrics.readers.bounded import Refused
from hiring.rubrics.readers.pdf import pdf_text
from tests.rubrics.documents import pdf, pdf_of


def test_lines_are_joined_and_headings_bullets_and_hyphens_are_kept_in_order() -> None:
    document = pdf(
        [
            (40, 550, 18, "Night baker"),
            (40, 520, 10, "We bake for eleven harbour towns and want somebody who likes the"),
            (40, 508, 10, "night, since our ovens are never cold and people come for warm pas-"),
            (40, 496, 10, "try at six. The work is hard."),
            (40, 480, 10, "Your tasks"),
            (40, 464, 10, "• Bake rye bread and rolls every night for the shops in the harbour,"),
            (50, 452, 10, "and clean the ovens"),
            (40, 440, 10, "• Order flour"),
        ],
        bold=("Your tasks",),
    )
    assert pdf_text(document) == (
        "## Night baker\n\nWe bake for eleven harbour towns and want somebody who likes the night, since our ovens are never cold and people "
        "come for warm pastry at six. The work is hard.\n\n### Your tasks\n• Bake rye bread and rolls every night for the shops in the "
        "harbour, and clean the ovens\n• Order flour\n"
    )


def test_running_heads_and_page_numbers_are_dropped() -> None:
    pages = [
        [
            (40, 580, 8, "Bakery careers"),
            (40, 500, 10, f"Bake bread number {word}"),
            (200, 20, 8, f"Page {number} of 3"),
        ]
        for number, word in enumerate(("one", "two", "three"), 1)
    ]
    assert pdf_text(pdf(*pages)) == "Bake bread number one\n\nBake bread number two\n\nBake bread number three\n"


def test_bullets_drawn_after_the_text_stand_before_their_lines() -> None:
    document = pdf([(50, 500, 10, "Bake bread"), (50, 480, 10, "Order flour"), (40, 500, 10, "•"), (40, 480, 10, "•")])
    assert pdf_text(document) == "• Bake bread\n• Order flour\n"


def test_a_scan_has_no_text() -> None:
    assert pdf_text(pdf_of([b""])) == ""


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.4\n" + b"\x00" * 500, pdf([(1, 1, 1, "a")])[:200]])
def test_damaged_files_are_refused(content: bytes) -> None:
    with pytest.raises(Refused, match="is a damaged PDF"):
        pdf_text(content)


def test_a_password_is_refused() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf([(40, 500, 10, "Bake bread")]))) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    with pytest.raises(Refused, match="is locked by a password"):
        pdf_text(out.getvalue())


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(Refused, match="has 201 pages"):
        pdf_text(pdf_of([b""] * 201))
