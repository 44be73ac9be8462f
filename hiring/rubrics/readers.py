"""Reads postings from files: plain text and Markdown."""

from __future__ import annotations

import re
from pathlib import Path

from hiring.errors import BadInput
from hiring.rubrics.core.extract import statements_of

MAX_FILE = 1_000_000
"""A posting's size in bytes, at most."""

_READ = "Plain text and Markdown (.txt, .md) are read"
_FOREIGN = {
    ".htm": "HTML", ".html": "HTML", ".xhtml": "HTML", ".docx": "a Word document", ".doc": "a Word document",
    ".odt": "an OpenDocument text", ".rtf": "RTF", ".pdf": "PDF", ".pages": "a Pages document",
}  # fmt: skip
_MAGIC = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "a packed document"),
    (b"{\\rtf", "RTF"),
    (b"\xd0\xcf\x11\xe0", "a Word document"),
)
_HTML = re.compile(r"\s*<(?:!doctype html|html|\?xml)\b", re.IGNORECASE)
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def read_posting(path: Path) -> str:
    """Return a posting's text, line ends as newlines.

    Raises BadInput, in one sentence that names the file, where it is missing, a folder, larger than 1 MB, empty, of
    another kind, not UTF-8, or without any statement.
    """
    content = _content(path)
    _refuse_foreign(path, content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not text in UTF-8. {_READ}.") from None
    if _BINARY.search(text):
        raise BadInput(f"{path} is binary, not text. {_READ}.")
    if _HTML.match(text):
        raise BadInput(f"{path} is HTML. {_READ}: save the page's text.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise BadInput(f"{path} is empty: a posting lists responsibilities, skills or traits.")
    if not statements_of(text):
        raise BadInput(f"{path} lists no responsibility, skill or trait: put each on a line that begins with “- ”.")
    return text


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except IsADirectoryError:
        raise BadInput(f"{path} is a folder: name the posting files in it.") from None
    except FileNotFoundError:
        raise BadInput(f"{path} does not exist.") from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "the name is not valid").lower()
        raise BadInput(f"{path} cannot be read: {reason}.") from error
    if len(content) > MAX_FILE:
        raise BadInput(f"{path} is larger than 1 MB, too large for a posting.")
    return content


def _refuse_foreign(path: Path, content: bytes) -> None:
    kind = _FOREIGN.get(path.suffix.lower()) or next((name for sign, name in _MAGIC if content.startswith(sign)), None)
    if kind:
        raise BadInput(f"{path} is {kind}. {_READ}: save its text.")
