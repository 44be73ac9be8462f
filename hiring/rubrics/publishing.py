"""From a role file to what a published version holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hiring.errors import BadInput, Broken
from hiring.rubrics.core.content import Content, content_from
from hiring.rubrics.core.derive import anchors, derive
from hiring.rubrics.core.match import Terms
from hiring.rubrics.core.shapes import Derivation, Kind, Library, Posting, ProposedCriterion, Role, Source, Statement
from hiring.rubrics.exchange import read_rubric_text, rubric_faults
from hiring.rubrics.library import check_file, load_library, load_role, load_sources, located, posting_text
from hiring.rubrics.readers import read_posting


def content_of_file(path: Path, drafted_from: Sequence[Path] = ()) -> Content:
    """Return the content of a role file or of an exported rubric file, which carries its postings. Raises BadInput."""
    if rubric_faults(path) is None:
        return content_of_role_file(path, drafted_from)
    if drafted_from:
        raise BadInput(f"{path} is a rubric file, which carries its postings: name none after it.")
    return read_rubric_text(path.read_bytes(), str(path))


def content_of_role_file(path: Path, drafted_from: Sequence[Path] = ()) -> Content:
    """Return the content that a role file describes, with every posting of which it covers a statement, whole.

    `covers` names statements of the shipped sources; in a draft, those of the postings that it was derived from,
    which are given in the same order. Raises BadInput with the place of the first fault, as file:line:column: sentence.
    """
    library = load_library()
    postings, titles = _given(drafted_from, library) if drafted_from else _shipped(library)
    owners = {statement.id: posting for posting in postings for statement in posting.statements}
    faults = sorted(check_file(path, library, frozenset(owners)))
    if faults:
        hint = "" if drafted_from or "no statement" not in faults[0].what else " Name a draft’s postings after it."
        more = f" ({len(faults) - 1} more after it.)" if len(faults) > 1 else ""
        raise BadInput(located(path, faults[0]) + hint + more)
    try:
        role = load_role(path, library)
    except Broken as fault:
        raise BadInput(str(fault)) from None
    covered = {key for criterion in role.criteria for key in criterion.covers}
    return content_from(
        _as_derived(role, [each for each in postings if any(owners[key] is each for key in covered)]),
        [_with_anchors(role, library)],
        library,
        slug=role.id,
        title=role.title,
        scale=role.scale,
        titles=titles,
    )


def _as_derived(role: Role, postings: Sequence[Posting]) -> Derivation:
    """Return the role as if it had been derived from its postings."""
    covered = {key for criterion in role.criteria for key in criterion.covers}
    every = [statement.id for posting in postings for statement in posting.statements]
    return Derivation(
        tuple(postings),
        tuple(
            ProposedCriterion(each.id, each.name, each.competencies, each.weight, each.covers) for each in role.criteria
        ),
        tuple(key for key in every if key not in covered),
        role.id,
    )


def _with_anchors(role: Role, library: Library) -> Role:
    """Return the role with its competencies' behaviours where a criterion has no levels of its own."""
    criteria = tuple(replace(each, levels=anchors(each, role.scale, library)) for each in role.criteria)
    return replace(role, criteria=criteria)


def _given(paths: Sequence[Path], library: Library) -> tuple[tuple[Posting, ...], dict[str, str]]:
    names = [path.name for path in paths]
    if len(set(names)) < len(names):
        raise BadInput("Two of the postings have the same file name: rename one.")
    texts = [(path.name, read_posting(path)) for path in paths]
    return derive(texts, library, ()).postings, {}


def _shipped(library: Library) -> tuple[tuple[Posting, ...], dict[str, str]]:
    terms, sources = Terms(library), load_sources()
    return tuple(_posting(source, terms) for source in sources), {f"{each.id}.txt": each.title for each in sources}


def _posting(source: Source, terms: Terms) -> Posting:
    """Render a source as its posting; its statements keep their ids and get the places where they now stand."""
    text, at = posting_text(source), 0
    statements = []
    for each in sorted(source.statements, key=lambda statement: list(Kind).index(statement.kind)):
        start = text.index(f"\n- {each.text}\n", at) + len("\n- ")
        at = start + len(each.text)
        found = terms.match(each.text)
        statements.append(
            Statement(
                id=each.id,
                text=each.text,
                start=start,
                end=at,
                also_at=(),
                kind=each.kind,
                competency=found.competency,
                also=found.also,
                confidence=found.confidence,
                words=found.words,
            )
        )
    return Posting(f"{source.id}.txt", text, tuple(statements))
