"""Stages, and which moves between them are allowed."""

from __future__ import annotations

import enum


class Stage(enum.StrEnum):
    """Where an application stands."""

    APPLIED = "applied"
    SCREENING = "screening"
    INTERVIEWS = "interviews"
    DEBRIEF = "debrief"
    HIRED = "hired"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


ACTIVE = (Stage.APPLIED, Stage.SCREENING, Stage.INTERVIEWS, Stage.DEBRIEF)
ENDS = (Stage.HIRED, Stage.REJECTED, Stage.WITHDRAWN)


def move_fault(now: Stage, then: Stage, *, reason: str, hire_decided: bool) -> str | None:
    """Return why an application may not move so, or nothing.

    Between active stages it moves freely. An end needs a reason; hired needs a decision to hire.
    """
    if now == then:
        return f"The application already stands in {now}."
    if now is Stage.HIRED:
        return "A hire cannot be undone here: record a new application instead."
    if then is Stage.HIRED and not hire_decided:
        return "Hired needs a decision to hire. Ask the hiring manager to record it on the candidate’s page."
    if (then in ENDS or now in ENDS) and then is not Stage.HIRED and not reason.strip():
        return "Give a reason: it stands in the record of the application."
    return None
