"""`make bench`: where we stand, as ratios to ceilings taken in the same run on the same machine, or named in STACK.md.

    python -m tests.bench [--ratings 1000000] [--only submit pages matrix packet]

PostgreSQL is the tests' own: in memory, without fsync, on the same cores. That is hard on us: no wait for a disk hides the program's own time.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import os
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
import uvloop
from sqlalchemy.ext.asyncio import AsyncEngine

from hiring.app import create_app
from hiring.db import migrate
from hiring.db.engine import create_engine, sessions
from hiring.logs import configure_logs
from hiring.reports.core import PacketFacts
from hiring.reports.queries import load_facts
from hiring.settings import Settings
from hiring.system import find_chromium
from tests.bench import matrix, packet, pages, submit
from tests.bench.company import Company, arrange
from tests.bench.figures import Figure, machine, share_of_core, table
from tests.pg import test_server

PARTS = ("submit", "pages", "matrix", "packet")
DATABASE = "hiring_bench"
KEY = "a key that only the measurements use, 40"
REPEATED = (
    f"Repeats: submit {submit.REPEATS}, pages {pages.REPEATS}, matrix {matrix.REPEATS}, packet {packet.COLD} cold and {packet.WARM} warm."
    " A cell gives min / median / max; the ratio is the median of the repeats’ ratios, and is what the target is held against."
)
_BEGAN = time.perf_counter()
_shares: list[float] = []


def say(sentence: str) -> None:
    """Tell who waits what is being measured."""
    print(f"{time.perf_counter() - _BEGAN:6.1f} s  {sentence}", file=sys.stderr, flush=True)


def part(sentence: str) -> None:
    """Begin a part of the measurement: note how much of the machine is ours, and tell who waits."""
    _shares.append(share_of_core())
    say(sentence)


def _quiet() -> str:
    """Return in a sentence whether the machine was ours."""
    told = ", ".join(f"{share:.2f}" for share in _shares)
    busy = " Others were at work: rates and times say little, ratios something." if min(_shares) < 0.9 else ""
    return f"Share of a core that a busy loop got before each part: {told}.{busy}"


async def _fresh(dsn: str, administration: str) -> AsyncEngine:
    """Return the engine of an empty, migrated database."""
    connection = await asyncpg.connect(administration)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
        await connection.execute(f'CREATE DATABASE "{DATABASE}" TEMPLATE template0')
    finally:
        await connection.close()
    engine = create_engine(dsn)
    await migrate.upgrade(engine)
    return engine


async def _served(
    dsn: str, administration: str, ratings: int, parts: list[str]
) -> tuple[str, list[Figure], PacketFacts | None]:
    """Return the server's version, the figures of everything that needs a database, and the facts of the demonstration's packet."""
    say("starting the database")
    engine = await _fresh(dsn, administration)
    now = dt.datetime.now(dt.UTC)
    figures: list[Figure] = []
    facts: PacketFacts | None = None
    try:
        cards = submit.cards_needed() if "submit" in parts else 0
        arranged = await arrange(engine, dsn, now, KEY.encode(), ratings=ratings, cards=cards, say=say)
        say(f"{arranged.rows:,} rows, {arranged.ratings:,} of them ratings, copied in {arranged.fill_seconds:.1f} s")
        with tempfile.TemporaryDirectory(prefix="hiring-bench-") as folder:
            app = create_app(
                Settings(data_dir=Path(folder), DATABASE_URL=dsn, secret_key=KEY), engine=engine, clock=lambda: now
            )
            figures = await _figures(app, engine, dsn, arranged, now, parts)
        if "packet" in parts:
            async with sessions(engine)() as session:
                loaded = await load_facts(session, arranged.demo_slug, None)
                assert loaded is not None
                facts = loaded.facts
        connection = await asyncpg.connect(dsn)
        postgres = str(await connection.fetchval("SHOW server_version"))
        await connection.close()
    finally:
        await engine.dispose()
    return postgres, figures, facts


async def _figures(
    app: object, engine: AsyncEngine, dsn: str, arranged: Company, now: dt.datetime, parts: list[str]
) -> list[Figure]:
    figures: list[Figure] = []
    if "submit" in parts:
        part("submitting scorecards in five ways")
        figures += await submit.measure(app, engine, dsn, arranged, now, KEY.encode())
    if "pages" in parts:
        part("loading pages")
        figures += await pages.measure(app, engine, arranged)
        figures += await pages.sizes(app, arranged)
    if "matrix" in parts:
        part("asking for the matrix")
        figures += await matrix.measure(engine, dsn, arranged)
    return figures


def main() -> int:
    """Measure and print; the exit code says only whether the measurement was sound, not whether the targets are reached."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Measure, as ratios to ceilings of the same run."
    )
    parser.add_argument(
        "--ratings",
        type=int,
        default=100_000,
        help="ratings in the database (default: 100,000; 1,000,000 takes minutes)",
    )
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help=f"of {', '.join(PARTS)}"
    )
    asked = parser.parse_args()
    chromium = find_chromium()
    # The log is written as in service, line by line, and goes nowhere.
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        with contextlib.redirect_stderr(nowhere):
            configure_logs("info")
        # The load of the machine is told as it was before we made it.
        heading = machine("{postgres}", chromium)
        with test_server() as url:
            # A URL may name the user's own database: only the name is ours.
            postgres, figures, facts = uvloop.run(_served(url(DATABASE), url("postgres"), asked.ratings, asked.only))
        if facts is not None:
            figures += packet.measure(facts, chromium, part)
    say("done")
    print(f"{heading.format(postgres=postgres)}\n{_quiet()}\n{REPEATED}\n\n{table(figures)}")
    missed = [figure.name for figure in figures if figure.reached is False]
    judged = sum(figure.reached is not None for figure in figures)
    print(f"\n{judged - len(missed)} of {judged} targets reached. It took {time.perf_counter() - _BEGAN:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
