"""Faults of YAML files: each with its line and column, what is wrong and what to write, in bounded time."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from hiring.errors import BadInput, Broken
from hiring.places import shipped
from hiring.rubrics.core.document import parse
from hiring.rubrics.core.lint import read_competency, read_role, read_source
from hiring.rubrics.core.shapes import Fault, Library, Role
from hiring.rubrics.library import check_file, check_folder, dump_role, load_role, load_roles, read_yaml

COMPETENCY = """id: baking
family: kitchen
name: Baking
definition: Bread.
terms: [bread, rye bread]
levels:
  - label: low
    behaviours: [Burns it.]
  - label: middle
    behaviours: [Watches it.]
  - label: high
    behaviours: [Smells it.]
questions:
  - kind: past
    ask: Which?
    follow_ups: [Why?]
  - kind: situation
    ask: What if?
  - kind: work
    ask: Bake.
listen_for: [time]
worry: [smoke]
do_not_hold_against: [flour]
"""

SOURCE = """id: bakery
title: Bakery
statements:
  - id: A1
    text: Bake bread
    kind: responsibility
  - id: A2
    text: Patience
    kind: trait
"""

ROLE = """id: baker
title: Baker
scale:
  labels: [low, middle, high]
  bar: 2
criteria:
""" + "".join(f"""  - id: c{number}
    name: Criterion {number}
    competencies: [k{number}]
    weight: {weight}
    levels: [a, b, c]
    covers: [A{number}]
""" for number, weight in enumerate(("0.2", "0.2", "0.20", "0.2", "0.1", "0.10"))) + """plan:
  kits:
    - id: day
      name: Day
      minutes: 60
      focus: [c0, c1]
"""  # fmt: skip


def faults_of(text: str, read: Callable[..., tuple[object, list[Fault]]]) -> list[Fault]:
    node = parse(text)
    return [node] if isinstance(node, Fault) else read(node)[1]


def one(text: str, read: Callable[..., tuple[object, list[Fault]]]) -> tuple[int, int, str]:
    (fault,) = faults_of(text, read)
    return fault.line, fault.column, fault.sentence


def test_the_examples_are_faultless() -> None:
    assert faults_of(COMPETENCY, read_competency) == []
    assert faults_of(SOURCE, read_source) == []
    assert faults_of(ROLE, read_role) == []


@pytest.mark.parametrize(
    ("before", "after", "line", "column", "says"),
    [
        ("name: Baking", "name: Baking\nname: Again", 4, 1, "“name” stands twice in one mapping. Keep one"),
        ("name: Baking", "nam: Baking", 3, 1, "A competency has no field `nam`. Write `name`"),
        ("name: Baking", "name: [Baking]", 3, 7, "This must be a text."),
        ("name: Baking", "name: no", None, None, ""),
        ("name: Baking", "name: 12", 3, 7, '“12” is not a text here. Write it in quotes: "12"'),
        ("name: Baking", "name:", 3, 1, "There is no text here. Write one"),
        ("name: Baking", "name: &a Baking", 3, 7, "&a is an anchor. Remove it"),
        ("name: Baking", "name: *a", 3, 7, "*a is an alias. Write the value out"),
        ("name: Baking", "name: !!str Baking", 3, 7, "is a tag. Remove it"),
        ("name: Baking", "name: !!python/object:os.system x", 3, 7, "is a tag. Remove it"),
        ("name: Baking", "name: [", 5, 6, "in what begins in line 3. Indent"),
        ("name: Baking", "name: a: b", 3, 8, "This is not YAML"),
        ("name: Baking", "name: 'x", 3, 7, "This is not YAML"),
        ("name: Baking", "\tname: Baking", 3, 1, "This is not YAML"),
        ("name: Baking", "? [a]\n: b", 3, 3, "A field's name must be a word"),
        ("[bread, rye bread]", "bread", 5, 8, "This must be a list. Write each entry on a line of its own"),
        ("[bread, rye bread]", "[bread, Rye]", 5, 16, "The term “Rye” has capitals. Write “rye”"),
        ("[bread, rye bread]", "[rye, rye]", 5, 14, "This term stands twice: “rye”."),
        ("[bread, rye bread]", "[]", 5, 8, "The list has 0 entries. Write at least 1"),
        ("kind: situation", "kind: past", 14, 3, "There is no question of the kind situation"),
        (
            "kind: situation",
            "kind: situations",
            17,
            11,
            "“situations” is none of the kinds. Write past or situation or work",
        ),
        ("id: baking", "id: Baking Bread", 1, 5, "“Baking Bread” cannot be an id. Write small letters"),
        ("  - label: high\n    behaviours: [Smells it.]\n", "", 7, 3, "The list has 2 entries. Write 3 to 6"),
        ("label: high", "label: low", 11, 5, "This level's label stands twice: “low”."),
    ],
)
def test_faults_of_a_competency(before: str, after: str, line: int | None, column: int | None, says: str) -> None:
    assert before in COMPETENCY
    faults = faults_of(COMPETENCY.replace(before, after, 1), read_competency)
    if line is None:
        assert faults == []
        return
    assert (line, column) in [(fault.line, fault.column) for fault in faults], faults
    assert any(says in fault.sentence for fault in faults if (fault.line, fault.column) == (line, column)), faults


def test_a_missing_field_is_reported_at_its_mapping() -> None:
    assert one(COMPETENCY.replace("    ask: What if?\n", ""), read_competency)[:2] == (17, 5)
    assert one(SOURCE.replace("title: Bakery\n", ""), read_source) == (
        1,
        1,
        "A source lacks the field `title`. Add `title:`",
    )


@pytest.mark.parametrize(
    ("before", "after", "line", "column", "says"),
    [
        ("weight: 0.10", "weight: 0.11", 7, 3, "The weights sum to 1.01. Change them until they sum to 1.00"),
        ("weight: 0.10", "weight: 0.105", 40, 13, "This cannot be a weight. Write a number with two decimals"),
        ("weight: 0.10", "weight: .1", 40, 13, "This cannot be a weight."),
        ("weight: 0.10", "weight: '0.10'", 40, 13, "This cannot be a weight."),
        ("[a, b, c]", "[a, b]", 11, 13, "The scale has 3 levels and 2 entries stand here. Write 3"),
        ("[a, b, c]", "[a, b, b]", 11, 20, "This anchor stands twice"),
        ("[k1]", "[k0]", 15, 20, "“k0” is in the criterion “c0” already."),
        ("[k1]", "[k1, k7, k8, k9, k10]", 15, 19, "The list has 5 entries. Write 1 to 4"),
        ("id: c1", "id: c0", 13, 5, "This criterion's id stands twice"),
        ("[c0, c1]", "[c0, c9]", 48, 19, "There is no criterion “c9”. Write"),
        ("minutes: 60", "minutes: sixty", 47, 16, "This must be a whole number. Write one from 5 to 480"),
        ("bar: 2", "bar: 4", 5, 8, "This must be a whole number. Write one from 2 to 3"),
        ("labels: [low, middle, high]", "labels: [low, high]", 4, 11, "The list has 2 entries. Write 3 to 6"),
    ],
)
def test_faults_of_a_role(before: str, after: str, line: int, column: int, says: str) -> None:
    assert before in ROLE
    faults = faults_of(ROLE.replace(before, after, 1), read_role)
    assert [(fault.line, fault.column) for fault in faults if says in fault.sentence] == [(line, column)], faults


def test_a_role_needs_known_competencies_and_statements(library: Library) -> None:
    text = ROLE.replace("[k0]", "[api-desing]")
    node = parse(text)
    assert not isinstance(node, Fault)
    _, faults = read_role(node, library, frozenset({"A1", "A2", "A3", "A4", "A5"}))
    assert Fault(9, 20, "There is no competency “api-desing”", "Write “api-design”") in faults
    assert (12, 14) in [(fault.line, fault.column) for fault in faults]
    assert all(fault.instead for fault in faults)


def test_five_criteria_are_too_few() -> None:
    short = ROLE.replace("weight: 0.10", "weight: 0.1").split("  - id: c5")[0].replace("weight: 0.1\n", "weight: 0.2\n")
    faults = faults_of(short + "plan:\n  kits: []\n", read_role)
    assert [fault.what for fault in faults] == ["There are 5 criteria"]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{" * 100_000,
        "- " * 100_000,
        "a: " * 60_000,
        "? " * 60_000,
        "[{" * 60_000,
        "\n".join(" " * depth + "a:" for depth in range(600)),
        "'" * 100_001,
        '"' + "\\" * 99_999,
        "&a " * 60_000,
        "!" * 100_000,
        "%" * 100_000,
        "%YAML 1.1\n---\na: 1\n",
        "---\na: 1\n---\nb: 2\n",
        "a: |\n" + "\n" * 100_000,
        "a: " + "x\n " * 60_000,
        "#" * 200_000,
        "",
        "\n\n",
        "null",
        "a: \x00",
        "a: \x07b",
        '"\\U00110000"',
        '"\\ud800"',
        "\ufeff\ufeffa",
        "[a, b]: c",
        "<<: {a: b}",
        "a: " + "- " * 1000,
        "[" + "a," * 50_000 + "]",
        "a: !<tag:x> b",
        "- a\nb: c",
        "a\n---\n...\n---",
    ],
    ids=[f"text{number}" for number in range(32)],
)
def test_hostile_yaml_gives_a_fault_in_bounded_time(text: str) -> None:
    started = time.process_time()
    for read in (read_competency, read_role, read_source):
        faults = faults_of(text, read)
        assert faults
        for fault in faults:
            assert fault.line >= 1
            assert fault.column >= 1
            assert "\n" not in fault.sentence
            assert len(fault.sentence) < 400
    assert time.process_time() - started < 10


_YAML = st.lists(
    st.sampled_from(
        [
            *"[]{},:-?&*!|>%@`'\"#~ \n\t\\",
            "a",
            "id: ",
            "levels:\n",
            "  ",
            "- ",
            "1",
            "é",
            "\x85",
            "\x01",
            "\\x",
            "<<",
            "---\n",
        ]
    )
)


@for_all(st.one_of(_YAML.map("".join), st.text(max_size=80)))
@settings(max_examples=500, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (read_competency, read_role, read_source):
        for fault in faults_of(text, read):
            assert fault.line >= 1
            assert fault.column >= 1


def test_yaml_1_2_keeps_words_words() -> None:
    text = SOURCE.replace("Bake bread", "no").replace("Patience", "1:30").replace("title: Bakery", "title: 0o17x")
    node = parse(text)
    assert not isinstance(node, Fault)
    source, faults = read_source(node)
    assert faults == []
    assert source is not None
    assert [each.text for each in source.statements] == ["no", "1:30"]


# Files


def test_files_are_bounded_and_utf_8(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_text("#" * 256_001)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("id: a\nname: caf\u00e9\n".encode("latin-1"))
    assert check_file(large, None) == [Fault(1, 1, "The file is larger than 256 kB", "Divide it into several files")]
    assert check_file(latin, None) == [Fault(2, 10, "The file is not UTF-8", "Save it with the encoding UTF-8")]
    with pytest.raises(BadInput, match="no such file"):
        read_yaml(tmp_path / "missing.yaml")
    with pytest.raises(BadInput, match="is a directory"):
        read_yaml(tmp_path)


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text("a: 1\n")
    (fault,) = check_file(other, None)
    assert fault.sentence == "This is no competency, role or source. Write the fields of one of the three"


def test_loading_a_faulty_file_names_the_place(tmp_path: Path) -> None:
    path = tmp_path / "baker.yaml"
    path.write_text(ROLE.replace("bar: 2", "bra: 2"))
    with pytest.raises(Broken) as raised:
        load_role(path)
    assert str(raised.value).startswith(f"{path}:5:3: A scale has no field `bra`. Write `bar`")
    assert raised.value.exit_code == 1


def test_the_shipped_library_is_faultless() -> None:
    assert check_folder(shipped("rubrics")) == []


def test_faults_between_files(tmp_path: Path) -> None:
    for name in ("competencies", "roles", "sources"):
        (tmp_path / name).mkdir()
    (tmp_path / "competencies" / "bread.yaml").write_text(COMPETENCY)
    (tmp_path / "sources" / "bakery.yaml").write_text(SOURCE)
    (tmp_path / "sources" / "mill.yaml").write_text(SOURCE.replace("bakery", "mill"))
    said = [f"{path.relative_to(tmp_path)}: {fault.sentence}" for path, fault in check_folder(tmp_path)]
    assert said == [
        "roles: There are no roles here. Add a file",
        "competencies/bread.yaml: The id “baking” is not the file's name. Write “bread”, or rename the file",
        "sources/mill.yaml: The statement id “A1” is taken by bakery. Give it another",
        "sources/mill.yaml: The statement id “A2” is taken by bakery. Give it another",
    ]


def test_a_role_survives_writing_and_reading(tmp_path: Path, roles: tuple[Role, ...], library: Library) -> None:
    for role in roles:
        path = tmp_path / f"{role.id}.yaml"
        path.write_text(dump_role(role), encoding="utf-8")
        assert load_role(path, library) == role
    assert load_roles(tmp_path / "nowhere") == ()
