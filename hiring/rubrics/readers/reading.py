"""From a file's bytes to a posting's text: its kind by content, then by name, and one sentence for each refusal."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

from hiring.errors import BadInput
from hiring.rubrics.core.extract import statements_of
from hiring.rubrics.learning import shipped_judge
from hiring.rubrics.readers.bounded import Format, Refused, extract

MAX_FILE = 10_000_000
"""A posting file's size in bytes, at most."""

MAX_TEXT = 1_000_000
"""The size of a posting's text in bytes of UTF-8, at most."""

_READ = "Plain text, Markdown, HTML, Word (.docx) and PDF are read"


class _Foreign(StrEnum):
    """Kinds of document that are known and not read."""

    WORD = "a Word document of the old kind (.doc)"
    OPEN = "an OpenDocument text"
    RTF = "RTF"
    PAGES = "a Pages document"
    PACKED = "a packed file"
    PICTURE = "a picture"


_MAGIC: tuple[tuple[bytes, _Foreign], ...] = (
    (b"{\\rtf", _Foreign.RTF),
    (b"\xd0\xcf\x11\xe0", _Foreign.WORD),
    (b"\x89PNG", _Foreign.PICTURE),
    (b"\xff\xd8\xff", _Foreign.PICTURE),
    (b"GIF8", _Foreign.PICTURE),
    (b"\x1f\x8b", _Foreign.PACKED),
    (b"7z\xbc\xaf", _Foreign.PACKED),
)
_SUFFIXES: dict[str, Format | _Foreign] = {
    ".htm": Format.HTML, ".html": Format.HTML, ".xhtml": Format.HTML, ".docx": Format.DOCX, ".pdf": Format.PDF,
    ".doc": _Foreign.WORD, ".odt": _Foreign.OPEN, ".rtf": _Foreign.RTF, ".pages": _Foreign.PAGES,
}  # fmt: skip
_SAID = {Format.HTML: "HTML", Format.DOCX: "Word document (.docx)", Format.PDF: "PDF"}
_MARKED = (".md", ".markdown")
_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_FRAGMENT = re.compile(
    rb"\s*<(?:div|p|ul|ol|table|section|article|main|h[1-6]|meta|title|span)\b[^>]{0,2000}>", re.IGNORECASE
)
_PROLOGUE = re.compile(rb"\s*(?:<!--.{0,2000}?-->|<\?xml[^>]{0,200}>)", re.IGNORECASE | re.DOTALL)
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_ENDS = re.compile(r"\r\n?|\u2028|\u2029")
_WIDE_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_posting(path: Path) -> str:
    """Return the text of a posting file, as `read_document` does. Raises BadInput also where it cannot be opened."""
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
    return read_document(str(path), content)


def read_document(name: str, content: bytes) -> str:
    """Return a posting's text, line ends as newlines; of HTML, DOCX and PDF the text that a reader would see.

    Foreign formats are parsed in a child process, which may take up to 20 seconds: call it in a thread from a
    coroutine. Raises BadInput, in one sentence that begins with `name`, for a file that is empty, too large (10 MB, or
    1 MB of text), of another kind, damaged, locked by a password, without text, or without any statement.
    """
    found = _kind(name, content)
    if isinstance(found, _Foreign):
        raise BadInput(f"{name} is {found.value}. {_READ}: save it as one of them.")
    too_large = len(content) > (MAX_TEXT if found is None else MAX_FILE)
    if too_large:
        size = "1 MB of text" if found is None else "10 MB"
        raise BadInput(f"{name} is larger than {size}, too large for a posting.")
    text = _plain(name, content) if found is None else _extracted(name, content, found)
    if not text.strip():
        raise BadInput(f"{name} is empty: a posting lists responsibilities, skills or traits.")
    if not statements_of(text) and not statements_of(text, shipped_judge()):
        raise BadInput(f"{name} lists no responsibility, skill or trait: put each on a line that begins with “- ”.")
    return text


def _kind(name: str, content: bytes) -> Format | _Foreign | None:  # noqa: PLR0911 - one kind after another
    """Return what a file is, by its first bytes and then by its name's ending; None for plain text and Markdown."""
    head = content[:8192]
    suffix = next((ending for ending in (*_SUFFIXES, *_MARKED) if name.lower().endswith(ending)), "")
    if b"%PDF-" in head[:1024]:
        return Format.PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        if b"opendocument" in head or suffix == ".odt":
            return _Foreign.OPEN
        return Format.DOCX if suffix == ".docx" or b"word/" in content else _SUFFIXES.get(suffix, _Foreign.PACKED)
    for sign, foreign in _MAGIC:
        if head.startswith(sign):
            return foreign
    markup = _begun(head)
    if _PAGE.match(markup):
        return Format.HTML
    if suffix in _MARKED:
        return None
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix] if content.strip() else None
    return Format.HTML if _FRAGMENT.match(markup) else None


def _begun(head: bytes) -> bytes:
    """Return the first bytes of a file from its first tag on: without its mark, comments and XML's declaration."""
    head = head.removeprefix(b"\xef\xbb\xbf")
    while prologue := _PROLOGUE.match(head):
        head = head[prologue.end() :]
    return head


def _plain(name: str, content: bytes) -> str:
    """Decode plain text: UTF-8, UTF-16 with its mark, or what Windows calls ANSI."""
    encoding = next((encoding for mark, encoding in _WIDE_MARKS if content.startswith(mark)), "utf-8-sig")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = _windows(name, content)
    if _BINARY.search(text):
        raise BadInput(f"{name} is binary, not text. {_READ}.")
    return _ENDS.sub("\n", text)


def _windows(name: str, content: bytes) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise BadInput(f"{name} is not text in UTF-8. {_READ}.") from None


def _extracted(name: str, content: bytes, kind: Format) -> str:
    try:
        text = extract(kind, content)
    except Refused as refused:
        raise BadInput(f"{name} {refused}.") from None
    if not text.strip():
        why = ": it may be a scan" if kind is Format.PDF else ""
        raise BadInput(f"{name} is a {_SAID[kind]} file without text{why}. Save its text.")
    return text
