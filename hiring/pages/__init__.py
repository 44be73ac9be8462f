"""Pages: templates, assets and what every page is told. Handlers call `page()` with plain values."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import hmac
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie

from hiring.places import STATIC, shipped

AnyRequest = Request[Any, Any, Any]


@functools.cache
def asset(path: str) -> str:
    """Return the address of a static file with a part of its hash, so that browsers may keep it for ever."""
    return f"/static/{path}?v={_digest(STATIC / path)}"


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10]


def in_zone(moment: dt.datetime, zone: str) -> dt.datetime:
    """Return the moment as the clocks of a time zone show it; an unknown zone counts as UTC."""
    try:
        return moment.astimezone(zoneinfo.ZoneInfo(zone))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return moment.astimezone(dt.UTC)


def day(moment: dt.date | dt.datetime) -> str:
    """Return a day as people write it: 4 November 2026."""
    return f"{moment.day} {moment:%B %Y}"


def short_day(moment: dt.date | dt.datetime) -> str:
    """Return a day of this year in short: Wed 4 Nov."""
    return f"{moment:%a} {moment.day} {moment:%b}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun: 1 scorecard, 3 scorecards."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def ago(moment: dt.datetime, now: dt.datetime) -> str:
    """Return how long ago a moment was, in the largest whole unit: 3 days, 5 hours, 12 minutes."""
    seconds = max(0, int((now - moment).total_seconds()))
    for unit, size in (("day", 86_400), ("hour", 3_600)):
        if seconds >= size:
            return plural(seconds // size, unit)
    return plural(max(1, seconds // 60), "minute")


@functools.cache
def environment() -> jinja2.Environment:
    """Return the template environment: strict about names, escaping everything."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(shipped("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.globals.update(asset=asset, plural=plural, ago=ago)
    found.filters.update(day=day, short_day=short_day, in_zone=in_zone)
    return found


def form_token(secret: bytes, cookie: str) -> str:
    """Return the token that a form must carry: it belongs to one browser's cookie and cannot be made without the key."""
    return hmac.new(secret, b"form:" + cookie.encode(), hashlib.sha256).hexdigest()


def page(
    request: AnyRequest,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    cookies: list[Cookie] | None = None,
    **context: Any,
) -> Response[str]:
    """Return a page. Besides its own context a template knows `viewer`, `nav`, `csrf`, `path`, `now` and `zone`."""
    state = request.state
    viewer = state.get("viewer")
    text = (
        environment()
        .get_template(template)
        .render(
            viewer=viewer,
            nav=state.get("nav", ()),
            csrf=state.get("form_token", ""),
            path=request.url.path,
            now=state["now"],
            zone=viewer.time_zone if viewer else "UTC",
            **context,
        )
    )
    return Response(text, media_type=MediaType.HTML, status_code=status, headers=headers, cookies=cookies or [])
