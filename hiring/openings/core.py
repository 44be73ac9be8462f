"""Openings: who may see and run one, what its name may be, and the plan that it takes over from a rubric."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hiring.errors import Broken, Forbidden, NotFound
from hiring.people.core import READS_FEEDBACK, RUNS_OPENINGS, Viewer, name_key

SLUG_MOST = 80
TEXT_MOST = 200
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class PlannedQuestion:
    """A question as a plan holds it."""

    kind: str
    ask: str
    follow_ups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedKit:
    """A kit as a plan holds it; `focus` are keys of criteria."""

    key: str
    name: str
    minutes: int
    instructions: str
    focus: tuple[str, ...]
    questions: tuple[PlannedQuestion, ...]


def read_plan(stored: Mapping[str, Any]) -> tuple[PlannedKit, ...]:
    """Read a version's stored plan. The JSON carries a schema number; only number 1 exists so far."""
    if stored.get("schema") != 1:
        raise Broken(
            f"A rubric's plan has schema {stored.get('schema')}, which this version does not know: use the newer version."
        )
    return tuple(
        PlannedKit(
            key=kit["id"],
            name=kit["name"],
            minutes=int(kit["minutes"]),
            instructions=kit.get("instructions", ""),
            focus=tuple(kit["focus"]),
            questions=tuple(
                PlannedQuestion(question["kind"], question["ask"], tuple(question.get("follow_ups", ())))
                for question in kit.get("questions", ())
            ),
        )
        for kit in stored["kits"]
    )


@dataclass(frozen=True, slots=True)
class KeptKit:
    """A kit that an opening has: the row that its interviews name."""

    id: uuid.UUID
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class KitUse:
    """How many interviews name a kit: those that stand, and those that were cancelled."""

    planned: int
    cancelled: int


def lost_kit_fault(
    kits: Sequence[KeptKit], uses: Mapping[uuid.UUID, KitUse], plan: Sequence[PlannedKit], number: int
) -> str | None:
    """Return why an opening cannot take over the plan of version `number`, or nothing: interviews name a kit that it lacks."""
    keys = {kit.key for kit in plan}
    for kit in kits:
        use = uses.get(kit.id)
        if kit.key in keys or use is None:
            continue
        lacks = f"Version {number} has no kit “{kit.key}”"
        if use.planned:
            said = "1 interview is" if use.planned == 1 else f"{use.planned} interviews are"
            return f"{lacks}, and {said} planned with {kit.name}. Cancel what is planned, or choose a version with that kit."
        return f"{lacks}, and an interview that was cancelled names {kit.name}. Choose a version with that kit."
    return None


def sees_board(viewer: Viewer, opening_id: uuid.UUID) -> bool:
    """Say whether the viewer may look at an opening as a whole: by a role that reads feedback there."""
    return viewer.has(READS_FEEDBACK, opening_id)


def runs(viewer: Viewer, opening_id: uuid.UUID) -> bool:
    """Say whether the viewer may change an opening's candidates, stages and interviews."""
    return viewer.has(RUNS_OPENINGS, opening_id)


def check_runs(viewer: Viewer, opening_id: uuid.UUID, what: str) -> None:
    """Refuse who may not run the opening: NotFound where they may not know of it, else Forbidden. `what`: "add candidates"."""
    if runs(viewer, opening_id):
        return
    if sees_board(viewer, opening_id):
        raise Forbidden(f"Recruiters and the opening’s hiring manager {what}. Ask one of them.")
    raise NotFound("There is no such opening, or it is not yours to see.")


def clean_slug(text: str) -> str | None:
    """Return the short name for addresses, or nothing where it is none: small letters, digits, single hyphens."""
    text = text.strip().lower()
    return text if len(text) <= SLUG_MOST and text != "new" and _SLUG.fullmatch(text) else None


def slug_of(title: str) -> str:
    """Return a short name made from a title."""
    return re.sub(r"[^a-z0-9]+", "-", name_key(title)).strip("-")[:SLUG_MOST].strip("-")


def clean_line(text: str) -> str | None:
    """Return one line of text with single spaces, or nothing where it is too long or has control characters."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    fine = len(text) <= TEXT_MOST and not any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text)
    return text if fine else None


def text_faults(*, slug: str, title: str, team: str, organisation: str) -> dict[str, str]:
    """Return what is wrong with an opening's texts, by field."""
    texts = {"title": title, "team": team, "organisation": organisation}
    faults = {
        name: "Use at most 200 characters, without control characters."
        for name, text in texts.items()
        if clean_line(text) is None
    }
    if clean_line(title) == "":
        faults["title"] = "Write what the opening is called, such as Backend Developer."
    if clean_slug(slug) is None:
        faults["slug"] = "Use small letters, digits and single hyphens, at most 80 characters; not “new”."
    return faults
