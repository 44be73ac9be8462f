"""Text from people, made printable: in the packet's font, without signs that change what stands beside them."""

from __future__ import annotations

import functools
import re
import unicodedata

from hiring.places import STATIC

FONTS = STATIC / "fonts" / "pdf"
MARK = "□"
"""Stands for a character that the packet's font lacks."""

MOST_LINES, MOST_CHARACTERS = 120, 12_000
"""What is printed of one text; whoever writes evidence is held to 10,000 characters."""

CUT = "… (shortened here; the application holds the whole text)"

_LONG_WORD = re.compile(r"\S{80,}")
_JOINER = "\u200d"
_NEWLINES = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"[^\S\n]*\n(?:\s*\n)+")


@functools.cache
def _unusual() -> re.Pattern[str]:
    """Return what matches runs of characters that cannot be printed as they are."""
    ranges = (FONTS / "coverage.txt").read_text(encoding="ascii").split()
    drawn = "".join("-".join(f"\\U{int(end, 16):08x}" for end in entry.split("-")) for entry in ranges)
    return re.compile(f"[^\\n{drawn}]+")


def legible(text: str) -> str:
    """Return the text with a visible mark for each sign that the font lacks, and without invisible signs.

    Control characters, marks of direction and zero-width signs go: they draw nothing, and some of them would turn
    or hide what stands beside them, or are forbidden in XML. A sign made of several code points is one mark.
    """
    text = _NEWLINES.sub("\n", unicodedata.normalize("NFC", text))
    return _LONG_WORD.sub(_breakable, _unusual().sub(_marked, text))


def bulk(text: str) -> int:
    """Return about how many characters' room a text takes, at 95 to the line."""
    return sum(95 * (1 + len(line) // 95) for line in capped(text).split("\n"))


def capped(text: str) -> str:
    """Return a long text without runs of blank lines, and at most so many lines and characters."""
    text = _BLANK_LINES.sub("\n\n", _NEWLINES.sub("\n", text).strip())
    lines = text.split("\n")
    kept = "\n".join(lines[:MOST_LINES])
    if len(lines) <= MOST_LINES and len(kept) <= MOST_CHARACTERS:
        return kept
    return f"{kept[:MOST_CHARACTERS].rstrip()} {CUT}"


def short(text: str, most: int) -> str:
    """Return the text on one line, cut at a word if it has more than `most` characters."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    head, blank, _ = cut.rpartition(" ")
    return f"{(head if blank and len(head) > most // 2 else cut).rstrip(' ,;:.')}…"


def _breakable(found: re.Match[str]) -> str:
    """Return a very long word with places to break, without which a line of it takes the renderer seconds."""
    return "\u200b".join(found[0][place : place + 40] for place in range(0, len(found[0]), 40))


def _marked(found: re.Match[str]) -> str:
    """Return what is printed for a run of signs without a glyph."""
    printed = []
    before = ""
    for sign in found[0]:
        category = unicodedata.category(sign)
        if category == "Zs":
            printed.append(" ")
        elif sign == "\t":
            printed.append("    ")
        elif not (category in {"Cc", "Cf", "Cs", "Mn", "Me"} or before == _JOINER or 0x1F3FB <= ord(sign) <= 0x1F3FF):
            printed.append(MARK)
        before = sign
    if not printed and any(unicodedata.category(sign) in {"Mn", "Me"} for sign in found[0]):
        variation = all(0xFE00 <= ord(sign) <= 0xFE0F or unicodedata.category(sign) == "Cf" for sign in found[0])
        return "" if variation else MARK
    return "".join(printed)
