from __future__ import annotations

import os
from pathlib import Path

import pytest

from hiring.errors import BadInput
from hiring.rubrics.readers import read_document, read_posting

READ = "Plain text, Markdown, HTML, Word (.docx) and PDF are read"
DUTIES = "Duties\n- Design the paper archive’s catalogue\n"


def refusal(path: Path) -> str:
    with pytest.raises(BadInput) as raised:
        read_posting(path)
    assert raised.value.exit_code == 2
    sentence = str(raised.value)
    assert str(path) in sentence
    assert "\n" not in sentence
    return sentence.replace(str(path), "FILE")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.txt", b"", "FILE is empty: a posting lists responsibilities, skills or traits."),
        ("a.txt", b" \n\t\r\n", "FILE is empty: a posting lists responsibilities, skills or traits."),
        ("a.txt", b"\xef\xbb\xbf", "FILE is empty: a posting lists responsibilities, skills or traits."),
        (
            "a.md",
            b"The weather is fine today.\n",
            "FILE lists no responsibility, skill or trait: put each on a line that begins with “- ”.",
        ),
        ("a.txt", b"Duties\n- Design \x00\n", f"FILE is binary, not text. {READ}."),
        ("a.txt", b"Duties\n- caf\xe9 \x81\n", f"FILE is not text in UTF-8. {READ}."),
        ("a.png", b"\x89PNG\r\n\x1a\n\x00", f"FILE is a picture. {READ}: save it as one of them."),
        ("a.rtf", b"{\\rtf1 x}", f"FILE is RTF. {READ}: save it as one of them."),
        (
            "a.doc",
            b"\xd0\xcf\x11\xe0",
            f"FILE is a Word document of the old kind (.doc). {READ}: save it as one of them.",
        ),
        ("a.odt", b"PK\x03\x04", f"FILE is an OpenDocument text. {READ}: save it as one of them."),
        ("a.zip", b"PK\x03\x04", f"FILE is a packed file. {READ}: save it as one of them."),
        ("a.txt", b"x" * 1_000_001, "FILE is larger than 1 MB of text, too large for a posting."),
    ],
)
def test_bad_files_are_refused_in_one_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal(path) == sentence


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "FILE is a folder: name the posting files in it."
    assert refusal(tmp_path / "none.txt") == "FILE does not exist."
    assert refusal(tmp_path / ("n" * 300)) == "FILE cannot be read: file name too long."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(DUTIES)
    path.chmod(0)
    assert refusal(path) == "FILE cannot be read: permission denied."


def test_a_special_file_ends() -> None:
    assert refusal(Path("/dev/zero")) == "FILE is larger than 1 MB of text, too large for a posting."


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.markdown", "a", "a b ü.TXT"])
def test_text_is_read_whatever_its_name_mark_and_line_ends(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\xef\xbb\xbf" + DUTIES.replace("\n", "\r\n").encode())
    assert read_posting(path) == DUTIES


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_text_is_read_in_the_encodings_that_editors_save(encoding: str) -> None:
    assert read_document("a.txt", DUTIES.encode(encoding)) == DUTIES


def test_the_content_decides_what_a_file_is() -> None:
    page = b"<!-- saved --><!DOCTYPE html><h1>Cook</h1><ul><li>Write the menu for 40 guests</ul>"
    assert read_document("posting.txt", page) == "# Cook\n\n- Write the menu for 40 guests\n"
    assert read_document("pasted", b"<ul><li>Write the menu for 40 guests</ul>") == "- Write the menu for 40 guests\n"
    markdown = b"<div>\n\n- Write the menu for 40 guests\n"
    assert read_document("posting.md", markdown) == markdown.decode()


def test_the_name_in_a_refusal_is_the_one_given() -> None:
    with pytest.raises(BadInput, match=r"^cook\.pdf is a damaged PDF: open it in a reader and print it anew\.$"):
        read_document("cook.pdf", b"%PDF-1.7\n")
