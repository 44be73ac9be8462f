from __future__ import annotations

import datetime as dt
import uuid

import pytest

from hiring.people.core import Role, Viewer, clean_email, clean_name, initials, name_key, password_fault, session_alive


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        (" Ana@Example.org ", "ana@example.org"),
        ("a@b.c", "a@b.c"),
        ("ana", None),
        ("ana@example", None),
        ("a b@c.d", None),
        ("<a@b.c>", None),
        ("a@b.c\n", "a@b.c"),
        ("x" * 250 + "@b.c", "x" * 250 + "@b.c"),
        ("x" * 251 + "@b.c", None),
    ],
)
def test_addresses(typed: str, clean: str | None) -> None:
    assert clean_email(typed) == clean


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("  Ana   Lima ", "Ana Lima"),
        ("", None),
        ("   ", None),
        ("Ana\x00", None),
        ("x" * 201, None),
        ("Nguyễn Thị", "Nguyễn Thị"),
    ],
)
def test_names(typed: str, clean: str | None) -> None:
    assert clean_name(typed) == clean


def test_people_are_sorted_without_case_and_accents() -> None:
    assert sorted(["Zoe", "Éva", "adam", "Łukasz", "Eva B"], key=name_key) == ["adam", "Éva", "Eva B", "Zoe", "Łukasz"]


def test_initials() -> None:
    assert [initials(name) for name in ("Ana Lima", "Ana", "Ana de Lima Souto")] == ["AL", "A", "AS"]


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "at least 12"),
        ("x" * 300, "at most 200"),
        ("aaaaaaaaaaaaaaa", "too easy"),
        ("my name is lima yes", "too easy"),
        ("four quiet otters swim", None),
    ],
)
def test_passwords(password: str, says: str | None) -> None:
    fault = password_fault(password, "ana.l", "Lima")
    assert (says is None and fault is None) or (fault is not None and says is not None and says in fault)


def test_sessions_end_by_idleness_and_by_age() -> None:
    now = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
    hour, day = dt.timedelta(hours=1), dt.timedelta(days=1)
    assert session_alive(now - day, now - 11 * hour, now)
    assert not session_alive(now - day, now - 12 * hour, now)
    assert not session_alive(now - 7 * day, now, now)


def test_roles_over_all_and_in_one_opening() -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    viewer = Viewer(
        uuid.uuid4(),
        "Ana",
        "a@b.c",
        everywhere=frozenset({Role.INTERVIEWER}),
        by_opening={one: frozenset({Role.RECRUITER})},
    )
    recruiter = frozenset({Role.RECRUITER})
    assert viewer.has(recruiter, one)
    assert not viewer.has(recruiter, other)
    assert not viewer.has(recruiter)
    assert viewer.has_anywhere(recruiter)
    assert viewer.openings_with(recruiter) == {one}
