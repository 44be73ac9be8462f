"""The packet: cold and warm, by the page, in memory, as it grows, and against headless Chromium printing the same markup."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pikepdf

from hiring.reports import pdf
from hiring.reports.core import CandidateFact, KitFact, PacketFacts, PacketOptions
from hiring.reports.markup import Document, document
from hiring.reports.render import bundled
from tests.bench.figures import Figure
from tests.reports.facts import CRITERIA, PEOPLE, candidate, card, interview, packet_facts, version

COLD, WARM, GROWN = 3, 3, 2
PATIENCE = 25.0  # seconds: after them no further repeat is begun, so that a busy machine cannot hold us up for long
PAGE = 35.0  # milliseconds
CHROMIUM_TIMES = 3.0
DEMONSTRATION = 1.0  # seconds, in warm workers
GROWTH = (
    9 * 12 / 100
)  # STACK.md: 100 candidates in at most 9 times the time of 12, so 1.08 times the candidates' growth
KITS = (
    KitFact("coding", "Coding", 90, ("code", "logic", "quality")),
    KitFact("design", "Design", 60, ("api", "data", "design")),
    KitFact("production", "Production", 60, ("security", "operations", "reading")),
    KitFact("together", "Together", 45, ("people", "planning", "writing")),
)
MORE = (
    ("reading", "Reading code of others"),
    ("planning", "Planning and estimates"),
    ("writing", "Writing for colleagues"),
)
GIVEN = ("Ana", "Łukasz", "Zeynep", "Tomé", "Mei", "Rania", "Kofi", "Inês", "Bảo", "Aino", "Hana", "Nikhil")
FAMILY = ("Virtanen", "Ola", "Kovalenko", "Marchand", "Rahimi")


def square(candidates: int) -> PacketFacts:
    """Return facts of an opening with twelve criteria: each candidate met in four kits, by two people in three of them."""
    more = tuple(
        dataclasses.replace(each, id=key, name=name, statements=())
        for each, (key, name) in zip(CRITERIA, MORE, strict=False)
    )
    criteria = tuple(
        dataclasses.replace(each, weight=Decimal(weight) / 100)
        for each, weight in zip((*CRITERIA, *more), (12, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8), strict=True)
    )
    return dataclasses.replace(
        packet_facts(tuple(_met(number) for number in range(candidates))), criteria=criteria, kits=KITS
    )


def _met(number: int) -> CandidateFact:
    interviews = []
    for place, kit in enumerate(KITS):
        cards = []
        for rater in range(2 if place < 3 else 1):
            levels = {
                key: 1 + (number * 5 + at * 3 + place + rater * (number + at) % 3) % 4
                for at, key in enumerate(kit.focus)
            }
            by = PEOPLE[(number + place * 2 + rater) % len(PEOPLE)].id
            cards.append(
                card(
                    by,
                    kit.id,
                    version(
                        levels,
                        seed=number + 3 * place + rater,
                        strength="Each design came with its cost in numbers." if rater else "",
                    ),
                )
            )
        interviews.append(interview(kit.id, *cards, hours=24 * place + number))
    name = f"{GIVEN[number % len(GIVEN)]} {FAMILY[number // len(GIVEN) % len(FAMILY)]}"
    made = candidate(1, name, *interviews)
    return dataclasses.replace(made, application=f"a{number}")


@dataclasses.dataclass(frozen=True, slots=True)
class Child:
    """What one process took: seconds by the clock and of the processor, its most resident memory in MB where told, and what it wrote."""

    seconds: float
    worked: float
    peak: float | None
    output: bytes


def run_child(arguments: list[str], markup: bytes, folder: str) -> Child:
    """Run a process as the product runs its renderer, and wait for it."""
    began, before = time.perf_counter(), _of_children()
    child = subprocess.Popen(
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=pdf._environment(folder),
        cwd=folder,
        start_new_session=True,
    )
    peaks: list[float] = []
    watcher = threading.Thread(target=_watch, args=(child, peaks), daemon=True)
    watcher.start()
    output, complaint = child.communicate(markup, timeout=300)
    seconds = time.perf_counter() - began
    watcher.join(5)
    assert child.returncode == 0, complaint.decode(errors="replace")[-2000:]
    return Child(seconds, _of_children() - before, max(peaks) / 1024 if peaks else None, output)


def _of_children() -> float:
    """Return the processor time of the children that have ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watch(child: subprocess.Popen[bytes], peaks: list[float]) -> None:
    """Note the high-water mark of a process in KB. The kernel's account after its end would include what we had at the fork."""
    while child.poll() is None:
        with contextlib.suppress(OSError, IndexError):
            peaks.append(
                float(re.findall(r"VmHWM:\s+(\d+)", Path(f"/proc/{child.pid}/status").read_text(encoding="utf-8"))[0])
            )
        time.sleep(0.01)


def cold(made: Document) -> Child:
    """Render in the product's own child process, imports and all."""
    with tempfile.TemporaryDirectory(prefix="hiring-bench-") as folder:
        arguments = [sys.executable, "-P", "-m", "hiring.reports.render", made.identifier.hex(), "300", str(pdf.MEMORY)]
        return run_child(arguments, made.xhtml.encode(), folder)


def warm(made: Document, times: int) -> list[float]:
    """Render so many times in one process, imports aside; return the seconds of each."""
    with tempfile.TemporaryDirectory(prefix="hiring-bench-") as folder:
        told = run_child(
            [sys.executable, "-P", "-m", "tests.bench.warm", str(times), str(PATIENCE)], made.xhtml.encode(), folder
        )
    found: list[float] = json.loads(told.output)
    return found


def pages(data: bytes) -> int:
    with pikepdf.open(io.BytesIO(data)) as file:
        return len(file.pages)


def print_with(chromium: str, made: Document) -> tuple[float, int]:
    """Let a cold headless Chromium print the same markup, with the same style sheet, fonts and drawings; return seconds and pages."""
    with tempfile.TemporaryDirectory(prefix="hiring-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, target = folder / "packet.xhtml", folder / "packet.pdf"
        text = made.xhtml.replace("<html ", '<html xmlns="http://www.w3.org/1999/xhtml" ', 1)
        source.write_text(_unpack(text, folder), encoding="utf-8")
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        arguments = [
            chromium,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            *root,
            f"--user-data-dir={folder / 'profile'}",
        ]
        began = time.perf_counter()
        told = subprocess.run(
            [*arguments, "--no-pdf-header-footer", f"--print-to-pdf={target}", source.as_uri()],
            capture_output=True,
            check=False,
            timeout=120,
        )
        seconds = time.perf_counter() - began
        assert target.exists(), told.stderr.decode(errors="replace")[-2000:]
        return seconds, pages(target.read_bytes())


def _unpack(text: str, folder: Path) -> str:
    """Write what the private addresses name into files, and return the text with their names; style sheets likewise."""

    def place(found: re.Match[str]) -> str:
        address = found[0]
        file = folder / re.sub(r"[^a-z0-9.]+", "-", address.removeprefix("packet:").lower())
        if not file.exists():
            held = bundled(address)
            assert held is not None, address
            file.write_bytes(held[0])
            if address.endswith(".css"):
                file.write_text(_unpack(held[0].decode(), folder), encoding="utf-8")
        return file.name

    return re.sub(r"packet:[A-Za-z0-9_./-]+", place, text)


def measure(demonstration: PacketFacts, chromium: str | None, say: Callable[[str], None]) -> list[Figure]:
    """Return the packet's figures. Blocks for a minute; nothing else may run meanwhile."""
    figures: list[Figure] = []
    say("packet of 12 candidates x 12 criteria")
    made_in: list[float] = []
    for _ in range(WARM + 1):  # the first of them reads the templates and is not counted
        began = time.perf_counter()
        twelve = document(square(12), PacketOptions())
        made_in.append((time.perf_counter() - began) * 1000)
    once, figures_of_twelve = _packet("packet 12 x 12", twelve, chromium)
    figures += figures_of_twelve
    figures.append(Figure("packet 12 x 12, markup, in the web process", "ms", made_in[1:]))
    say("packet of the demonstration")
    again, figures_of_demo = _packet("packet of the demonstration", document(demonstration, PacketOptions()), chromium)
    figures += figures_of_demo
    figures.append(
        Figure("packet of the demonstration, warm", "s", again, "STACK.md, two warm workers", [DEMONSTRATION], most=1.0)
    )
    say("packet of 50 candidates")
    fifty = warm(document(square(50), PacketOptions()), GROWN)
    growth = [seconds / statistics.median(once) for seconds in fifty]
    figures.append(
        Figure(
            "growth of the render, 12 to 50 candidates", "times", growth, "candidates’ growth", [50 / 12], most=GROWTH
        )
    )
    return figures


def _packet(name: str, made: Document, chromium: str | None) -> tuple[list[float], list[Figure]]:
    children, printed = list[Child](), list[tuple[float, int]]()
    began = time.perf_counter()
    for _ in range(COLD):  # in turn, so that a noisy minute slows both
        if children and time.perf_counter() - began > PATIENCE:
            break
        children.append(cold(made))
        if chromium:
            printed.append(print_with(chromium, made))
    count, seconds = pages(children[0].output), [child.seconds for child in children]
    once = warm(made, WARM)
    middle = [statistics.median(each[0] for each in printed)] if printed else []
    peaks = [child.peak for child in children if child.peak is not None]
    chrome = f"Chromium, cold, {printed[0][1]} pages" if printed else "no Chromium here"
    return once, [
        Figure(
            f"{name}, {count} pages, cold child",
            "s",
            seconds,
            chrome,
            [each[0] for each in printed],
            most=1 / CHROMIUM_TIMES,
        ),
        Figure(
            f"{name}, cold child, a page", "ms", [each * 1000 / count for each in seconds], "STACK.md", [PAGE], most=1.0
        ),
        Figure(f"{name}, render only", "s", once, f"{chrome}, median" if printed else chrome, middle),
        Figure(
            f"{name}, render only, a page", "ms", [each * 1000 / count for each in once], "STACK.md", [PAGE], most=1.0
        ),
        Figure(f"{name}, cold child, processor time", "s", [child.worked for child in children]),
        *([Figure(f"{name}, peak memory of the child", "MB", peaks)] if peaks else []),
    ]
