"""What a statement sounds like: a linear classifier over words and pairs of words, learned from the library's examples.

Each competency has a weight for each word that tells for or against it; a statement's likeness to a competency is the sum
over its words, each by its rarity (tf-idf, unit length). Learning is `hiring.rubrics.learning`'s; here it is only applied.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hiring.rubrics.core.words import Token, stem

_COMMON = frozenset(
    stem(word)
    for word in """
    about all also an and any are as at be been being but by can could did do does each etc for from had has have he her here hers
    him his how i if in into is it its just like ll may me might more most must my need no nor not of off on once only or other our ours out
    over own per re same she should so some such than that the their theirs them then there these they this those through to too up us very
    was we were what when where which while who whom whose why will with within would you your yours yourself
    """.split()  # noqa: SIM905 - a list of a hundred words in quotes is for nobody to read
)
"""Words that tell nothing of a trade, as stems."""

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Likeness:
    """A learned classifier. `weights` gives, by word or pair, its rarity and its weight for each class that it tells of."""

    classes: tuple[str, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[float, tuple[tuple[int, float], ...]]]

    def scores(self, said: Mapping[str, Place], unknown: float = 0.0) -> dict[str, float]:
        """Return how much a statement's words sound like each class; above 0 is like it. Empty where no word is known.

        `unknown` is the rarity of a word never heard: the more of those there are, the less the others tell.
        """
        known = [self.weights[word] for word in said if word in self.weights]
        if not known:
            return {}
        others = sum(1 for word in said if " " not in word and word not in self.weights)
        length = math.sqrt(sum(rarity * rarity for rarity, _ in known) + others * unknown * unknown)
        found = list(self.bias)
        for rarity, each in known:
            for at, weight in each:
                found[at] += rarity / length * weight
        return dict(zip(self.classes, found, strict=True))

    def telling(self, said: Mapping[str, Place], name: str) -> list[Place]:
        """Return where the words stand that tell most for a class: each at least a quarter of the most telling, five at most."""
        at = self.classes.index(name)
        told = {
            word: rarity * weight
            for word in said
            for rarity, each in [self.weights.get(word, (0.0, ()))]
            for place, weight in each
            if place == at and weight > 0
        }
        most = max(told.values(), default=0.0)
        best = sorted((word for word in told if told[word] * 4 >= most), key=lambda word: -told[word])[:5]
        return _apart([said[word] for word in best])


def _apart(places: list[Place]) -> list[Place]:
    """Return places in their order, those that overlap joined."""
    joined: list[Place] = []
    for start, end in sorted(places):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def said(read: Iterable[Token]) -> dict[str, Place]:
    """Return a statement's telling words as stems, and its pairs of neighbours, each with its first place in the text."""
    found: dict[str, Place] = {}
    before: tuple[str, int] | None = None
    for token in read:
        if token.stem in _COMMON:
            continue
        found.setdefault(token.stem, (token.start, token.end))
        if before is not None and token.carries_on:
            found.setdefault(f"{before[0]} {token.stem}", (before[1], token.end))
        before = token.stem, token.start
    return found
