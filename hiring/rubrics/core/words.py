"""A text's words as stems: spelling, number and tense aside, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"1:1(?=s?\b)|[^\W_]+(?:\.(?=[^\W\d_])[^\W_]+|-[ \t]*+\n[ \t]*+(?=[a-z])[^\W_]+)*[+#]*", re.UNICODE)
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
_IRREGULAR = {
    "data": "data",
    "rails": "rails",
    "analyses": "analys",
    "analysis": "analys",
    "indices": "index",
    "written": "writ",
}

_COMPOUND_FIRST = frozenset(
    [
        "back",
        "cross",
        "data",
        "end",
        "event",
        "front",
        "full",
        "high",
        "large",
        "long",
        "low",
        "multi",
        "non",
        "object",
        "on",
        "open",
        "problem",
        "real",
        "self",
        "server",
        "short",
        "single",
        "test",
        "third",
        "time",
        "two",
        "user",
        "web",
        "well",
    ]
)
"""First parts of compounds, whose hyphen is their own also where a line ends."""


@dataclass(frozen=True, slots=True)
class Token:
    stem: str
    start: int
    end: int
    carries_on: bool
    """No bracket or end of a clause stands before it."""
    is_next: bool = True
    """No word was passed over before it."""


def tokens(text: str) -> Iterator[Token]:
    """Yield the words of a text as stems, compounds as their parts, without articles and the like."""
    reached = 0
    carries_on = is_next = True
    for match in _TOKEN.finditer(text):
        word = match.group().lower()
        carries_on = carries_on and _CLAUSE_END.search(text, reached, match.start()) is None
        reached = match.end()
        if word in _UNSAID:
            is_next = False
            continue
        for part in _parts(word):
            yield Token(stem(part), match.start(), match.end(), carries_on, is_next)
            carries_on = is_next = True


def _parts(word: str) -> tuple[str, ...]:
    """Return the words in what stands together: “frontend” is two, “main-” and “tain” over a line's end are one."""
    if "\n" in word:
        first, rest = (part.strip(" \t-") for part in word.split("\n", 1))
        if first in _COMPOUND_FIRST:
            return first, rest
        word = first + rest
    return _JOINED.get(word, (word,))


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
