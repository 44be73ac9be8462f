from __future__ import annotations

import datetime as dt
import uuid

import pytest

from hiring.interviews.core import minutes_fault, panel_fault, start_fault
from tests.conftest import NOW

PEOPLE = [uuid.UUID(int=number) for number in range(8)]


@pytest.mark.parametrize(
    ("panel", "fine"),
    [
        ([(PEOPLE[0], False)], True),
        ([(PEOPLE[0], False), (PEOPLE[1], True)], True),
        ([(each, False) for each in PEOPLE[:6]], True),
        ([], False),
        ([(each, False) for each in PEOPLE[:7]], False),
        ([(PEOPLE[0], False), (PEOPLE[0], True)], False),
        ([(PEOPLE[0], True)], False),
    ],
)
def test_what_a_panel_may_be(panel: list[tuple[uuid.UUID, bool]], fine: bool) -> None:
    assert (panel_fault(panel) is None) is fine


@pytest.mark.parametrize(("minutes", "fine"), [(4, False), (5, True), (480, True), (481, False)])
def test_how_long_an_interview_may_last(minutes: int, fine: bool) -> None:
    assert (minutes_fault(minutes) is None) is fine


@pytest.mark.parametrize(("days", "fine"), [(-61, False), (-60, True), (0, True), (366, True), (367, False)])
def test_when_an_interview_may_begin(days: int, fine: bool) -> None:
    assert (start_fault(NOW + dt.timedelta(days=days), NOW) is None) is fine
