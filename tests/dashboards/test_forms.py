from __future__ import annotations

import datetime as dt
import uuid

import pytest

from hiring.dashboards.forms import ScheduleForm
from tests.conftest import NOW

KIT = uuid.uuid4()


def test_day_and_time_are_those_of_the_viewers_zone() -> None:
    form = ScheduleForm(day="2026-07-01", time="14:30")

    assert form.starts_at("Europe/Lisbon") == dt.datetime(2026, 7, 1, 13, 30, tzinfo=dt.UTC)
    assert form.starts_at("UTC") == dt.datetime(2026, 7, 1, 14, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("day", "time"), [("", ""), ("2026-13-01", "10:00"), ("2026-11-21", "25:00"), ("0001-01-01", "00:00")]
)
def test_a_day_that_cannot_be_read_is_told(day: str, time: str) -> None:
    assert "day" in ScheduleForm(kit=KIT, day=day, time=time).errors("Pacific/Auckland", NOW)


@pytest.mark.parametrize(("minutes", "fine"), [("", True), ("45", True), ("²", False), ("-5", False), ("x", False)])
def test_the_length_is_a_number(minutes: str, fine: bool) -> None:
    faults = ScheduleForm(kit=KIT, day="2026-11-21", time="10:00", minutes=minutes).errors("UTC", NOW)

    assert (faults == {}) is fine
