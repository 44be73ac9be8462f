"""Decisions: what may be decided, and what each needs."""

from __future__ import annotations

import enum


class Outcome(enum.StrEnum):
    """What was decided on an application."""

    HIRE = "hire"
    NO_HIRE = "no_hire"
    HOLD = "hold"

    @property
    def words(self) -> str:
        """The outcome as people say it."""
        return self.value.replace("_", " ")


def decision_faults(outcome: Outcome | None, reasons: str, evidence_wanted: str, criteria: list[str]) -> dict[str, str]:
    """Return what is missing from a decision, by field. An empty result means that it can be recorded."""
    faults: dict[str, str] = {}
    if outcome is None:
        faults["outcome"] = "Choose hire, no hire or hold."
    if not reasons.strip():
        faults["reasons"] = "Give the reasons: they are what the decision will be asked about."
    elif len(reasons) > 10_000:
        faults["reasons"] = "Use at most 10,000 characters."
    if outcome is Outcome.HOLD:
        if not evidence_wanted.strip():
            faults["evidence_wanted"] = "Say which evidence would end the hold."
        if not criteria:
            faults["criteria"] = "Choose the criteria on which evidence is wanted."
    return faults
