"""The forms of the recruiter's pages: an application is moved, an interview arranged."""

from __future__ import annotations

import datetime as dt
import uuid
import zoneinfo
from dataclasses import dataclass
from typing import Any

from hiring.candidates.core import Stage
from hiring.interviews.core import start_fault


@dataclass(frozen=True, slots=True)
class MoveForm:
    """A move as typed. `back`: whether to return to the board instead of the candidate's page."""

    stage: Stage | None
    reason: str
    back: bool


@dataclass(frozen=True, slots=True)
class ScheduleForm:
    """An interview as typed; day and time are those of the viewer's time zone."""

    kit: uuid.UUID | None = None
    day: str = ""
    time: str = ""
    minutes: str = ""
    panel: tuple[uuid.UUID, ...] = ()
    shadows: tuple[uuid.UUID, ...] = ()

    def starts_at(self, zone: str) -> dt.datetime | None:
        """Return the start, or nothing where day or time cannot be read."""
        try:
            return dt.datetime.combine(
                dt.date.fromisoformat(self.day), dt.time.fromisoformat(self.time), zoneinfo.ZoneInfo(zone)
            ).astimezone(dt.UTC)
        except (ValueError, OverflowError, zoneinfo.ZoneInfoNotFoundError):
            return None

    def lasts(self) -> int | None:
        """Return the minutes, or nothing where none were typed."""
        return int(self.minutes) if self.minutes.isascii() and self.minutes.isdigit() else None

    def seats(self) -> tuple[tuple[uuid.UUID, bool], ...]:
        """Return the panel: each person once, a shadow where the mark beside the name is set."""
        return tuple((user, user in self.shadows) for user in self.panel)

    def errors(self, zone: str, now: dt.datetime) -> dict[str, str]:
        """Return what is wrong with kit, day and time; the panel is the service's to check."""
        faults = {}
        if self.kit is None:
            faults["kit"] = "Choose a kit."
        starts_at = self.starts_at(zone)
        if starts_at is None:
            faults["day"] = "Write a day as 2026-11-20 and a time as 14:30."
        elif fault := start_fault(starts_at, now):
            faults["day"] = fault
        if self.minutes and self.lasts() is None:
            faults["minutes"] = "Write the length as a number of minutes."
        return faults


def parse_move(form: Any) -> MoveForm:
    """Read the form; nothing raises."""
    stage = str(form.get("stage", ""))
    return MoveForm(
        stage=Stage(stage) if stage in set(Stage) else None,
        reason=str(form.get("reason", "")).replace("\r\n", "\n").replace("\0", ""),
        back=form.get("back") == "board",
    )


def parse_schedule(form: Any) -> ScheduleForm:
    """Read the form (a multi-dict); nothing raises."""
    return ScheduleForm(
        kit=_id(form.get("kit", "")),
        day=str(form.get("day", "")).strip()[:10],
        time=str(form.get("time", "")).strip()[:5],
        minutes=str(form.get("minutes", "")).strip()[:4],
        panel=_ids(form.getall("panel", [])),
        shadows=_ids(form.getall("shadow", [])),
    )


def _ids(texts: list[Any]) -> tuple[uuid.UUID, ...]:
    return tuple(dict.fromkeys(each for text in texts[:50] if (each := _id(text)) is not None))


def _id(text: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None
