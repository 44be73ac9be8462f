"""Roles, and the viewer: the person for whom a page is made."""

from __future__ import annotations

import datetime as dt
import enum
import re
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

SESSION_IDLE = dt.timedelta(hours=12)
SESSION_LONGEST = dt.timedelta(days=7)
INVITATION_LASTS = dt.timedelta(days=7)
PASSWORD_LEAST = 12
PASSWORD_MOST = 200


class Role(enum.StrEnum):
    """What a person may do, over all openings or in one."""

    ADMINISTRATOR = "administrator"
    RECRUITER = "recruiter"
    HIRING_MANAGER = "hiring_manager"
    INTERVIEWER = "interviewer"
    COMMITTEE = "committee"
    AUDITOR = "auditor"

    @property
    def words(self) -> str:
        """The role as people say it."""
        return self.value.replace("_", " ")


READS_FEEDBACK = frozenset({Role.ADMINISTRATOR, Role.RECRUITER, Role.HIRING_MANAGER, Role.COMMITTEE, Role.AUDITOR})
RUNS_OPENINGS = frozenset({Role.ADMINISTRATOR, Role.RECRUITER, Role.HIRING_MANAGER})
DECIDES = frozenset({Role.HIRING_MANAGER})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: their roles over all openings, and those in single ones."""

    id: uuid.UUID
    name: str
    email: str
    time_zone: str = "UTC"
    everywhere: frozenset[Role] = frozenset()
    by_opening: Mapping[uuid.UUID, frozenset[Role]] = field(default_factory=dict)

    def roles_in(self, opening_id: uuid.UUID) -> frozenset[Role]:
        """Return the roles that this person has in one opening."""
        return self.everywhere | self.by_opening.get(opening_id, frozenset())

    def has(self, wanted: frozenset[Role], opening_id: uuid.UUID | None = None) -> bool:
        """Say whether one of the wanted roles is held in the opening; without an opening: over all."""
        return bool(wanted & (self.everywhere if opening_id is None else self.roles_in(opening_id)))

    def has_anywhere(self, wanted: frozenset[Role]) -> bool:
        """Say whether one of the wanted roles is held over all or in any opening."""
        return bool(wanted & self.everywhere) or any(wanted & roles for roles in self.by_opening.values())

    def openings_with(self, wanted: frozenset[Role]) -> frozenset[uuid.UUID]:
        """Return the openings in which one of the wanted roles is held by name."""
        return frozenset(opening for opening, roles in self.by_opening.items() if wanted & roles)


_EMAIL = re.compile(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;]+")


def clean_email(text: str) -> str | None:
    """Return the address in lower case, or nothing where it cannot be one."""
    text = unicodedata.normalize("NFC", text.strip()).lower()
    return text if len(text) <= 254 and _EMAIL.fullmatch(text) else None


def clean_name(text: str) -> str | None:
    """Return the name with single spaces, or nothing where it is empty, too long or has control characters."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    fine = 1 <= len(text) <= 200 and not any(unicodedata.category(sign) in {"Cc", "Cs", "Co"} for sign in text)
    return text if fine else None


def name_key(name: str) -> str:
    """Return what people's names are sorted by: without case and accents, since the C collation knows neither."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of a name."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def password_fault(password: str, *known: str) -> str | None:
    """Return why a new password is refused, or nothing. Length is the rule; composition is not."""
    if len(password) < PASSWORD_LEAST:
        return f"Use at least {PASSWORD_LEAST} characters; a short sentence is easy to remember."
    if len(password) > PASSWORD_MOST:
        return f"Use at most {PASSWORD_MOST} characters."
    if len(set(password)) < 5 or any(word and word.casefold() in password.casefold() for word in known):
        return "This is too easy to guess. Leave out your name and address, and use more different characters."
    return None


def session_alive(created_at: dt.datetime, seen_at: dt.datetime, now: dt.datetime) -> bool:
    """Say whether a sign-in session still holds: seen within 12 hours, begun within 7 days."""
    return now - seen_at < SESSION_IDLE and now - created_at < SESSION_LONGEST
