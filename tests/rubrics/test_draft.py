"""A rubric while it is written: what keeps it from being published, who writes it, and how it is stored and published."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all

from hiring.errors import Broken, Conflict, Forbidden
from hiring.people.core import Role, Viewer
from hiring.rubrics.core.content import Content, content_from
from hiring.rubrics.core.derive import derive
from hiring.rubrics.core.draft import (
    DraftCriterion,
    Found,
    LeftOut,
    Obstacle,
    Paper,
    State,
    as_stored,
    check_writes,
    content_of,
    may_write,
    obstacles,
    papers_as_stored,
    papers_in,
    papers_of,
    read_papers,
    read_state,
    state_in,
    uncovered,
)
from hiring.rubrics.core.shapes import OUR_SCALE, Derivation
from hiring.rubrics.library import load_sources, posting_text
from hiring.rubrics.stock import shipped_library, shipped_roles
from tests.rubrics.strategies import contents

SOURCES = {source.id: posting_text(source) for source in load_sources()}


def criterion(number: int, weight: str = "0.10", **changes: Any) -> DraftCriterion:
    made = DraftCriterion(
        key=f"c{number}",
        name=f"Part {number}",
        definition="",
        weight=Decimal(weight),
        competencies=("debugging",),
        listen_for=(),
        anchors=("never", "seldom", "mostly", "always"),
        statements=(f"s{number}",),
        accepted=True,
    )
    return replace(made, **changes)


def rubric(*criteria: DraftCriterion) -> State:
    """Return a draft of these criteria and, after them, good ones of weight 0.10 up to six."""
    here = [*criteria, *(criterion(number) for number in range(len(criteria) + 1, 7))]
    return State(slug="it", title="It", scale=OUR_SCALE, criteria=tuple(here))


def changed(**changes: Any) -> tuple[Obstacle, ...]:
    """Return the obstacles of a rubric whose second criterion is changed and which is good otherwise."""
    return obstacles(rubric(criterion(1, "0.50"), criterion(2, **changes)))


# Obstacles -----------------------------------------------------------------------------------------------------------


def test_nothing_keeps_a_good_rubric_from_being_published() -> None:
    assert obstacles(rubric(criterion(1, "0.50"))) == ()


@pytest.mark.parametrize("count", [6, 9])
def test_six_to_nine_criteria_are_good(count: int) -> None:
    first, *others = (criterion(number) for number in range(1, count + 1))
    state = rubric(replace(first, weight=1 - Decimal("0.10") * len(others)), *others)

    assert obstacles(state) == ()


@pytest.mark.parametrize("title", ["", " \n"])
def test_a_rubric_needs_a_title(title: str) -> None:
    state = replace(rubric(criterion(1, "0.50")), title=title)

    assert obstacles(state) == (Obstacle("The rubric has no title.", field="title"),)


def test_a_proposal_is_accepted_or_rejected_first() -> None:
    assert changed(accepted=False) == (Obstacle("1 criterion is still a proposal: accept or reject.", "c2", "accept"),)


def test_proposals_are_counted_and_the_first_is_shown() -> None:
    state = rubric(criterion(1, "0.50"), criterion(2, accepted=False), criterion(3, accepted=False))

    assert obstacles(state) == (Obstacle("2 criteria are still proposals: accept or reject.", "c2", "accept"),)


def test_five_criteria_are_too_few() -> None:
    state = rubric(criterion(1, "0.60"))

    assert obstacles(replace(state, criteria=state.criteria[:5])) == (
        Obstacle("Six to nine criteria make a rubric: this has 5.", field="criteria"),
    )


def test_ten_criteria_are_too_many() -> None:
    state = rubric(*(criterion(number) for number in range(1, 11)))

    assert obstacles(state) == (Obstacle("Six to nine criteria make a rubric: this has 10.", field="criteria"),)


def test_no_criterion_is_no_rubric() -> None:
    state = State(slug="it", title="It", scale=OUR_SCALE, criteria=())

    assert obstacles(state) == (Obstacle("Six to nine criteria make a rubric: this has none.", field="criteria"),)


@pytest.mark.parametrize(("weight", "total"), [("0.49", "0.99"), ("0.51", "1.01")])
def test_weights_sum_to_one(weight: str, total: str) -> None:
    state = rubric(criterion(1, weight))

    assert obstacles(state) == (Obstacle(f"The weights sum to {total}, not 1.00.", field="weights"),)


def test_a_criterion_needs_a_name() -> None:
    assert changed(name="") == (Obstacle("Criterion 2 has no name.", "c2", "name"),)


def test_two_criteria_do_not_have_one_name() -> None:
    assert changed(name="PART 1") == (Obstacle("Criterion 2 has the name of another: PART 1.", "c2", "name"),)


def test_a_criterion_weighs_something() -> None:
    state = rubric(criterion(1, "0.60"), criterion(2, "0"))

    assert obstacles(state) == (Obstacle("Criterion 2, Part 2, weighs nothing.", "c2", "weight"),)


def test_a_criterion_names_a_competency() -> None:
    assert changed(competencies=()) == (Obstacle("Criterion 2, Part 2, names no competency.", "c2", "competencies"),)


def test_a_criterion_without_any_anchor_is_told_once() -> None:
    assert changed(anchors=("", " ", "\n", "")) == (
        Obstacle("Criterion 2, Part 2, says of no level what it looks like.", "c2", "anchor-1"),
    )


def test_a_level_without_an_anchor_is_named() -> None:
    assert changed(anchors=("never", "seldom", " ", "always")) == (
        Obstacle("Criterion 2, Part 2, does not say what level 3 looks like.", "c2", "anchor-3"),
    )


def test_levels_without_an_anchor_are_named() -> None:
    assert changed(anchors=("never", "", "mostly", "")) == (
        Obstacle("Criterion 2, Part 2, does not say what levels 2 and 4 look like.", "c2", "anchor-2"),
    )


def test_two_levels_do_not_look_alike() -> None:
    assert changed(anchors=("never", "Always", "mostly", "always")) == (
        Obstacle("Criterion 2, Part 2, says the same of two levels.", "c2", "anchor-1"),
    )


def test_obstacles_stand_in_the_order_of_the_page() -> None:
    first = criterion(1, "0", name="", competencies=(), accepted=False)
    state = replace(rubric(first, criterion(2, anchors=("", "", "", ""))), title="")

    assert [(each.criterion, each.field) for each in obstacles(state)] == [
        ("", "title"),
        ("c1", "accept"),
        ("", "weights"),
        ("c1", "name"),
        ("c1", "weight"),
        ("c1", "competencies"),
        ("c2", "anchor-1"),
    ]


# Who writes ----------------------------------------------------------------------------------------------------------


WRITERS = {Role.ADMINISTRATOR, Role.RECRUITER, Role.HIRING_MANAGER}


@pytest.mark.parametrize("role", Role)
def test_administrators_recruiters_and_hiring_managers_write(role: Role) -> None:
    everywhere = Viewer(uuid.UUID(int=1), "Ada", "ada@example.org", everywhere=frozenset({role}))
    somewhere = replace(everywhere, everywhere=frozenset(), by_opening={uuid.UUID(int=2): frozenset({role})})

    assert [may_write(everywhere), may_write(somewhere)] == [role in WRITERS, role in WRITERS]


def test_who_does_not_write_is_told_whom_to_ask() -> None:
    with pytest.raises(Forbidden) as raised:
        check_writes(Viewer(uuid.UUID(int=1), "Ada", "ada@example.org"))

    assert str(raised.value) == "Recruiters, hiring managers and administrators write rubrics. Ask one of them."


def test_who_writes_is_not_refused() -> None:
    check_writes(Viewer(uuid.UUID(int=1), "Ada", "ada@example.org", everywhere=frozenset({Role.RECRUITER})))


# States --------------------------------------------------------------------------------------------------------------


PAPER = Paper(
    "it.txt",
    "It",
    "Find faults\nFind faults\nOwn a hat\nLearn",
    (
        Found(
            "s1", "Find faults", 0, 11, "skill", "debugging", ((12, 23),), ("automated-testing",), ("find", "faults")
        ),
        Found("s2", "Own a hat", 24, 33, "trait", None),
        Found("s3", "Learn", 34, 39, "trait", "continuous-learning"),
    ),
)
WHY = LeftOut("A matter of taste.", "Ada", "2026-11-20T12:00:00+00:00")


def test_a_statement_is_uncovered_where_nobody_covers_it_or_left_it_out() -> None:
    state = State("it", "It", OUR_SCALE, (criterion(1),), left_out={"s2": WHY})

    assert uncovered(state, [PAPER]) == (PAPER.statements[2],)
    assert uncovered(replace(state, criteria=(), left_out={}), [PAPER]) == PAPER.statements


def test_a_state_finds_its_criteria() -> None:
    state = rubric(criterion(1, "0.45"))

    assert state.criterion("c2") == criterion(2)
    assert state.owner("s2") == criterion(2)
    assert state.owner("s99") is None
    assert state.total == Decimal("0.95")
    with pytest.raises(Conflict) as raised:
        state.criterion("c99")
    assert str(raised.value) == ("This criterion is gone: it was rejected or merged meanwhile. Load the page again.")


# Stored form ---------------------------------------------------------------------------------------------------------


def test_a_state_is_stored_and_read_as_it_was() -> None:
    state = replace(rubric(criterion(1, "0.50"), criterion(2, accepted=False)), left_out={"s2": WHY})

    stored = json.loads(json.dumps(as_stored(state)))

    assert stored["schema"] == 1
    assert read_state(stored) == state


@pytest.mark.parametrize("schema", [2, None, "1"])
def test_a_state_of_another_schema_is_refused(schema: object) -> None:
    stored = as_stored(rubric()) | {"schema": schema}

    with pytest.raises(Broken) as raised:
        read_state(stored)

    assert str(raised.value) == (
        f"A draft has schema {schema}, which this version does not know: use the newer version."
    )


def test_postings_are_stored_and_read_as_they_were() -> None:
    assert read_papers(json.loads(json.dumps(papers_as_stored([PAPER])))) == (PAPER,)


# From a derivation, and to a version ---------------------------------------------------------------------------------


@cache
def derived(*ids: str) -> Derivation:
    return derive([(f"{key}.txt", SOURCES[key]) for key in ids], shipped_library(), shipped_roles())


def content(*ids: str) -> Content:
    """Return the content derived from these shipped sources."""
    titles = {f"{ids[0]}.txt": "The first"}
    return content_from(
        derived(*ids), shipped_roles(), shipped_library(), slug="it", title="It", scale=OUR_SCALE, titles=titles
    )


EACH = [(key,) for key in SOURCES]
SEVERAL = [tuple(SOURCES)[:5], tuple(SOURCES)]


@pytest.mark.parametrize("ids", [*EACH, *SEVERAL], ids=lambda ids: ids[0] if len(ids) == 1 else f"{len(ids)} together")
def test_content_derived_from_the_shipped_sources_survives_a_draft(ids: tuple[str, ...]) -> None:
    before = content(*ids)

    state, papers = state_in(before, accepted=True), papers_in(before)
    after = content_of(read_state(json.loads(json.dumps(as_stored(state)))), read_papers(papers_as_stored(papers)))

    assert after == content_of(state, papers) == before
    assert after.hash == before.hash


@for_all(contents())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_content_survives_a_draft(before: Content) -> None:
    state, papers = state_in(before, accepted=True), papers_in(before)

    assert content_of(state, papers) == before
    assert read_state(json.loads(json.dumps(as_stored(state)))) == state
    assert read_papers(json.loads(json.dumps(papers_as_stored(papers)))) == papers


def test_the_criteria_of_a_draft_are_proposals_unless_accepted() -> None:
    before = content("key-responsibilities")

    assert {each.accepted for each in state_in(before, accepted=False).criteria} == {False}
    assert {each.accepted for each in state_in(before, accepted=True).criteria} == {True}


def test_a_criterion_without_anchors_gets_an_empty_one_for_each_level() -> None:
    before = content("key-responsibilities")
    bare = replace(before, criteria=(replace(before.criteria[0], anchors=()),))

    assert state_in(bare, accepted=True).criteria[0].anchors == ("", "", "", "")


def test_a_statement_left_out_of_a_version_is_left_out_of_its_draft() -> None:
    before = content("key-responsibilities")
    posting = before.postings[0]
    first = replace(posting.statements[0], left_out="A matter of taste.")
    posting = replace(posting, statements=(first, *posting.statements[1:]))

    state = state_in(replace(before, criteria=(), postings=(posting,)), accepted=True)

    assert state.left_out == {first.key: LeftOut("A matter of taste.", "", "")}


def test_the_postings_of_a_derivation_keep_what_named_each_statement() -> None:
    derivation = derived("key-responsibilities", "roles-and-skills")

    papers = papers_of(derivation, {"key-responsibilities.txt": "Responsibilities"})

    assert [(each.key, each.title) for each in papers] == [
        ("key-responsibilities.txt", "Responsibilities"),
        ("roles-and-skills.txt", "roles-and-skills.txt"),
    ]
    for paper, posting in zip(papers, derivation.postings, strict=True):
        assert paper.text == posting.text
        assert [(each.key, each.text, each.words, each.also) for each in paper.statements] == [
            (each.id, each.text, each.words, each.also) for each in posting.statements
        ]
        assert all(paper.text[each.start : each.end] == each.text for each in paper.statements)


def test_what_a_derivation_leaves_uncovered_its_draft_does_too() -> None:
    derivation = derived(*SOURCES)
    before = content(*SOURCES)

    gaps = uncovered(state_in(before, accepted=False), papers_of(derivation, {}))

    assert tuple(each.key for each in gaps) == derivation.uncovered
