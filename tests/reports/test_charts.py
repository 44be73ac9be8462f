"""Drawings: places of levels, colours for any scale, and addresses that name nothing else."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.reports import charts

SVG = "{http://www.w3.org/2000/svg}"
SCALES = [(steps, bar) for steps in range(3, 7) for bar in (None, *range(1, steps + 1))]


def paths(svg: str) -> list[dict[str, str]]:
    return [element.attrib for element in ET.fromstring(svg).iter(f"{SVG}path")]  # noqa: S314 - our own drawing


def test_levels_stand_in_the_middle_of_their_step_and_the_bar_at_an_edge() -> None:
    # 4 steps on 40 mm: level n stands at (n - 0.5) x 100, the bar below level 3 at 200.
    drawn = paths(charts.dots([4, 2], 4, 3, 400, 80, bands=True))
    assert [entry["d"] for entry in drawn if entry.get("stroke-width") == "4"] == ["M200 0V80"]
    assert [entry["d"] for entry in drawn if entry.get("stroke-width") == "12.1"] == ["M150 40H350"]
    assert [entry["d"] for entry in drawn if entry.get("stroke-linecap")] == ["M150 40h.01M350 40h.01"]
    # The mean of 4 and 2 is 3, which stands at 250.
    assert [entry["d"] for entry in drawn if entry.get("stroke-width") == "3.4"] == ["M250 6v68"]


def test_one_level_has_neither_line_nor_mean() -> None:
    drawn = paths(charts.dots([3], 4, 3, 400, 80, bands=True))
    assert [entry["d"] for entry in drawn if "stroke" in entry] == ["M200 0V80", "M250 40h.01"]


def test_a_spread_of_one_is_a_thin_line() -> None:
    drawn = paths(charts.dots([3, 2], 4, 3, 400, 80, bands=False))
    assert [entry["stroke-width"] for entry in drawn if "H" in entry["d"]] == ["5.1"]


def test_raters_of_one_level_stand_above_each_other() -> None:
    drawn = paths(charts.dots([3, 3], 4, 3, 400, 80, bands=True))
    assert [entry["d"] for entry in drawn if entry.get("stroke-linecap")] == ["M250 27.5h.01M250 52.5h.01"]


def test_without_a_bar_no_line_is_drawn() -> None:
    drawn = paths(charts.dots([2], 5, None, 400, 80, bands=True))
    assert [entry["d"] for entry in drawn if "stroke" in entry] == ["M120 40h.01"]


@pytest.mark.parametrize(("steps", "bar"), SCALES)
@given(levels=st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_any_scale_is_drawn_within_its_frame(steps: int, bar: int | None, levels: list[int]) -> None:
    kept = [min(level, steps) for level in levels]
    root = ET.fromstring(charts.dots(kept, steps, bar, 222, 82, bands=True))  # noqa: S314 - our own drawing
    assert root.attrib["viewBox"] == "0 0 222 82"
    assert len(list(root.iter(f"{SVG}path"))) <= 6


def test_seven_colours_on_our_scale() -> None:
    means = [Fraction(half, 2) for half in range(2, 9)]
    assert [charts.tone(mean, 4, 3) for mean in means] == ["h0", "h1", "h2", "h3", "h4", "h5", "h6"]
    # 3.25 lies half way: half up to 3.5. 10/3 = 3.33 is nearest to 3.5, 2.25 goes to 2.5.
    assert [charts.tone(value, 4, 3) for value in (Fraction(13, 4), Fraction(10, 3), Fraction(9, 4))] == [
        "h5",
        "h5",
        "h3",
    ]


def test_a_scale_without_a_bar_has_one_hue() -> None:
    assert [charts.tone(level, 3, None) for level in (1, 2, 3)] == ["s0", "s3", "s6"]


@pytest.mark.parametrize(("steps", "bar"), SCALES)
def test_colours_of_any_scale_rise_and_part_at_the_bar(steps: int, bar: int | None) -> None:
    tones = [charts.tone(Fraction(half, 2), steps, bar) for half in range(2, 2 * steps + 1)]
    assert tones == sorted(tones)
    if bar is not None:
        assert all((charts.tone(level, steps, bar) >= "h4") == (level >= bar) for level in range(1, steps + 1))


def test_an_address_gives_its_drawing_back() -> None:
    url = charts.address("dots", (4, 2), 4, 3, 222, 82)
    assert url == "packet:dots/4/3/222x82/4-2.svg"
    assert charts.drawing(url) == charts.dots([4, 2], 4, 3, 222, 82, bands=True)
    assert charts.drawing(charts.address("strip", (1,), 6, None, 150, 42)) == charts.dots(
        [1], 6, None, 150, 42, bands=False
    )


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "packet:../../etc/passwd",
        "packet:dots/4/3/222x82/.svg",
        "packet:dots/9/3/222x82/4.svg",
        "packet:dots/4/3/99999x82/4.svg",
        "packet:dots/4/3/222x82/" + "4-" * 9999 + "4.svg",
        "http://127.0.0.1/",
    ],
)
def test_other_addresses_name_nothing(url: str) -> None:
    assert charts.drawing(url) is None
