"""Which competency a statement names: by the library's terms, the longest first, with the words that say so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from hiring.rubrics.core.shapes import Library

_TOKEN = re.compile(r"[^\W_]+(?:\.(?=[^\W\d_])[^\W_]+)*[+#]*", re.UNICODE)
_CLAUSE_END = re.compile(r"[.:;!?()\[\]{}“”\"]")
_UNSAID = frozenset(
    ["a", "an", "the", "your", "its", "our", "their", "his", "her", "this", "that", "these", "those", "s", "t"]
)
"""Words that never tell two terms apart: “maintain the application” is “maintain application”."""

_JOINED = {
    "frontend": ("front", "end"),
    "backend": ("back", "end"),
    "fullstack": ("full", "stack"),
    "realtime": ("real", "time"),
    "webserver": ("web", "server"),
}
_IRREGULAR = {"data": "data", "analyses": "analys", "analysis": "analys", "indices": "index", "written": "writ"}

_HEAD_WEIGHT, _BODY_WEIGHT = 2.0, 0.5
"""A label or heading says what its explanation is about; what the explanation adds counts less."""

_LENGTH_POWER = 1.6
"""A term of two words tells three times as much as one word, of three words six times."""

_LEADING_CLAUSE = re.compile(
    r"\s*(?:in|while|although|besides|apart|along|together|with|as|to|when|once|by|through)\b[^,.:;\n]{3,120},\s",
    re.IGNORECASE,
)
"""What comes before the main clause is mostly said of something else: “In addition to reviews, you write …”."""

_ALSO_SHARE = 0.4
_LABEL_END = re.compile(r":\s|\s[—–]\s|\n")
_LABEL_LENGTH = 90


@dataclass(frozen=True, slots=True)
class Match:
    """What a statement names. `competency` is None, with confidence 0, where no term of the library occurs."""

    competency: str | None
    also: tuple[str, ...]
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    stem: str
    start: int
    end: int
    carries_on: bool
    """No bracket or end of a clause stands before it."""


@dataclass(frozen=True, slots=True)
class _Hit:
    """A term at `tokens[first:first + length]`, for the competencies that list it."""

    first: int
    length: int
    competencies: tuple[str, ...]


class Terms:
    """The library's terms, prepared once for any number of statements."""

    def __init__(self, library: Library) -> None:
        owners: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for competency in library.competencies:
            for term in competency.terms:
                stems = tuple(token.stem for token in _tokens(term))
                if stems and competency.id not in owners[stems]:
                    owners[stems].append(competency.id)
        self._by_first: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
        for stems, ids in owners.items():
            self._by_first[stems[0]].append((stems, tuple(ids)))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def match(self, text: str) -> Match:
        """Match one statement."""
        tokens = list(_tokens(text))
        hits = self._hits(tokens)
        if not hits:
            return Match(None, (), 0.0, ())
        scores = _scores(hits, tokens, *_main_part(text))
        order = sorted(scores, key=lambda key: (-scores[key], _first_place(hits, key), key))
        best = order[0]
        top = scores[best]
        rival = scores[order[1]] if len(order) > 1 else 0.0
        confidence = round(top / (top + 1) * top / (top + rival / 2), 2)
        also = tuple(key for key in order[1:] if scores[key] >= top * _ALSO_SHARE)
        words = (
            text[tokens[hit.first].start : tokens[hit.first + hit.length - 1].end]
            for hit in hits
            if best in hit.competencies
        )
        return Match(best, also, confidence, _unique(words))

    def _hits(self, tokens: list[_Token]) -> list[_Hit]:
        """Find the terms of a statement, without those that lie within or across a longer one; in its order."""
        found: list[_Hit] = []
        for place, token in enumerate(tokens):
            for stems, ids in self._by_first.get(token.stem, ()):
                if all(
                    place + offset < len(tokens)
                    and tokens[place + offset].stem == stem
                    and (offset == 0 or tokens[place + offset].carries_on)
                    for offset, stem in enumerate(stems)
                ):
                    found.append(_Hit(place, len(stems), ids))
        taken: set[int] = set()
        kept: list[_Hit] = []
        for hit in sorted(found, key=lambda hit: (-hit.length, hit.first)):
            span = range(hit.first, hit.first + hit.length)
            if taken.isdisjoint(span):
                taken.update(span)
                kept.append(hit)
        return sorted(kept, key=lambda hit: hit.first)


def _main_part(text: str) -> tuple[int, int, float]:
    """Return where a statement says what it is about, as (start, end, weight): its label, or its main clause."""
    label = _LABEL_END.search(text, 0, _LABEL_LENGTH)
    if label:
        return 0, label.start(), _HEAD_WEIGHT
    clause = _LEADING_CLAUSE.match(text)
    return clause.end() if clause else 0, len(text), 1.0


def _scores(hits: list[_Hit], tokens: list[_Token], start: int, end: int, main: float) -> dict[str, float]:
    """Sum what each competency's terms tell; a term said twice counts once, where it tells most."""
    best: dict[tuple[str, tuple[str, ...]], float] = {}
    for hit in hits:
        stems = tuple(token.stem for token in tokens[hit.first : hit.first + hit.length])
        weight = main if start <= tokens[hit.first].start < end else _BODY_WEIGHT
        value = hit.length**_LENGTH_POWER * weight / len(hit.competencies)
        for competency in hit.competencies:
            best[competency, stems] = max(best.get((competency, stems), 0.0), value)
    scores: dict[str, float] = defaultdict(float)
    for (competency, _), value in best.items():
        scores[competency] += value
    return scores


def _first_place(hits: list[_Hit], competency: str) -> int:
    return next(hit.first for hit in hits if competency in hit.competencies)


def _unique(words: Iterable[str]) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for word in words:
        seen.setdefault(word.casefold(), word)
    return tuple(seen.values())


def _tokens(text: str) -> Iterable[_Token]:
    reached = 0
    carries_on = True
    for match in _TOKEN.finditer(text):
        word = match.group().lower()
        carries_on = carries_on and _CLAUSE_END.search(text, reached, match.start()) is None
        reached = match.end()
        if word in _UNSAID:
            continue
        for part in _JOINED.get(word, (word,)):
            yield _Token(stem(part), match.start(), match.end(), carries_on)
            carries_on = True


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Reduce a lower-case word, so that British and American spelling, singular and plural, act and action agree."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.isalpha():
        return word
    if word.endswith("ies"):
        word = word[:-3] + "y"
    elif word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "sis", "xis")):
        word = word[:-1]
    word = _without_ending(word)
    if word.endswith("is") and len(word) > 5:
        word = word[:-1] + "z"
    return word.replace("avour", "avor").replace("entre", "enter").replace("alyz", "alys")


def _without_ending(word: str) -> str:
    for ending, rest in (
        ("isation", "iz"),
        ("ization", "iz"),
        ("ation", "at"),
        ("ction", "ct"),
        ("ption", "pt"),
        ("ing", ""),
        ("ed", ""),
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + rest
            break
    if len(word) > 3 and word[-1] == word[-2] and (word[-1] not in "lsz" or (word[-1] == "l" and len(word) > 5)):
        word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word
