"""Pages: how long the server takes, how many a second, how many queries, and how many bytes a browser fetches to show them cold."""

from __future__ import annotations

import gzip
import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.bench.caller import Answer, Caller
from tests.bench.company import Company
from tests.bench.figures import Figure, Run, drive

REPEATS = 5
WARM = 20
ALONE, TOGETHER = 0.6, 1.2  # seconds a repeat: one client, 16 clients
AT_ONCE = 16
RATE, SLOWEST = 1_000.0, 60.0  # pages a second of one worker; milliseconds
QUERIES = 8.0
HOTCRP_LIST, HOTCRP_FORM = 23.0, 9.0  # milliseconds at the server, one client, warm
WIRE = 120.0  # KB of 1,024 bytes

ACCEPTS = ((b"accept", b"text/html,*/*"), (b"accept-encoding", b"gzip, deflate, br, zstd"))
_LINKED = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="([^"]+)"')
_FACE = re.compile(r"@font-face\s*\{([^}]*)\}")
_URL = re.compile(r"url\([\"']?([^\"')]+)[\"']?\)")
_RANGE = re.compile(r"unicode-range:([^;}]*)")


async def measure(app: Any, engine: AsyncEngine, arranged: Company) -> list[Figure]:
    """Return the figures of the pages that people look at most."""
    recruiter, interviewer = Caller(app, arranged.recruiter_token), Caller(app, arranged.interviewer_token)
    board, kit = f"/openings/{arranged.board.slug}", f"/interviews/{arranged.open_interview}"
    return [
        *await _page(engine, "board, 50 applications", recruiter, board, HOTCRP_LIST, "HotCRP’s list of 200"),
        *await _page(engine, "interviewer’s list", interviewer, "/interviews", HOTCRP_LIST, "HotCRP’s list of 200"),
        *await _page(engine, "kit page", interviewer, kit, HOTCRP_FORM, "HotCRP’s review form"),
    ]


async def sizes(app: Any, arranged: Company) -> list[Figure]:
    """Return the figures of size on the wire: page, style sheets, scripts, pictures and fonts, as HTTP/1.1, nothing cached."""
    recruiter, interviewer, nobody = (
        Caller(app, arranged.recruiter_token),
        Caller(app, arranged.interviewer_token),
        Caller(app),
    )
    figures = []
    for name, caller, path in (
        ("kit page", interviewer, f"/interviews/{arranged.open_interview}"),
        ("board, 50 applications", recruiter, f"/openings/{arranged.board.slug}"),
        ("sign-in", nobody, "/sign-in"),
    ):
        found = await fetched(caller, path)
        kilobytes = sum(found.values()) / 1024
        label = f"{name}, cold, {len(found)} requests"
        figures.append(Figure(label, "KB", [kilobytes], "STACK.md", [WIRE], most=1.0))
    return figures


@contextmanager
def counted(engine: AsyncEngine) -> Iterator[list[str]]:
    """Gather the statements that the application sends while the block runs; BEGIN, COMMIT and the pool's own are not among them."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sa.event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine.sync_engine, "before_cursor_execute", note)


async def _page(engine: AsyncEngine, name: str, caller: Caller, path: str, peer: float, peer_name: str) -> list[Figure]:
    async def load(_: int) -> None:
        answer = await caller("GET", path, headers=ACCEPTS)
        assert answer.status == 200, f"{path}: {answer.status}: {answer.body[:400]!r}"

    await drive(range(WARM), load, 1, ALONE)
    with counted(engine) as statements:
        await load(0)
    alone, together = list[Run](), list[Run]()
    for _ in range(REPEATS):
        alone.append(await drive(itertools.count(), load, 1, ALONE))
        together.append(await drive(itertools.count(), load, AT_ONCE, TOGETHER))
    return [
        Figure(f"{name}, {AT_ONCE} clients", "/s", [run.rate for run in together], "STACK.md", [RATE], least=1.0),
        Figure(
            f"{name}, {AT_ONCE} clients, p99",
            "ms",
            [run.quantile(0.99) for run in together],
            "STACK.md",
            [SLOWEST],
            most=1.0,
        ),
        Figure(f"{name}, 1 client, p50", "ms", [run.quantile(0.5) for run in alone], peer_name, [peer], most=1.0),
        Figure(f"{name}, 1 client, p99", "ms", [run.quantile(0.99) for run in alone]),
        Figure(f"{name}, our processor time a page", "ms", [run.cost for run in alone]),
        Figure(f"{name}, queries", "", [float(len(statements))], "STACK.md", [QUERIES], most=1.0),
    ]


async def fetched(caller: Caller, path: str) -> dict[str, int]:
    """Return what a browser fetches to show a page for the first time: addresses with their bytes."""
    page = await _get(caller, path)
    text = _text(page)
    found = {path: page.wire}
    for address in dict.fromkeys(_LINKED.findall(text)):
        if not address.startswith("/static/"):
            continue
        part = await _get(caller, address)
        found[address] = part.wire
        if ".css" in address:
            for inner in _needed(_text(part), text):
                place = urljoin(address, inner)
                if place not in found:
                    found[place] = (await _get(caller, place)).wire
    return found


def _needed(css: str, text: str) -> Iterator[str]:
    """Return what a style sheet makes a browser fetch: of fonts those alone that hold a character of the page."""
    for face in _FACE.findall(css):
        ranges = _RANGE.search(face)
        if ranges is None or any(_holds(ranges[1], sign) for sign in set(text)):
            yield from _URL.findall(face)
    for address in _URL.findall(_FACE.sub("", css)):
        if not address.startswith("data:"):
            yield address


def _holds(ranges: str, sign: str) -> bool:
    for each in ranges.split(","):
        first, _, last = each.strip().removeprefix("U+").partition("-")
        if int(first, 16) <= ord(sign) <= int(last or first, 16):
            return True
    return False


async def _get(caller: Caller, path: str) -> Answer:
    answer = await caller("GET", path, headers=ACCEPTS)
    assert answer.status == 200, f"{path}: {answer.status}"
    return answer


def _text(answer: Answer) -> str:
    """Return what an answer says; it goes over the wire compressed."""
    compressed = dict(answer.headers).get(b"content-encoding") == b"gzip"
    return (gzip.decompress(answer.body) if compressed else answer.body).decode()
