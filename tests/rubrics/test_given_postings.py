from __future__ import annotations

import pytest

from hiring.rubrics.commands import as_json
from hiring.rubrics.core.derive import derive
from hiring.rubrics.core.shapes import Derivation, Library, Role, Statement
from tests.rubrics.given import Given, given, touches

FILES = (
    "roles-and-skills.txt",
    "top-10-roles.txt",
    "key-responsibilities.txt",
    "role-skills-responsibilities.txt",
    "what-does-a-backend-developer-do.txt",
)


def places(statements: tuple[Statement, ...]) -> list[tuple[int, int]]:
    return [place for each in statements for place in ((each.start, each.end), *each.also_at)]


def hold_to_expected(derivation: Derivation, entries: tuple[Given, ...]) -> None:
    assert [posting.file for posting in derivation.postings] == [entry.file for entry in entries]
    covered = {statement for criterion in derivation.criteria for statement in criterion.statements}
    ids = [each.id for posting in derivation.postings for each in posting.statements]
    assert len(ids) == len(set(ids))
    for posting, entry in zip(derivation.postings, entries, strict=True):
        found = places(posting.statements)
        missing = [row.id for row in entry.rows if not touches(entry.text, row.at, found)]
        assert missing == []
        assert [noise for noise in entry.noise if touches(entry.text, noise, found)] == []
        for statement in posting.statements:
            assert posting.text[statement.start : statement.end] == statement.text
            assert 0 < len(statement.text) <= 600
            assert statement.text == statement.text.strip()
            assert all(word in statement.text for word in statement.words)
            assert (statement.competency is None) == (statement.confidence == 0)
            assert (statement.id in covered) != (statement.id in derivation.uncovered)
    assert sum(criterion.weight for criterion in derivation.criteria) == 1


def test_all_five_in_one_run(library: Library, roles: tuple[Role, ...]) -> None:
    entries = given()
    assert tuple(entry.file for entry in entries) == FILES
    assert sum(len(entry.rows) for entry in entries) == 94

    derivation = derive([(entry.file, entry.text) for entry in entries], library, roles)

    hold_to_expected(derivation, entries)
    assert derivation.role == "backend-developer"
    assert len(derivation.criteria) == 9


@pytest.mark.parametrize("file", FILES)
def test_each_alone(file: str, library: Library, roles: tuple[Role, ...]) -> None:
    entry = next(entry for entry in given() if entry.file == file)
    derivation = derive([(entry.file, entry.text)], library, roles)
    hold_to_expected(derivation, (entry,))
    assert derivation.role == "backend-developer"
    assert 6 <= len(derivation.criteria) <= 9


@pytest.mark.parametrize("file", FILES)
def test_little_else_is_taken_up(file: str, library: Library) -> None:
    """At least three fifths of what is found are rows that a reader named."""
    entry = next(entry for entry in given() if entry.file == file)
    statements = derive([(entry.file, entry.text)], library, []).postings[0].statements
    named = [each for each in statements if any(touches(entry.text, row.at, places((each,))) for row in entry.rows)]
    assert len(named) * 5 >= len(statements) * 3


def test_the_same_words_twice_are_one_statement(library: Library) -> None:
    entry = next(entry for entry in given() if entry.file == "role-skills-responsibilities.txt")
    statements = derive([(entry.file, entry.text)], library, []).postings[0].statements
    repeated = [each for each in statements if each.also_at]
    assert len(repeated) == 1
    assert [entry.text[start:end] for start, end in repeated[0].also_at] == [repeated[0].text]


def test_control_noise_and_gaps_are_noticed() -> None:
    """The checks above can fail: a statement over the whole text touches noise, and none touches no row."""
    for entry in given():
        assert any(touches(entry.text, noise, [(0, len(entry.text))]) for noise in entry.noise)
        assert not any(touches(entry.text, row.at, []) for row in entry.rows)


def test_the_same_input_gives_the_same_answer(library: Library, roles: tuple[Role, ...]) -> None:
    texts = [(entry.file, entry.text) for entry in given()]
    assert as_json(derive(texts, library, roles)) == as_json(derive(texts, library, roles))
