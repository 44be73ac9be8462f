"""The decision form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hiring.decisions.core import Outcome


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """A decision as typed."""

    outcome: Outcome | None = None
    reasons: str = ""
    evidence_wanted: str = ""
    criteria: tuple[str, ...] = ()


def parse_decision(form: Any) -> DecisionForm:
    """Read the form (a multi-dict); nothing raises."""
    outcome = str(form.get("outcome", ""))
    return DecisionForm(
        outcome=Outcome(outcome) if outcome in set(Outcome) else None,
        reasons=str(form.get("reasons", "")).replace("\r\n", "\n").replace("\0", ""),
        evidence_wanted=str(form.get("evidence_wanted", "")).replace("\r\n", "\n").replace("\0", "")[:10_000],
        criteria=tuple(dict.fromkeys(str(each) for each in form.getall("criteria", []))),
    )
