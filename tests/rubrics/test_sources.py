from __future__ import annotations

from collections import Counter

import pytest

from hiring.rubrics.commands import as_json
from hiring.rubrics.core.derive import derive
from hiring.rubrics.core.extract import statements_of
from hiring.rubrics.core.shapes import Derivation, Library, Role, Source
from hiring.rubrics.library import posting_text
from tests.rubrics.given import given


@pytest.fixture(scope="module")
def derivation(sources: tuple[Source, ...], library: Library, roles: tuple[Role, ...]) -> Derivation:
    return derive([(source.id, posting_text(source)) for source in sources], library, roles)


def test_every_expected_row_stands_in_its_source_with_its_kind(sources: tuple[Source, ...]) -> None:
    ours = sorted(sorted((each.id, each.kind.value) for each in source.statements) for source in sources)
    theirs = sorted(sorted((row.id, row.kind) for row in entry.rows) for entry in given())
    assert ours == theirs
    assert sum(map(len, ours)) == 94


def test_each_source_statement_is_one_statement(sources: tuple[Source, ...]) -> None:
    for source in sources:
        text = posting_text(source)
        found = statements_of(text)
        assert Counter(text[place.start : place.end] for place, _ in found) == Counter(
            each.text for each in source.statements
        )
        kinds = {each.text: each.kind for each in source.statements}
        assert all(place.kind is kinds[text[place.start : place.end]] for place, _ in found)
        assert all(again == () for _, again in found)


def test_only_documentation_stays_uncovered(derivation: Derivation, sources: tuple[Source, ...]) -> None:
    texts = {each.id: each for posting in derivation.postings for each in posting.statements}
    documentation = next(each for source in sources for each in source.statements if each.id == "A12")
    assert [texts[key].text for key in derivation.uncovered] == [documentation.text]
    assert [texts[key].competency for key in derivation.uncovered] == ["technical-documentation"]


def test_the_nine_criteria_cover_what_a_careful_reader_put_there(
    derivation: Derivation, sources: tuple[Source, ...], roles: tuple[Role, ...]
) -> None:
    role = next(role for role in roles if role.id == "backend-developer")
    assert [each.id for each in derivation.criteria] == [each.id for each in role.criteria]
    by_text = {each.text: each.id for source in sources for each in source.statements}
    texts = {each.id: each.text for posting in derivation.postings for each in posting.statements}
    found = {each.id: {by_text[texts[key]] for key in each.statements} for each in derivation.criteria}
    assert found == {each.id: set(each.covers) for each in role.criteria}


def test_a_changed_bullet_changes_the_proposed_rubric(
    derivation: Derivation, sources: tuple[Source, ...], library: Library, roles: tuple[Role, ...]
) -> None:
    texts = [(source.id, posting_text(source)) for source in sources]
    bullet = next(each.text for each in sources[0].statements)
    changed = [(file, text.replace(bullet, "Monitor services with dashboards and alerts")) for file, text in texts]
    assert sum(before != after for before, after in zip(texts, changed, strict=True)) == 1

    again = derive(changed, library, roles)

    assert as_json(again)["criteria"] != as_json(derivation)["criteria"]


def test_weights_are_shares_with_a_floor(derivation: Derivation) -> None:
    count = sum(len(criterion.statements) for criterion in derivation.criteria)
    for criterion in derivation.criteria:
        assert abs(float(criterion.weight) - len(criterion.statements) / count) < 0.011
