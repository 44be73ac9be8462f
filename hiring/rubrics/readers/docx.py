"""The text of a Word document: headings, list paragraphs, tables cell by cell, text boxes; no macros, no entities."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from hiring.rubrics.readers.bounded import Refused
from hiring.rubrics.readers.lines import Lines, clean, row

MAX_MEMBERS: Final = 2000
"""Files inside a document, at most."""

MAX_UNPACKED: Final = 40_000_000
"""Bytes of the one part that is read, unpacked, at most."""

MAX_TOTAL: Final = 400_000_000
"""Bytes that all parts state they unpack to, at most: pictures are large, and are not unpacked."""

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main "
_FALLBACK = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
_DAMAGED = "is a damaged Word document: open it in a word processor and save it anew"
_LONGEST_HEADING = 90
_SKIPPED = frozenset(["del", "moveFrom", "instrText", "sectPr"])
_SAID = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "sym": "•"}


def docx_text(content: bytes) -> str:
    """Return a document's text. Raises Refused for one that is damaged, locked, or would unpack to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()[: MAX_MEMBERS + 1]}
            if len(archive.infolist()) > MAX_MEMBERS or sum(entry.file_size for entry in entries.values()) > MAX_TOTAL:
                raise Refused("unpacks to too much for a posting")
            if "word/document.xml" not in entries:
                raise Refused("is a packed file, not a Word document")
            styles = _Styles()
            if "word/styles.xml" in entries:
                _parse(_member(archive, entries["word/styles.xml"]), styles.begin, styles.end, None)
            body = _Body(styles)
            _parse(_member(archive, entries["word/document.xml"]), body.begin, body.end, body.say)
            return body.lines.text()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, ValueError):
        raise Refused(_DAMAGED) from None
    except RuntimeError as error:
        if isinstance(error, RecursionError):
            raise
        raise Refused("is locked by a password: save it without one") from None
    except expat.ExpatError:
        raise Refused(_DAMAGED) from None


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Unpack one part, whatever size it claims to have."""
    if entry.file_size > MAX_UNPACKED:
        raise Refused("unpacks to too much for a posting")
    with archive.open(entry) as file:
        part = file.read(MAX_UNPACKED + 1)
    if len(part) > MAX_UNPACKED:
        raise Refused("unpacks to too much for a posting")
    return part


def _parse(part: bytes, begin: Any, end: Any, say: Any) -> None:
    """Run over XML. A document type is refused, and with it every entity that is not XML's own."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise Refused("holds a document type, which Word never writes: it is not read")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    if say:
        parser.CharacterDataHandler = say
    parser.Parse(part, True)


def _local(name: str) -> str:
    """Return an element's name where it is one of Word's own, else nothing."""
    return name.removeprefix(_W).removeprefix(_STRICT) if name.startswith((_W, _STRICT)) else ""


def _value(attributes: dict[str, str], name: str = "val") -> str | None:
    return attributes.get(_W + name, attributes.get(_STRICT + name))


@dataclass(slots=True)
class _Style:
    level: int | None = None
    listed: bool = False
    based: str = ""


class _Styles:
    """Which paragraph styles are headings, and of which depth; which are lists."""

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._now = _Style()

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        match _local(name):
            case "style":
                self._now = _Style()
                self._styles[_value(attributes, "styleId") or ""] = self._now
            case "name":
                level, listed = _named(_value(attributes) or "")
                self._now.level, self._now.listed = level or self._now.level, listed or self._now.listed
            case "basedOn":
                self._now.based = _value(attributes) or ""
            case "outlineLvl":
                level = _number(_value(attributes))
                self._now.level = level + 1 if level is not None and level < 6 else self._now.level
            case "numPr":
                self._now.listed = True

    def end(self, name: str) -> None:
        """Nothing is told by an end."""

    def of(self, style_id: str) -> _Style:
        """Return what a style is, also by what it is based on."""
        level, listed, seen = None, False, 0
        found = self._styles.get(style_id)
        if found is None:
            return _Style(*_named(style_id))
        while found is not None and seen < 10:
            level, listed = level or found.level, listed or found.listed
            found, seen = self._styles.get(found.based), seen + 1
        return _Style(level, listed)


def _named(name: str) -> tuple[int | None, bool]:
    """Return (heading's depth, whether a list) by a style's name, in Word's own English names."""
    plain = name.lower().replace(" ", "")
    if plain.startswith("heading") and plain[7:].isdigit():
        return min(6, int(plain[7:]) or 1), False
    if plain in {"title", "subtitle"}:
        return (1 if plain == "title" else 2), False
    return None, plain.startswith(("listbullet", "listnumber"))


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isdigit() and len(value) < 3 else None


@dataclass(slots=True)
class _Paragraph:
    """One paragraph while it is read."""

    parts: list[str] = field(default_factory=list)
    style: _Style = field(default_factory=_Style)
    listed: bool | None = None
    depth: int = 0
    bold: int = 0
    plain: int = 0
    """Characters in bold type, and in any other."""
    level: int | None = None


class _Body:
    """Writes a document's paragraphs and tables as lines."""

    def __init__(self, styles: _Styles) -> None:
        self.lines = Lines()
        self._styles = styles
        self._paragraphs: list[_Paragraph] = []
        self._tables: list[list[list[str]]] = []
        self._cell: list[str] = []
        self._skipped = 0
        self._in_text = self._in_run = self._is_bold = self._is_hidden = False
        self._was_listed = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if self._skipped or name == _FALLBACK:
            self._skipped += 1
            return
        tag = _local(name)
        now = self._paragraphs[-1] if self._paragraphs else None
        if tag in _SKIPPED:
            self._skipped = 1
        elif tag in {"tbl", "tr", "tc"}:
            self._open_table(tag)
        elif tag == "p":
            self._paragraphs.append(_Paragraph())
        elif tag == "r":
            self._in_run, self._is_bold, self._is_hidden = True, False, False
        elif tag == "t":
            self._in_text = True
        elif now and tag in _SAID and (self._in_run or tag == "sym"):
            now.parts.append(_SAID[tag])
        elif now:
            self._property(tag, attributes, now)

    def _open_table(self, tag: str) -> None:
        """Begin a table, a row or a cell; a table within a table belongs to its cell."""
        if tag == "tbl":
            if not self._tables:
                self.lines.gap()
            self._tables.append([])
        elif len(self._tables) == 1 and tag == "tr":
            self._tables[-1].append([])
        elif len(self._tables) == 1:
            self._cell = []

    def _property(self, tag: str, attributes: dict[str, str], now: _Paragraph) -> None:
        is_on = _value(attributes) not in {"0", "false", "off", "none"}
        match tag:
            case "pStyle":
                now.style = self._styles.of(_value(attributes) or "")
            case "numId":
                now.listed = _value(attributes) != "0"
            case "ilvl":
                now.depth = min(8, _number(_value(attributes)) or 0)
            case "outlineLvl":
                level = _number(_value(attributes))
                now.level = level + 1 if level is not None and level < 6 else None
            case "b":
                self._is_bold = self._in_run and is_on
            case "vanish" | "webHidden":
                self._is_hidden = self._in_run and is_on

    def say(self, text: str) -> None:
        if not self._in_text or self._skipped or self._is_hidden or not self._paragraphs:
            return
        now = self._paragraphs[-1]
        now.parts.append(text)
        if self._is_bold:
            now.bold += len(text.strip())
        else:
            now.plain += len(text.strip())

    def end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        match _local(name):
            case "t":
                self._in_text = False
            case "r":
                self._in_run = False
            case "p" if self._paragraphs:
                self._finish(self._paragraphs.pop())
            case "tc" if len(self._tables) == 1 and self._tables[-1]:
                self._tables[-1][-1].append("\n".join(self._cell))
            case "tbl" if self._tables:
                table = self._tables.pop()
                if not self._tables:
                    self._write(table)

    def _finish(self, paragraph: _Paragraph) -> None:
        """Write a paragraph, or keep it for the table's cell in which it stands."""
        said = [clean(line) for line in "".join(paragraph.parts).split("\n")]
        text = "\n".join(line for line in said if line)
        level = paragraph.level or paragraph.style.level
        listed = paragraph.style.listed if paragraph.listed is None else paragraph.listed
        if not text:
            if not self._tables:
                self.lines.gap()
            return
        if self._tables:
            self._cell.append(f"- {text}" if listed else text)
            return
        is_label = not paragraph.plain and paragraph.bold > 0 and len(text) <= _LONGEST_HEADING and "\n" not in text
        if not listed and (level or (is_label and not text.endswith((".", ",", ";")))):
            self.lines.gap()
            self.lines.begin("#" * (level or 4) + " ", " ")
        elif listed:
            if not self._was_listed:
                self.lines.gap()
            self.lines.begin("  " * paragraph.depth + "- ", "  " * paragraph.depth + "  ")
        else:
            self.lines.gap()
            self.lines.begin()
        self._was_listed = listed
        for line in text.split("\n"):
            self.lines.say(line)
            self.lines.end()
        if not listed:
            self.lines.gap()

    def _write(self, table: list[list[str]]) -> None:
        """Write a table: a row on a line where its cells are short lines, else cell by cell."""
        for cells in table:
            self.lines.begin()
            if any("\n" in cell for cell in cells) or len([cell for cell in cells if cell]) < 2:
                for cell in cells:
                    self.lines.gap()
                    for line in cell.split("\n"):
                        self.lines.say(line)
                        self.lines.end()
            elif line := row(cells):
                self.lines.say(line)
                self.lines.end()
        self.lines.gap()
