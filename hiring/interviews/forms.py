"""The form that moves an opening to another version of its rubric."""

from __future__ import annotations

import uuid
from typing import Any


def parse_version(form: Any) -> uuid.UUID:
    """Read which version was chosen (a multi-dict); nothing that could be one becomes an id that no version has."""
    try:
        return uuid.UUID(str(form.get("version", "")))
    except ValueError:
        return uuid.UUID(int=0)


def parse_number(text: Any) -> int | None:
    """Return the number of a version as an address tells it, or nothing."""
    return int(text) if str(text).isascii() and str(text).isdigit() and len(str(text)) < 10 else None
