"""A rubric as one file: it survives writing and reading, and each fault has its line, column and way out, in bounded time."""

from __future__ import annotations

import json
import resource
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all

from hiring.errors import BadInput
from hiring.places import shipped
from hiring.rubrics.core import lint, rubric_file
from hiring.rubrics.core.content import PLAN_SCHEMA, Content, ContentCriterion, ContentPosting, ContentStatement
from hiring.rubrics.core.document import parse
from hiring.rubrics.core.rubric_file import read_rubric
from hiring.rubrics.core.shapes import OUR_SCALE, Fault, Library
from hiring.rubrics.exchange import MAX_RUBRIC_FILE, dump_rubric, read_rubric_text, rubric_faults
from hiring.rubrics.publishing import content_of_role_file
from tests.rubrics.strategies import contents

RUBRIC = """rubric: 1
slug: baker
title: Baker
scale:
  labels: [low, middle, high]
  bar: 2
criteria:
""" + "".join(f"""- key: c{number}
  name: Criterion {number}
  weight: {weight}
  competencies: [k{number}]
  anchors: [a, b, c]
  statements: [{covers}]
""" for number, (weight, covers) in enumerate(
    [("0.2", "s1"), ("0.2", ""), ("0.20", ""), ("0.2", ""), ("0.1", ""), ("0.10", "")]
)) + """plan:
  kits:
  - id: day
    name: Day
    minutes: 60
    focus: [c0, c1]
postings:
- key: bakery.txt
  title: Bakery
  text: |
    Bake bread
    Be patient
    Bake bread
  statements:
  - key: s1
    start: 0
    end: 10
    kind: responsibility
    also_at: [[22, 32]]
  - key: s2
    start: 11
    end: 21
    kind: trait
    left_out: Everybody is.
"""  # fmt: skip


def refused(text: str | bytes) -> str:
    """Return what is said of a faulty file."""
    with pytest.raises(BadInput) as raised:
        read_rubric_text(text.encode() if isinstance(text, str) else text, "f.yaml")
    return str(raised.value)


def large(posting: str, statements: int, further: int = 0) -> Content:
    """Return content with one posting, and that many statements and further places of each."""
    found = tuple(
        ContentStatement(
            f"s{at}", posting[at : at + 20], at, at + 20, "skill", "api-design", tuple((at + each, at + each + 9) for each in range(further))
        )
        for at in range(statements)
    )  # fmt: skip
    keys = tuple(each.key for each in found)
    criteria = tuple(
        ContentCriterion(
            f"c{at}", f"Criterion {at}", "What it means.", Decimal(share), (f"k{at}",), ("A number",), ("a", "b", "c", "d"), keys[at::6]
        )
        for at, share in enumerate(["0.50", "0.10", "0.10", "0.10", "0.10", "0.10"])
    )  # fmt: skip
    paper = ContentPosting("posting.txt", "Posting", posting, found)
    return Content("large", "Large", OUR_SCALE, criteria, (paper,), {"schema": PLAN_SCHEMA, "kits": []})


@for_all(contents())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_what_is_written_out_is_read_as_it_was(content: Content) -> None:
    written = dump_rubric(content)

    again = read_rubric_text(written.encode(), "rubric.yaml")

    assert again == content
    assert again.hash == content.hash


def test_the_shipped_role_survives_as_a_rubric(library: Library) -> None:
    content = content_of_role_file(shipped("rubrics") / "roles" / "backend-developer.yaml")

    written = dump_rubric(content)

    assert read_rubric_text(written.encode(), "rubric.yaml", library) == content
    assert "\n  text: |\n" in written
    assert max(len(line) for line in written.split("postings:")[0].splitlines()) <= 125


def test_the_example_is_faultless() -> None:
    content = read_rubric_text(RUBRIC.encode(), "f.yaml")

    assert [(each.key, each.text, each.also_at, each.left_out) for each in content.postings[0].statements] == [
        ("s1", "Bake bread", ((22, 32),), ""),
        ("s2", "Be patient", (), "Everybody is."),
    ]
    assert content.plan["kits"][0] == {
        "id": "day",
        "name": "Day",
        "minutes": 60,
        "instructions": "",
        "focus": ["c0", "c1"],
        "questions": [],
    }
    assert [str(each.weight) for each in content.criteria] == ["0.20", "0.20", "0.20", "0.20", "0.10", "0.10"]


@pytest.mark.parametrize(
    ("before", "after", "line", "column", "says"),
    [
        ("rubric: 1", "rubric: 2", 1, 9, "This format of rubric files is not known here. Write `rubric: 1`"),
        ("rubric: 1", "rubric: true", 1, 9, "This format of rubric files is not known here."),
        ("slug: baker", "slug: Bäcker", 2, 7, "“Bäcker” cannot be an id. Write small letters, digits"),
        ("title: Baker", "titel: Baker", 3, 1, "A rubric has no field `titel`. Write `title`"),
        ("title: Baker", "title: Baker\ntitle: B", 4, 1, "“title” stands twice in one mapping"),
        ("title: Baker", "title: &a Baker", 3, 8, "&a is an anchor"),
        ("title: Baker", "title: *a", 3, 8, "*a is an alias"),
        ("title: Baker", "title: !!str Baker", 3, 8, "is a tag"),
        ("title: Baker", 'title: "a\\0b"', 3, 8, "A NUL character is in this text. Remove it"),
        ("title: Baker", 'title: "\\ud83e\\udd94"', 3, 8, "Half a character (a lone surrogate) is in this text. Write"),
        ("title: Baker", "title: \x00", 3, 8, "A control character stands here. Remove it"),
        ("title: Baker", "title: 2026", 3, 8, '“2026” is not a text here. Write it in quotes: "2026"'),
        ("bar: 2", "bar: 4", 6, 8, "This must be a whole number. Write one from 2 to 3"),
        ("weight: 0.10", "weight: 0.11", 8, 1, "The weights sum to 1.01. Change them until they sum to 1.00"),
        ("weight: 0.10", "weight: 0.105", 40, 11, "This cannot be a weight."),
        ("[a, b, c]", "[a, b]", 12, 12, "The scale has 3 levels and 2 entries stand here. Write 3"),
        ("[a, b, c]", "[a, b, b]", 12, 19, "This anchor stands twice: “b”."),
        ("[a, b, c]", f"[a, b, {'c' * 2001}]", 12, 19, "This text has 2,001 characters. Write 2,000 at most"),
        ("[k1]", "[]", 17, 17, "The list has 0 entries. Write 1 to 4"),
        ("[k1]", "[k1, k1]", 17, 22, "This competency stands twice: “k1”."),
        ("[k1]", "[k1, k2, k3, k4, k5]", 17, 17, "The list has 5 entries. Write 4 at most"),
        ("key: c1", "key: c0", 14, 3, "This criterion's key stands twice: “c0”."),
        ("[s1]", "[s1, s1]", 13, 20, "The statement “s1” stands twice here. Name it once"),
        ("[s1]", "[s3]", 13, 16, "There is no statement “s3”. Write one of s1, s2"),
        ("[s1]", "[s1, s2]", 67, 15, "The criterion “c0” covers this statement, so it is not left out. Remove one"),
        ("statements: []", "statements: [s1]", 19, 16, "The statement “s1” is covered by the criterion “c0” already."),
        ("[c0, c1]", "[c0, c9]", 49, 17, "There is no criterion “c9”. Write"),
        ("[c0, c1]", "[c0, c0]", 49, 17, "This criterion stands twice"),
        ("minutes: 60", "minutes: sixty", 48, 14, "This must be a whole number. Write one from 5 to 480"),
        ("end: 21", "end: 34", 65, 10, "The text has 33 characters, and this place ends at 34. Write an end from 12 to 33"),
        ("end: 21", "end: 11", 65, 10, "This place has 0 characters. Write an end from 12 to 33"),
        ("end: 21", "end: x", 65, 10, "This must be a whole number. Write one from 12 to 33"),
        ("start: 11", "start: 33", 64, 12, "This must be a whole number. Write one from 0 to 32"),
        ("start: 11", "start: -1", 64, 12, "This must be a whole number. Write one from 0 to 32"),
        ("[[22, 32]]", "[[22]]", 62, 15, "This must be a place: two numbers. Write its start and its end, as in"),
        ("[[22, 32]]", "[[22, 50]]", 62, 20, "The text has 33 characters, and this place ends at 50."),
        ("kind: trait", "kind: traits", 66, 11, "“traits” is none of the kinds. Write responsibility or skill or trait"),
        ("key: s2", "key: s1", 63, 10, "This statement's key stands twice: “s1”. Change or remove one of them"),
        ("key: s2", "key: '2'", 63, 10, "“2” cannot be a key. Write letters and digits, a letter first"),
    ],
)  # fmt: skip
def test_faults_of_a_rubric(before: str, after: str, line: int, column: int, says: str) -> None:
    assert before in RUBRIC
    text = RUBRIC.replace(before, after, 1)
    node = parse(text)

    faults = [node] if isinstance(node, Fault) else read_rubric(node)[1]

    found = [(each.line, each.column, each.sentence) for each in faults if says in each.sentence]
    assert [each[:2] for each in found] == [(line, column)], faults


def test_a_statement_has_at_most_600_characters() -> None:
    content = large("x" * 2000, 3)
    written = dump_rubric(content).replace("end: 22", "end: 603")

    assert "This place has 601 characters. Write an end from 3 to 602" in refused(written)


def test_five_criteria_are_too_few_and_competencies_must_exist(library: Library) -> None:
    text = RUBRIC.replace(RUBRIC[RUBRIC.index("- key: c5") : RUBRIC.index("plan:")], "").replace("0.1\n", "0.2\n")
    node = parse(RUBRIC.replace("[k0]", "[api-desing]"))
    assert not isinstance(node, Fault)

    assert refused(text).startswith("f.yaml:8:1: There are 5 criteria. Write 6 to 9, joining or dividing some")
    assert Fault(11, 18, "There is no competency “api-desing”", "Write “api-design”") in read_rubric(node, library)[1]


def test_a_refusal_names_the_first_place_and_how_many_more() -> None:
    text = RUBRIC.replace("title: Baker", "title: 1").replace("bar: 2", "bar: 9")

    assert refused(text) == 'f.yaml:3:8: “1” is not a text here. Write it in quotes: "1" (1 more after it.)'
    assert refused("- a") == "f.yaml:1:1: This must be a rubric. Write the fields rubric, slug, title, scale, criteria, plan, postings, each as `name: value`"  # fmt: skip
    assert refused(b"a: \xff").startswith("f.yaml:1:4: The file is not UTF-8.")


def test_a_refusal_can_be_printed_whatever_it_quotes() -> None:
    said = refused(RUBRIC.replace("slug: baker", 'slug: "a\\nb\\ud800\\u2028"'))

    assert said.encode()
    assert "\n" not in said
    assert said.startswith("f.yaml:2:7: ")


HOSTILE: list[tuple[str, str | bytes]] = [
    ("brackets", "[" * 100_000),
    ("braces", "{" * 100_000),
    ("dashes", "- " * 100_000),
    ("nested in a field", RUBRIC.replace("title: Baker", "title: " + "[" * 100_000)),
    ("ten megabytes", b"rubric: 1\ntitle: " + b"x" * 10_000_000),
    ("many values", "rubric: 1\ncriteria: [" + "1," * 1_400_000 + "]"),
    ("many keys", "rubric: 1\n" + "".join(f"k{at}: 1\n" for at in range(200_000))),
    ("many unknown fields", "rubric: 1\n" + "".join(f"k{at}: 1\n" for at in range(39_000))),
    ("many statements that are not there", RUBRIC.replace("[s1]", "[" + "x, " * 2000 + "x]")),
    ("many postings", RUBRIC.replace("postings:\n", "postings:\n" + "- {}\n" * 30_000)),
    ("many criteria", RUBRIC.replace("criteria:\n", "criteria:\n" + "- {}\n" * 30_000)),
    ("a large text", RUBRIC.replace("Bake bread\n", "x" * 1_000_001 + "\n", 1)),
    ("large texts", RUBRIC.replace("postings:\n", "postings:\n" + f"- {{key: a, title: a, statements: [], text: '{'x' * 999_999}'}}\n" * 2)),
    ("empty lines", RUBRIC.replace("Bake bread\n", "Bake bread" + "\n" * 2_500_000, 1)),
    ("an open quote", 'rubric: "' + "x " * 1_000_000),
    ("escapes", 'rubric: "' + "\\" * 2_000_001),
    ("comments", "rubric: 2\n" + "# x\n" * 700_000),
    ("not UTF-8", b"rubric: 1\n" * 200_000 + b"\xff"),
    ("NUL", "rubric: 1\n" + "\x00" * 1_000_000),
    ("UTF-16", RUBRIC.encode("utf-16")),
    ("empty", ""),
    ("a word", "rubric"),
]  # fmt: skip


SLOW = {"many values", "many keys", "many unknown fields", "many postings", "many criteria", "a large text", "large texts", "empty lines", "comments"}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [pytest.param(text, id=name, marks=[pytest.mark.trial] if name in SLOW else []) for name, text in HOSTILE],
)
def test_a_hostile_file_is_refused_in_bounded_time_and_memory(text: str | bytes) -> None:
    began, held = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    said = refused(text)

    assert said.startswith("f.yaml:")
    assert len(said) < 500
    assert "\n" not in said
    assert time.process_time() - began < 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held < 500_000  # kB


@pytest.mark.trial
def test_two_thousand_statements_and_a_long_posting_fit() -> None:
    content = large("Answer the bakers of the town, day by day.\n" * 23_000, 2000, 4)
    began = time.process_time()

    written = dump_rubric(content).encode()

    assert len(written) < MAX_RUBRIC_FILE
    assert read_rubric_text(written, "large.yaml") == content
    assert time.process_time() - began < 60


def test_more_than_two_thousand_statements_are_refused() -> None:
    content = large("x" * 3000, 2001)

    said = [each.what for each in read_rubric(parse_fine(dump_rubric(content), 80_000))[1]]

    assert "The list has 2,001 entries" in said


def test_a_file_is_told_by_its_field(tmp_path: Path) -> None:
    path = tmp_path / "rubric.yaml"
    for text, expected in (
        (RUBRIC, []),
        ("# ours\n\n---\n" + RUBRIC, []),
        (RUBRIC.replace("rubric: 1\n", "") + "rubric: 1\n", []),
        (RUBRIC.replace("bar: 2", "bar: 9"), [Fault(6, 8, "This must be a whole number", "Write one from 2 to 3")]),
        ("id: baker\ntitle: Baker\n", None),
        ("", None),
    ):
        path.write_text(text, encoding="utf-8")
        assert rubric_faults(path) == expected
    with pytest.raises(BadInput, match="cannot be read: no such file"):
        rubric_faults(tmp_path / "none.yaml")


def test_text_that_no_quotes_are_needed_for_has_none() -> None:
    content = replace(large("One line\nand another", 0), title="Baker, of bread (rye)")

    written = dump_rubric(content)

    assert "title: Baker, of bread (rye)\n" in written
    assert "  text: |-\n    One line\n    and another\n" in written
    assert "weight: 0.50\n" in written


# The schema says of fields and limits what the reader says.


def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shipped("rubrics") / "schema" / "rubric.json").read_text(encoding="utf-8"))
    return found


def test_the_schema_knows_the_fields_that_the_reader_knows() -> None:
    parts = schema()["$defs"]

    assert tuple(schema()["properties"]) == rubric_file.RUBRIC_FIELDS
    assert tuple(parts["criterion"]["properties"]) == rubric_file.CRITERION_FIELDS
    assert tuple(parts["posting"]["properties"]) == rubric_file.POSTING_FIELDS
    assert tuple(parts["statement"]["properties"]) == rubric_file.STATEMENT_FIELDS
    assert parts["identifier"]["pattern"] == f"^{lint._ID.pattern.replace('(?:', '(')}$"
    for part in (schema(), *(parts[name] for name in ("criterion", "kit", "question", "posting", "statement"))):
        assert part["additionalProperties"] is False
        assert set(part["required"]) <= set(part["properties"])


@pytest.mark.parametrize(
    ("part", "field", "most"),
    [
        ("criterion", "name", lint._LINE),
        ("criterion", "definition", lint._TEXT),
        ("posting", "text", rubric_file.MAX_POSTING),
        ("statement", "left_out", lint._TEXT),
    ],
)
def test_the_schema_knows_the_limits_that_the_reader_knows(part: str, field: str, most: int) -> None:
    assert schema()["$defs"][part]["properties"][field]["maxLength"] == most


@pytest.mark.parametrize(
    ("part", "example"),
    [
        ("", RUBRIC.splitlines()[0]),
        ("criterion", "- key: c1"),
        ("posting", "- key: bakery.txt"),
        ("statement", "  - key: s2"),
        ("kit", "  - id: day"),
    ],
)
def test_a_field_that_the_schema_requires_is_missed_by_the_reader(part: str, example: str) -> None:
    required = (schema()["$defs"][part] if part else schema())["required"]
    head, _, rest = RUBRIC.partition(example)
    indent = len(example) - len(example.lstrip(" "))
    for name in required:
        if part and example.endswith(f"- {name}: {example.rsplit(': ', maxsplit=1)[1]}"):
            continue
        lines = rest.split("\n")
        prefix = " " * (indent + (2 if part else 0)) + f"{name}:"
        at = next((at for at, line in enumerate(lines) if line.startswith(prefix)), None)
        if at is None:
            assert not part
            continue
        lines[at] = lines[at].replace(f"{name}:", "other:", 1)
        assert f"lacks the field `{name}`" in " ".join(
            each.sentence for each in read_rubric(parse_fine(head + example + "\n".join(lines)))[1]
        )


def parse_fine(text: str, most_nodes: int = 20_000) -> Any:
    node = parse(text, most_nodes)
    assert not isinstance(node, Fault)
    return node
