from __future__ import annotations

import uuid

import pytest

from hiring.errors import Broken, Forbidden, NotFound
from hiring.openings.core import check_runs, clean_slug, read_plan, runs, sees_board, slug_of, text_faults
from hiring.people.core import Role, Viewer

HERE, ELSEWHERE = uuid.uuid4(), uuid.uuid4()


def person(everywhere: Role | None = None, here: Role | None = None) -> Viewer:
    return Viewer(
        id=uuid.uuid4(),
        name="Somebody",
        email="somebody@seedbank.example",
        everywhere=frozenset({everywhere} if everywhere else ()),
        by_opening={HERE: frozenset({here})} if here else {},
    )


@pytest.mark.parametrize(
    ("viewer", "sees", "may_run"),
    [
        (person(Role.ADMINISTRATOR), True, True),
        (person(Role.RECRUITER), True, True),
        (person(here=Role.HIRING_MANAGER), True, True),
        (person(here=Role.COMMITTEE), True, False),
        (person(Role.AUDITOR), True, False),
        (person(Role.INTERVIEWER), False, False),
        (person(), False, False),
    ],
)
def test_who_sees_and_runs_an_opening(viewer: Viewer, sees: bool, may_run: bool) -> None:
    assert (sees_board(viewer, HERE), runs(viewer, HERE)) == (sees, may_run)


def test_a_role_in_one_opening_says_nothing_about_another() -> None:
    manager = person(here=Role.HIRING_MANAGER)

    assert (sees_board(manager, ELSEWHERE), runs(manager, ELSEWHERE)) == (False, False)


def test_a_refusal_tells_of_an_opening_only_who_may_know_it() -> None:
    with pytest.raises(Forbidden, match="Recruiters and the opening’s hiring manager add candidates"):
        check_runs(person(Role.AUDITOR), HERE, "add candidates")
    with pytest.raises(NotFound):
        check_runs(person(Role.INTERVIEWER), HERE, "add candidates")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("backend-developer", "backend-developer"),
        ("  Backend-2 ", "backend-2"),
        ("new", None),
        ("", None),
        ("-a", None),
        ("a--b", None),
        ("größe", None),
        ("a/b", None),
        ("a" * 81, None),
    ],
)
def test_a_short_name_fits_into_an_address(typed: str, kept: str | None) -> None:
    assert clean_slug(typed) == kept


def test_a_title_makes_a_short_name() -> None:
    assert slug_of("Développeuse Back-End (Größe 2)") == "developpeuse-back-end-grosse-2"
    assert slug_of("…") == ""


def test_each_text_of_an_opening_has_its_own_fault() -> None:
    faults = text_faults(slug="a b", title=" ", team="x" * 201, organisation="a\x00b")

    assert sorted(faults) == ["organisation", "slug", "team", "title"]


def test_a_plan_is_read_as_it_was_stored() -> None:
    stored = {
        "schema": 1,
        "kits": [
            {
                "id": "coding",
                "name": "Coding",
                "minutes": 90,
                "focus": ["code"],
                "questions": [{"kind": "work", "ask": "Fix this."}],
            }
        ],
    }

    (kit,) = read_plan(stored)

    assert (kit.key, kit.minutes, kit.focus, kit.instructions) == ("coding", 90, ("code",), "")
    assert [(question.ask, question.follow_ups) for question in kit.questions] == [("Fix this.", ())]


def test_a_plan_of_a_later_version_is_refused() -> None:
    with pytest.raises(Broken, match="schema 2"):
        read_plan({"schema": 2, "kits": []})
