"""Where the files stand that are not Python: in a checkout at the top level, in the wheel below this package."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parent

STATIC = _PACKAGE / "static"


def shipped(name: Literal["rubrics", "templates", "migrations"]) -> Path:
    """Return the folder of that name that this installation carries."""
    inside = _PACKAGE / "_shipped" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
