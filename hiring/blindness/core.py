"""Blind until submitted: what one person may know of one application.

A person with an open scorecard owes: they learn nothing of what others thought. Who stepped back is recused and
learns nothing either. Who has filed all of theirs may read. A decision waives what is open and releases everyone who
had to do with the application by then; who steps back from an interview arranged after it was not released by it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

INTERVIEWS = "interviews"


class State(enum.StrEnum):
    """The standing of one person on one application."""

    OWES = "owes"
    FILED = "filed"
    RECUSED = "recused"
    RELEASED = "released"


class Card(enum.StrEnum):
    """What became of one scorecard, as far as blindness is concerned."""

    OPEN = "open"
    FILED = "filed"
    RECUSED = "recused"
    RECUSED_SINCE = "recused_since"  # after the latest decision, which for that reason has not released them
    WAIVED = "waived"


BLIND = frozenset({State.OWES, State.RECUSED})


def standing_of(cards: Iterable[Card], *, decided: bool) -> State | None:
    """Return the standing that a person's scorecards on one application give, or nothing where there are none.

    One open scorecard outweighs everything, also after a decision: an interview arranged after a hold is blind again, and
    stepping back from it does not open others' feedback.
    """
    held = set(cards)
    if Card.OPEN in held:
        return State.OWES
    if not held:
        return None
    if Card.RECUSED_SINCE in held:
        return State.RECUSED
    if decided:
        return State.RELEASED
    if Card.RECUSED in held:
        return State.RECUSED
    return State.FILED if Card.FILED in held else None


def may_read(state: State | None, *, by_role: bool) -> bool:
    """Say whether a person may read others' feedback: never while blind, else by having filed or by role."""
    if state in BLIND:
        return False
    return by_role or state is not None


def shown_stage(stage: str, state: State | None) -> str:
    """Return the stage that a person is shown: who is blind sees "interviews", since a later stage is an opinion."""
    return INTERVIEWS if state in BLIND else stage
