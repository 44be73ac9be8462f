"""Text in the making: lines, headings, bullets and table rows, as Markdown writes them."""

from __future__ import annotations

import re

from hiring.rubrics.readers.bounded import Refused

_LONGEST = 1_000_000
_SPACES = re.compile(r"[ \t\r\n\f\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b\x0e-\x1f\x7f]")
_BULLET = re.compile(r"(?:[•‣◦▪▫●○■□∙⁃➤➢►▸·*–—-]|\uf0b7|\uf0a7|\uf0d8)\s+")


class Lines:
    """Collects a document's lines. Raises Refused once they hold more than a posting may."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._parts: list[str] = []
        self._size = 0
        self._lead = ""
        self._carried = ""
        self._first = True
        self.is_pending = False
        """The present line has begun."""

    def say(self, text: str) -> None:
        """Add to the present line, as it stands."""
        self._size += len(text)
        self.is_pending = self.is_pending or bool(text.strip())
        if self._size > _LONGEST:
            raise Refused("is larger than 1 MB of text, too large for a posting")
        self._parts.append(text)

    def drop_last(self) -> None:
        """Take back the last character: a hyphen at a line's end."""
        if self._parts:
            self._parts[-1] = self._parts[-1][:-1]

    def end(self) -> None:
        """End the present line, if anything stands on it; later lines of a bullet are indented below it."""
        text = clean("".join(self._parts))
        self._parts.clear()
        self.is_pending = False
        if not text:
            return
        if self._first and self._lead.lstrip().startswith("-"):
            text = _BULLET.sub("", text, count=1)
        self._lines.append((self._lead if self._first else self._carried) + text)
        self._size += len(self._lead) + 1
        self._first = False

    def gap(self) -> None:
        """Leave a line empty."""
        self.end()
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def begin(self, lead: str = "", carried: str = "") -> None:
        """Put `lead` before the next line, and `carried` before those that follow it."""
        self.end()
        self._lead, self._carried, self._first = lead, carried, True

    def text(self) -> str:
        """Return all lines."""
        self.end()
        return "\n".join(self._lines).strip("\n") + "\n" if any(self._lines) else ""


def clean(text: str) -> str:
    """Return one line of text without what nobody sees: soft hyphens, zero-width characters, spaces in a row."""
    return _SPACES.sub(" ", _UNSEEN.sub("", text)).strip()


def row(cells: list[str]) -> str:
    """Return a table's row as Markdown writes it; empty where no cell says anything."""
    said = [cell.replace("|", "/") for cell in cells]
    while said and not said[-1]:
        said.pop()
    return f"| {' | '.join(said)} |" if any(said) else ""
