from __future__ import annotations

from hiring.rubrics.core.prominence import points_of
from tests.rubrics.test_derive import SMALL, duties


def test_a_plain_list_counts_alike() -> None:
    assert points_of([("Bake bread", "Tasks", "", 0), ("Clean", "Tasks", "", 0), ("Rye", "Skills", "", 0)]) == [100] * 3
    assert points_of([("You must bake", "", "", 0), ("You must clean", "", "", 0)]) == [100] * 2
    assert points_of([]) == []


def test_musts_repetitions_and_headings_count_more_and_extras_less() -> None:
    said = [
        ("Bake bread", "Tasks", "", 0),
        ("You must clean", "Tasks", "", 0),
        ("Ovens\nHeat them at four.", "Tasks", "", 0),
        ("Count the till", "Tasks", "", 3),
        ("Rye", "Nice to have", "", 0),
        ("Sourdough", "Essential skills", "   Desirable", 0),
    ]
    assert points_of(said) == [110, 135, 125, 150, 40, 40]


def test_weights_follow_the_points() -> None:
    from hiring.rubrics.core.derive import derive

    text = duties("Bake bread") + "\n\nNice to have\n- Mind the till\n"
    assert [float(each.weight) for each in derive([("a.txt", text)], SMALL, []).criteria] == [0.67, 0.33]
