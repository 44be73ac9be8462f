"""The form that opens an opening."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from hiring.openings.core import slug_of


@dataclass(frozen=True, slots=True)
class OpeningForm:
    """An opening as typed. A slug left empty is made from the title."""

    title: str = ""
    slug: str = ""
    team: str = ""
    organisation: str = ""
    version_id: uuid.UUID | None = None
    recruiter: uuid.UUID | None = None
    hiring_manager: uuid.UUID | None = None
    committee: tuple[uuid.UUID, ...] = ()

    @property
    def short_name(self) -> str:
        """The slug that was typed, or the one that the title makes."""
        return self.slug.strip() or slug_of(self.title)


def as_id(text: Any) -> uuid.UUID | None:
    """Return an identifier from a form, or nothing."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


def parse_opening(form: Any) -> OpeningForm:
    """Read the form (a multi-dict); nothing raises, the service tells the faults."""
    committee = [as_id(each) for each in form.getall("committee", [])]
    return OpeningForm(
        title=str(form.get("title", ""))[:400],
        slug=str(form.get("slug", ""))[:200],
        team=str(form.get("team", ""))[:400],
        organisation=str(form.get("organisation", ""))[:400],
        version_id=as_id(form.get("version_id", "")),
        recruiter=as_id(form.get("recruiter", "")),
        hiring_manager=as_id(form.get("hiring_manager", "")),
        committee=tuple(dict.fromkeys(each for each in committee if each is not None)),
    )
