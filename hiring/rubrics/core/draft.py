"""A rubric while it is written: what it holds, how it is stored, and what still keeps it from being published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hiring.canonical import plain
from hiring.errors import Broken, Conflict, Forbidden
from hiring.people.core import RUNS_OPENINGS, Viewer
from hiring.rubrics.core.content import PLAN_SCHEMA, Content, ContentCriterion, ContentPosting, ContentStatement
from hiring.rubrics.core.shapes import (
    MAX_CRITERIA,
    MIN_CRITERIA,
    Derivation,
    Scale,
    Statement,
)

SCHEMA = 1
MAX_STATEMENTS = 2000
"""Statements of a draft, at most: a text that lists more is no posting of one job."""


@dataclass(frozen=True, slots=True)
class Found:
    """A statement as it was found: its place, and which words of it named which competency."""

    key: str
    text: str
    start: int
    end: int
    kind: str
    competency: str | None
    also_at: tuple[tuple[int, int], ...] = ()
    also: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A posting of a draft. Editing never changes it."""

    key: str
    title: str
    text: str
    statements: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why a statement is covered by no criterion on purpose, who said so, and when (ISO 8601)."""

    reason: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class DraftCriterion:
    """A criterion while it is written: a proposal until somebody accepts it. `anchors` are lowest first, empty until written."""

    key: str
    name: str
    definition: str
    weight: Decimal
    competencies: tuple[str, ...]
    listen_for: tuple[str, ...]
    anchors: tuple[str, ...]
    statements: tuple[str, ...]
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """What a draft holds besides its postings. A statement is in one criterion at most, or left out, or uncovered."""

    slug: str
    title: str
    scale: Scale
    criteria: tuple[DraftCriterion, ...]
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)
    plan: Mapping[str, Any] = field(default_factory=lambda: {"schema": PLAN_SCHEMA, "kits": []})

    @property
    def total(self) -> Decimal:
        """The sum of the weights."""
        return sum((each.weight for each in self.criteria), Decimal(0))

    def criterion(self, key: str) -> DraftCriterion:
        """Return a criterion; raise Conflict where it is gone."""
        for each in self.criteria:
            if each.key == key:
                return each
        raise Conflict("This criterion is gone: it was rejected or merged meanwhile. Load the page again.")

    def owner(self, statement: str) -> DraftCriterion | None:
        """Return the criterion that covers a statement."""
        return next((each for each in self.criteria if statement in each.statements), None)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps a draft from being published, and where: a criterion's key and the field, or nothing for the whole."""

    sentence: str
    criterion: str = ""
    field: str = ""


def may_write(viewer: Viewer) -> bool:
    """Say whether a person writes rubrics: administrators, recruiters, and hiring managers of any opening."""
    return viewer.has_anywhere(RUNS_OPENINGS)


def check_writes(viewer: Viewer) -> None:
    """Refuse who does not write rubrics."""
    if not may_write(viewer):
        raise Forbidden("Recruiters, hiring managers and administrators write rubrics. Ask one of them.")


# Making a draft ------------------------------------------------------------------------------------------------------


def papers_of(derivation: Derivation, titles: Mapping[str, str]) -> tuple[Paper, ...]:
    """Return the postings of a derivation with their statements. `titles`: by file name."""
    return tuple(
        Paper(
            posting.file, titles.get(posting.file, posting.file), posting.text, tuple(map(_found, posting.statements))
        )
        for posting in derivation.postings
    )


def _found(each: Statement) -> Found:
    return Found(
        each.id, each.text, each.start, each.end, each.kind.value, each.competency, each.also_at, each.also, each.words
    )


def papers_in(content: Content) -> tuple[Paper, ...]:
    """Return the postings of a published or imported content."""
    return tuple(
        Paper(
            posting.key,
            posting.title,
            posting.text,
            tuple(
                Found(each.key, each.text, each.start, each.end, each.kind, each.competency, each.also_at)
                for each in posting.statements
            ),
        )
        for posting in content.postings
    )


def state_in(content: Content, *, accepted: bool) -> State:
    """Return content as a draft's first state; its criteria are proposals unless `accepted`."""
    return State(
        slug=content.slug,
        title=content.title,
        scale=content.scale,
        criteria=tuple(
            DraftCriterion(
                each.key,
                each.name,
                each.definition,
                each.weight,
                each.competencies,
                each.listen_for,
                each.anchors or ("",) * len(content.scale.labels),
                each.statements,
                accepted,
            )
            for each in content.criteria
        ),
        left_out={
            each.key: LeftOut(each.left_out, "", "")
            for posting in content.postings
            for each in posting.statements
            if each.left_out
        },
        plan=content.plan,
    )


def content_of(state: State, papers: Sequence[Paper]) -> Content:
    """Return what the draft would publish. Whether it may be published, `obstacles` tells."""
    return Content(
        slug=state.slug,
        title=state.title,
        scale=state.scale,
        criteria=tuple(
            ContentCriterion(
                key=each.key,
                name=each.name,
                definition=each.definition,
                weight=each.weight,
                competencies=each.competencies,
                listen_for=each.listen_for,
                anchors=each.anchors,
                statements=each.statements,
            )
            for each in state.criteria
        ),
        postings=tuple(
            ContentPosting(
                paper.key,
                paper.title,
                paper.text,
                tuple(
                    ContentStatement(
                        each.key,
                        each.text,
                        each.start,
                        each.end,
                        each.kind,
                        each.competency,
                        each.also_at,
                        state.left_out[each.key].reason if each.key in state.left_out else "",
                    )
                    for each in paper.statements
                ),
            )
            for paper in papers
        ),
        plan={**state.plan, "kits": [kit for kit in state.plan["kits"] if kit["focus"]]},
    )


def idle_kits(state: State) -> tuple[str, ...]:
    """Return the names of the kits that assess no criterion any more: a version is published without them."""
    return tuple(kit["name"] for kit in state.plan["kits"] if not kit["focus"])


def uncovered(state: State, papers: Sequence[Paper]) -> tuple[Found, ...]:
    """Return the statements that no criterion covers and nobody left out, in the order of the postings."""
    held = {key for each in state.criteria for key in each.statements} | set(state.left_out)
    return tuple(each for paper in papers for each in paper.statements if each.key not in held)


def obstacles(state: State) -> tuple[Obstacle, ...]:
    """Return everything that keeps the draft from being published, in the order of the page."""
    found = []
    if not state.title.strip():
        found.append(Obstacle("The rubric has no title.", field="title"))
    proposed = [each for each in state.criteria if not each.accepted]
    if proposed:
        words = (
            "1 criterion is still a proposal" if len(proposed) == 1 else f"{len(proposed)} criteria are still proposals"
        )
        found.append(Obstacle(f"{words}: accept or reject.", proposed[0].key, "accept"))
    if not MIN_CRITERIA <= len(state.criteria) <= MAX_CRITERIA:
        count = len(state.criteria)
        found.append(Obstacle(f"Six to nine criteria make a rubric: this has {count or 'none'}.", field="criteria"))
    if state.criteria and state.total != 1:
        found.append(Obstacle(f"The weights sum to {state.total:.2f}, not 1.00.", field="weights"))
    names: dict[str, str] = {}
    for number, each in enumerate(state.criteria, 1):
        found += _lacks(each, number, state.scale)
        if each.name and names.setdefault(each.name.casefold(), each.key) != each.key:
            found.append(Obstacle(f"Criterion {number} has the name of another: {each.name}.", each.key, "name"))
    return tuple(found)


def _lacks(each: DraftCriterion, number: int, scale: Scale) -> list[Obstacle]:
    told = f"Criterion {number}" + (f", {each.name}," if each.name else "")
    found = []
    if not each.name:
        found.append(Obstacle(f"{told} has no name.", each.key, "name"))
    if each.weight <= 0:
        found.append(Obstacle(f"{told} weighs nothing.", each.key, "weight"))
    if not each.competencies:
        found.append(Obstacle(f"{told} names no competency.", each.key, "competencies"))
    empty = [str(level) for level, text in enumerate(each.anchors, 1) if not text.strip()]
    if len(empty) == len(scale.labels):
        found.append(Obstacle(f"{told} says of no level what it looks like.", each.key, "anchor-1"))
    elif empty:
        levels = "level " + empty[0] if len(empty) == 1 else "levels " + f"{', '.join(empty[:-1])} and {empty[-1]}"
        found.append(
            Obstacle(
                f"{told} does not say what {levels} look{'s' if len(empty) == 1 else ''} like.",
                each.key,
                f"anchor-{empty[0]}",
            )
        )
    told_twice = {text.casefold() for text in each.anchors if text.strip()}
    if len(told_twice) < len([text for text in each.anchors if text.strip()]):
        found.append(Obstacle(f"{told} says the same of two levels.", each.key, "anchor-1"))
    return found


# Stored form ---------------------------------------------------------------------------------------------------------


def as_stored(state: State) -> dict[str, Any]:
    """Return a state as JSON, with the number of its schema."""
    return {"schema": SCHEMA, **plain(state)}


def read_state(stored: Mapping[str, Any]) -> State:
    """Read a stored state. Only schema 1 exists so far."""
    if stored.get("schema") != SCHEMA:
        raise Broken(
            f"A draft has schema {stored.get('schema')}, which this version does not know: use the newer version."
        )
    return State(
        slug=stored["slug"],
        title=stored["title"],
        scale=Scale(tuple(stored["scale"]["labels"]), stored["scale"]["bar"]),
        criteria=tuple(
            DraftCriterion(
                key=each["key"],
                name=each["name"],
                definition=each["definition"],
                weight=Decimal(each["weight"]),
                competencies=tuple(each["competencies"]),
                listen_for=tuple(each["listen_for"]),
                anchors=tuple(each["anchors"]),
                statements=tuple(each["statements"]),
                accepted=each["accepted"],
            )
            for each in stored["criteria"]
        ),
        left_out={key: LeftOut(**value) for key, value in stored["left_out"].items()},
        plan=stored["plan"],
    )


def papers_as_stored(papers: Sequence[Paper]) -> list[dict[str, Any]]:
    """Return postings as JSON."""
    stored: list[dict[str, Any]] = plain(list(papers))
    return stored


def read_papers(stored: Sequence[Mapping[str, Any]]) -> tuple[Paper, ...]:
    """Read stored postings."""
    return tuple(
        Paper(
            paper["key"],
            paper["title"],
            paper["text"],
            tuple(
                Found(
                    key=each["key"],
                    text=each["text"],
                    start=each["start"],
                    end=each["end"],
                    kind=each["kind"],
                    competency=each["competency"],
                    also_at=tuple((start, end) for start, end in each["also_at"]),
                    also=tuple(each["also"]),
                    words=tuple(each["words"]),
                )
                for each in paper["statements"]
            ),
        )
        for paper in stored
    )
