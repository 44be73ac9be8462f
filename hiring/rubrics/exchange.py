"""A rubric as one YAML file, to be kept, sent and taken in elsewhere. What is written out and read again is equal."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.emitter import Emitter

from hiring.canonical import plain
from hiring.errors import BadInput
from hiring.rubrics.core.content import Content, ContentCriterion, ContentPosting, ContentStatement
from hiring.rubrics.core.document import Node, Scalar, _resolved, parse
from hiring.rubrics.core.rubric_file import FORMAT, MAX_NODES, read_rubric
from hiring.rubrics.core.shapes import Fault, Library

MAX_RUBRIC_FILE = 3_000_000
"""A rubric file's size in bytes, at most. Its postings are in it."""

_PLAIN = re.compile(r"[^\W\d_](?:[\w ,.;?()/+%'’“”–—-]*[\w.?)”’])?")
_HARD = re.compile("[^\\n\\t\\x20-\\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_ESCAPED = re.compile(rf'{_HARD.pattern}|["\\\\\n\t]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_BETWEEN_WORDS = re.compile(r"(?<=\S )(?=\S)")
_NAMED = re.compile(rb"(?:^|\n|\xef\xbb\xbf)[\"']?rubric[\"']?[ \t]*:")


def dump_rubric(content: Content) -> str:
    """Write content as a rubric file. Reading it again gives equal content with the same hash."""
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.version = None
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False
    yaml.allow_unicode = True
    yaml.width = 110
    yaml.Emitter = _Emitter
    yaml.representer.add_representer(str, _represent_text)
    yaml.representer.add_representer(_Weight, _represent_weight)
    yaml.representer.add_representer(_Place, _represent_place)
    out = io.StringIO()
    yaml.dump(_rubric(content), out)
    return out.getvalue()


def read_rubric_text(text: bytes, name: str, library: Library | None = None) -> Content:
    """Read a rubric file's content. `name` is what the person calls the file.

    Raises BadInput with the place of the first fault, as name:line:column: sentence, and how many more there are.
    """
    content, faults = _read(text, library)
    if content is not None:
        return content
    first = min(faults)
    more = f" ({len(faults) - 1} more after it.)" if len(faults) > 1 else ""
    raise BadInput(f"{name}:{first.line}:{first.column}: {first.sentence}{more}")


def rubric_faults(path: Path, library: Library | None = None) -> list[Fault] | None:
    """Return every fault of a rubric file, or None where the file is not meant as one: it has no field `rubric`.

    Raises BadInput where it cannot be read.
    """
    try:
        with path.open("rb") as file:
            text = file.read(MAX_RUBRIC_FILE + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from error
    return _read(text, library)[1] if _NAMED.search(text) else None


def _read(text: bytes, library: Library | None) -> tuple[Content | None, list[Fault]]:
    node = _tree(text)
    return (None, [node]) if isinstance(node, Fault) else read_rubric(node, library)


def _tree(text: bytes) -> Node | Fault:
    if len(text) > MAX_RUBRIC_FILE:
        return Fault(1, 1, f"The file is larger than {MAX_RUBRIC_FILE // 1_000_000} MB", "Shorten its postings")
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = text[: error.start].decode("utf-8-sig", "replace")
        column = len(before) - (before.rfind("\n") + 1) + 1
        return Fault(before.count("\n") + 1, column, "The file is not UTF-8", "Save it with the encoding UTF-8")
    node = parse(decoded, MAX_NODES)
    if isinstance(node, Scalar):
        return Fault(node.line, node.column, "This is no rubric", "Write the fields of one, `rubric: 1` first")
    return node


# Writing -------------------------------------------------------------------------------------------------------------


class _Weight(str):
    """A weight's two decimals, to be written as a number."""

    __slots__ = ()


class _Place(list[int]):
    """A start and an end, to be written on one line."""


class _Emitter(Emitter):
    """Breaks long texts in double quotes between two words alone: the library’s own breaks may add a space."""

    def write_double_quoted(self, text: Any, split: Any = True) -> None:
        self.write_indicator('"', need_whitespace=True)
        for piece in _BETWEEN_WORDS.split(text):
            escaped = _ESCAPED.sub(_escape, piece)
            if split and self.column + len(escaped) > self.best_width and self.column > (self.indent or 0) + 20:
                self.stream.write("\\")
                self.write_indent()
            self.stream.write(escaped)
            self.column += len(escaped)
        self.write_indicator('"', need_whitespace=False)


def _escape(found: re.Match[str]) -> str:
    sign = found[0]
    if sign in _ESCAPES:
        return _ESCAPES[sign]
    return (
        f"\\x{ord(sign):02X}"
        if sign <= "\xff"
        else f"\\u{ord(sign):04X}"
        if sign <= "\uffff"
        else f"\\U{ord(sign):08X}"
    )


def _represent_weight(representer: Any, weight: _Weight) -> Any:
    return representer.represent_scalar("tag:yaml.org,2002:float", str(weight))


def _represent_place(representer: Any, place: _Place) -> Any:
    return representer.represent_sequence("tag:yaml.org,2002:seq", list(place), flow_style=True)


def _represent_text(representer: Any, text: str) -> Any:
    """Write a text as it reads best and is read again as it was: plain words, lines as lines, all else in double quotes."""
    return representer.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))


def _style(text: str) -> str | None:
    # “no”, “null” and “true” are not texts without quotes, nor is a number.
    if _PLAIN.fullmatch(text) and isinstance(_resolved(text), str):
        return None
    if "\n" in text and text[0] not in " \t\n" and not text.endswith("\n\n") and not _HARD.search(text):
        return "|"
    return '"'


def _rubric(content: Content) -> dict[str, Any]:
    scale: dict[str, Any] = {"labels": list(content.scale.labels)}
    if content.scale.bar is not None:
        scale["bar"] = content.scale.bar
    return {
        "rubric": FORMAT,
        "slug": content.slug,
        "title": content.title,
        "scale": scale,
        "criteria": [_criterion(each) for each in content.criteria],
        "plan": {"kits": [_kit(kit) for kit in plain(dict(content.plan))["kits"]]},
        "postings": [_posting(each) for each in content.postings],
    }


def _criterion(each: ContentCriterion) -> dict[str, Any]:
    entry: dict[str, Any] = {"key": each.key, "name": each.name}
    if each.definition:
        entry["definition"] = each.definition
    entry |= {"weight": _Weight(f"{each.weight:.2f}"), "competencies": list(each.competencies)}
    if each.listen_for:
        entry["listen_for"] = list(each.listen_for)
    return entry | {"anchors": list(each.anchors), "statements": list(each.statements)}


def _kit(kit: dict[str, Any]) -> dict[str, Any]:
    known = ("id", "name", "minutes", "instructions", "focus", "questions")
    return {name: kit[name] for name in known if kit.get(name) or name != "instructions"}


def _posting(each: ContentPosting) -> dict[str, Any]:
    statements = [_statement(statement) for statement in each.statements]
    return {"key": each.key, "title": each.title, "text": each.text, "statements": statements}


def _statement(each: ContentStatement) -> dict[str, Any]:
    entry: dict[str, Any] = {"key": each.key, "start": each.start, "end": each.end, "kind": each.kind}
    if each.competency is not None:
        entry["competency"] = each.competency
    if each.also_at:
        entry["also_at"] = [_Place(place) for place in each.also_at]
    if each.left_out:
        entry["left_out"] = each.left_out
    return entry
