"""What `hiring rubric derive` and `hiring rubric check` do. Neither needs a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from hiring.errors import BadInput, Broken
from hiring.places import shipped
from hiring.rubrics.core.derive import derive, draft_role
from hiring.rubrics.core.shapes import MIN_CRITERIA, Derivation, Kind, Library, Statement
from hiring.rubrics.library import check_file, check_folder, dump_role, load_library, load_roles, located
from hiring.rubrics.readers import read_posting

_PLURAL = {Kind.RESPONSIBILITY: "responsibilities", Kind.SKILL: "skills", Kind.TRAIT: "traits"}
_LINE = 110


def derive_command(files: Sequence[Path], json_: bool, out: Path | None) -> None:
    """Print the statements of postings and the criteria they propose; with `out`, write a draft role as well.

    Raises BadInput (exit 2) for a file that is no posting, and Broken (exit 1) for a fault in the library.
    """
    if not files:
        raise BadInput("Name at least one posting file.")
    texts = [(str(path), read_posting(path)) for path in files]
    library = load_library()
    roles = load_roles(library=library)
    derivation = derive(texts, library, roles)
    if out is not None:
        _write(out, dump_role(draft_role(derivation, roles)))
    if json_:
        print(json.dumps(as_json(derivation), indent=2))
    else:
        print("\n".join(as_text(derivation, library)))
    if out is not None:
        print(f"The draft role stands in {out}.", file=sys.stderr)


def check_command(files: Sequence[Path]) -> None:
    """Print every fault of the files, or of the shipped library, as file:line:column: sentence.

    Raises Broken (exit 1) where there are faults, BadInput (exit 2) for a file that cannot be read.
    """
    if files:
        library = _known_library()
        faults = [(path, fault) for path in files for fault in check_file(path, library)]
    else:
        faults = check_folder(shipped("rubrics"))
    for path, fault in faults:
        print(located(path, fault))
    if faults:
        number = len(faults)
        raise Broken(f"{number} fault{'' if number == 1 else 's'} found.")
    print("No faults.")


def _known_library() -> Library | None:
    """Return the shipped library for checking others' files against, or None where it is itself at fault."""
    try:
        return load_library()
    except Broken:
        return None


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {(error.strerror or 'unknown reason').lower()}.") from error


def as_json(derivation: Derivation) -> dict[str, Any]:
    """Return a derivation in the form that `--json` prints."""
    return {
        "postings": [
            {
                "file": posting.file,
                "text": posting.text,
                "statements": [
                    {
                        "id": statement.id,
                        "text": statement.text,
                        "start": statement.start,
                        "end": statement.end,
                        "also_at": [list(place) for place in statement.also_at],
                        "kind": statement.kind.value,
                        "competency": statement.competency,
                        "also": list(statement.also),
                        "confidence": statement.confidence,
                        "words": list(statement.words),
                    }
                    for statement in posting.statements
                ],
            }
            for posting in derivation.postings
        ],
        "criteria": [
            {
                "id": criterion.id,
                "name": criterion.name,
                "competencies": list(criterion.competencies),
                "weight": float(criterion.weight),
                "statements": list(criterion.statements),
            }
            for criterion in derivation.criteria
        ],
        "uncovered": list(derivation.uncovered),
    }


def as_text(derivation: Derivation, library: Library) -> Iterator[str]:
    """Yield the lines of a summary for people: criteria with their statements, then what is uncovered."""
    statements = {statement.id: statement for posting in derivation.postings for statement in posting.statements}
    for posting in derivation.postings:
        yield f"{posting.file}: {_counted(posting.statements)}"
    yield ""
    if derivation.role:
        yield f"Grouped as the role “{derivation.role}” groups them."
    else:
        yield "No role of the library fits: grouped by the competencies' families."
    if len(derivation.criteria) < MIN_CRITERIA:
        yield f"These postings carry {len(derivation.criteria)} criteria; a rubric has six to nine. Add postings, or criteria of your own."
    for criterion in derivation.criteria:
        yield ""
        yield f"{criterion.weight:.2f}  {criterion.name}  ({', '.join(criterion.competencies)})"
        for key in criterion.statements:
            yield from _shown(statements[key])
    yield ""
    yield f"Uncovered: {len(derivation.uncovered)}" if derivation.uncovered else "Uncovered: none"
    for key in derivation.uncovered:
        yield from _shown(statements[key])
        competency = statements[key].competency
        found = library.get(competency) if competency else None
        yield f"        {found.name} stands in no criterion" if found else "        nothing in the library names it"


def _counted(statements: Iterable[Statement]) -> str:
    kinds = [statement.kind for statement in statements]
    counts = [
        f"{kinds.count(kind)} {_PLURAL[kind] if kinds.count(kind) != 1 else kind.value}"
        for kind in Kind
        if kind in kinds
    ]
    return f"{len(kinds)} statement{'' if len(kinds) == 1 else 's'} ({', '.join(counts)})"


def _shown(statement: Statement) -> Iterator[str]:
    text = " ".join(statement.text.split())
    yield f"  {statement.id:>4}  {text if len(text) <= _LINE else text[: _LINE - 1].rstrip() + '…'}"
    if statement.words:
        yield f"        {statement.confidence:.2f} by “{'”, “'.join(statement.words)}”"
