"""How prominently a posting asks for something, in points: what a criterion's weight is shared out by.

A statement has 100 points. A must (by its own words, its part's heading or its table's mark) has 125, what is nice to have 50.
A heading of its own adds 25, and so does each repetition, up to two. Where a posting makes any of these differences, the first third
of its statements gets 10 more and the last third 10 fewer; where it makes none, as in a plain list, all count alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

POINTS: Final = 100
_MUST, _NICE = 125, 50
_MORE, _EARLIER = 25, 10
_MOST_REPETITIONS = 2

_NICE_WORDS = re.compile(
    r"\b(?:nice[- ]to[- ]haves?|bonus(?:es)?|(?:big |huge |an? )?plus(?:es)?(?! (?:one|minus))|desirables?|desired|preferred|preferably|ideally|(?:an? )?advantages?|advantageous|optional(?:ly)?|even better|"
    r"good to have|extra credit|would be (?:great|nice|helpful)|welcome|some exposure|brownie points)\b",
    re.IGNORECASE,
)
_MUST_WORDS = re.compile(
    r"\b(?:must|essentials?|required|requires|mandatory|minimum|indispensable|non-negotiable|imperative|crucial|vital|prerequisites?|above all|most important(?:ly)?)\b",
    re.IGNORECASE,
)


def points_of(said: Sequence[tuple[str, str, str, int]]) -> list[int]:
    """Return the points of a posting's statements, in its order.

    Each is (its text, the heading it stands under, what follows it on its line, how often it is repeated).
    """
    points = [_points(*one) for one in said]
    if len(set(points)) < 2:
        return [POINTS] * len(points)
    third = len(points) // 3
    return [
        each + (_EARLIER if place < third else -_EARLIER if place >= len(points) - third else 0)
        for place, each in enumerate(points)
    ]


def _points(text: str, heading: str, behind: str, repeated: int) -> int:
    points = POINTS
    for words in (behind, text, heading):
        # The nearest word decides: “Desirable” behind a line outdoes “Essential skills” above it.
        if _NICE_WORDS.search(words):
            points = _NICE
            break
        if _MUST_WORDS.search(words):
            points = _MUST
            break
    first, _, rest = text.partition("\n")
    has_heading = (
        bool(rest.strip())
        and len(first) <= 90
        and not first.rstrip().endswith((".", ",", ";"))
        and rest.lstrip()[:1].isupper()
    )
    return points + _MORE * (has_heading + min(repeated, _MOST_REPETITIONS))
