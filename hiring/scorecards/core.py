"""Scorecards: what a complete one holds, when it is due, and what a revision needs."""

from __future__ import annotations

import datetime as dt
import enum
import hmac
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

DUE_AFTER = dt.timedelta(hours=24)
EVIDENCE_MOST = 10_000
NOTES_MOST = 20_000
REASON_MOST = 2_000
DRAFT_SCHEMA = 1
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # Unicode's Cc and Cs, but for line feed and tab


class CardState(enum.StrEnum):
    """What became of a scorecard. A draft is owed, whether or not anything stands in it."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RECUSED = "recused"
    WAIVED = "waived"


class Recommendation(enum.StrEnum):
    """The panelist's overall recommendation, for this interview alone."""

    STRONG_NO = "strong_no"
    NO = "no"
    YES = "yes"
    STRONG_YES = "strong_yes"
    NO_DECISION = "no_decision"

    @property
    def words(self) -> str:
        """The recommendation as people say it."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed for one criterion. `level`: a step of the scale, 0 for "not assessed", nothing for not yet."""

    level: int | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole scorecard as typed. `entries` by the criterion's key."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    recommendation: Recommendation | None = None
    why: str = ""
    strength: str = ""
    concern: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that keeps a scorecard from being submitted."""

    field: str
    criterion: str | None
    sentence: str


def due(ends_at: dt.datetime) -> dt.datetime:
    """Return when a scorecard is due: 24 hours after the interview's end."""
    return ends_at + DUE_AFTER


def clean_text(text: str) -> str:
    """Return the text as it is stored: NFC, line feeds, no control characters, no blank edges."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROL.sub("", text).strip()


def missing(sheet: Sheet, focus: Sequence[tuple[str, str, int]]) -> list[Missing]:
    """Return what a scorecard lacks, in the order of the page. `focus`: (key, name, steps of the scale) per criterion.

    Each criterion has a level or "not assessed", each level its evidence, and a recommendation is given.
    """
    found: list[Missing] = []
    for key, name, steps in focus:
        entry = sheet.entries.get(key, Entry())
        if entry.level is None:
            found.append(Missing(f"level_{key}", key, f"{name}: choose a level, or “not assessed”"))
        elif not 0 <= entry.level <= steps:
            found.append(Missing(f"level_{key}", key, f"{name}: choose a level from 1 to {steps}, or “not assessed”"))
        elif entry.level and not clean_text(entry.evidence):
            found.append(Missing(f"evidence_{key}", key, f"{name}: give the evidence for level {entry.level}"))
        if len(clean_text(entry.evidence)) > EVIDENCE_MOST:
            found.append(
                Missing(f"evidence_{key}", key, f"{name}: shorten the evidence to {EVIDENCE_MOST:,} characters")
            )
    if sheet.recommendation is None:
        found.append(Missing("recommendation", None, "Your recommendation: choose one, or “no decision”"))
    for name, text in (("why", sheet.why), ("strength", sheet.strength), ("concern", sheet.concern)):
        if len(clean_text(text)) > EVIDENCE_MOST:
            found.append(Missing(name, None, f"Shorten this to {EVIDENCE_MOST:,} characters"))
    return found


def changed(before: Sheet, after: Sheet) -> bool:
    """Say whether a revision changes anything."""
    return _plain(before) != _plain(after)


def _plain(sheet: Sheet) -> tuple[object, ...]:
    entries = sorted((key, entry.level, clean_text(entry.evidence)) for key, entry in sheet.entries.items())
    return (
        tuple(entries),
        sheet.recommendation,
        clean_text(sheet.why),
        clean_text(sheet.strength),
        clean_text(sheet.concern),
    )


class Urgency(enum.StrEnum):
    """What a panelist has to do about an interview, the most pressing first."""

    OVERDUE = "overdue"
    DUE = "due"
    COMING = "coming"
    CLOSED = "closed"


def urgency(state: CardState, starts_at: dt.datetime, due_at: dt.datetime, now: dt.datetime) -> Urgency:
    """Return how pressing a scorecard is: owed too long, owed, of an interview to come, or closed."""
    if state is not CardState.DRAFT:
        return Urgency.CLOSED
    if now > due_at:
        return Urgency.OVERDUE
    return Urgency.DUE if now >= starts_at else Urgency.COMING


class Part(enum.StrEnum):
    """How far one part of a scorecard is."""

    DONE = "done"
    BEGUN = "begun"
    OPEN = "open"


def part_of(entry: Entry, labels: Sequence[str]) -> tuple[Part, str]:
    """Return how far one criterion is, with the words for it. `labels`: the scale, from lowest to highest."""
    if entry.level is None:
        return (Part.BEGUN if clean_text(entry.evidence) else Part.OPEN), "No level yet"
    if entry.level == 0:
        return Part.DONE, "Not assessed"
    if not clean_text(entry.evidence):
        return Part.BEGUN, "Evidence missing"
    return Part.DONE, f"{entry.level}, {labels[entry.level - 1]}" if entry.level <= len(labels) else str(entry.level)


def done(sheet: Sheet, keys: Sequence[str]) -> int:
    """Return how many parts are done, of `len(keys) + 1`: each criterion, and the recommendation."""
    entries = (sheet.entries.get(key, Entry()) for key in keys)
    rated = sum(entry.level is not None and bool(entry.level == 0 or clean_text(entry.evidence)) for entry in entries)
    return rated + (sheet.recommendation is not None)


def too_long(sheet: Sheet, notes: str) -> dict[str, str]:
    """Return what cannot even be kept in a draft, by form field."""
    texts = {f"evidence_{key}": entry.evidence for key, entry in sheet.entries.items()}
    texts |= {"why": sheet.why, "strength": sheet.strength, "concern": sheet.concern}
    faults = {
        name: f"Shorten this to {EVIDENCE_MOST:,} characters; it has {len(clean_text(text)):,}."
        for name, text in texts.items()
        if len(clean_text(text)) > EVIDENCE_MOST
    }
    if len(clean_text(notes)) > NOTES_MOST:
        faults["notes"] = f"Shorten your notes to {NOTES_MOST:,} characters; they have {len(clean_text(notes)):,}."
    return faults


def draft_of(sheet: Sheet, asked: Sequence[str], page: str = "") -> dict[str, Any]:
    """Return a draft as it is stored. `page` tells one open page from another: a page never collides with itself."""
    return {
        "schema": DRAFT_SCHEMA,
        "entries": {
            key: {"level": entry.level, "evidence": clean_text(entry.evidence)} for key, entry in sheet.entries.items()
        },
        "recommendation": sheet.recommendation.value if sheet.recommendation else None,
        "why": clean_text(sheet.why),
        "strength": clean_text(sheet.strength),
        "concern": clean_text(sheet.concern),
        "asked": list(asked),
        "page": page,
    }


def sheet_of(draft: Mapping[str, Any]) -> Sheet:
    """Return what a stored draft holds. An empty one gives an empty sheet."""
    entries = {
        key: Entry(entry.get("level"), entry.get("evidence", "")) for key, entry in draft.get("entries", {}).items()
    }
    chosen = draft.get("recommendation")
    return Sheet(
        entries=entries,
        recommendation=Recommendation(chosen) if chosen else None,
        why=draft.get("why", ""),
        strength=draft.get("strength", ""),
        concern=draft.get("concern", ""),
    )


def asked_of(draft: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which questions a stored draft ticks: a question's id, or `id.n` for its follow-up n."""
    return tuple(draft.get("asked", ()))


def typed_of(sheet: Sheet, notes: str, keys: Sequence[str]) -> dict[str, str]:
    """Return a sheet as its form's fields and their values."""
    fields: dict[str, str] = {}
    for key in keys:
        entry = sheet.entries.get(key, Entry())
        fields[f"level_{key}"] = "" if entry.level is None else str(entry.level)
        fields[f"evidence_{key}"] = entry.evidence
    return fields | {
        "recommendation": sheet.recommendation.value if sheet.recommendation else "",
        "why": sheet.why,
        "strength": sheet.strength,
        "concern": sheet.concern,
        "notes": notes,
    }


def differing(mine: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    """Return the other's value of each field in which the two differ."""
    return {name: text for name, text in other.items() if clean_text(text) != clean_text(mine.get(name, ""))}


def text_digest(key: bytes, body: str) -> bytes:
    """Return the keyed hash of people's words (HMAC-SHA-256): it stays when the words are erased."""
    return hmac.digest(key, body.encode(), "sha256")


def control_of(name: str) -> str:
    """Return the id of the control that a form field's error leads to; a group of levels is entered at its first."""
    if name.startswith("level_"):
        return f"{name}-1"
    return "recommendation-strong_no" if name == "recommendation" else name


def beside(lack: Missing) -> str:
    """Return what is missing as it stands beside its field, where the criterion's name stands already."""
    words = (
        lack.sentence.split(": ", 1)[-1]
        if lack.field.startswith(("level_", "evidence_", "recommendation"))
        else lack.sentence
    )
    return f"{words[:1].upper()}{words[1:]}."
