"""Which competency a statement names: by the library's terms and by what its examples sound like, with the words that say so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from hiring.rubrics.core.likeness import Likeness, said
from hiring.rubrics.core.plain import plain
from hiring.rubrics.core.shapes import Library
from hiring.rubrics.core.words import Token, tokens

_HEAD_WEIGHT, _BODY_WEIGHT = 2.0, 0.5
"""A label or heading says what its explanation is about; what the explanation adds counts less."""

_LENGTH_POWER = 1.6
"""A term of two words tells three times as much as one word, of three words six times."""

_TERM_SHARE = 0.2
"""What a term of one word adds to a likeness, which lies between -2 and 2."""

_LEAST_LIKE = -0.6
"""Without any term, a statement less like its best competency than this names none."""

_UNKNOWN = 8.0
"""The rarity of a word that no example holds: “feed” alone tells more of data than “feed the goats”."""

_LEADING_CLAUSE = re.compile(
    r"\s*(?:in|while|although|besides|apart|along|together|with|as|to|when|once|by|through)\b[^,.:;\n]{3,120},\s",
    re.IGNORECASE,
)
"""What comes before the main clause is mostly said of something else: “In addition to reviews, you write …”."""

_ALSO_BEHIND = 0.5
"""How far behind the best a competency may be to be named too."""

_LABEL_END = re.compile(r":\**\s|\s[—–|]\s|\s?\.{3,}|\s?…|\n")
_LABEL_LENGTH = 90


@dataclass(frozen=True, slots=True)
class Match:
    """What a statement names. `competency` is None, with confidence 0, where no term occurs and it sounds like nothing known."""

    competency: str | None
    also: tuple[str, ...]
    confidence: float
    words: tuple[str, ...]


NOTHING = Match(None, (), 0.0, ())


@dataclass(frozen=True, slots=True)
class _Hit:
    """A term at `tokens[first:first + length]`, for the competencies that list it."""

    first: int
    length: int
    competencies: tuple[str, ...]


class Terms:
    """The library's terms and its likeness, prepared once for any number of statements."""

    def __init__(self, library: Library) -> None:
        owners: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for competency in library.competencies:
            for term in competency.terms:
                stems = tuple(token.stem for token in tokens(term))
                if stems and competency.id not in owners[stems]:
                    owners[stems].append(competency.id)
        self._by_first: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
        for stems, ids in owners.items():
            self._by_first[stems[0]].append((stems, tuple(ids)))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        self._likeness: Likeness | None = library.likeness

    def match(self, text: str) -> Match:
        """Match one statement."""
        seen = plain(text)
        read = list(tokens(seen.text))
        hits = self._hits(read)
        terms = _told(hits, read, *_main_part(seen.text))
        heard = said(read)
        like = self._likeness.scores(heard, _UNKNOWN) if self._likeness else {}
        least, most = min(like.values(), default=0.0), max(like.values(), default=0.0)
        # What nothing was learned of, such as a competency of one's own, has only its terms: they count from the best.
        scores = {key: like.get(key, most) + _TERM_SHARE * terms.get(key, 0.0) for key in {*like, *terms}}
        if not scores:
            return NOTHING
        first = {key: hit.first for hit in reversed(hits) for key in hit.competencies}
        order = sorted(scores, key=lambda key: (-scores[key], first.get(key, len(read)), key))
        best = order[0]
        if best not in terms and scores[best] < _LEAST_LIKE:
            return NOTHING
        places = [
            (read[hit.first].start, read[hit.first + hit.length - 1].end) for hit in hits if best in hit.competencies
        ]
        if not places and self._likeness:
            places = self._likeness.telling(heard, best)
        if not places:
            return NOTHING
        also = tuple(key for key in order[1:4] if scores[key] >= scores[best] - _ALSO_BEHIND)
        ahead = scores[best] - (scores[order[1]] if len(order) > 1 else least)
        words = (text[start:end] for start, end in (seen.place(*place) for place in places))
        return Match(best, also, _confidence(scores[best], ahead, is_term=best in terms), _unique(words))

    def _hits(self, read: list[Token]) -> list[_Hit]:
        """Find the terms of a statement, without those that lie within or across a longer one; in its order."""
        found: list[_Hit] = []
        for place, token in enumerate(read):
            for stems, ids in self._by_first.get(token.stem, ()):
                if all(
                    place + offset < len(read)
                    and read[place + offset].stem == stem
                    and (offset == 0 or read[place + offset].carries_on)
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


def _confidence(top: float, ahead: float, *, is_term: bool) -> float:
    """Return how sure a match is, 0.01 to 0.99: by how like it is, how far ahead of the next, and whether a term says it."""
    sure = 0.5 + 0.2 * max(min(top, 1.5), -1.0) + 0.25 * min(ahead, 1.0) + (0.1 if is_term else -0.1)
    return round(min(max(sure, 0.01), 0.99), 2)


def _main_part(text: str) -> tuple[int, int, float]:
    """Return where a statement says what it is about, as (start, end, weight): its label, or its main clause."""
    label = _LABEL_END.search(text, 0, _LABEL_LENGTH)
    if label:
        return 0, label.start(), _HEAD_WEIGHT
    clause = _LEADING_CLAUSE.match(text)
    return clause.end() if clause else 0, len(text), 1.0


def _told(hits: list[_Hit], read: list[Token], start: int, end: int, main: float) -> dict[str, float]:
    """Sum what each competency's terms tell; a term said twice counts once, where it tells most."""
    best: dict[tuple[str, tuple[str, ...]], float] = {}
    for hit in hits:
        stems = tuple(token.stem for token in read[hit.first : hit.first + hit.length])
        weight = main if start <= read[hit.first].start < end else _BODY_WEIGHT
        value = hit.length**_LENGTH_POWER * weight / len(hit.competencies)
        for competency in hit.competencies:
            best[competency, stems] = max(best.get((competency, stems), 0.0), value)
    scores: dict[str, float] = defaultdict(float)
    for (competency, _), value in best.items():
        scores[competency] += value
    return dict(scores)


def _unique(words: Iterable[str]) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for word in words:
        seen.setdefault(word.casefold(), word)
    return tuple(seen.values())
