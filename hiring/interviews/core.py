"""Interviews: what a panel may be, how long one lasts, and when it may begin."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

PANEL_MOST = 6
MINUTES_LEAST, MINUTES_MOST = 5, 480
EARLIEST = dt.timedelta(days=60)
LATEST = dt.timedelta(days=366)

Panel = Sequence[tuple[uuid.UUID, bool]]  # (user, shadow)


def panel_fault(panel: Panel) -> str | None:
    """Return why these people are no panel, or nothing: one to six, nobody twice, one at least who is no shadow."""
    if not panel:
        return "Choose who holds the interview."
    if len(panel) > PANEL_MOST:
        return f"A panel has at most {PANEL_MOST} people: leave somebody out."
    if len({user for user, _ in panel}) != len(panel):
        return "Each person stands on a panel once."
    if all(shadow for _, shadow in panel):
        return "A shadow’s scorecard does not count: choose at least one person who is not a shadow."
    return None


def minutes_fault(minutes: int) -> str | None:
    """Return why an interview cannot last so long, or nothing."""
    if MINUTES_LEAST <= minutes <= MINUTES_MOST:
        return None
    return f"An interview lasts {MINUTES_LEAST} to {MINUTES_MOST} minutes."


def start_fault(starts_at: dt.datetime, now: dt.datetime) -> str | None:
    """Return why a form may not set this start, or nothing: up to 60 days back (held already, entered late), a year ahead."""
    if starts_at < now - EARLIEST:
        return "This is more than 60 days ago. Check the date."
    if starts_at > now + LATEST:
        return "This is more than a year ahead. Check the date."
    return None
