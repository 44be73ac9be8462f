"""Forms about candidates: one added, many imported."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CandidateForm:
    """A candidate as typed; `applied_on` is a day, empty for today."""

    name: str = ""
    email: str = ""
    applied_on: str = ""

    def errors(self) -> dict[str, str]:
        """Return what is wrong with the day; name and address are the service's to check."""
        return {} if not self.applied_on or self.day() else {"applied_on": "Write the day as 2026-11-20."}

    def day(self) -> dt.date | None:
        """Return the day, or nothing where none (or none that can be read) was typed."""
        try:
            return dt.date.fromisoformat(self.applied_on)
        except ValueError:
            return None

    def applied_at(self, now: dt.datetime) -> dt.datetime:
        """Return the moment of application: noon of the day (UTC), and never later than now on the same day."""
        day = self.day()
        if day is None or day == now.date():
            return now
        return dt.datetime.combine(day, dt.time(12), dt.UTC)


def parse_candidate(form: Any) -> CandidateForm:
    """Read the form; nothing raises."""
    return CandidateForm(
        name=str(form.get("name", ""))[:400],
        email=str(form.get("email", ""))[:400],
        applied_on=str(form.get("applied_on", "")).strip()[:20],
    )


async def parse_import(form: Any) -> tuple[bytes, str]:
    """Return the bytes to import and what was pasted: an uploaded file goes before pasted lines."""
    pasted = str(form.get("pasted", ""))
    upload = form.get("file")
    data = await upload.read() if hasattr(upload, "read") else b""
    return data or pasted.encode("utf-8", "replace"), pasted
