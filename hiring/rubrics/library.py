"""The library on disk: competencies, roles and sources as YAML, read strictly, and roles written back."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from ruamel.yaml import YAML

from hiring.errors import BadInput, Broken
from hiring.places import shipped
from hiring.rubrics.core.document import Node, parse
from hiring.rubrics.core.lint import FileKind, file_kind, read_competency, read_role, read_source
from hiring.rubrics.core.prose import read_over_competency, read_over_role
from hiring.rubrics.core.shapes import Competency, Criterion, Fault, Kind, Library, Question, Role, Source
from hiring.rubrics.exchange import rubric_faults
from hiring.rubrics.learning import load_asking, load_learned

T = TypeVar("T", Competency, Role, Source)

MAX_FILE = 256_000
"""A YAML file's size in bytes, at most."""

_HEADINGS = {Kind.RESPONSIBILITY: "Responsibilities", Kind.SKILL: "Skills", Kind.TRAIT: "Traits"}


def load_library(folder: Path | None = None) -> Library:
    """Load `folder`/competencies, or the library this installation carries. Raises Broken at the first faulty file."""
    found = (_load(path, read_competency) for path in yaml_files((folder or shipped("rubrics")) / "competencies"))
    competencies = tuple(sorted(found, key=lambda competency: competency.id))
    return Library(competencies, *load_learned(), load_asking()) if folder is None else Library(competencies)


def load_roles(folder: Path | None = None, library: Library | None = None) -> tuple[Role, ...]:
    """Load `folder`/roles, in the order of their ids. With a library, their competencies must be in it."""
    paths = yaml_files((folder or shipped("rubrics")) / "roles")
    return tuple(sorted((load_role(path, library) for path in paths), key=lambda role: role.id))


def load_role(path: Path, library: Library | None = None) -> Role:
    """Load one role file. Raises Broken naming file, line and column of its first fault."""
    return _load(path, lambda node: read_role(node, library))


def load_sources(folder: Path | None = None) -> tuple[Source, ...]:
    """Load `folder`/sources, in the order of their ids."""
    found = (_load(path, read_source) for path in yaml_files((folder or shipped("rubrics")) / "sources"))
    return tuple(sorted(found, key=lambda source: source.id))


def sources_of(role: Role, sources: Iterable[Source]) -> tuple[Source, ...]:
    """Return the sources of which a role covers a statement, in their order."""
    covered = {key for criterion in role.criteria for key in criterion.covers}
    return tuple(source for source in sources if any(each.id in covered for each in source.statements))


def yaml_files(folder: Path) -> list[Path]:
    """List a folder's YAML files by name; none where the folder is missing."""
    return sorted(path for path in folder.glob("*.y*ml") if path.suffix in {".yaml", ".yml"})


def read_yaml(path: Path) -> Node | Fault:
    """Read one file as a tree, or say what is wrong with it. Raises BadInput where there is nothing to read."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from error
    if len(content) > MAX_FILE:
        return Fault(1, 1, f"The file is larger than {MAX_FILE // 1000} kB", "Divide it into several files")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", "replace")
        column = len(before) - (before.rfind("\n") + 1) + 1
        return Fault(before.count("\n") + 1, column, "The file is not UTF-8", "Save it with the encoding UTF-8")
    return parse(text)


def check_file(path: Path, library: Library | None, statements: frozenset[str] | None = None) -> list[Fault]:
    """Return every fault of one competency, role, source or rubric file. Raises BadInput where it cannot be read."""
    if (found := rubric_faults(path, library)) is not None:
        return found
    node = read_yaml(path)
    if isinstance(node, Fault):
        return [node]
    match file_kind(node):
        case FileKind.COMPETENCY:
            competency, faults = read_competency(node)
            return faults if competency is None else read_over_competency(node, competency)
        case FileKind.ROLE:
            role, faults = read_role(node, library, statements)
            return faults if role is None else read_over_role(node, role)
        case FileKind.SOURCE:
            return read_source(node)[1]
        case None:
            return [
                Fault(
                    node.line,
                    node.column,
                    "This is no competency, role or source",
                    "Write the fields of one of the three",
                ),
            ]


def check_folder(folder: Path) -> list[tuple[Path, Fault]]:
    """Return every fault of a whole library, also those that only show between its files."""
    places = {name: yaml_files(folder / name) for name in ("competencies", "roles", "sources")}
    faults = [(path, Fault(1, 1, f"There are no {name} here", "Add a file")) for path, name in _empty(folder, places)]
    competencies = _check_each(places["competencies"], read_competency, faults, read_over_competency)
    library = Library(tuple(competencies))
    sources = _check_each(places["sources"], read_source, faults)
    owners: dict[str, str] = {}
    for source in sources:
        for statement in source.statements:
            if owners.setdefault(statement.id, source.id) != source.id:
                path = folder / "sources" / f"{source.id}.yaml"
                what = f"The statement id “{statement.id}” is taken by {owners[statement.id]}"
                faults.append((path, Fault(1, 1, what, "Give it another")))
    _check_each(places["roles"], lambda node: read_role(node, library, frozenset(owners)), faults, read_over_role)
    return faults


def _empty(folder: Path, places: dict[str, list[Path]]) -> Iterable[tuple[Path, str]]:
    return ((folder / name, name) for name, paths in places.items() if not paths)


def _check_each(
    paths: list[Path],
    read: Callable[[Node], tuple[T | None, list[Fault]]],
    faults: list[tuple[Path, Fault]],
    read_over: Callable[[Node, T], list[Fault]] = lambda _node, _value: [],
) -> list[T]:
    """Read files of one kind, adding their faults; an id must be its file's name, so that no two files share one.

    What a file says is read over once its form and its name hold.
    """
    values: list[T] = []
    for path in paths:
        node = read_yaml(path)
        value, found = _read(node, read)
        faults.extend((path, fault) for fault in found)
        if value is None or isinstance(node, Fault):
            continue
        values.append(value)
        if value.id != path.stem:
            what = f"The id “{value.id}” is not the file's name"
            faults.append((path, Fault(1, 1, what, f"Write “{path.stem}”, or rename the file")))
        else:
            faults.extend((path, fault) for fault in read_over(node, value))
    return values


def _read(node: Node | Fault, read: Callable[[Node], tuple[T | None, list[Fault]]]) -> tuple[T | None, list[Fault]]:
    return (None, [node]) if isinstance(node, Fault) else read(node)


def _load(path: Path, read: Callable[[Node], tuple[T | None, list[Fault]]]) -> T:
    node = read_yaml(path)
    value, faults = _read(node, read)
    if value is None:
        raise Broken(located(path, faults[0]))
    return value


def located(path: Path, fault: Fault) -> str:
    """Return a fault as one line: file:line:column: sentence."""
    return f"{path}:{fault.line}:{fault.column}: {fault.sentence}"


def posting_text(source: Source) -> str:
    """Render a source as a posting: its title, then a bullet for each statement below a heading for its kind."""
    parts = [source.title]
    for kind, heading in _HEADINGS.items():
        bullets = [f"- {statement.text}" for statement in source.statements if statement.kind is kind]
        if bullets:
            parts.append("\n".join([heading, *bullets]))
    return "\n\n".join(parts) + "\n"


def dump_role(role: Role) -> str:
    """Write a role as YAML. Reading it again gives an equal role."""
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.version = None
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False
    yaml.allow_unicode = True
    yaml.width = 110
    yaml.representer.add_representer(_Weight, _represent_weight)
    out = io.StringIO()
    yaml.dump(_role(role), out)
    return out.getvalue()


class _Weight(str):
    """A weight's two decimals, to be written as a number."""

    __slots__ = ()


def _represent_weight(representer: Any, weight: _Weight) -> Any:
    return representer.represent_scalar("tag:yaml.org,2002:float", str(weight))


def _role(role: Role) -> dict[str, Any]:
    scale: dict[str, Any] = {"labels": list(role.scale.labels)}
    if role.scale.bar is not None:
        scale["bar"] = role.scale.bar
    return {
        "id": role.id,
        "title": role.title,
        "scale": scale,
        "criteria": [_criterion(criterion) for criterion in role.criteria],
        "plan": {
            "kits": [
                {
                    "id": kit.id,
                    "name": kit.name,
                    "minutes": kit.minutes,
                    **({"instructions": kit.instructions} if kit.instructions else {}),
                    "focus": list(kit.focus),
                    "questions": [_question(question) for question in kit.questions],
                }
                for kit in role.plan.kits
            ],
        },
    }


def _criterion(criterion: Criterion) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": criterion.id, "name": criterion.name}
    if criterion.definition:
        entry["definition"] = criterion.definition
    entry |= {"competencies": list(criterion.competencies), "weight": _Weight(f"{criterion.weight:.2f}")}
    if criterion.levels:
        entry["levels"] = [level.text for level in criterion.levels]
    if criterion.listen_for:
        entry["listen_for"] = list(criterion.listen_for)
    return entry | {"covers": list(criterion.covers)}


def _question(question: Question) -> dict[str, Any]:
    return {"kind": question.kind.value, "ask": question.ask, "follow_ups": list(question.follow_ups)}
