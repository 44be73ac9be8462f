"""What anyone would try first, to be held against: every bullet is a statement, and the competency with the nearest words."""

from __future__ import annotations

import functools
import math
import re
from collections import Counter

from hiring.rubrics.core.derive import derive
from hiring.rubrics.core.shapes import Library, Role
from tests.derivation.measure import Found, Method

_BULLET = re.compile(
    r"^[^\S\n]*(?:[-–—*+•·‣◦▪●○■□►▸➢→✓✔☐\uf0b7\uf0a7\uf0d8]|\d+(?:\.\d+)+|\(?(?:\d+(?:\.\d+)*|[a-z])[.)])\s+(?=\S)",
    re.MULTILINE,
)
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "being",
        "but",
        "by",
        "can",
        "could",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "more",
        "most",
        "must",
        "no",
        "nor",
        "not",
        "of",
        "on",
        "one",
        "or",
        "our",
        "own",
        "shall",
        "she",
        "he",
        "should",
        "so",
        "some",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "to",
        "too",
        "up",
        "us",
        "very",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)


def product(library: Library, roles: tuple[Role, ...]) -> Method:
    """Return the program itself as a method; it remembers its answers."""

    @functools.cache
    def run(text: str) -> tuple[Found, ...]:
        statements = derive([("posting", text)], library, roles).postings[0].statements
        return tuple(Found(((each.start, each.end), *each.also_at), each.competency) for each in statements)

    return run


def bullets(library: Library) -> Method:
    """Return the method: every line that begins with a bullet or a number is a statement."""
    nearest = Nearest(library)

    def run(text: str) -> list[Found]:
        found = []
        for match in _BULLET.finditer(text):
            end = text.find("\n", match.end())
            end = len(text) if end < 0 else end
            found.append(Found(((match.end(), end),), nearest(text[match.end() : end])))
        return found

    return run


def nearest_words(method: Method, library: Library) -> Method:
    """Return the method with the same statements, each matched to the competency with the nearest words."""
    nearest = Nearest(library)

    def run(text: str) -> list[Found]:
        return [Found(each.places, nearest(text[slice(*each.places[0])])) for each in method(text)]

    return run


class Nearest:
    """The nearest competency by the cosine of TF-IDF over its name and definition; None where no word is shared, the first id at a tie."""

    def __init__(self, library: Library) -> None:
        counts = {each.id: Counter(_tokens(f"{each.name} {each.definition}")) for each in library.competencies}
        spread = Counter(word for words in counts.values() for word in words)
        self._rarity = {word: math.log((1 + len(counts)) / (1 + number)) + 1 for word, number in spread.items()}
        self._vectors = {key: self._vector(words) for key, words in sorted(counts.items())}

    def __call__(self, text: str) -> str | None:
        asked = self._vector(Counter(_tokens(text)))
        likeness = {
            key: sum(weight * vector.get(word, 0.0) for word, weight in asked.items())
            for key, vector in self._vectors.items()
        }
        best = max(likeness, key=likeness.__getitem__)
        return best if likeness[best] > 0 else None

    def _vector(self, words: Counter[str]) -> dict[str, float]:
        """Return the words' weights, of length 1; words that no competency uses are left out."""
        weights = {word: number * self._rarity[word] for word, number in words.items() if word in self._rarity}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {word: weight / length for word, weight in weights.items()}


def _tokens(text: str) -> list[str]:
    """Return the words that mean something, in lower case; a plural's s is dropped."""
    words = re.findall(r"[a-z][a-z0-9+#]*", text.lower())
    return [word.removesuffix("s") if len(word) > 3 else word for word in words if word not in _STOP]
