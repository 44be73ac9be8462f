"""The forms of the editor: where a draft begins, one edit, and publishing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_LONG = 20_000
"""More than any field takes, so that the service can say how much too long it is."""

TEXTS = ("name", "weight", "definition", "listen_for", *(f"anchor-{level}" for level in range(1, 7)))


@dataclass(frozen=True, slots=True)
class StartForm:
    """Where a draft begins. `files` are (name, content); an empty file field sends none."""

    source: str = "text"
    title: str = ""
    rubric: str = ""
    text: str = ""
    role: str = ""
    files: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class EditForm:
    """One edit. `does` names it; `texts` are the fields of a criterion that were sent; `seen` the state the page was made from.

    `page` is the name that a page with scripts gives itself.
    """

    does: str = ""
    criterion: str = ""
    into: str = ""
    name: str = ""
    reason: str = ""
    title: str = ""
    statements: tuple[str, ...] = ()
    competencies: tuple[str, ...] = ()
    kits: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    seen: uuid.UUID | None = None
    page: str = ""


@dataclass(frozen=True, slots=True)
class PublishForm:
    """The note of a version, and the newest version that the page showed."""

    note: str = ""
    newest: int | None = None


async def parse_start(form: Any) -> StartForm:
    """Read where a draft begins (a multi-dict with uploaded files); nothing raises."""
    sent = [each for each in form.getall("files", []) if getattr(each, "filename", "") and hasattr(each, "read")]
    files = [(str(each.filename)[:200], await each.read()) for each in sent]
    return StartForm(
        source=_text(form, "source", 20) or "text",
        title=_text(form, "title", 400),
        rubric=_text(form, "rubric", 100),
        text=_text(form, "text", 2_000_000),
        role=_text(form, "role", 100),
        files=tuple(files),
    )


def parse_edit(form: Any) -> EditForm:
    """Read one edit; nothing raises, the service tells the faults. `do` may carry its criterion: “assign:data”."""
    does, _, argument = _text(form, "do", 200).partition(":")
    return EditForm(
        does=does,
        criterion=_text(form, "criterion", 100),
        into=argument or _text(form, "into", 100),
        name=_text(form, "new_name", _LONG),
        reason=_text(form, "reason", _LONG),
        title=_text(form, "title", _LONG),
        statements=_all(form, "statement"),
        competencies=tuple(each for each in _all(form, "competency") if each),
        kits=_all(form, "kit"),
        texts={name: _text(form, name, _LONG) for name in TEXTS if name in form},
        seen=_id(form.get("seen", "")),
        page=_text(form, "page", 40),
    )


def parse_publish(form: Any) -> PublishForm:
    """Read what publishing needs."""
    newest = _text(form, "newest", 10)
    return PublishForm(_text(form, "note", _LONG), int(newest) if newest.isascii() and newest.isdigit() else None)


def _text(form: Any, name: str, most: int) -> str:
    found = form.get(name, "")
    return found[:most] if isinstance(found, str) else ""


def _all(form: Any, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(each)[:100] for each in form.getall(name, [])[:2000]))


def _id(text: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None
