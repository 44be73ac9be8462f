"""A rubric as one file, with its postings in it: what the file must hold, and what to write where it does not.

Texts keep their white space: what was written out and is read again has the same hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from hiring.rubrics.core.content import Content, ContentCriterion, ContentPosting, ContentStatement, plan_as_data
from hiring.rubrics.core.document import Fields, Items, Node, Scalar
from hiring.rubrics.core.lint import _LINE, _STATEMENT_ID, _TEXT, _nearest, _Reader, _scale
from hiring.rubrics.core.shapes import (
    MAX_ANCHOR,
    MAX_COMPETENCIES,
    MAX_CRITERIA,
    MAX_STATEMENT,
    MIN_CRITERIA,
    Fault,
    Kind,
    Library,
    Plan,
    Scale,
)

T = TypeVar("T")

FORMAT = 1
"""What the field `rubric` says. A file of another number was written for another version of the program."""

MAX_NODES = 80_000
"""Values in a file, at most: two thousand statements with every field and a few further places each."""

MAX_POSTING, MAX_POSTINGS_TEXT = 1_000_000, 1_500_000
"""Characters of one posting, and of all postings of a rubric together."""

MAX_STATEMENTS = 2000
MAX_POSTINGS = 100
MAX_KITS = 40

RUBRIC_FIELDS = ("rubric", "slug", "title", "scale", "criteria", "plan", "postings")
CRITERION_FIELDS = ("key", "name", "definition", "weight", "competencies", "listen_for", "anchors", "statements")
POSTING_FIELDS = ("key", "title", "text", "statements")
STATEMENT_FIELDS = ("key", "start", "end", "kind", "competency", "also_at", "left_out")

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def read_rubric(node: Node, library: Library | None = None) -> tuple[Content | None, list[Fault]]:
    """Read a rubric file; a value comes only without faults. With a library its competencies must exist."""
    reader = _Exact()
    top = reader.fields(node, RUBRIC_FIELDS, RUBRIC_FIELDS, "a rubric")
    _check_format(reader, top.get("rubric"))
    scale = _scale(reader, top.get("scale"))
    criteria = reader.each(top.get("criteria"), lambda item: _criterion(reader, item, scale), 1, 500)
    plan_fields = reader.fields(top.get("plan"), ("kits",), ("kits",), "a plan")
    plan = Plan(reader.each(plan_fields.get("kits"), reader.kit, 0, MAX_KITS))
    content = Content(
        slug=reader.id(top.get("slug")),
        title=reader.text(top.get("title"), _LINE),
        scale=scale,
        criteria=criteria,
        postings=reader.each(top.get("postings"), lambda item: _posting(reader, item), 0, MAX_POSTINGS),
        plan=plan_as_data(plan, {each.key for each in criteria}),
    )
    _check_criteria(reader, top.get("criteria"), content, library)
    _check_plan(reader, plan_fields.get("kits"), plan, [each.key for each in criteria])
    _check_postings(reader, top.get("postings"), content, library)
    _check_coverage(reader, top.get("criteria"), top.get("postings"), content)
    value, faults = reader.result(content)
    return value, [_printable(fault) for fault in faults]


def _printable(fault: Fault) -> Fault:
    """Return the fault as one line that every terminal can print, whatever it quotes."""
    what, instead = (_UNPRINTABLE.sub("\ufffd", text) for text in (fault.what, fault.instead))
    return replace(fault, what=what, instead=instead)


class _Exact(_Reader):
    """Reads texts as they stand, white space included, and refuses what the database cannot hold."""

    def text(self, node: Node | None, longest: int) -> str:
        told = super().text(node, longest)
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            return told
        self.storable(node)
        return node.value

    def optional(self, node: Node | None, longest: int) -> str:
        """Read a text that may be left out, or be empty."""
        if isinstance(node, Scalar) and isinstance(node.value, str) and not node.value.strip():
            self.storable(node)
            return node.value[:longest]
        return self.text(node, longest)

    def storable(self, node: Scalar) -> None:
        found = _UNSTORABLE.search(str(node.value))
        if found is None:
            return
        if found[0] == "\x00":
            self.fault(node, "A NUL character is in this text", "Remove it: no database keeps one")
        else:
            self.fault(node, "Half a character (a lone surrogate) is in this text", "Write the character itself")

    def items(self, node: Node | None, least: int, most: int, reason: str = "") -> tuple[Node, ...]:
        if not isinstance(node, Items):
            return super().items(node, least, most, reason)
        if len(node.items) > most and not reason:
            self.fault(node, f"The list has {len(node.items):,} entries", f"Write {most:,} at most")
        else:
            super().items(node, least, most, reason)
        return node.items[:most]

    def place(self, node: Node | None, start: Node | None, end: Node | None, text: str) -> tuple[int, int]:
        """Read where something stands in a posting's text: inside it, and as long as a statement may be."""
        before = len(self.faults)
        first = self.number(start, 0, max(len(text) - 1, 0))
        if len(self.faults) > before or not text:
            return 0, 0
        furthest = min(len(text), first + MAX_STATEMENT)
        value = end.value if isinstance(end, Scalar) else None
        if isinstance(value, int) and not isinstance(value, bool) and not first < value <= furthest:
            what = (
                f"The text has {len(text):,} characters, and this place ends at {value:,}"
                if value > len(text)
                else f"This place has {value - first:,} characters"
            )
            self.fault(end or node, what, f"Write an end from {first + 1} to {furthest}")
            return 0, 0
        last = self.number(end, first + 1, furthest)
        return first, last


@dataclass(frozen=True, slots=True)
class _Named:
    """A key with the place where it is written."""

    node: Node
    key: str


def _check_format(reader: _Exact, node: Node | None) -> None:
    value = node.value if isinstance(node, Scalar) else None
    if node is not None and (value != FORMAT or isinstance(value, bool)):
        reader.fault(node, "This format of rubric files is not known here", f"Write `rubric: {FORMAT}`")


def _criterion(reader: _Exact, node: Node, scale: Scale) -> ContentCriterion:
    required = ("key", "name", "weight", "competencies", "anchors")
    inner = reader.fields(node, CRITERION_FIELDS, required, "a criterion")
    count = len(scale.labels)
    anchors = inner.get("anchors")
    told = tuple(
        reader.text(item, MAX_ANCHOR) for item in reader.items(anchors, count, count, f"The scale has {count} levels")
    )
    reader.distinct(anchors, told, "This anchor")
    competencies = tuple(reader.id(item) for item in reader.items(inner.get("competencies"), 1, MAX_COMPETENCIES))
    reader.distinct(inner.get("competencies"), competencies, "This competency")
    return ContentCriterion(
        key=reader.id(inner.get("key")),
        name=reader.text(inner.get("name"), _LINE),
        definition=reader.optional(inner.get("definition"), _TEXT),
        weight=reader.weight(inner.get("weight")),
        competencies=competencies,
        listen_for=reader.texts(inner.get("listen_for"), _LINE, 0),
        anchors=told,
        statements=tuple(reader.text(item, 40) for item in reader.items(inner.get("statements"), 0, MAX_STATEMENTS)),
    )


def _posting(reader: _Exact, node: Node) -> ContentPosting:
    inner = reader.fields(node, POSTING_FIELDS, POSTING_FIELDS, "a posting")
    text = reader.text(inner.get("text"), MAX_POSTING)
    return ContentPosting(
        key=reader.text(inner.get("key"), 300),
        title=reader.text(inner.get("title"), 300),
        text=text,
        statements=reader.each(inner.get("statements"), lambda item: _statement(reader, item, text), 0, MAX_STATEMENTS),
    )


def _statement(reader: _Exact, node: Node, text: str) -> ContentStatement:
    inner = reader.fields(node, STATEMENT_FIELDS, ("key", "start", "end", "kind"), "a statement")
    key = reader.text(inner.get("key"), 40)
    if key and not _STATEMENT_ID.fullmatch(key):
        reader.fault(inner.get("key"), f"“{key[:40]}” cannot be a key", "Write letters and digits, a letter first")
    start, end = (
        reader.place(node, inner.get("start"), inner.get("end"), text) if {"start", "end"} <= inner.keys() else (0, 0)
    )
    competency = inner.get("competency")
    named = competency is not None and not (isinstance(competency, Scalar) and competency.value is None)
    return ContentStatement(
        key=key,
        text=text[start:end],
        start=start,
        end=end,
        kind=reader.one_of(inner.get("kind"), Kind).value,
        competency=reader.id(competency) if named else None,
        also_at=reader.each(inner.get("also_at"), lambda item: _further(reader, item, text), 0, 500),
        left_out=reader.optional(inner.get("left_out"), _TEXT),
    )


def _further(reader: _Exact, node: Node, text: str) -> tuple[int, int]:
    """Read a further place of a statement: a list of its start and its end."""
    if not isinstance(node, Items) or len(node.items) != 2:
        reader.fault(node, "This must be a place: two numbers", "Write its start and its end, as in [120, 164]")
        return 0, 0
    return reader.place(node, *node.items, text)


# What holds between the parts ----------------------------------------------------------------------------------------


def _check_criteria(reader: _Exact, node: Node | None, content: Content, library: Library | None) -> None:
    if not isinstance(node, Items):
        return
    if not MIN_CRITERIA <= len(node.items) <= MAX_CRITERIA:
        reader.fault(
            node,
            f"There are {len(node.items)} criteria",
            f"Write {MIN_CRITERIA} to {MAX_CRITERIA}, joining or dividing some",
        )
    total = sum((each.weight for each in content.criteria), Decimal(0))
    if total != 1 and all(each.weight for each in content.criteria):
        reader.fault(node, f"The weights sum to {total}", "Change them until they sum to 1.00")
    reader.distinct(node, tuple(each.key for each in content.criteria), "This criterion's key")
    for item, criterion in zip(node.items, content.criteria, strict=False):
        listed = item.get("competencies") if isinstance(item, Fields) else None
        for place, key in reader.placed(listed, criterion.competencies):
            _check_competency(reader, place, key, library)


def _check_competency(reader: _Exact, node: Node | None, key: str | None, library: Library | None) -> None:
    if library is not None and key and library.get(key) is None:
        known = [entry.id for entry in library.competencies]
        reader.fault(node, f"There is no competency “{key[:60]}”", _nearest(key, known))


def _check_plan(reader: _Exact, node: Node | None, plan: Plan, known: list[str]) -> None:
    if not isinstance(node, Items):
        return
    reader.distinct(node, tuple(kit.id for kit in plan.kits), "This kit's id")
    for item, kit in zip(node.items, plan.kits, strict=False):
        focus = item.get("focus") if isinstance(item, Fields) else None
        for place, key in reader.placed(focus, kit.focus):
            if key not in known:
                reader.fault(place, f"There is no criterion “{key[:60]}”", _nearest(key, known))
        reader.distinct(focus, kit.focus, "This criterion")


def _check_postings(reader: _Exact, node: Node | None, content: Content, library: Library | None) -> None:
    if not isinstance(node, Items):
        return
    reader.distinct(node, tuple(each.key for each in content.postings), "This posting's key")
    signs = sum(len(each.text) for each in content.postings)
    if signs > MAX_POSTINGS_TEXT:
        reader.fault(node, f"The postings have {signs:,} characters together", f"Write {MAX_POSTINGS_TEXT:,} at most")
    placed = list(_statements(node, content))
    if len(placed) > MAX_STATEMENTS:
        reader.fault(node, f"There are {len(placed):,} statements", f"Write {MAX_STATEMENTS:,} at most")
    seen: set[str] = set()
    for item, statement in placed:
        if statement.key and statement.key in seen:
            what = f"This statement's key stands twice: “{statement.key}”"
            reader.fault(_field(item, "key"), what, "Change or remove one of them")
        seen.add(statement.key)
        _check_competency(reader, _field(item, "competency"), statement.competency, library)


def _check_coverage(reader: _Exact, criteria: Node | None, postings: Node | None, content: Content) -> None:
    """Check that criteria cover statements that exist, no statement twice, and none that was left out on purpose."""
    placed = list(_statements(postings, content)) if isinstance(postings, Items) else []
    known = frozenset(statement.key for _, statement in placed)
    owners: dict[str, str] = {}
    for criterion, named in _covered(criteria, content.criteria):
        if named.key not in known:
            reader.fault(named.node, f"There is no statement “{named.key[:60]}”", _near_statement(named.key, known))
        elif named.key in owners:
            owner = owners[named.key]
            what = "stands twice here" if owner == criterion else f"is covered by the criterion “{owner}” already"
            reader.fault(named.node, f"The statement “{named.key}” {what}", "Name it once")
        owners.setdefault(named.key, criterion)
    for item, statement in placed:
        if statement.left_out and statement.key in owners:
            what = f"The criterion “{owners[statement.key]}” covers this statement, so it is not left out"
            reader.fault(_field(item, "left_out"), what, "Remove one of the two")


def _near_statement(key: str, known: frozenset[str]) -> str:
    # Comparing with two thousand keys, for each of two thousand faults, would take minutes.
    return _nearest(key, known) if len(known) <= 100 else "Write the key of a statement of the postings below"


def _covered(node: Node | None, criteria: Iterable[ContentCriterion]) -> Iterable[tuple[str, _Named]]:
    if isinstance(node, Items):
        for item, criterion in zip(node.items, criteria, strict=False):
            listed = _field(item, "statements")
            if isinstance(listed, Items):
                yield from (
                    (criterion.key, _Named(*pair)) for pair in zip(listed.items, criterion.statements, strict=False)
                )


def _statements(node: Items, content: Content) -> Iterable[tuple[Node, ContentStatement]]:
    """Pair each statement with the place where it is written."""
    for item, posting in zip(node.items, content.postings, strict=False):
        listed = _field(item, "statements")
        if isinstance(listed, Items):
            yield from zip(listed.items, posting.statements, strict=False)


def _field(node: Node, name: str) -> Node | None:
    return node.get(name) if isinstance(node, Fields) else None
