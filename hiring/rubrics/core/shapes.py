"""The words of this room as plain values: frozen, compared by content, free of I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from hiring.rubrics.core.asking import Asking
from hiring.rubrics.core.likeness import Likeness

MAX_STATEMENT = 600
"""A statement's length in characters, at most."""

MIN_CRITERIA, MAX_CRITERIA = 6, 9
MAX_COMPETENCIES = 4
"""A criterion joins one to four competencies."""

MIN_LEVELS, MAX_LEVELS = 3, 6
MAX_ANCHOR = 2000
"""An anchor's length in characters, at most."""

LEAST_WEIGHT = Decimal("0.05")


class Kind(StrEnum):
    """What a statement asks for."""

    RESPONSIBILITY = "responsibility"
    SKILL = "skill"
    TRAIT = "trait"


class QuestionKind(StrEnum):
    """What a question starts from: something done, something imagined, a piece of work to do now."""

    PAST = "past"
    SITUATION = "situation"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands in a text, before it is matched: `text[start:end]`, in characters."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Statement:
    """One responsibility, skill or trait. `posting.text[start:end] == text`; `also_at` says where it is repeated.

    `words` are the words of the text that named `competency`, in the order of the text. `confidence` is 0 to 1,
    and 0 exactly where no competency is named.
    """

    id: str
    text: str
    start: int
    end: int
    also_at: tuple[tuple[int, int], ...]
    kind: Kind
    competency: str | None
    also: tuple[str, ...]
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Posting:
    """A text that lists what a job consists of, with the statements found in it, in the order of the text."""

    file: str
    text: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """A step of a competency, lowest first in its tuple."""

    label: str
    behaviours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question of an interview, with what to ask when the first answer stays general."""

    kind: QuestionKind
    ask: str
    follow_ups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Competency:
    """An entry of the library."""

    id: str
    family: str
    name: str
    definition: str
    terms: tuple[str, ...]
    levels: tuple[Level, ...]
    questions: tuple[Question, ...]
    listen_for: tuple[str, ...]
    worry: tuple[str, ...]
    do_not_hold_against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Library:
    """The competencies, in the order of their ids, and what was learned from their examples, where there is such."""

    competencies: tuple[Competency, ...]
    likeness: Likeness | None = field(default=None, compare=False, repr=False)
    noise: Likeness | None = field(default=None, compare=False, repr=False)
    asking: Asking | None = field(default=None, compare=False, repr=False)

    def get(self, competency_id: str) -> Competency | None:
        """Return the competency of that id, or None."""
        return next((entry for entry in self.competencies if entry.id == competency_id), None)


@dataclass(frozen=True, slots=True)
class LevelAnchor:
    """The observable behaviour that describes level `number` (1 is the lowest) of one criterion."""

    number: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One to four competencies under one name. Without `levels` it takes its competencies' behaviours."""

    id: str
    name: str
    competencies: tuple[str, ...]
    weight: Decimal
    levels: tuple[LevelAnchor, ...] = ()
    covers: tuple[str, ...] = ()
    definition: str = ""
    listen_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scale:
    """The levels' labels, lowest first; `bar` is the number of the first level that meets it (None: no bar)."""

    labels: tuple[str, ...]
    bar: int | None


OUR_SCALE = Scale(("far below the bar", "below the bar", "meets the bar", "well above the bar"), 3)


@dataclass(frozen=True, slots=True)
class Kit:
    """One kind of interview: its focus criteria (ids), its length in minutes, what to do and what to ask."""

    id: str
    name: str
    minutes: int
    instructions: str
    focus: tuple[str, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The kits that together assess a role."""

    kits: tuple[Kit, ...]


@dataclass(frozen=True, slots=True)
class Role:
    """A rubric before it is published: the content of a role file."""

    id: str
    title: str
    scale: Scale
    criteria: tuple[Criterion, ...]
    plan: Plan


@dataclass(frozen=True, slots=True)
class SourceStatement:
    """One statement of a source file, in our own words."""

    id: str
    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Source:
    """A posting retold in our own words: one clear duty, skill or trait a statement."""

    id: str
    title: str
    statements: tuple[SourceStatement, ...]


@dataclass(frozen=True, slots=True)
class ProposedCriterion:
    """A criterion as derived from statements; `statements` are ids in the order of the postings."""

    id: str
    name: str
    competencies: tuple[str, ...]
    weight: Decimal
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Derivation:
    """Statements, the criteria they propose, and those that no criterion takes up. `role` is the role file used."""

    postings: tuple[Posting, ...]
    criteria: tuple[ProposedCriterion, ...]
    uncovered: tuple[str, ...]
    role: str | None


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in a file: its place (both count from 1), what it is, and what to write instead."""

    line: int
    column: int
    what: str
    instead: str = field(default="")

    @property
    def sentence(self) -> str:
        """What is wrong and what to write, as one line."""
        return f"{self.what}. {self.instead}" if self.instead else f"{self.what}."
