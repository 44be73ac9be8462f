from __future__ import annotations

import re
from pathlib import Path

import pytest

from hiring.errors import BadInput
from hiring.places import shipped
from hiring.rubrics.library import load_library
from hiring.rubrics.publishing import content_of_role_file
from tests.cli.command import here
from tests.cli.conftest import Company
from tests.rubrics.given import backend_sources

ROLE = shipped("rubrics") / "roles" / "backend-developer.yaml"


def test_a_role_file_becomes_content_with_its_sources_whole() -> None:
    content = content_of_role_file(ROLE)

    statements = {each.key: each for posting in content.postings for each in posting.statements}
    sources = {each.id: each for source in backend_sources() for each in source.statements}
    assert (content.slug, content.title, len(content.criteria)) == ("backend-developer", "Backend Developer", 9)
    assert [posting.key for posting in content.postings] == [f"{source.id}.txt" for source in backend_sources()]
    assert {key: (each.text, each.kind) for key, each in statements.items()} == {
        key: (each.text, each.kind.value) for key, each in sources.items()
    }
    assert [
        each.key for posting in content.postings for each in posting.statements if posting.text[each.start : each.end] != each.text
    ] == []  # fmt: skip
    assert content.criteria[0].statements[:3] == ("A10", "B6", "B9")
    assert [kit["id"] for kit in content.plan["kits"]] == ["coding", "design", "production", "together"]
    assert content.hash == content_of_role_file(ROLE).hash


def test_only_sources_that_are_covered_from_come_along(tmp_path: Path) -> None:
    file = tmp_path / "role.yaml"
    file.write_text(
        re.sub(
            r"covers: \[.*?\]",
            lambda found: ", ".join(re.findall(r"\bC\d+|covers: \[", found[0])).replace("[, ", "[") + "]",
            ROLE.read_text(),
            flags=re.DOTALL,
        )
    )

    content = content_of_role_file(file)

    assert [posting.key for posting in content.postings] == ["key-responsibilities.txt"]


def test_a_criterion_without_levels_takes_its_competencies_behaviours(tmp_path: Path) -> None:
    file = tmp_path / "role.yaml"
    text = ROLE.read_text()
    start = text.index("    levels:\n", text.index("id: api\n"))
    file.write_text(text[:start] + text[text.index("    listen_for:", start) :])

    api = next(each for each in content_of_role_file(file).criteria if each.key == "api")

    library = load_library()
    members = [library.get("api-design"), library.get("api-integration")]
    lowest = [behaviour for each in members if each for behaviour in each.levels[0].behaviours]
    assert len(api.anchors) == 4
    assert api.anchors[0] == " ".join(lowest)


def test_a_fault_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "role.yaml"
    text = ROLE.read_text().replace("covers: [A10,", "covers: [A10, Z99,", 1)
    file.write_text(text)
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "Z99" in each)

    with pytest.raises(BadInput) as refused:
        content_of_role_file(file)

    assert str(refused.value).startswith(f"{file}:{line}:19: There is no statement “Z99”.")
    assert refused.value.exit_code == 2


def test_another_kind_of_file_is_refused() -> None:
    file = shipped("rubrics") / "competencies" / "api-design.yaml"

    with pytest.raises(BadInput, match="A role lacks the field"):
        content_of_role_file(file)


def test_a_draft_is_published_with_the_postings_it_came_from(company: Company, tmp_path: Path) -> None:
    draft, posting = tmp_path / "draft.yaml", tmp_path / "posting.txt"
    bullets = [statement.text for source in backend_sources()[:3] for statement in source.statements]
    posting.write_text("Ferry Timetable Developer\n\nResponsibilities\n" + "".join(f"- {each}\n" for each in bullets))
    derived = here("rubric", "derive", posting, "--out", draft)
    draft.write_text(draft.read_text().replace("id: backend-developer\n", "id: ferry-developer\n", 1))

    alone, first = (
        here("rubric", "publish", draft, HIRING_DATA_DIR=company.data_dir),
        here("rubric", "publish", draft, posting, HIRING_DATA_DIR=company.data_dir),
    )
    again = here("rubric", "publish", draft, posting, HIRING_DATA_DIR=company.data_dir)

    assert derived.code == 0
    assert (alone.code, alone.out) == (2, "")
    assert "There is no statement “s" in alone.sentence
    assert "Name a draft’s postings after it." in alone.sentence
    assert (first.code, first.err) == (0, "")
    assert re.fullmatch(r"Published ferry-developer version 1, hash [0-9a-f]{64}\.\n", first.out)
    assert (again.code, again.out) == (1, "")
    assert again.sentence == "Version 1 of ferry-developer has exactly this content: nothing to publish."
