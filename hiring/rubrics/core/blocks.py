"""A posting's text as blocks: headings, paragraphs and bullets, each with its exact place.

Everything here walks the text once; no rule looks back further than one line, so a long text costs its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
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
    is_line: bool = True
    """It stands on one line of the text."""
    indent: int = 0
    """Of a bullet: how far it stands from the margin, in characters."""


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
    cells: tuple[tuple[int, int], ...] = ()
    """Of a table's row: the places of its cells in the text."""
    is_table: bool = False
    """The rule below a table's head."""
    is_emoji: bool = False


_SIGN = "•‣◦▪▫●○■□∙⁃✓✔✗✘✦✧★☆➔➜➞→⇒»›➤➢➣►▸▶◆◇❖☐☑☒·∗⦁⚫\uf000-\uf0ff"
_ROMAN = r"(?:x{0,2}(?:ix|iv|v?i{1,3}|v|x))"
_BULLET = re.compile(
    rf"[ \t]*+(?:[{_SIGN}]|(?:[-–—―*+~]|[-=]>|--)(?=\s)|\(?(\d{{1,2}})[.)](?=\s)|\({_ROMAN}\)|{_ROMAN}[.)](?=\s)|\([a-zA-Z]\)(?=\s)|"
    rf"[a-z][.)](?=\s)|[A-Z]\)(?=\s)|o(?=[ \t]+\S))[ \t]*+(?:\[[ xX]?\]\s++)?(?:[{_SIGN}]\s*+)?",
)
_QUOTED = re.compile(r"[ \t]*+>(?=\s)\s*+")
_EMOJI = re.compile(r"[ \t]*+[\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]+\s*+(?=\S)")
_HASHES = re.compile(r" {0,3}(#{1,6})\s++")
_NUMBERED = re.compile(r"\s*+(\d{1,2}(?:\.\d{1,2})++)[.)]?\s++")
_RULE = re.compile(r"\s*+(?:[-*_=~]\s*+){3,}$")
_TABLE_RULE = re.compile(r"\s*+\|?\s*+:?-{2,}[-:|\s]*+$")
_FENCE = re.compile(r"\s*+(?:```|~~~)")
_INLINE_BULLET = re.compile(r"(?<=\S)\s++[•‣◦▪●⁃∙⦁\uf0b7\uf0a7\uf0d8]\s*+(?=\S)")
_ENDS_SENTENCE = re.compile(r"[.!?:;…][\"'”’)\]*_]*$")
_HEADING_END = re.compile(r"[.;,!…]$")
_LINE = re.compile(r"[^\n]++|\n++")
_EMPTY_LINES = 4
_LONG_LINE = 60
_CELL = re.compile(r"[^|\n]++")
_COLUMN = re.compile(r"(?<=\S)(?:[ ]{3,}|[ ]*\t\s*)(?=\S)")
_MARK = re.compile(
    r"(?:\W*|[edx]|e/d|essential|desirable|required|preferred|optional|mandatory|yes|no|must(?: have)?|nice to have|(?:application|interview|test|cv|"
    r"references?|certificates?|presentation|assessment|form)(?:[,/&+ ]+(?:and )?(?:application|interview|test|cv|references?|certificates?|presentation|"
    r"assessment|form))*|high|medium|low|\d+ ?%?)\W*",
    re.IGNORECASE,
)
"""What a table's cell says of its row: “Essential”, “Interview”, a tick."""

_HEADING_LENGTH, _HEADING_WORDS = 90, 13
_LABEL_CELL = 60
_NARROW, _WIDE = 60, 120
"""A text whose longest line lies between these was wrapped by hand or by a mail program."""


def blocks(text: str) -> list[Block]:
    """Cut a text into blocks, in its order. Code between fences, front matter and empty lines are left out."""
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
        if line.cells:
            _append_row(found, text, line, adjacent=not gap)
            gap = False
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
            found.append(
                Block(
                    shape,
                    cut,
                    stop,
                    piece,
                    line.level if first else None,
                    adjacent or not first,
                    not joined,
                    line.indent,
                )
            )
        cut = match.end() if match else end


def _append_row(found: list[Block], text: str, line: _Line, *, adjacent: bool) -> None:
    """Add a table's row: a label with its explanation as one bullet, other cells each as one; marks are dropped."""
    cells = [(start, end) for start, end in line.cells if not _MARK.fullmatch(text[start:end])]
    if len(cells) == 2 and cells[0][1] - cells[0][0] <= _LABEL_CELL:
        cells = [(cells[0][0], cells[1][1])]
    elif len(cells) > 2 and all(end - start <= _LABEL_CELL for start, end in cells):
        cells = [(cells[0][0], cells[-1][1])]
    elif len(cells) > 2:
        cells = [(start, end) for start, end in cells if len(text[start:end].split()) > 2]
    for start, end in cells:
        found.append(Block(Shape.BULLET, start, end, text[start:end], None, adjacent))
        adjacent = True


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
    raws = [(match.start(), match.group()) for match in _LINE.finditer(text)]
    is_marked = any(_HASHES.match(raw) for _, raw in raws)
    fenced = False
    in_front = bool(raws) and raws[0][1].strip() == "---"
    lines: list[_Line] = []
    for number, (start, raw) in enumerate(raws):
        if raw[0] == "\n":
            # The first of them ends a line; more than a few empty ones tell no more than these.
            empty = len(raw) - (start > 0)
            lines.extend([_Line(start, "", 0, 0, None)] * min(empty, _EMPTY_LINES))
            continue
        if in_front:
            in_front = number == 0 or (raw.strip() != "---" and number < 80)
            lines.append(_Line(start, "", 0, 0, None))
            continue
        if _FENCE.match(raw):
            fenced = not fenced
            lines.append(_Line(start, "", 0, 0, None))
            continue
        lines.append(_Line(start, "", 0, 0, None) if fenced else _line(start, raw, is_marked=is_marked))
    return [_settled(lines, index) for index in range(len(lines))]


def _line(start: int, raw: str, *, is_marked: bool) -> _Line:  # noqa: PLR0911 - one kind of line after another
    indent = len(raw) - len(raw.lstrip())
    if indent == len(raw):
        return _Line(start, raw, 0, 0, None)
    if _RULE.match(raw[:200]) or ("|" in raw and _TABLE_RULE.match(raw[:2000])):
        level = None if "|" in raw else 1 if "=" in raw else 2
        return _Line(start, raw, 0, 0, None, level=level, is_table=level is None)
    if match := _HASHES.match(raw):
        return _Line(start, raw, indent, match.end(), Shape.HEADING, level=len(match.group(1)))
    if raw.lstrip().startswith("|") and raw.count("|") > 2:
        return _Line(start, raw, indent, indent, Shape.BULLET, cells=_cells(start, raw))
    if (match := _NUMBERED.match(raw)) and match.end() < len(raw):
        shape = Shape.HEADING if looks_like_heading(raw.strip()) else Shape.BULLET
        return _Line(start, raw, indent, match.end(), shape, level=match.group(1).count(".") + 1)
    if not is_marked and (match := _QUOTED.match(raw)) and match.end() < len(raw):
        return _Line(start, raw, indent, match.end(), Shape.BULLET)
    if (match := _BULLET.match(raw)) and match.end() < len(raw):
        number = int(match.group(1)) if match.group(1) else None
        return _Line(start, raw, indent, match.end(), Shape.BULLET, number=number)
    if (match := _EMOJI.match(raw)) and match.end() < len(raw):
        return _Line(start, raw, indent, match.end(), Shape.BULLET, is_emoji=True)
    if columns := [match.span() for match in _COLUMN.finditer(raw)]:
        return _Line(start, raw, indent, indent, Shape.PARAGRAPH, cells=_columns(start, raw, columns))
    return _Line(start, raw, indent, indent, Shape.PARAGRAPH)


def _cells(start: int, raw: str) -> tuple[tuple[int, int], ...]:
    """Return the places of a row's cells that say anything, without the space around them."""
    found = []
    for match in _CELL.finditer(raw):
        said = match.group().strip()
        if said:
            begin = start + match.start() + match.group().index(said)
            found.append((begin, begin + len(said)))
    return tuple(found)


def _columns(start: int, raw: str, gaps: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    edges = [len(raw) - len(raw.lstrip()), *(edge for gap in gaps for edge in gap), len(raw.rstrip())]
    return tuple((start + begin, start + end) for begin, end in zip(edges[::2], edges[1::2], strict=True))


def _settled(lines: list[_Line], index: int) -> _Line:  # noqa: PLR0911 - one kind of line after another
    """Settle what one line alone cannot tell: underlined headings, a table's head, and numbers that head a paragraph."""
    line = lines[index]
    if line.shape is None:
        return line
    after = lines[index + 1] if index + 1 < len(lines) else None
    if after and after.shape is None and after.is_table and line.cells:
        return replace(line, shape=None, cells=())
    if line.shape is Shape.PARAGRAPH and line.cells:
        # Columns that spaces make: marks behind a line are dropped; else they are a table only in company.
        kept = [
            cell for cell in line.cells if not _MARK.fullmatch(line.text[cell[0] - line.start : cell[1] - line.start])
        ]
        beside = [lines[place] for place in (index - 1, index + 1) if 0 <= place < len(lines)]
        is_table = any(other.cells and other.shape is Shape.PARAGRAPH for other in beside)
        return line if is_table or len(kept) < len(line.cells) else replace(line, cells=())
    if line.is_emoji:
        near = [_neighbour(lines, index, step) for step in (-1, 1)]
        in_list = any(other is not None and other.is_emoji for other in near)
        return line if in_list else replace(line, shape=Shape.PARAGRAPH)
    if (
        line.shape is Shape.PARAGRAPH
        and after
        and after.shape is None
        and after.level
        and looks_like_heading(line.text)
    ):
        return replace(line, shape=Shape.HEADING, level=after.level)
    if line.shape is Shape.HEADING and line.level and _NUMBERED.match(line.text):
        # A numbered line with nothing of its own below it is an item.
        before, beyond = _neighbour(lines, index, -1), _neighbour(lines, index, 1)
        ends_list = (beyond is None or _is_shallower(beyond, line)) and _is_numbered_like(before, line)
        if _is_numbered_like(beyond, line) or ends_list:
            return replace(line, shape=Shape.BULLET, level=None)
        return line
    if line.number is None or not looks_like_heading(line.text.strip()):
        return line
    before, beyond = _neighbour(lines, index, -1), _neighbour(lines, index, 1)
    in_list = (before is not None and before.number == line.number - 1) or (
        beyond is not None and beyond.number == line.number + 1
    )
    if in_list or beyond is None or (beyond.shape is Shape.BULLET and beyond.number is not None):
        return line
    return replace(line, shape=Shape.HEADING, level=1)


def _is_numbered_like(other: _Line | None, line: _Line) -> bool:
    return other is not None and other.level == line.level and _NUMBERED.match(other.text) is not None


def _is_shallower(other: _Line, line: _Line) -> bool:
    return other.number is not None or (other.level is not None and line.level is not None and other.level < line.level)


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
    if after.shape is not Shape.PARAGRAPH or after.cells:
        return False
    text, words = line.text.rstrip(), after.text.split(None, 1)
    unfinished = not _ENDS_SENTENCE.search(text[-6:])
    if first.shape is Shape.BULLET and after.indent > first.indent and after.indent >= 2:
        # In a text without wrapped lines a finished sentence below another is an item that lost its mark.
        is_item = width is None and len(text) >= _LONG_LINE and not unfinished and words[0][:1].isupper()
        return not is_item
    if unfinished and len(text) >= 40 and words[0][:1].islower():
        return True
    full = width is not None and len(text) + 1 + len(words[0]) > width
    return full and (unfinished or first.shape is not Shape.BULLET)
