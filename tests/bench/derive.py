"""`make bench-derive`: how much of what postings ask for is found, how much of what is found is right, and how much is matched.

    python -m tests.bench.derive [--given] [--tuning] [--held-out] [--each] [--misses] [--untimed]

Without a choice all three sets are measured. The postings that are held out are nobody's to tune by: their words are printed only where
`--held-out` and `--misses` are both asked for.
"""

from __future__ import annotations

import argparse
import functools
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hiring.rubrics.core.derive import derive
from hiring.rubrics.core.shapes import Library, Role
from hiring.rubrics.library import load_library, load_roles
from hiring.rubrics.readers import read_posting
from tests.derivation.baselines import bullets, nearest_words, product
from tests.derivation.measure import (
    HELD_OUT,
    TUNING,
    Duty,
    Labelled,
    Method,
    Result,
    Score,
    load,
    measure,
    total,
    visible_text,
)
from tests.rubrics import given as five

PRODUCT, BULLETS, NEAREST = "product", "every bullet", "nearest words"
TIMED = 200_000
"""The characters of the text that is timed."""
REPEATS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: the results of the same postings by each method."""

    name: str
    results: dict[str, list[Result]]


def given() -> tuple[Labelled, ...]:
    """Return the five given postings, none where they are not here. Their readers named no competencies and not every duty."""
    if not five.FOLDER.is_dir():
        return ()
    return tuple(
        Labelled(
            path=five.FOLDER.resolve() / entry.file,
            role="backend developer",
            shape="as found",
            duties=tuple(Duty(row.at, row.kind, frozenset()) for row in entry.rows),
            either=(),
            noise=entry.noise,
        )
        for entry in five.given()
    )


def rows(sets: dict[str, tuple[Labelled, ...]], methods: dict[str, Method], each: bool) -> Iterator[Row]:
    """Yield a line for every given posting and one for each other set; with `each`, for every posting of those too."""
    read = functools.cache(read_posting)
    for name, postings in sets.items():
        results = {method: measure(postings, run, read) for method, run in methods.items()}
        if name == "given" or each:
            for place, posting in enumerate(postings):
                yield Row(posting.path.name, {method: [found[place]] for method, found in results.items()})
        if postings:
            yield Row(f"{name}, all", results)


def table(lines: Sequence[Row], methods: Sequence[str]) -> str:
    """Return the lines as columns: found, right and matched in per cent for each method."""
    width = max([len(line.name) for line in lines] + [10])
    heads = " ".join(f"| {method:<23}" for method in methods)
    under = " ".join("|   found   right matched" for _ in methods)
    out = [f"{'':<{width}} {'':>8} {'':>6} {heads}", f"{'':<{width}} {'postings':>8} {'duties':>6} {under}"]
    for line in lines:
        scores = [total(line.results[method]) for method in methods]
        cells = " ".join(f"| {_cells(score)}" for score in scores)
        out.append(f"{line.name:<{width}} {scores[0].postings:>8} {scores[0].duties:>6} {cells}")
    return "\n".join(out)


def _cells(score: Score) -> str:
    return " ".join(f"{_percent(share):>7}" for share in (score.found_share, score.right_share, score.matched_share))


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


def misses(results: Sequence[Result]) -> Iterator[str]:
    """Yield every missed duty, wrong statement and wrong match, posting by posting."""
    for result in results:
        yield f"\n{result.posting}"
        if result.unread:
            yield f"  not read: {result.unread}"
            continue
        for at in result.missed:
            yield f"  missed    {at}"
        for words, why in result.wrong:
            yield f"  wrong     {words}\n            {why}"
        for at, got, accepted in result.mismatched:
            yield f"  mismatch  {at}\n            {got}, not {accepted}"


def long_text(postings: Sequence[Labelled]) -> str:
    """Return 200,000 characters made of the postings' own words; each repeat says which it is, so that its lines are new ones."""
    texts = [visible_text(posting.path) for posting in postings if posting.path.suffix != ".pdf"]
    whole: list[str] = []
    size = repeat = 0
    while size < TIMED and texts:
        repeat += 1
        for text in texts:
            lines = "\n".join(f"{line} for team {repeat}" if line.strip() else line for line in text.splitlines())
            whole.append(lines)
            size += len(lines) + 2
    return "\n\n".join(whole)[:TIMED]


def seconds(text: str, library: Library, roles: tuple[Role, ...]) -> list[float]:
    """Return the seconds of processor time that deriving from a text takes, repeat by repeat."""
    taken = []
    for _ in range(REPEATS):
        began = time.process_time()
        derive([("long", text)], library, roles)
        taken.append(time.process_time() - began)
    return taken


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. The exit code is 0 whatever the figures are."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.derive", description="Measure finding and matching.")
    parser.add_argument("--given", action="store_true", help="the five given postings")
    parser.add_argument("--tuning", action="store_true", help="the postings that rules may be tuned by")
    parser.add_argument("--held-out", action="store_true", help="the postings that nobody tunes by")
    parser.add_argument("--each", action="store_true", help="a line for every posting")
    parser.add_argument("--untimed", action="store_true", help="leave out how long 200,000 characters take")
    parser.add_argument("--misses", action="store_true", help="list what was missed, wrong or matched wrongly")
    asked = parser.parse_args(arguments)
    every = not (asked.given or asked.tuning or asked.held_out)
    sets: dict[str, tuple[Labelled, ...]] = {}
    if every or asked.given:
        sets["given"] = given()
    if every or asked.tuning:
        sets["tuning"] = load(TUNING)
    if every or asked.held_out:
        sets["held out"] = load(HELD_OUT)
    library = load_library()
    roles = load_roles(library=library)
    ours = product(library, roles)
    methods = {PRODUCT: ours, BULLETS: bullets(library), NEAREST: nearest_words(ours, library)}
    lines = list(rows(sets, methods, asked.each))
    if not lines:
        print("There are no labelled postings here.", file=sys.stderr)
        return 1
    print(table(lines, list(methods)))
    if sets.get("given"):
        print("\nThe given postings' readers named no competencies and not every duty: “right” is at least that.")
    wholes = [found for line in lines if line.name.endswith(", all") for found in line.results[PRODUCT]]
    for found in wholes:
        if found.unread:
            print(f"Not read, all its duties missed: {found.posting}")
    print(f"Statements over 600 characters: {total(wholes).too_long}")
    if not asked.untimed:
        taken = seconds(long_text(load(TUNING)), library, roles)
        spread = f"{statistics.median(taken):.2f} s of processor time ({min(taken):.2f} to {max(taken):.2f})"
        print(f"{TIMED:,} characters: {spread}")
    if asked.misses:
        for line in lines:
            name = line.name.removesuffix(", all")
            if name in sets and (name != "held out" or asked.held_out):
                print("\n".join(misses(line.results[PRODUCT])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
