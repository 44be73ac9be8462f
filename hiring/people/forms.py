"""Forms about people."""

from __future__ import annotations

import zoneinfo
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from hiring.people.core import Role, clean_email, clean_name


@dataclass(frozen=True, slots=True)
class PersonForm:
    """A person as typed into the form."""

    email: str
    name: str
    title: str
    time_zone: str
    role: Role | None

    def errors(self, givable: Collection[Role]) -> dict[str, str]:
        """Return what is wrong, by field."""
        faults = {}
        if clean_name(self.name) is None:
            faults["name"] = "Write the person’s name, at most 200 characters."
        if clean_email(self.email) is None:
            faults["email"] = "Write an e-mail address, such as name@example.org."
        if self.role not in givable:
            faults["role"] = "Choose one of these roles."
        if self.time_zone not in zoneinfo.available_timezones():
            faults["time_zone"] = "Write a time zone such as Europe/Lisbon."
        return faults

    def typed(self) -> dict[str, Any]:
        """Return what was typed, to be shown again."""
        return asdict(self)


def parse_person(form: Mapping[str, Any]) -> PersonForm:
    """Read the form; nothing raises, faults are told by `errors()`."""
    role = str(form.get("role", ""))
    return PersonForm(
        email=str(form.get("email", ""))[:400],
        name=str(form.get("name", ""))[:400],
        title=str(form.get("title", ""))[:200],
        time_zone=str(form.get("time_zone", "") or "UTC")[:64],
        role=Role(role) if role in set(Role) else None,
    )
