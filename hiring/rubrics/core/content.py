"""What a published version holds, as plain values with one hash, and how a derivation becomes it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hiring.canonical import plain, sha256
from hiring.rubrics.core.derive import anchors
from hiring.rubrics.core.shapes import MAX_ANCHOR, Criterion, Derivation, Library, Plan, ProposedCriterion, Role, Scale

PLAN_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class ContentStatement:
    """A statement of a version; `start` and `end` are its place in the posting's text, in characters.

    `also_at` are further places that say the same. `left_out` is the reason why no criterion covers it on purpose.
    """

    key: str
    text: str
    start: int
    end: int
    kind: str
    competency: str | None
    also_at: tuple[tuple[int, int], ...] = ()
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class ContentPosting:
    """A posting as the version was derived from it."""

    key: str
    title: str
    text: str
    statements: tuple[ContentStatement, ...]


@dataclass(frozen=True, slots=True)
class ContentCriterion:
    """A criterion of a version: one anchor per level, lowest first."""

    key: str
    name: str
    definition: str
    weight: Decimal
    competencies: tuple[str, ...]
    listen_for: tuple[str, ...]
    anchors: tuple[str, ...]
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a version is. Two versions with equal content have the same hash."""

    slug: str
    title: str
    scale: Scale
    criteria: tuple[ContentCriterion, ...]
    postings: tuple[ContentPosting, ...]
    plan: Mapping[str, Any]

    @property
    def hash(self) -> str:
        """The SHA-256 of the canonical content, hexadecimal."""
        return sha256(as_data(self))


def as_data(content: Content) -> dict[str, Any]:
    """Return content as JSON knows it. What a statement does not have is left out, so that versions older than it keep their hash."""
    data: dict[str, Any] = plain(content)
    for posting in data["postings"]:
        for statement in posting["statements"]:
            for name in ("also_at", "left_out"):
                if not statement[name]:
                    del statement[name]
    return data


def content_from(
    derivation: Derivation,
    roles: Sequence[Role],
    library: Library,
    *,
    slug: str,
    title: str,
    scale: Scale,
    titles: Mapping[str, str],
) -> Content:
    """Return the content that a derivation proposes. `titles`: each posting's title by its file name.

    A criterion takes the anchors that its role wrote for it, and otherwise its competencies' behaviours. The plan is
    the role's; a criterion that the role does not have is in no kit until somebody puts it into one.
    """
    role = next((each for each in roles if each.id == derivation.role), None)
    written = {criterion.id: criterion for criterion in role.criteria} if role else {}
    criteria = tuple(_criterion(each, written.get(each.id), library, scale) for each in derivation.criteria)
    postings = tuple(
        ContentPosting(
            key=posting.file,
            title=titles.get(posting.file, posting.file),
            text=posting.text,
            statements=tuple(
                ContentStatement(
                    each.id, each.text, each.start, each.end, each.kind.value, each.competency, each.also_at
                )
                for each in posting.statements
            ),
        )
        for posting in derivation.postings
    )
    plan = plan_as_data(role.plan if role else Plan(()), {each.key for each in criteria})
    return Content(slug=slug, title=title, scale=scale, criteria=criteria, postings=postings, plan=plan)


def plan_as_data(plan: Plan, criteria: set[str]) -> dict[str, Any]:
    """Return a plan as it is stored, its kits focused on those criteria that the version has."""
    kits = []
    for kit in plan.kits:
        focus = [key for key in kit.focus if key in criteria]
        if focus:
            kits.append({**plain(kit), "focus": focus})
    return {"schema": PLAN_SCHEMA, "kits": kits}


def _criterion(
    proposed: ProposedCriterion, written: Criterion | None, library: Library, scale: Scale
) -> ContentCriterion:
    known = [found for found in (library.get(each) for each in proposed.competencies) if found is not None]
    own = written is not None and set(written.competencies) >= set(proposed.competencies)
    levels = written.levels if written is not None and own else ()
    criterion = Criterion(proposed.id, proposed.name, proposed.competencies, proposed.weight, levels)
    told = [each.text for each in anchors(criterion, scale, library)]
    if not told or max(map(len, told)) > MAX_ANCHOR:
        # All behaviours of four competencies are more than anybody reads beside a rating: the first of each.
        # A competency of the organisation's own has no levels: its anchors are for somebody to write.
        levelled = [each for each in known if len(each.levels) == len(scale.labels)]
        told = [" ".join(each.levels[step].behaviours[0] for each in levelled) for step in range(len(scale.labels))]
    definition = (
        written.definition
        if written and written.definition
        else (_first_sentence(known[0].definition) if known else "")
    )
    listen_for = (
        written.listen_for
        if written and written.listen_for
        else tuple(each.listen_for[0] for each in known if each.listen_for)[:3]
    )
    return ContentCriterion(
        key=proposed.id,
        name=proposed.name,
        definition=definition,
        weight=proposed.weight,
        competencies=proposed.competencies,
        listen_for=tuple(listen_for),
        anchors=tuple(told),
        statements=proposed.statements,
    )


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]
