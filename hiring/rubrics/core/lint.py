"""What a competency, a role and a source file must hold, and what to write where one does not.

Each `read_...` returns the value, or None, and every fault found; a value comes only without faults.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from hiring.rubrics.core.document import Fields, Items, Node, Scalar
from hiring.rubrics.core.shapes import (
    MAX_ANCHOR,
    MAX_COMPETENCIES,
    MAX_CRITERIA,
    MAX_LEVELS,
    MAX_STATEMENT,
    MIN_CRITERIA,
    MIN_LEVELS,
    Competency,
    Criterion,
    Fault,
    Kind,
    Kit,
    Level,
    LevelAnchor,
    Library,
    Plan,
    Question,
    QuestionKind,
    Role,
    Scale,
    Source,
    SourceStatement,
)

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_STATEMENT_ID = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,39}")
_WEIGHT = re.compile(r"0\.\d{1,2}|1(?:\.00?)?")

COMPETENCY_FIELDS = (
    "id", "family", "name", "definition", "terms", "levels", "questions", "listen_for", "worry", "do_not_hold_against",
)  # fmt: skip
ROLE_FIELDS = ("id", "title", "scale", "criteria", "plan")
SOURCE_FIELDS = ("id", "title", "statements")

_LINE, _TEXT = 200, 2000
_MAX_FAULTS = 200
_MAX_LIST = 500


class FileKind(StrEnum):
    """What a file of ours describes."""

    COMPETENCY = "competency"
    ROLE = "role"
    SOURCE = "source"


def file_kind(node: Node) -> FileKind | None:
    """Tell a file's kind by the fields it has, or None."""
    if not isinstance(node, Fields):
        return None
    names = {key.value for key, _ in node.entries}
    for kind, telling in (
        (FileKind.ROLE, {"criteria", "scale", "plan"}),
        (FileKind.SOURCE, {"statements"}),
        (FileKind.COMPETENCY, {"family", "terms", "levels", "definition", "questions"}),
    ):
        if names & telling:
            return kind
    return None


def read_competency(node: Node) -> tuple[Competency | None, list[Fault]]:
    """Read a competency file."""
    reader = _Reader()
    top = reader.fields(node, COMPETENCY_FIELDS, COMPETENCY_FIELDS, "a competency")
    competency = Competency(
        id=reader.id(top.get("id")),
        family=reader.id(top.get("family")),
        name=reader.text(top.get("name"), _LINE),
        definition=reader.text(top.get("definition"), _TEXT),
        terms=reader.texts(top.get("terms"), 80, 1),
        levels=reader.each(top.get("levels"), reader.level, MIN_LEVELS, MAX_LEVELS),
        questions=reader.each(top.get("questions"), reader.question, 1, _MAX_LIST),
        listen_for=reader.texts(top.get("listen_for"), _LINE, 1),
        worry=reader.texts(top.get("worry"), 400, 1),
        do_not_hold_against=reader.texts(top.get("do_not_hold_against"), 400, 1),
    )
    reader.lower_case(top.get("terms"), competency.terms)
    reader.distinct(top.get("terms"), competency.terms, "This term")
    reader.distinct(top.get("levels"), tuple(level.label for level in competency.levels), "This level's label")
    missing = [kind.value for kind in QuestionKind if kind not in {question.kind for question in competency.questions}]
    if missing and competency.questions:
        reader.fault(
            top.get("questions"),
            f"There is no question of the kind {_either(missing)}",
            "Add one of each: past, situation, work",
        )
    return reader.result(competency)


def read_source(node: Node) -> tuple[Source | None, list[Fault]]:
    """Read a source file."""
    reader = _Reader()
    top = reader.fields(node, SOURCE_FIELDS, SOURCE_FIELDS, "a source")
    source = Source(
        id=reader.id(top.get("id")),
        title=reader.text(top.get("title"), _LINE),
        statements=reader.each(top.get("statements"), reader.statement, 1, _MAX_LIST),
    )
    ids = tuple(statement.id for statement in source.statements)
    reader.distinct(top.get("statements"), ids, "This statement's id")
    return reader.result(source)


def read_role(
    node: Node,
    library: Library | None = None,
    statements: frozenset[str] | None = None,
) -> tuple[Role | None, list[Fault]]:
    """Read a role file. With a library its competencies must exist; with statement ids, so must what it covers."""
    reader = _Reader()
    top = reader.fields(node, ROLE_FIELDS, ROLE_FIELDS, "a role")
    scale = _scale(reader, top.get("scale"))
    role = Role(
        id=reader.id(top.get("id")),
        title=reader.text(top.get("title"), _LINE),
        scale=scale,
        criteria=reader.each(top.get("criteria"), lambda item: _criterion(reader, item, scale), 1, _MAX_LIST),
        plan=_plan(reader, top.get("plan")),
    )
    _check_criteria(reader, top.get("criteria"), role, library, statements)
    _check_plan(reader, top.get("plan"), role)
    return reader.result(role)


def _scale(reader: _Reader, node: Node | None) -> Scale:
    inner = reader.fields(node, ("labels", "bar"), ("labels",), "a scale")
    labels = reader.texts(inner.get("labels"), 60, MIN_LEVELS, MAX_LEVELS)
    reader.distinct(inner.get("labels"), labels, "This label")
    bar_node = inner.get("bar")
    bar = None
    if bar_node is not None and not (isinstance(bar_node, Scalar) and bar_node.value is None):
        bar = reader.number(bar_node, 2, max(len(labels), 2))
    return Scale(labels, bar)


def _criterion(reader: _Reader, node: Node, scale: Scale) -> Criterion:
    known = ("id", "name", "definition", "competencies", "weight", "levels", "listen_for", "covers")
    inner = reader.fields(node, known, ("id", "name", "competencies", "weight"), "a criterion")
    levels: list[LevelAnchor] = []
    written = inner.get("levels")
    if written is not None:
        count = len(scale.labels) or MIN_LEVELS
        items = reader.items(written, count, count, f"The scale has {count} levels")
        levels = [_anchor(reader, item, number, scale) for number, item in enumerate(items, 1)]
        reader.distinct(written, tuple(level.text for level in levels), "This anchor")
    return Criterion(
        id=reader.id(inner.get("id")),
        name=reader.text(inner.get("name"), _LINE),
        competencies=reader.texts(inner.get("competencies"), 80, 1, MAX_COMPETENCIES),
        weight=reader.weight(inner.get("weight")),
        levels=tuple(levels),
        covers=reader.texts(inner.get("covers"), 40, 0) if inner.get("covers") else (),
        definition=reader.text(inner.get("definition"), _TEXT) if inner.get("definition") else "",
        listen_for=reader.texts(inner.get("listen_for"), _LINE, 0) if inner.get("listen_for") else (),
    )


def _anchor(reader: _Reader, node: Node, number: int, scale: Scale) -> LevelAnchor:
    """Read a level of a criterion: a text, or a label with behaviours."""
    label = scale.labels[number - 1] if number <= len(scale.labels) else str(number)
    if not isinstance(node, Fields):
        return LevelAnchor(number, label, reader.text(node, MAX_ANCHOR))
    level = reader.level(node)
    if level.label != label:
        reader.fault(node.get("label") or node, f"Level {number} of the scale has another label", f"Write “{label}”")
    text = " ".join(level.behaviours)
    if len(text) > MAX_ANCHOR:
        reader.fault(node, f"This level has {len(text):,} characters", f"Write {MAX_ANCHOR:,} at most")
    return LevelAnchor(number, label, text)


def _plan(reader: _Reader, node: Node | None) -> Plan:
    inner = reader.fields(node, ("kits",), ("kits",), "a plan")
    return Plan(reader.each(inner.get("kits"), reader.kit, 0, 40))


def _check_criteria(
    reader: _Reader,
    node: Node | None,
    role: Role,
    library: Library | None,
    statements: frozenset[str] | None,
) -> None:
    if not isinstance(node, Items) or len(role.criteria) != len(node.items):
        return
    if not MIN_CRITERIA <= len(role.criteria) <= MAX_CRITERIA:
        reader.fault(
            node,
            f"There are {len(role.criteria)} criteria",
            f"Write {MIN_CRITERIA} to {MAX_CRITERIA}, joining or dividing some",
        )
    total = sum((criterion.weight for criterion in role.criteria), Decimal(0))
    if total != 1 and all(criterion.weight for criterion in role.criteria):
        reader.fault(node, f"The weights sum to {total}", "Change them until they sum to 1.00")
    reader.distinct(node, tuple(criterion.id for criterion in role.criteria), "This criterion's id")
    seen: dict[str, str] = {}
    for item, criterion in zip(node.items, role.criteria, strict=True):
        listed = item.get("competencies") if isinstance(item, Fields) else None
        covered = item.get("covers") if isinstance(item, Fields) else None
        for place, key in reader.placed(listed, criterion.competencies):
            if key in seen:
                reader.fault(place, f"“{key}” is in the criterion “{seen[key]}” already", "Name it in one of the two")
            seen.setdefault(key, criterion.id)
            _check_competency(reader, place, key, criterion, role.scale, library)
        for place, key in reader.placed(covered, criterion.covers):
            if statements is not None and key not in statements:
                reader.fault(place, f"There is no statement “{key[:60]}”", _nearest(key, statements))
        reader.distinct(covered, criterion.covers, "This statement")


def _check_competency(
    reader: _Reader, place: Node, key: str, criterion: Criterion, scale: Scale, library: Library | None
) -> None:
    if library is None:
        return
    found = library.get(key)
    if found is None:
        reader.fault(
            place, f"There is no competency “{key[:60]}”", _nearest(key, [entry.id for entry in library.competencies])
        )
    elif not criterion.levels and len(found.levels) != len(scale.labels):
        reader.fault(
            place,
            f"“{key}” has {len(found.levels)} levels and the scale {len(scale.labels)}",
            "Give the criterion `levels` of its own, one for each step of the scale",
        )


def _check_plan(reader: _Reader, node: Node | None, role: Role) -> None:
    kits = node.get("kits") if isinstance(node, Fields) else None
    if not isinstance(kits, Items) or len(kits.items) != len(role.plan.kits):
        return
    reader.distinct(kits, tuple(kit.id for kit in role.plan.kits), "This kit's id")
    known = [criterion.id for criterion in role.criteria]
    for item, kit in zip(kits.items, role.plan.kits, strict=True):
        focus = item.get("focus") if isinstance(item, Fields) else None
        for place, key in reader.placed(focus, kit.focus):
            if key not in known:
                reader.fault(place, f"There is no criterion “{key[:60]}”", _nearest(key, known))
        reader.distinct(focus, kit.focus, "This criterion")


def _nearest(word: str, known: object) -> str:
    """Say what was probably meant, or what there is."""
    options = sorted(known) if isinstance(known, (list, frozenset)) else []
    close = get_close_matches(word[:80], options, 1, 0.6)
    if close:
        return f"Write “{close[0]}”"
    return f"Write one of {', '.join(options[:9])}{' …' if len(options) > 9 else ''}" if options else "Remove it"


def _either(words: list[str]) -> str:
    return " or ".join(words)


def _count(number: int) -> str:
    return "1 entry" if number == 1 else f"{number} entries"


_NOWHERE = Scalar(None, "", 1, 1)


@dataclass(slots=True)
class _Reader:
    """Reads values out of a tree, noting each fault at its place; what is faulty becomes an empty value."""

    faults: list[Fault] = field(default_factory=list)

    def result(self, value: T) -> tuple[T | None, list[Fault]]:
        faults = sorted(set(self.faults))
        return (None if faults else value), faults

    def fault(self, node: Node | None, what: str, instead: str) -> None:
        if len(self.faults) < _MAX_FAULTS:
            place = node or _NOWHERE
            self.faults.append(Fault(place.line, place.column, what, instead))

    def fields(
        self, node: Node | None, known: tuple[str, ...], required: tuple[str, ...], what: str
    ) -> Mapping[str, Node]:
        """Read a mapping: unknown and missing fields are faults. None stands for a field missed already."""
        if node is None:
            return {}
        if not isinstance(node, Fields):
            self.fault(node, f"This must be {what}", f"Write the fields {', '.join(required)}, each as `name: value`")
            return {}
        found: dict[str, Node] = {}
        for key, value in node.entries:
            name = str(key.value)
            if name in known:
                found[name] = value
            else:
                close = get_close_matches(name[:80], known, 1, 0.6)
                instead = f"Write `{close[0]}`" if close else f"Remove it: there are {', '.join(known)}"
                self.fault(key, f"{what.capitalize()} has no field `{name[:60]}`", instead)
        for name in required:
            if name not in found:
                self.fault(node, f"{what.capitalize()} lacks the field `{name}`", f"Add `{name}:`")
        return found

    def text(self, node: Node | None, longest: int) -> str:
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            self.fault(node, "This must be a text", "Write one text, in quotes where it contains “: ” or a bracket")
            return ""
        if not isinstance(node.value, str):
            shown = f"“{node.raw[:60]}” is not a text here" if node.raw else "There is no text here"
            self.fault(node, shown, f'Write it in quotes: "{node.raw[:60]}"' if node.raw else "Write one")
            return ""
        if not node.value.strip():
            self.fault(node, "This text is empty", "Write one, or remove the entry")
        if len(node.value) > longest:
            self.fault(node, f"This text has {len(node.value):,} characters", f"Write {longest:,} at most")
        return node.value.strip()

    def id(self, node: Node | None) -> str:
        text = self.text(node, 60)
        if text and not _ID.fullmatch(text):
            self.fault(
                node, f"“{text[:60]}” cannot be an id", "Write small letters, digits and single hyphens, a letter first"
            )
        return text

    def items(self, node: Node | None, least: int, most: int, reason: str = "") -> tuple[Node, ...]:
        if node is None:
            return ()
        if not isinstance(node, Items):
            self.fault(node, "This must be a list", "Write each entry on a line of its own that begins with “- ”")
            return ()
        if not least <= len(node.items) <= most:
            wanted = str(least) if least == most else f"at least {least}" if most >= _MAX_LIST else f"{least} to {most}"
            self.fault(
                node,
                f"{reason or 'The list'} {'and' if reason else 'has'} {_count(len(node.items))}"
                + (" stand here" if reason else ""),
                f"Write {wanted}",
            )
        return node.items[:_MAX_LIST]

    def texts(self, node: Node | None, longest: int, least: int, most: int = _MAX_LIST) -> tuple[str, ...]:
        return tuple(self.text(item, longest) for item in self.items(node, least, most))

    def each(self, node: Node | None, read: Callable[[Node], T], least: int, most: int) -> tuple[T, ...]:
        return tuple(read(item) for item in self.items(node, least, most))

    def number(self, node: Node | None, least: int, most: int) -> int:
        if node is None:
            return least
        value = node.value if isinstance(node, Scalar) else None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.fault(node, "This must be a whole number", f"Write one from {least} to {most}")
            return least
        return value

    def weight(self, node: Node | None) -> Decimal:
        if node is None:
            return Decimal(0)
        raw = node.raw if isinstance(node, Scalar) and isinstance(node.value, (int, Decimal)) else ""
        if not _WEIGHT.fullmatch(raw) or not Decimal(raw):
            self.fault(node, "This cannot be a weight", "Write a number with two decimals between 0.01 and 1.00")
            return Decimal(0)
        return Decimal(raw).quantize(Decimal("0.01"))

    def one_of(self, node: Node | None, options: type[E]) -> E:
        text = self.text(node, 60)
        first = next(iter(options))
        if not text:
            return first
        try:
            return options(text)
        except ValueError:
            self.fault(
                node, f"“{text[:60]}” is none of the kinds", f"Write {_either([option.value for option in options])}"
            )
            return first

    def level(self, node: Node) -> Level:
        inner = self.fields(node, ("label", "behaviours"), ("label", "behaviours"), "a level")
        return Level(self.text(inner.get("label"), 60), self.texts(inner.get("behaviours"), _TEXT, 1, 20))

    def question(self, node: Node) -> Question:
        inner = self.fields(node, ("kind", "ask", "follow_ups"), ("kind", "ask"), "a question")
        return Question(
            self.one_of(inner.get("kind"), QuestionKind),
            self.text(inner.get("ask"), _TEXT),
            self.texts(inner.get("follow_ups"), 600, 0, 20),
        )

    def statement(self, node: Node) -> SourceStatement:
        inner = self.fields(node, ("id", "text", "kind"), ("id", "text", "kind"), "a statement")
        key = self.text(inner.get("id"), 40)
        if key and not _STATEMENT_ID.fullmatch(key):
            self.fault(inner.get("id"), f"“{key}” cannot be an id", "Write letters and digits, a letter first")
        text = " ".join(self.text(inner.get("text"), MAX_STATEMENT).split())
        return SourceStatement(key, text, self.one_of(inner.get("kind"), Kind))

    def kit(self, node: Node) -> Kit:
        known = ("id", "name", "minutes", "instructions", "focus", "questions")
        inner = self.fields(node, known, ("id", "name", "minutes", "focus"), "a kit")
        return Kit(
            id=self.id(inner.get("id")),
            name=self.text(inner.get("name"), _LINE),
            minutes=self.number(inner.get("minutes"), 5, 480),
            instructions=self.text(inner.get("instructions"), _TEXT) if inner.get("instructions") else "",
            focus=self.texts(inner.get("focus"), 60, 1, MAX_CRITERIA),
            questions=self.each(inner.get("questions"), self.question, 0, 60),
        )

    def placed(self, node: Node | None, values: tuple[str, ...]) -> list[tuple[Node, str]]:
        """Pair the entries of a list with what was read from them."""
        return list(zip(node.items, values, strict=False)) if isinstance(node, Items) else []

    def distinct(self, node: Node | None, values: tuple[str, ...], what: str) -> None:
        seen: set[str] = set()
        for place, value in self.placed(node, values):
            if value and value in seen:
                self.fault(place, f"{what} stands twice: “{value[:60]}”", "Change or remove one of them")
            seen.add(value)

    def lower_case(self, node: Node | None, values: tuple[str, ...]) -> None:
        for place, value in self.placed(node, values):
            if value != value.lower():
                self.fault(place, f"The term “{value[:60]}” has capitals", f"Write “{value.lower()[:60]}”")
