"""The five given postings with what a reader found in them, and the words they are written in."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from hiring.rubrics.core.shapes import Source
from hiring.rubrics.library import load_roles, load_sources, sources_of

FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "postings"
PROJECT = Path(__file__).resolve().parents[2]

_KINDS = {"responsibilities": "responsibility", "skills": "skill", "traits": "trait"}


@dataclass(frozen=True)
class Row:
    id: str
    text: str
    kind: str
    at: str


@dataclass(frozen=True)
class Given:
    file: str
    text: str
    rows: tuple[Row, ...]
    noise: tuple[str, ...]


def given_folder() -> Path:
    """Return the folder of the five postings; skip where it is missing, but never in continuous integration."""
    if not FOLDER.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("the five postings are missing")
        pytest.skip("the five postings are not on this machine")
    return FOLDER.resolve()


@cache
def given() -> tuple[Given, ...]:
    folder = given_folder()
    expected: dict[str, Any] = YAML(typ="safe", pure=True).load((folder / "expected.yaml").read_text(encoding="utf-8"))
    return tuple(
        Given(
            file=file,
            text=(folder / file).read_text(encoding="utf-8"),
            rows=tuple(
                Row(row["id"], row["text"], kind, row["at"])
                for part, kind in _KINDS.items()
                for row in entry.get(part, [])
            ),
            noise=tuple(entry["noise"]),
        )
        for file, entry in expected.items()
    )


def backend_sources() -> tuple[Source, ...]:
    """Return the five sources that retell the given postings: those which the backend role covers."""
    role = next(role for role in load_roles() if role.id == "backend-developer")
    return sources_of(role, load_sources())


def occurrences(text: str, part: str) -> Iterator[tuple[int, int]]:
    start = text.find(part)
    while start >= 0:
        yield start, start + len(part)
        start = text.find(part, start + 1)


def touches(text: str, part: str, places: list[tuple[int, int]]) -> bool:
    """Tell whether one of the places overlaps an occurrence of `part`."""
    return any(start < stop and begin < end for begin, stop in occurrences(text, part) for start, end in places)


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def runs_of_six(text: str) -> set[tuple[str, ...]]:
    words = words_of(text)
    return {tuple(words[place : place + 6]) for place in range(len(words) - 5)}
