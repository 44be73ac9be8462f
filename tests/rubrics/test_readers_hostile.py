"""Hostile documents: each ends in time with one sentence or a text, and no process stays behind."""

from __future__ import annotations

import struct
import subprocess
import sys
import time
import zlib

import pytest

from hiring.errors import BadInput
from hiring.rubrics.readers import read_document
from hiring.rubrics.readers.bounded import Format, Refused, extract
from tests.rubrics.documents import item, packed, paragraph, pdf, pdf_of, word

DUTY = b"<ul><li>Design bread for the town"


def forged(content: bytes, name: bytes, size: int) -> bytes:
    """Return an archive whose directory and header lie about a member's unpacked size."""
    out = bytearray(content)
    for sign, offset, place in ((b"PK\x01\x02", 46, 24), (b"PK\x03\x04", 30, 22)):
        at = -1
        while (at := out.find(sign, at + 1)) >= 0:
            if out[at + offset : at + offset + len(name)] == name:
                out[at + place : at + place + 4] = struct.pack("<I", size)
    return bytes(out)


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(BadInput) as raised:
        read_document(name, content)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_ordinary_documents_are_read_in_a_child() -> None:
    assert read_document("a.docx", word(item("Design rye bread"))) == "- Design rye bread\n"
    assert read_document("a.pdf", pdf([(40, 500, 10, "• Design rye bread")])) == "• Design rye bread\n"
    assert read_document("a.html", DUTY) == "- Design bread for the town\n"


@pytest.mark.parametrize(
    "markup",
    [
        b"<div>" * 100_000 + DUTY,
        b"<ul><li>" * 60_000 + DUTY,
        b"<b><i>" * 80_000 + DUTY,
        b"<table><tr><td>" * 30_000 + DUTY,
        b"</div>" * 100_000 + DUTY,
        DUTY + b"<p " + b"a=b " * 100_000,
        DUTY + b"&amp" * 100_000,
        DUTY + b"<br>" * 200_000,
        b"<div class='related comments'>" * 30_000 + DUTY,
        b"<form>" * 100_000 + DUTY,
        b"<dl><dt> " * 60_000 + DUTY,
    ],
    ids=[
        "divs",
        "lists",
        "inline",
        "tables",
        "ends",
        "attributes",
        "entities",
        "breaks",
        "furniture",
        "forms",
        "terms",
    ],
)
def test_nested_and_endless_markup_is_read_in_time(markup: bytes) -> None:
    started = time.monotonic()
    assert "Design bread for the town" in extract(Format.HTML, b"<!doctype html>" + markup)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (packed({"word/document.xml": b"\x00" * 300_000_000}), "a.docx unpacks to too much for a posting."),
        (forged(packed({"word/document.xml": b" " * 60_000_000}), b"word/document.xml", 100), "a.docx is a damaged Word document"),
        (packed({"word/document.xml": packed({"word/document.xml": b" " * 1_000_000})}), "a.docx is a damaged Word document"),
        (packed({"word/document.xml": b"<a>" * 5_000_000}), "a.docx "),
        (packed({"word/document.xml": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'}), "a.docx holds a document type"),
        (word(""), "a.docx is a Word document (.docx) file without text. Save its text."),
        (word(paragraph("bread " * 400_000)), "a.docx is larger than 1 MB of text, too large for a posting."),
    ],
    ids=["bomb", "forged", "nested", "unclosed", "entity", "empty", "long"],
)  # fmt: skip
def test_word_documents_that_mean_harm(content: bytes, why: str) -> None:
    assert refusal("a.docx", content).startswith(why)


def bomb(times: int) -> bytes:
    content = zlib.compress(b"BT /F 10 Tf 40 500 Td (Bake bread) Tj ET\n" * times, 9)
    return pdf_of([content], "/Filter /FlateDecode")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (bomb(10_000_000), "a.pdf "),
        (
            pdf_of([zlib.compress(zlib.compress(b" " * 500_000_000, 9), 9)], "/Filter [/FlateDecode /FlateDecode]"),
            "a.pdf ",
        ),
        (b"%PDF-1.4\n" + b"[" * 1_000_000, "a.pdf is a damaged PDF"),
        (b"%PDF-1.4\n1 0 obj\n<< /Length 1 0 R >>\nendobj\ntrailer << /Root 1 0 R >>", "a.pdf "),
        (pdf([(40, 500, 10, "Bake bread")])[:300], "a.pdf is a damaged PDF"),
        (pdf_of([b""]), "a.pdf is a PDF file without text: it may be a scan. Save its text."),
    ],
    ids=["flate", "twice", "brackets", "itself", "truncated", "scan"],
)
def test_pdfs_that_mean_harm(content: bytes, why: str) -> None:
    started = time.monotonic()
    assert refusal("a.pdf", content).startswith(why)
    assert time.monotonic() - started < 25


def test_larger_than_ten_megabytes_is_refused_unread() -> None:
    assert refusal("a.pdf", b"%PDF-1.4\n" + b" " * 10_000_000) == "a.pdf is larger than 10 MB, too large for a posting."


def test_a_child_that_takes_too_long_is_ended() -> None:
    with pytest.raises(Refused, match=r"takes longer than 0\.01 seconds"):
        extract(Format.HTML, b"<!doctype html>" + b"<p>x" * 100_000, seconds=0.01)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds a process's memory")
def test_control_the_child_s_memory_is_bounded() -> None:
    """Half a gigabyte is refused to the child, and would not be to us."""
    code = (
        "from hiring.rubrics.readers.child import _bound; _bound(20, 512_000_000); print(len(bytearray(600_000_000)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=60)
    assert (ended.returncode, b"MemoryError" in ended.stderr) == (1, True)
