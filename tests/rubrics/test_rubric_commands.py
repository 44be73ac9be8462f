from __future__ import annotations

import json
from pathlib import Path

import pytest

from hiring.errors import BadInput, Broken
from hiring.rubrics.commands import check_command, derive_command
from hiring.rubrics.core.shapes import Library
from hiring.rubrics.library import load_role

POSTING = """Backend developer

Responsibilities
- Design REST APIs for partner shops
- Tune SQL queries
- Fly the company's balloon

Skills
- Python
"""


@pytest.fixture
def posting(tmp_path: Path) -> Path:
    path = tmp_path / "shop.md"
    path.write_text(POSTING)
    return path


def test_derive_prints_the_json_of_the_contract_alone(posting: Path, capsys: pytest.CaptureFixture[str]) -> None:
    derive_command([posting], json_=True, out=None)
    printed = capsys.readouterr()
    answer = json.loads(printed.out)
    assert printed.err == ""
    assert list(answer) == ["postings", "criteria", "uncovered"]
    (found,) = answer["postings"]
    assert list(found) == ["file", "text", "statements"]
    assert (found["file"], found["text"]) == (str(posting), POSTING)
    assert list(found["statements"][0]) == [
        "id", "text", "start", "end", "also_at", "kind", "competency", "also", "confidence", "words",
    ]  # fmt: skip
    assert [(each["id"], each["text"], each["kind"], each["competency"]) for each in found["statements"]] == [
        ("s1", "Design REST APIs for partner shops", "responsibility", "api-design"),
        ("s2", "Tune SQL queries", "responsibility", "sql-querying"),
        ("s3", "Fly the company's balloon", "responsibility", None),
        ("s4", "Python", "skill", "programming-language"),
    ]
    assert [list(each) for each in answer["criteria"]] == [["id", "name", "competencies", "weight", "statements"]] * 3
    assert [(each["id"], each["weight"], each["statements"]) for each in answer["criteria"]] == [
        ("code", 0.34, ["s4"]),
        ("api", 0.33, ["s1"]),
        ("data", 0.33, ["s2"]),
    ]
    assert answer["uncovered"] == ["s3"]


def test_derive_tells_people_the_same(posting: Path, capsys: pytest.CaptureFixture[str]) -> None:
    derive_command([posting], json_=False, out=None)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{posting}: 4 statements (3 responsibilities, 1 skill)"
    assert "These postings carry 3 criteria; a rubric has six to nine. Add postings, or criteria of your own." in lines
    assert "0.34  Code and language  (programming-language)" in lines
    assert lines[-3:] == [
        "Uncovered: 1",
        "    s3  Fly the company's balloon",
        "        nothing in the library names it",
    ]


def test_derive_writes_a_draft_role(
    posting: Path, tmp_path: Path, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "draft.yaml"
    derive_command([posting], json_=True, out=out)
    assert json.loads(capsys.readouterr().out)["uncovered"] == ["s3"]
    with pytest.raises(Broken, match="There are 3 criteria"):
        load_role(out, library)
    with pytest.raises(BadInput, match="cannot be written: no such file or directory"):
        derive_command([posting], json_=True, out=tmp_path / "none" / "draft.yaml")


def test_derive_without_files_or_with_a_bad_one(
    tmp_path: Path, posting: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BadInput, match="Name at least one"):
        derive_command([], json_=True, out=None)
    with pytest.raises(BadInput, match="does not exist"):
        derive_command([posting, tmp_path / "none"], json_=True, out=None)
    assert capsys.readouterr().out == ""


def test_check_finds_nothing_in_what_is_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    check_command([])
    assert capsys.readouterr().out == "No faults.\n"


def test_check_prints_each_fault_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bakery.yaml"
    path.write_text(
        "id: bakery\ntitle: Bakery\nstatements:\n  - id: A1\n    text: Bake\n    kind: dream\n  - id: A1\n    text: 1\n    kind: skill\n"
    )
    with pytest.raises(Broken, match="3 faults found") as raised:
        check_command([path])
    assert raised.value.exit_code == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{path}:6:11: “dream” is none of the kinds. Write responsibility or skill or trait",
        f"{path}:7:5: This statement's id stands twice: “A1”. Change or remove one of them",
        f'{path}:8:11: “1” is not a text here. Write it in quotes: "1"',
    ]
    with pytest.raises(BadInput):
        check_command([tmp_path / "none.yaml"])
