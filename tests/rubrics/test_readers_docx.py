from __future__ import annotations

import pytest

from hiring.rubrics.readers.bounded import Refused
from hiring.rubrics.readers.docx import docx_text
from tests.rubrics.documents import WORD, item, packed, paragraph, table, word


def test_headings_lists_and_paragraphs() -> None:
    document = word(
        paragraph("Baker", '<w:pStyle w:val="berschrift1"/>')
        + paragraph("We bake bread.")
        + paragraph("Tasks", '<w:pStyle w:val="Mine"/>')
        + item("Bake rye bread")
        + item("every day", 1)
        + paragraph("Order flour", '<w:pStyle w:val="Aufz"/>')
        + paragraph("What you bring", run="<w:b/>")
        + paragraph("Patience")
    )
    assert docx_text(document) == (
        "# Baker\n\nWe bake bread.\n\n# Tasks\n\n- Bake rye bread\n  - every day\n- Order flour\n\n#### What you bring\n\nPatience\n"
    )


def test_tables_cell_by_cell() -> None:
    document = word(
        table(("Ovens", "Heat them"), ("", "")) + table((f"A</w:t></w:r></w:p>{paragraph('B')}<w:p><w:r><w:t>", "C"))
    )
    assert docx_text(document) == "| Ovens | Heat them |\n\nA\nB\n\nC\n"


def test_breaks_tabs_and_what_is_deleted_or_hidden() -> None:
    runs = (
        "<w:p><w:r><w:t>Bake</w:t><w:tab/><w:t>rye</w:t><w:br/><w:t>bread</w:t></w:r><w:del><w:r><w:delText>no</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>no</w:t></w:r><w:r><w:instrText>no</w:instrText></w:r></w:p>"
    )
    assert docx_text(word(runs)) == "Bake rye\nbread\n"


def test_a_text_box_is_said_once() -> None:
    box = f"<w:txbxContent>{paragraph('Boxed duty')}</w:txbxContent>"
    content = f"<w:p><w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>After</w:t></w:r></w:p>"
    assert docx_text(word(content)) == "Boxed duty\n\nAfter\n"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04", "is a damaged Word document"),
        (word("")[:-60], "is a damaged Word document"),
        (packed({"word/document.xml": b"<w:document"}), "is a damaged Word document"),
        (packed({"other.xml": b"x"}), "is a packed file, not a Word document"),
        (packed({"word/document.xml": f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:p xmlns:w="{WORD}">&x;</w:p>'.encode()}), "holds a document type"),
        (packed({"word/document.xml": b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><a>&y;</a>'}), "holds a document type"),
        (packed({f"word/{number}.xml": b"" for number in range(2001)}), "unpacks to too much"),
        (word("", more={}) and packed({"word/document.xml": b" " * 41_000_000}), "unpacks to too much"),
        (packed({"word/document.xml": f'<w:p xmlns:w="{WORD}"><w:r><w:t>{"long " * 250_000}</w:t></w:r></w:p>'.encode()}), "is larger than 1 MB of text"),
    ],
)  # fmt: skip
def test_what_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        docx_text(content)
