"""A posting's text as blocks: headings, paragraphs and bullets, each with its exact place.

Everything here walks the text once; no rule looks back further than one line, so a long text costs its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    """What a block looks like, before anyone asks what it means."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"


@dataclass(frozen=True, slots=True)
class Block:
    """`text[start:end]` without its marker. `level` is a heading's depth where the text states one (1 is the top)."""

    shape: Shape
    start: int
    end: int
    text: str
    level: int | None = None
    adjacent: bool = False
    """No blank line stands between this block and the one before."""


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str
    indent: int
    content: int
    """Where the content begins, behind indentation and marker, counted from the line's start."""
    shape: Shape | None
    level: int | None = None
    number: int | None = None


_BULLET = re.compile(
    r"[ \t\u00a0]*+(?:[•‣◦▪▫●○■□∙⁃✓✔➤➢►▸·]|[-–—*+](?=\s)|\(?(\d{1,2})[.)](?=\s)|[a-h]\)(?=\s))\s*+(?:\[[ xX]\]\s++)?",
)
_HASHES = re.compile(r" {0,3}(#{1,6})\s++")
_NUMBERED = re.compile(r"\s*+(\d{1,2}(?:\.\d{1,2})++)[.)]?\s++")
_RULE = re.compile(r"\s*+(?:[-*_=~]\s*+){3,}$")
_FENCE = re.compile(r"\s*+(?:```|~~~)")
_INLINE_BULLET = re.compile(r"(?<=\S)\s++[•‣◦▪●]\s*+(?=\S)")
_ENDS_SENTENCE = re.compile(r"[.!?:;…][\"'”’)\]*_]*$")
_HEADING_END = re.compile(r"[.;,!…]$")
_LINE = re.compile(r"[^\n]++|\n")

_HEADING_LENGTH, _HEADING_WORDS = 90, 13
_NARROW, _WIDE = 60, 120
"""A text whose longest line lies between these was wrapped by hand or by a mail program."""


def blocks(text: str) -> list[Block]:
    """Cut a text into blocks, in its order. Code between fences and empty lines are left out."""
    lines = _lines(text)
    width = _wrap_width(lines)
    found: list[Block] = []
    index, gap = 0, True
    while index < len(lines):
        line = lines[index]
        if line.shape is None:
            gap = True
            index += 1
            continue
        last = index
        if line.shape is not Shape.HEADING:
            while last + 1 < len(lines) and _continues(lines[last], lines[last + 1], line, width):
                last += 1
        start = line.start + line.content
        end = lines[last].start + len(lines[last].text.rstrip())
        if end > start:
            _append(found, text, line, start, end, adjacent=not gap, joined=last > index)
        gap = False
        index = last + 1
    return found


def _append(found: list[Block], text: str, line: _Line, start: int, end: int, *, adjacent: bool, joined: bool) -> None:
    """Add one block, or several where bullets share a line."""
    cut = start
    for match in [*_INLINE_BULLET.finditer(text, start, end), None]:
        stop = match.start() if match else end
        piece = text[cut:stop]
        if piece.strip():
            first = cut == start
            shape = line.shape if first and line.shape else Shape.BULLET
            if shape is Shape.PARAGRAPH and match is None and first and not joined and looks_like_heading(piece):
                shape = Shape.HEADING
            found.append(Block(shape, cut, stop, piece, line.level if first else None, adjacent or not first))
        cut = match.end() if match else end


def looks_like_heading(text: str) -> bool:
    """Tell whether a line of its own is short and unfinished enough to name what follows."""
    return (
        len(text) <= _HEADING_LENGTH
        and not _HEADING_END.search(text)
        and ": " not in text
        and len(text.split()) <= _HEADING_WORDS
        and any(character.isalpha() for character in text)
    )


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    fenced = False
    for match in _LINE.finditer(text):
        raw = match.group()
        if raw == "\n":
            # An empty match of a line's end; two in a row make an empty line.
            if match.start() == 0 or text[match.start() - 1] == "\n":
                lines.append(_Line(match.start(), "", 0, 0, None))
            continue
        if _FENCE.match(raw):
            fenced = not fenced
            lines.append(_Line(match.start(), "", 0, 0, None))
            continue
        lines.append(_Line(match.start(), "", 0, 0, None) if fenced else _line(match.start(), raw))
    return [_settled(lines, index) for index in range(len(lines))]


def _line(start: int, raw: str) -> _Line:
    indent = len(raw) - len(raw.lstrip())
    if indent == len(raw):
        return _Line(start, raw, 0, 0, None)
    if _RULE.match(raw[:200]):
        return _Line(start, raw, 0, 0, None, level=1 if "=" in raw else 2)
    if match := _HASHES.match(raw):
        return _Line(start, raw, indent, match.end(), Shape.HEADING, level=len(match.group(1)))
    if (match := _NUMBERED.match(raw)) and match.end() < len(raw):
        shape = Shape.HEADING if looks_like_heading(raw.strip()) else Shape.BULLET
        return _Line(start, raw, indent, match.end(), shape, level=match.group(1).count(".") + 1)
    if (match := _BULLET.match(raw)) and match.end() < len(raw):
        number = int(match.group(1)) if match.group(1) else None
        return _Line(start, raw, indent, match.end(), Shape.BULLET, number=number)
    return _Line(start, raw, indent, indent, Shape.PARAGRAPH)


def _settled(lines: list[_Line], index: int) -> _Line:
    """Settle what one line alone cannot tell: underlined headings, and numbers that head a paragraph."""
    line = lines[index]
    after = lines[index + 1] if index + 1 < len(lines) else None
    if (
        line.shape is Shape.PARAGRAPH
        and after
        and after.shape is None
        and after.level
        and looks_like_heading(line.text)
    ):
        return _Line(line.start, line.text, line.indent, line.content, Shape.HEADING, after.level)
    if line.number is None or not looks_like_heading(line.text.strip()):
        return line
    before, beyond = _neighbour(lines, index, -1), _neighbour(lines, index, 1)
    in_list = (before is not None and before.number == line.number - 1) or (
        beyond is not None and beyond.number == line.number + 1
    )
    if in_list or beyond is None or (beyond.shape is Shape.BULLET and beyond.number is not None):
        return line
    return _Line(line.start, line.text, line.indent, line.content, Shape.HEADING, 1)


def _neighbour(lines: list[_Line], index: int, step: int) -> _Line | None:
    """Return the next line with content, over at most three empty ones."""
    for distance in range(1, 5):
        place = index + step * distance
        if not 0 <= place < len(lines):
            return None
        if lines[place].shape is not None:
            return lines[place]
    return None


def _wrap_width(lines: list[_Line]) -> int | None:
    """Return the width at which the text was wrapped, or None where each line is a paragraph of its own."""
    lengths = sorted((len(line.text.rstrip()) for line in lines if line.shape), reverse=True)
    if not lengths or not _NARROW <= lengths[0] <= _WIDE:
        return None
    near = sum(1 for length in lengths if length >= lengths[0] - 15)
    return lengths[0] if near >= 3 else None


def _continues(line: _Line, after: _Line, first: _Line, width: int | None) -> bool:
    """Tell whether `after` carries on the block that `first` began and that `line` has reached."""
    if after.shape is not Shape.PARAGRAPH:
        return False
    text, words = line.text.rstrip(), after.text.split(None, 1)
    unfinished = not _ENDS_SENTENCE.search(text[-6:])
    if first.shape is Shape.BULLET and after.indent > first.indent and after.indent >= 2:
        return True
    if unfinished and len(text) >= 40 and words[0][:1].islower():
        return True
    full = width is not None and len(text) + 1 + len(words[0]) > width
    return full and (unfinished or first.shape is not Shape.BULLET)
