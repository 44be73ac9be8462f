"""What the editor shows of a draft: postings with their statements marked, criteria with theirs, and the gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hiring.rubrics.core.annotate import Block, annotate
from hiring.rubrics.core.draft import DraftCriterion, Found, LeftOut, Paper, State, uncovered
from hiring.rubrics.core.shapes import Competency, Library


@dataclass(frozen=True, slots=True)
class Mark:
    """A statement as the posting shows it. `number`: the criterion that covers it. `first`: its first place, not a repetition."""

    key: str
    number: int | None
    left_out: bool
    first: bool


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """A posting cut into lines. `has_gap`: a statement in it is uncovered."""

    key: str
    title: str
    statements: int
    has_gap: bool
    blocks: tuple[Block[Mark], ...]


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A statement under its criterion. `because`: the words that named its competency."""

    key: str
    text: str
    competency: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KitChoice:
    """A kit of the plan, and whether it assesses the criterion."""

    id: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class CriterionSheet:
    """A criterion with all that one may change of it."""

    number: int
    of: DraftCriterion
    statements: tuple[StatementLine, ...]
    competencies: tuple[tuple[str, str], ...]
    kits: tuple[KitChoice, ...]

    @property
    def written(self) -> int:
        """How many levels have an anchor."""
        return sum(1 for text in self.of.anchors if text.strip())


@dataclass(frozen=True, slots=True)
class Gap:
    """An uncovered statement. `known_as`: what the library calls it, or nothing. `nearest`: the criterion that could take it."""

    key: str
    text: str
    competency: str | None
    known_as: str
    nearest: tuple[int, str, str] | None


@dataclass(frozen=True, slots=True)
class Out:
    """A statement left out on purpose."""

    key: str
    text: str
    why: LeftOut


@dataclass(frozen=True, slots=True)
class Sheet:
    """The editor's page. `total` counts the statements of all postings."""

    papers: tuple[PaperSheet, ...]
    criteria: tuple[CriterionSheet, ...]
    gaps: tuple[Gap, ...]
    left_out: tuple[Out, ...]
    total: int
    covered: int


def sheet(state: State, papers: Sequence[Paper], library: Library) -> Sheet:
    """Lay a draft out for its page."""
    known = {entry.id: entry for entry in library.competencies}
    numbers = {key: number for number, each in enumerate(state.criteria, 1) for key in each.statements}
    every = {each.key: each for paper in papers for each in paper.statements}
    gaps = uncovered(state, papers)
    criteria = tuple(_criterion(number, each, state, every, known) for number, each in enumerate(state.criteria, 1))
    return Sheet(
        papers=tuple(_paper(paper, numbers, state) for paper in papers),
        criteria=criteria,
        gaps=tuple(_gap(each, state, known) for each in gaps),
        left_out=tuple(
            Out(key, each.text, state.left_out[key]) for key, each in every.items() if key in state.left_out
        ),
        total=len(every),
        covered=sum(len(each.statements) for each in criteria),
    )


def name_of(key: str | None, known: Mapping[str, Competency]) -> str:
    """Return a competency's name; of one that the library lost, its id as words."""
    if key is None:
        return ""
    return known[key].name if key in known else key.replace("-", " ").capitalize()


def _paper(paper: Paper, numbers: Mapping[str, int], state: State) -> PaperSheet:
    spans = [
        (
            start,
            end,
            Mark(each.key, numbers.get(each.key), each.key in state.left_out, (start, end) == (each.start, each.end)),
        )
        for each in paper.statements
        for start, end in ((each.start, each.end), *each.also_at)
    ]
    return PaperSheet(
        key=paper.key,
        title=paper.title,
        statements=len(paper.statements),
        has_gap=any(mark.number is None and not mark.left_out for _, _, mark in spans),
        blocks=annotate(paper.text, spans),
    )


def _criterion(
    number: int, each: DraftCriterion, state: State, every: Mapping[str, Found], known: Mapping[str, Competency]
) -> CriterionSheet:
    found = [every[key] for key in each.statements if key in every]
    return CriterionSheet(
        number=number,
        of=each,
        statements=tuple(StatementLine(one.key, one.text, name_of(one.competency, known), one.words) for one in found),
        competencies=tuple((key, name_of(key, known)) for key in each.competencies),
        kits=tuple(KitChoice(kit["id"], kit["name"], each.key in kit["focus"]) for kit in state.plan["kits"]),
    )


def _gap(each: Found, state: State, known: Mapping[str, Competency]) -> Gap:
    return Gap(each.key, each.text, each.competency, name_of(each.competency, known), _nearest(each, state, known))


def _nearest(each: Found, state: State, known: Mapping[str, Competency]) -> tuple[int, str, str] | None:
    """Return the criterion (number, key, name) that has a statement's competency, or else most of its family's."""
    for wanted in (each.competency, *each.also):
        for number, criterion in enumerate(state.criteria, 1):
            if wanted is not None and wanted in criterion.competencies:
                return number, criterion.key, criterion.name
    if each.competency is None or each.competency not in known:
        return None
    family = known[each.competency].family

    def shared(criterion: DraftCriterion) -> int:
        return sum(1 for key in criterion.competencies if key in known and known[key].family == family)

    kin = [(number, criterion) for number, criterion in enumerate(state.criteria, 1) if shared(criterion)]
    best = max(kin, key=lambda pair: shared(pair[1]), default=None)
    return (best[0], best[1].key, best[1].name) if best else None
