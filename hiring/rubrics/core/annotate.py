"""A posting's text as blocks to be shown, with the statements marked where they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

_Thing = TypeVar("_Thing")
_BULLET = re.compile(r"\s*(?:[-*•‣·–]|\d{1,2}[.)])\s+")
_HEADING_MOST = 80


@dataclass(frozen=True, slots=True)
class Piece(Generic[_Thing]):
    """A part of a line; `mark` is the statement that stands there, or nothing."""

    text: str
    mark: _Thing | None


@dataclass(frozen=True, slots=True)
class Block(Generic[_Thing]):
    """A line of the text: "bullet", "heading" or "line". `marks` are the statements that begin in it."""

    kind: str
    pieces: tuple[Piece[_Thing], ...]
    marks: tuple[_Thing, ...]


def annotate(text: str, spans: Sequence[tuple[int, int, _Thing]]) -> tuple[Block[_Thing], ...]:
    """Cut a text into its lines and each line at the statements in it. `spans`: (start, end, thing) in characters.

    A statement over several lines is marked in each. Where two overlap, the one that begins first keeps the common part.
    """
    ordered = sorted(spans, key=lambda span: (span[0], span[1]))
    blocks: list[Block[_Thing]] = []
    begin = 0
    for line in text.split("\n"):
        end = begin + len(line)
        bullet = _BULLET.match(line)
        at = begin + (bullet.end() if bullet else len(line) - len(line.lstrip()))
        inside = [span for span in ordered if span[0] < end and span[1] > begin]
        pieces = _pieces(text, at, end, inside)
        if pieces:
            marks = tuple(thing for start, _, thing in inside if begin <= start)
            blocks.append(Block("bullet" if bullet else _kind(line, inside), pieces, marks))
        begin = end + 1
    return tuple(blocks)


def _kind(line: str, inside: Sequence[object]) -> str:
    text = line.strip()
    return (
        "heading"
        if not inside and len(text) <= _HEADING_MOST and not text.endswith((".", ",", ";", "!", "?"))
        else "line"
    )


def _pieces(text: str, at: int, end: int, inside: Sequence[tuple[int, int, _Thing]]) -> tuple[Piece[_Thing], ...]:
    found: list[Piece[_Thing]] = []
    for start, stop, thing in inside:
        first, last = max(start, at), min(stop, end)
        if first >= last:
            continue
        if text[at:first].strip():
            found.append(Piece(text[at:first], None))
        found.append(Piece(text[first:last], thing))
        at = last
    if text[at:end].strip():
        found.append(Piece(text[at:end], None))
    return tuple(found)
