"""Whether a sentence sounds like something asked of a person: a learned second opinion for the rules that extract.

Likeness to a competency knows a trade's words but not who does what: “you will get a laptop” and “you will build a
laptop” differ in grammar alone. So the common words and the forms of verbs are heard here too. Learning is
`hiring.rubrics.learning`'s; here it is only applied.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from hiring.rubrics.core.likeness import Likeness, said
from hiring.rubrics.core.verbs import BASES, GERUNDS, PRESENT
from hiring.rubrics.core.words import tokens

Judge = Callable[[str], float]
"""Says how much a sentence sounds asked: above 0 rather so, above 1 clearly, below 0 rather like the page around it."""

_WORD = re.compile(r"[^\W_]+(?:['’][a-z]+)?|[$€£%?!:]")
_BEFORE = re.compile(r"\W*(?:\d{1,2}[:.]\d\d(?:\s*[–-]\s*\d{1,2}[:.]\d\d)?(?:\s*[ap]\.?m\b)?)?[^\w$€£<]*")
"""Marks and a time of day before a sentence: they tell nothing of it."""
_WORDS = 60
"""How many words of a sentence are heard, at most."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A learned classifier of two classes. `weights` gives by feature its rarity and how much it tells for a duty."""

    bias: float
    weights: Mapping[str, tuple[float, float]]

    def score(self, text: str) -> float:
        """Return how much a text sounds asked; above 0 is rather so than not."""
        known = [self.weights[each] for each in heard(text) if each in self.weights]
        length = math.sqrt(sum(rarity * rarity for rarity, _ in known)) or 1.0
        return self.bias + sum(rarity / length * weight for rarity, weight in known)


def heard(text: str) -> list[str]:
    """Return the features of a text, in a fixed order: its words, pairs of neighbours, and how it begins.

    In pairs and at the beginning a verb stands for its form, so that “builds” tells of every verb like it.
    """
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)[:_WORDS]]
    forms = [_form(word) for word in words]
    pairs = [f"{one} {other}" for one, other in pairwise(forms)]
    begins = [f"^{forms[0]}", "^" + " ".join(forms[:2])] if forms else []
    return list(dict.fromkeys([*words, *pairs, *begins]))


@lru_cache(maxsize=8192)
def _form(word: str) -> str:
    if word in BASES:
        return "<do>"
    if word in GERUNDS:
        return "<doing>"
    if word in PRESENT:
        return "<does>"
    return "<number>" if word.isdigit() else word


def judge_of(likeness: Likeness | None, noise: Likeness | None, asking: Asking | None) -> Judge | None:
    """Return the second opinion of what a library learned, None where it did not. It remembers what it was asked."""
    if likeness is None or noise is None or asking is None:
        return None

    @lru_cache(maxsize=4096)
    def judge(sentence: str) -> float:
        sentence = _BEFORE.sub("", sentence, count=1)
        words = said(tokens(sentence))
        return asking.score(sentence) + (_most(likeness, words) - _most(noise, words)) / 2

    return judge


def _most(likeness: Likeness, words: Mapping[str, tuple[int, int]]) -> float:
    """Return the likeness to the class that is most like it, -1 where no word is known."""
    return max(likeness.scores(words).values(), default=-1.0)
