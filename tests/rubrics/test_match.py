from __future__ import annotations

import re

import pytest

from hiring.rubrics.core.derive import derive
from hiring.rubrics.core.match import Terms
from hiring.rubrics.core.shapes import OUR_SCALE, Competency, Level, Library, Role
from hiring.rubrics.library import load_roles, load_sources, posting_text, sources_of
from tests.rubrics.given import words_of

ROLES = tuple(role.id for role in load_roles())


@pytest.fixture(scope="module")
def terms(library: Library) -> Terms:
    return Terms(library)


def of(roles: tuple[Role, ...], key: str) -> Role:
    return next(role for role in roles if role.id == key)


def competency(key: str, *terms: str, definition: str = "") -> Competency:
    levels = tuple(Level(label, ("x",)) for label in OUR_SCALE.labels)
    return Competency(key, "f", key.capitalize(), definition, terms, levels, (), (), (), ())


# The library


@pytest.mark.parametrize("key", ROLES)
def test_each_statement_of_a_roles_sources_is_matched_to_the_criterion_that_covers_it(
    key: str, terms: Terms, roles: tuple[Role, ...]
) -> None:
    role = of(roles, key)
    texts = {each.id: each.text for source in sources_of(role, load_sources()) for each in source.statements}
    wrong = {
        statement: terms.match(texts[statement]).competency
        for criterion in role.criteria
        for statement in criterion.covers
        if terms.match(texts[statement]).competency not in criterion.competencies
    }
    assert wrong == {}


@pytest.mark.parametrize("key", ROLES)
def test_a_roles_sources_derive_to_that_role(key: str, library: Library, roles: tuple[Role, ...]) -> None:
    sources = sources_of(of(roles, key), load_sources())
    assert derive([(source.id, posting_text(source)) for source in sources], library, roles).role == key


def test_terms_are_in_lower_case_and_differ(library: Library) -> None:
    for each in library.competencies:
        assert all(term == term.lower() for term in each.terms)
        assert len(set(each.terms)) == len(each.terms)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write unit and integration tests", "automated-testing"),
        ("Hold weekly 1:1s and give feedback", "mentoring"),
        ("Recruit engineers and look after headcount", "technical-leadership"),
        ("Orchestrate backfills and late partitions", "data-pipelines"),
        ("Fine-tuning of models, hyperparameter search included", "machine-learning-engineering"),
        ("Keep client-side state small and pick a bundler", "frontend-engineering"),
        ("Offline storage for the mobile app", "mobile-engineering"),
        ("Provide end-user training", "training-support"),
        ("Resolve incidents at night", "incident-response"),
        ("Keep the budget, staffing and dependencies in view", "planning-delivery"),
        ("Exploratory testing before each release", "automated-testing"),
        ("A self-service developer platform", "infrastructure-automation"),
        ("Stakeholder communication", "collaboration"),
        ("Self-starter", "planning-delivery"),
        ("Problem-solving", "problem-solving"),
        ("Problem solving", "problem-solving"),
    ],
)
def test_what_postings_ask_for(text: str, expected: str, terms: Terms) -> None:
    assert terms.match(text).competency == expected


@pytest.mark.parametrize(
    "text",
    [
        "Write good and readable documentation for everyone",
        "You will, in addition to the above, mentor juniors (at most two)",
        "Explaining limits to people outside the trade",
        "Fly the balloon over Vienna",
        "",
        "—",
        "C++/C#, .NET; ci/cd & 1:1s",
    ],
)
def test_words_stand_in_the_statement_in_its_order(text: str, terms: Terms) -> None:
    match = terms.match(text)
    places = [text.find(word) for word in match.words]
    assert -1 not in places
    assert places == sorted(places)
    assert (match.competency is None) == (match.confidence == 0) == (match.words == ())
    assert all(word in words_of(text) for part in match.words for word in words_of(part))
    assert terms.match(text) == match


# Weights


def test_every_shipped_term_is_found_in_itself(library: Library, terms: Terms) -> None:
    """A term names something, if not always its own competency: a longer one of another may hold its words too."""
    lost = [term for each in library.competencies for term in each.terms if terms.match(term).competency is None]
    assert [term for term in lost if re.search(r"[^\W_]", term)] == []
