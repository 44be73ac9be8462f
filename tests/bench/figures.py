"""What a measurement gives: one value per repeat, its ceiling, and whether the target is reached; and the table of them."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
import os
import platform
import shutil
import statistics
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

Job = TypeVar("Job")
LIBRARIES = ("litestar", "granian", "uvloop", "sqlalchemy", "sqlmodel", "asyncpg", "jinja2", "weasyprint")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    `measured` and `ceiling` hold one value per repeat, taken next to each other, so that a noisy machine slows both; a ceiling that is named
    rather than measured has one value. The ratio is measured / ceiling, and its median is judged: `least` and `most` bound it, `within` bounds
    the difference in the figure's unit. Without a bound the line only tells.
    """

    name: str
    unit: str
    measured: Sequence[float]
    against: str = ""
    ceiling: Sequence[float] = ()
    least: float | None = None
    most: float | None = None
    within: float | None = None

    def _pairs(self) -> list[tuple[float, float]]:
        named = list(self.ceiling) * len(self.measured) if len(self.ceiling) == 1 else list(self.ceiling)
        return list(zip(self.measured, named, strict=True)) if named else []

    @property
    def ratio(self) -> float | None:
        """The median of the repeats' ratios."""
        pairs = self._pairs()
        return statistics.median(ours / theirs for ours, theirs in pairs) if pairs else None

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; nothing where there is none."""
        ratio = self.ratio
        if ratio is None or (self.least, self.most, self.within) == (None, None, None):
            return None
        if self.within is not None:
            return statistics.median(ours - theirs for ours, theirs in self._pairs()) <= self.within
        return (self.least is None or ratio >= self.least) and (self.most is None or ratio <= self.most)

    @property
    def target(self) -> str:
        """The target in words."""
        if self.within is not None:
            return f"ceiling + {self.within:g} {self.unit}"
        if self.least is not None:
            return f"≥ {self.least:.2f}"
        return f"≤ {self.most:.2f}" if self.most is not None else ""

    def cells(self) -> tuple[str, ...]:
        """The line as the table's cells."""
        ratio = self.ratio
        ceiling = f"{_spread(self.ceiling)}, {self.against}" if self.ceiling else self.against
        return (
            self.name,
            f"{_spread(self.measured)} {self.unit}",
            ceiling,
            "" if ratio is None else f"{ratio:.2f}",
            self.target,
            {True: "yes", False: "NO", None: ""}[self.reached],
        )


def _number(value: float) -> str:
    """Return a value with three digits that say something, without an exponent."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(value)))}f}" if value > 0 else "0"


def _spread(values: Sequence[float]) -> str:
    """Return min / median / max, or the one value."""
    if len(values) == 1 or min(values) == max(values):
        return _number(values[0])
    return " / ".join(_number(value) for value in (min(values), statistics.median(values), max(values)))


HEADS = ("figure", "ours: min / median / max", "ceiling", "ratio", "target", "reached")


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as a Markdown table that reads well as it stands."""
    lines = [HEADS, *(figure.cells() for figure in figures)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADS))]
    rule = tuple("-" * width for width in widths)
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in (HEADS, rule, *lines[1:])
    )


@dataclass(slots=True)
class Run:
    """One repeat: how long it took as a whole, by the clock and of this process's own work, and each job in it; in seconds."""

    seconds: float = 0.0
    worked: float = 0.0
    took: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Jobs a second."""
        return len(self.took) / self.seconds

    @property
    def cost(self) -> float:
        """Milliseconds of the processor that this process spent on a job: what a busy machine changes least."""
        return self.worked / len(self.took) * 1000

    def quantile(self, share: float) -> float:
        """Return the time in milliseconds that this share of the jobs kept within."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] * 1000


async def drive(
    jobs: Iterable[Job], work: Callable[[Job], Awaitable[None]], at_once: int, within: float = math.inf
) -> Run:
    """Work through the jobs with so many clients at once, each of which takes the next job when it is done with one.

    After `within` seconds no further job is begun: a busy machine makes figures worse, not the measurement longer.
    """
    run, waiting = Run(), iter(jobs)
    began, worked = time.perf_counter(), time.process_time()

    async def client() -> None:
        while time.perf_counter() - began < within:
            try:
                job = next(waiting)
            except StopIteration:
                return
            start = time.perf_counter()
            await work(job)
            run.took.append(time.perf_counter() - start)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(client())
    run.seconds, run.worked = time.perf_counter() - began, time.process_time() - worked
    return run


def share_of_core() -> float:
    """Return which share of a core this process gets just now: under 1, others are at work on this machine."""
    began, worked = time.perf_counter(), time.process_time()
    while time.process_time() - worked < 0.1:
        pass
    return 0.1 / (time.perf_counter() - began)


def machine(postgres: str, chromium: str | None) -> str:
    """Return where and with what the figures were taken, in a few lines."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        named = [
            line.partition(":")[2].strip()
            for line in cpuinfo.read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ]
        model = named[0] if named else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    busy = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    browser = _first_line(chromium, "--version") if chromium else "no Chromium"
    return "\n".join(
        (
            f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC. {platform.platform()}, {os.cpu_count()} cores, {memory:.0f} GB, {model}.",
            f"Load of the machine over 1, 5 and 15 minutes before the first figure: {busy}.",
            f"Python {platform.python_version()}, PostgreSQL {postgres}, {browser}, "
            + ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
            + ".",
        )
    )


def _first_line(program: str, *arguments: str) -> str:
    told = subprocess.run([program, *arguments], capture_output=True, text=True, check=False, timeout=30)
    return (told.stdout.strip().splitlines() or [Path(shutil.which(program) or program).name])[0].strip()
