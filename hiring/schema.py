"""Every table of the application, imported in one place: what migrations compare the database with."""

from __future__ import annotations

from hiring.blindness import tables as blindness
from hiring.candidates import tables as candidates
from hiring.db.base import metadata
from hiring.decisions import tables as decisions
from hiring.interviews import tables as interviews
from hiring.openings import tables as openings
from hiring.people import tables as people
from hiring.records import tables as records
from hiring.rubrics import tables as rubrics
from hiring.scorecards import tables as scorecards

__all__ = [
    "blindness",
    "candidates",
    "decisions",
    "interviews",
    "metadata",
    "openings",
    "people",
    "records",
    "rubrics",
    "scorecards",
]
