"""Pages: templates, assets and what every page is told. Handlers call `page()` with plain values."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import hmac
import secrets
import zoneinfo
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jinja2
from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie
from markupsafe import Markup

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
    found.globals.update(asset=asset, plural=plural, ago=ago, drawn=drawn)
    found.filters.update(day=day, short_day=short_day, in_zone=in_zone)
    return found


def form_token(secret: bytes, cookie: str, salt: str = "") -> str:
    """Return a token that a form must carry: it belongs to one browser's cookie and cannot be made without the key.

    Each is salted anew, so that no two pages repeat it: pages are compressed, and the length of a compressed page would
    otherwise tell a guess from the truth.
    """
    salt = salt or secrets.token_hex(8)
    return salt + hmac.new(secret, f"form:{salt}:{cookie}".encode(), hashlib.sha256).hexdigest()[:48]


def form_token_right(secret: bytes, cookie: str, sent: str) -> bool:
    """Say whether a form's token belongs to this cookie."""
    return bool(cookie) and hmac.compare_digest(sent.encode(), form_token(secret, cookie, sent[:16] or "-").encode())


@functools.cache
def histogram(counts: tuple[int, ...], bar: int | None) -> tuple[Markup, str]:
    """Return the drawing of how many gave which level, without its name, and the same in words.

    One block a panelist, one column a level, lowest first; more than six alike are drawn as six.
    """
    steps, line = len(counts), bar or len(counts) // 2 + 1
    height = 18 * min(max(*counts, 1), 6) + 1
    width = steps * 19 - 1 + (5 if bar else 0)
    parts = []
    for level, number in enumerate(counts, 1):
        x = (level - 1) * 19 + (5 if bar and level >= bar else 0)
        shade = 1 if level < line - 1 else 2 if level < line else 3 if level == line else 4
        if not number:
            parts.append(f'<rect class="h0" x="{x}" y="{height - 2}" width="17" height="2"/>')
        parts += [
            f'<rect class="h{shade}" x="{x + 0.5}" y="{height - 17.5 - 18 * at}" width="16" height="16" rx="2.5"/>'
            f'<text class="t{shade}" x="{x + 8.5}" y="{height - 5.5 - 18 * at}">{level}</text>'
            for at in range(min(number, 6))
        ]
    if bar:
        parts.append(f'<rect class="hbar" x="{(bar - 1) * 19 + 1.5}" y="0" width="1" height="{height}"/>')
    told = ", ".join(f"{number} rated {level}" for level, number in enumerate(counts, 1) if number) or "not assessed"
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return Markup(f'<svg class="hist" {size} role="img" aria-label="{{}}">{"".join(parts)}</svg>'), told  # noqa: S704 - numbers alone


def drawn(name: str, counts: Iterable[int], bar: int | None) -> Markup:
    """Return a named histogram for a page."""
    drawing, told = histogram(tuple(counts), bar)
    return drawing.format(f"{name}: {told}")


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
