"""One way to write the same data as the same bytes, so that a hash of it means something."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import hashlib
import json
import uuid
from decimal import Decimal
from typing import Any


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: moments in UTC as ISO 8601, decimals as text, dataclasses as objects."""
    match value:
        case dt.datetime():
            found: Any = value.astimezone(dt.UTC).isoformat(timespec="microseconds")
        case enum.Enum():
            found = value.value
        case dt.date() | Decimal() | uuid.UUID():
            found = str(value)
        case dict():
            found = {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            found = [plain(item) for item in value]
        case set() | frozenset():
            found = sorted(plain(item) for item in value)
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            found = {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        case _:
            found = value
    return found


def canonical_json(value: Any) -> bytes:
    """Return the one JSON text of a value: sorted keys, no blanks, UTF-8."""
    return json.dumps(plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def sha256(value: Any) -> str:
    """Return the hexadecimal SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
