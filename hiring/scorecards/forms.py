"""The scorecard's form, as it is saved, submitted and revised."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from hiring.scorecards.core import Entry, Recommendation, Sheet

CRITERIA_MOST = 30
ASKED_MOST = 200
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_ASKED = re.compile(r"[0-9a-f-]{36}(\.[0-9]{1,2})?")
_PAGE = re.compile(r"[0-9a-f]{0,64}")


@dataclass(frozen=True, slots=True)
class ScorecardForm:
    """What was typed. `edition` is the draft's that the page was made from; `base` the version's that a revision was made from."""

    sheet: Sheet
    notes: str
    asked: tuple[str, ...]
    edition: int
    page: str
    submits: bool
    reason: str
    base: int | None


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def parse_scorecard(form: Any) -> ScorecardForm:
    """Read the form (a multi-dict). Nothing raises; what is missing or unknown is told by core and service."""
    keys = [
        name.removeprefix("level_").removeprefix("evidence_")
        for name in form
        if name.startswith(("level_", "evidence_"))
    ]
    known = list(dict.fromkeys(key for key in keys if _KEY.fullmatch(key)))[:CRITERIA_MOST]
    chosen, page = str(form.get("recommendation", "")), str(form.get("page", ""))
    edition = _number(str(form.get("edition", "")))
    return ScorecardForm(
        sheet=Sheet(
            entries={
                key: Entry(_level(str(form.get(f"level_{key}", ""))), str(form.get(f"evidence_{key}", "")))
                for key in known
            },
            recommendation=Recommendation(chosen) if chosen in set(Recommendation) else None,
            why=str(form.get("why", "")),
            strength=str(form.get("strength", "")),
            concern=str(form.get("concern", "")),
        ),
        notes=str(form.get("notes", "")),
        asked=tuple(dict.fromkeys(each for each in map(str, form.getall("asked", [])) if _ASKED.fullmatch(each)))[
            :ASKED_MOST
        ],
        edition=-1 if edition is None else edition,
        page=page if _PAGE.fullmatch(page) else "",
        submits=form.get("do") == "submit",
        reason=str(form.get("reason", "")),
        base=_number(str(form.get("base", ""))),
    )


def _level(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]", text) else None
