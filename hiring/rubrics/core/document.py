"""YAML 1.2 text as a tree in which every value knows its line and column. Strict: no anchors, aliases or tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from hiring.rubrics.core.shapes import Fault

MAX_DEPTH = 12
MAX_NODES = 20_000

_NULL = re.compile(r"(?:~|null|Null|NULL)?")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]{1,30}|[0-9]{1,30}(?:\.[0-9]{0,30})?)(?:[eE][-+]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value. `raw` is its text; `value` what YAML 1.2's core schema makes of it."""

    value: str | int | Decimal | bool | None
    raw: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping. Keys are texts, and each stands once."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int

    def get(self, key: str) -> Node | None:
        """Return the value of a key, or None."""
        return next((value for name, value in self.entries if name.value == key), None)


Node = Scalar | Items | Fields


class _Faulty(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.sentence)
        self.fault = fault


def parse(text: str, most_nodes: int = MAX_NODES) -> Node | Fault:
    """Parse one document of at most `most_nodes` values. Time is bounded by the text's length: the first fault ends the reading.

    Faults: what is not YAML, a second document, anchors, aliases, tags, duplicate keys, keys that are not text,
    more than 12 levels of nesting, another YAML version.
    """
    events = _Events(text, most_nodes)
    try:
        return _document(events)
    except _Faulty as faulty:
        return faulty.fault
    except ReaderError as error:
        return _unreadable(text, error)
    except MarkedYAMLError as error:
        # What is opened and never closed ends with the file: the place where it was opened helps.
        is_end = "end of stream" in str(error.problem)
        mark = (error.context_mark if is_end else None) or error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = _short(" ".join(str(error.problem or error.context or "it breaks off").split()), 160)
        if error.context_mark and error.context_mark.line + 1 < line:
            problem = f"{problem}, in what begins in line {error.context_mark.line + 1}"
        return Fault(
            line,
            column,
            f"This is not YAML: {problem}",
            "Indent with spaces, close every bracket and quote, and quote texts that contain “: ” or begin with a sign",
        )
    except (YAMLError, ValueError, KeyError, IndexError, TypeError, OverflowError) as error:
        # The parser itself stumbles, for example over an escape beyond Unicode.
        problem = _short(" ".join(str(error).split()), 120) or type(error).__name__
        return Fault(events.line, events.column, f"This is not YAML: {problem}", "Write the value as plain text")


def _short(text: object, length: int = 60) -> str:
    shown = str(text)
    return shown if len(shown) <= length else shown[:length] + "…"


class _Events:
    """The parser's events, and the place reached."""

    def __init__(self, text: str, most_nodes: int) -> None:
        yaml: Any = YAML(typ="safe", pure=True)
        yaml.version = (1, 2)
        self._events: Iterator[Any] = iter(yaml.parse(text))
        self.line = 1
        self.column = 1
        self._nodes = 0
        self._most_nodes = most_nodes

    def __iter__(self) -> Iterator[Any]:
        for event in self._events:
            self.line, self.column = event.start_mark.line + 1, event.start_mark.column + 1
            self._refuse(event)
            yield event

    def _refuse(self, event: Any) -> None:
        if isinstance(event, DocumentStartEvent) and (event.tags or tuple(event.version or (1, 2)) != (1, 2)):
            raise self.fault("Only YAML 1.2 without directives is read", "Remove the lines that begin with %")
        if not isinstance(event, NodeEvent):
            return
        self._nodes += 1
        if self._nodes > self._most_nodes:
            raise self.fault(
                f"There are more than {self._most_nodes:,} values in the file", "Divide it into several files"
            )
        if isinstance(event, AliasEvent):
            raise self.fault(f"*{_short(event.anchor)} is an alias", "Write the value out where it is meant")
        if event.anchor is not None:
            raise self.fault(
                f"&{_short(event.anchor)} is an anchor", "Remove it, and write values out where they are meant"
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise self.fault(f"{_short(tag)} is a tag", "Remove it: the field decides how its value is read")

    def fault(self, what: str, instead: str) -> _Faulty:
        return _Faulty(Fault(self.line, self.column, what, instead))


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being read; in a mapping keys and values alternate."""

    line: int
    column: int
    is_mapping: bool
    children: list[Node]
    keys: set[str]


def _document(events: _Events) -> Node:
    root: Node | None = None
    stack: list[_Open] = []
    for event in events:
        done: Node | None = None
        if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            if len(stack) >= MAX_DEPTH:
                raise events.fault(
                    f"Values are nested more than {MAX_DEPTH} deep",
                    "Write lists and fields flat, as the other files do",
                )
            stack.append(_Open(events.line, events.column, isinstance(event, MappingStartEvent), [], set()))
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            done = _closed(stack.pop())
        elif isinstance(event, ScalarEvent):
            done = _scalar(event, events)
        elif isinstance(event, DocumentStartEvent) and root is not None:
            raise events.fault("A second document begins here", "Put it into a file of its own")
        if done is None:
            continue
        if not stack:
            root = done
        else:
            _add(stack[-1], done)
    if root is None:
        raise _Faulty(Fault(1, 1, "The file is empty", "Write the fields of a competency, a role or a source"))
    return root


def _add(parent: _Open, child: Node) -> None:
    if parent.is_mapping and len(parent.children) % 2 == 0:
        if not isinstance(child, Scalar) or not isinstance(child.value, str):
            raise _Faulty(
                Fault(child.line, child.column, "A field's name must be a word", "Write it as plain text, or in quotes")
            )
        if child.value in parent.keys:
            raise _Faulty(
                Fault(
                    child.line,
                    child.column,
                    f"“{child.value[:60]}” stands twice in one mapping",
                    "Keep one, and join what belongs together",
                ),
            )
        parent.keys.add(child.value)
    elif parent.is_mapping and isinstance(child, Scalar) and not child.raw and child.value is None:
        # The parser places a missing value at the next token, which may be lines away.
        key = parent.children[-1]
        child = replace(child, line=key.line, column=key.column)
    parent.children.append(child)


def _closed(done: _Open) -> Node:
    if not done.is_mapping:
        return Items(tuple(done.children), done.line, done.column)
    entries = tuple(
        (key, value)
        for key, value in zip(done.children[::2], done.children[1::2], strict=True)
        if isinstance(key, Scalar)
    )
    return Fields(entries, done.line, done.column)


def _scalar(event: ScalarEvent, events: _Events) -> Scalar:
    raw = str(event.value)
    plain = bool(event.implicit[0]) and event.style is None
    return Scalar(_resolved(raw) if plain else raw, raw, events.line, events.column)


def _resolved(raw: str) -> str | int | Decimal | bool | None:
    """Resolve a plain scalar as YAML 1.2 does: “no”, “012” and “1:30” keep their meaning."""
    if _NULL.fullmatch(raw):
        return None
    if _BOOL.fullmatch(raw):
        return raw.lower() == "true"
    if _INT.fullmatch(raw):
        return int(raw)
    return Decimal(raw) if _NUMBER.fullmatch(raw) else raw


def _unreadable(text: str, error: ReaderError) -> Fault:
    place = min(int(getattr(error, "position", 0) or 0), len(text))
    line = text.count("\n", 0, place) + 1
    column = place - (text.rfind("\n", 0, place) + 1) + 1
    return Fault(line, column, "A control character stands here", "Remove it: YAML files are plain text")
