"""Drawings of levels: SVG made of few elements, for the packet and for the comparison on screen.

A level's place is the middle of its step, the bar's place the edge before the first level that meets it. Whoever
shows a drawing says the same in words beside it; a drawing on its own carries no text. Lengths are tenths of a
millimetre.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

INK, BAR, RULE, FAINT = "#17202a", "#1d4c86", "#c9cfd6", "#aab2bb"
BELOW, ABOVE, PLAIN = "#fdf1e2", "#e9f1f9", "#f2f4f6"
MOST_STEPS, MOST_LEVELS = 6, 40
APART = 2

_ADDRESS = re.compile(r"packet:(dots|strip)/([1-6])/([0-6])/(\d{2,3})x(\d{2,3})/((?:[1-6]-)*[1-6])\.svg")


def address(kind: str, levels: Iterable[int], steps: int, bar: int | None, width: int, height: int) -> str:
    """Return the address under which the renderer draws this: equal drawings have equal addresses, drawn once."""
    drawn = "-".join(map(str, list(levels)[:MOST_LEVELS]))
    return f"packet:{kind}/{steps}/{bar or 0}/{width}x{height}/{drawn}.svg"


def drawing(url: str) -> str | None:
    """Return the SVG that an address names, or None where it names none."""
    if url == "packet:hatch.svg":
        return hatch()
    found = _ADDRESS.fullmatch(url)
    if not found or len(found[6]) > MOST_LEVELS * 2:
        return None
    levels = [int(level) for level in found[6].split("-")]
    steps, bar, width, height = (int(found[group]) for group in (2, 3, 4, 5))
    return dots(levels, steps, bar or None, width, height, bands=found[1] == "dots")


def dots(levels: Sequence[int], steps: int, bar: int | None, width: int, height: int, *, bands: bool) -> str:
    """Return the levels as dots: a line joins lowest and highest (thick from two levels on), a tick is the mean.

    With `bands` the halves below and above the bar are tinted; without, a small mark stands for each level.
    """
    middle = height / 2
    spread = max(levels) - min(levels)
    size, path = _places(levels, steps, width, height)
    parts = _bands(steps, bar, width, height) if bands else _marks(steps, width, middle)
    if bar:
        x = _number((bar - 1) * width / steps)
        parts.append(f'<path stroke="{BAR}" stroke-width="4" d="M{x} 0V{height}"/>')
    if spread:
        line = f"M{_x(min(levels), steps, width)} {_number(middle)}H{_x(max(levels), steps, width)}"
        parts.append(
            f'<path stroke="{INK}" stroke-width="{_number(size * 0.55 if spread >= APART else size * 0.23)}" d="{line}"/>'
        )
    if len(levels) > 1 and bands:
        mean = Fraction(sum(levels), len(levels))
        parts.append(f'<path stroke="{BAR}" stroke-width="3.4" d="M{_x(mean, steps, width)} 6v{height - 12}"/>')
    parts.append(f'<path stroke="{INK}" stroke-width="{_number(size)}" stroke-linecap="round" d="{path}"/>')
    return _svg(width, height, parts)


def hatch() -> str:
    """Return the pattern that stands for "not assessed", 22 mm square, to be repeated."""
    lines = [f"M{step} 0L0 {step}M220 {step}L{step} 220" for step in range(11, 220, 11)]
    return _svg(220, 220, [f'<path d="{"".join(lines)}M220 0L0 220" stroke="#a3abb4" stroke-width="2"/>'])


def tone(mean: Fraction | int, steps: int, bar: int | None) -> str:
    """Return the colour class of a mean: h0 to h2 below the bar, h3 at its edge, h4 to h6 above; s0 to s6 without one.

    Means are taken to the nearest half level, half up, so that there are few colours and each stands in the key.
    """
    half = Fraction(int(mean * 2 + Fraction(1, 2)), 2)
    if bar is None:
        return f"s{_third(half - 1, steps - 1, 6)}"
    if half == bar - Fraction(1, 2):
        return "h3"
    if half < bar:
        return f"h{_third(half - 1, bar - 2, 2)}"
    return f"h{4 + _third(half - bar, steps - bar, 2)}"


def _third(part: Fraction, whole: int, most: int) -> int:
    """Return where `part` of `whole` falls among 0 to `most`; in the middle where there is nothing to divide."""
    return int(part / whole * most + Fraction(1, 2)) if whole > 0 else most // 2


def _x(level: Fraction | int, steps: int, width: int) -> str:
    return _number((float(level) - 0.5) * width / steps)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _bands(steps: int, bar: int | None, width: int, height: int) -> list[str]:
    left, right = 4, width - 4
    if not bar:
        return [f'<path fill="{PLAIN}" d="M{left} 0H{right}V{height}H{left}z"/>']
    edge = _number(min(max((bar - 1) * width / steps, left), right))
    return [
        f'<path fill="{BELOW}" d="M{left} 0H{edge}V{height}H{left}z"/>',
        f'<path fill="{ABOVE}" d="M{edge} 0H{right}V{height}H{edge}z"/>',
    ]


def _marks(steps: int, width: int, middle: float) -> list[str]:
    path = "".join(f"M{_x(step, steps, width)} {_number(middle - 7)}v14" for step in range(1, steps + 1))
    return [f'<path stroke="{FAINT}" stroke-width="1.6" d="{path}"/>']


def _places(levels: Sequence[int], steps: int, width: int, height: int) -> tuple[float, str]:
    """Return the dots' size and their one path; raters of one level stand above each other, smaller if many."""
    highest = max(levels.count(level) for level in set(levels))
    gap = min(25.0, (height - 6) / highest)
    size = min(22.0, gap * 0.88, height * 0.42)
    path = []
    for level in sorted(set(levels)):
        count = levels.count(level)
        for place in range(count):
            y = height / 2 + (place - (count - 1) / 2) * gap
            path.append(f"M{_x(level, steps, width)} {_number(y)}h.01")
    return size, "".join(path)


def _svg(width: int, height: int, parts: list[str]) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width / 10:g}mm" height="{height / 10:g}mm">{"".join(parts)}</svg>'
