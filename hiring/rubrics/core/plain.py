"""A text as a reader sees it: without characters nobody sees, with every kind of space as a space; places map back."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe0e\ufe0f\u20e3\ufb00-\ufb06]")
_LIGATURES = dict(zip("ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True))
_SAME = str.maketrans(
    dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
    )
    | dict.fromkeys("\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", "\n")
    | {"\u2010": "-", "\u2011": "-"}
)
_RETURN = re.compile(r"\r(?=\n)")


@dataclass(frozen=True, slots=True)
class Plain:
    """`text` is what a rule reads; `place` says where its characters stand in the text as given."""

    text: str
    _places: tuple[int, ...] | None = None
    """By character, where anything was left out or replaced by more than one."""

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where `text[start:end]` stands in the text as given; `start` is less than `end`."""
        if self._places is None:
            return start, end
        return self._places[start], self._places[end - 1] + 1


def plain(text: str) -> Plain:
    """Read a text plainly. Costs its length."""
    same = _RETURN.sub(" ", text).replace("\r", "\n").translate(_SAME)
    if not _UNSEEN.search(same):
        return Plain(same)
    parts: list[str] = []
    places: list[int] = []
    for index, character in enumerate(same):
        seen = _LIGATURES.get(character, "") if _UNSEEN.match(character) else character
        parts.append(seen)
        places.extend([index] * len(seen))
    return Plain("".join(parts), tuple(places))
