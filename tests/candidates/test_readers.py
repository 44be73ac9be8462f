from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.candidates.readers import read_candidates


def faults(data: bytes) -> list[tuple[int, str]]:
    _, wrong = read_candidates(data)
    return [(fault.line, fault.sentence.split(".")[0]) for fault in wrong]


def test_names_and_days_are_read() -> None:
    rows, wrong = read_candidates(
        "name,email,applied\nInês  Duarte,INES@post.example,2026-11-02\nJoão,joao@post.example,\n".encode()
    )

    assert wrong == ()
    assert [(row.line, row.name, row.email, row.applied) for row in rows] == [
        (2, "Inês Duarte", "ines@post.example", dt.date(2026, 11, 2)),
        (3, "João", "joao@post.example", None),
    ]


@pytest.mark.parametrize(
    "data",
    [
        "\ufeffemail;name\r\nines@post.example;Inês\r\n".encode(),
        b"Name,EMAIL" + b'\n"In\xc3\xaas",ines@post.example\n',
        b"name,email\n\nIn\xc3\xaas,ines@post.example\n ,\n",
    ],
    ids=["byte order mark and semicolons", "quotes and capitals", "blank lines"],
)
def test_forms_that_spreadsheets_write_are_taken(data: bytes) -> None:
    rows, wrong = read_candidates(data)

    assert (wrong, [(row.name, row.email) for row in rows]) == ((), [("Inês", "ines@post.example")])


def test_a_cell_like_a_formula_is_a_name() -> None:
    rows, wrong = read_candidates(b"name,email\n=1+1,ines@post.example\n")

    assert (wrong, rows[0].name) == ((), "=1+1")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", [(1, "The first line names the columns: name,email or name,email,applied")]),
        (b"name,mail\n", [(1, "The first line names the columns: name,email or name,email,applied")]),
        (b"name,email,note\n", [(1, "The first line names the columns: name,email or name,email,applied")]),
        (b"name,email\n", [(0, "There is no candidate below the first line")]),
        (b"\xff\xfename", [(0, "The file is not UTF-8 text")]),
        (b"name,email\nA\x00,a@b.example\n", [(0, "The file is not text")]),
        (b'name,email\n"A,a@b.example\n', [(2, "A quotation mark stands open or alone here")]),
        (b"name,email\nA\n", [(2, "This line has 1 cells, the first line 2")]),
        (b"name,email\n,a@b.example\n", [(2, "The name is empty, too long or holds control characters")]),
        (b"name,email\nA,b.example\n", [(2, "The e-mail address is not one: write name@example")]),
        (b"name,email,applied\nA,a@b.example,2.11.\n", [(2, "The day is not one: write it as 2026-11-20")]),
        (b"name,email,applied\nA,a@b.example,0001-01-01\n", [(2, "The day is not one: write it as 2026-11-20")]),
        (b"name,email\nA,a@b.example\nB,A@B.example\n", [(3, "The address stands in line 2 already")]),
        (b"x" * 1_000_001, [(0, "The file is larger than 1 MB")]),
    ],
)
def test_a_fault_is_told_with_its_line(data: bytes, told: list[tuple[int, str]]) -> None:
    assert faults(data) == told


def test_a_thousand_lines_are_taken_and_no_more() -> None:
    head, lines = "name,email\n", [f"A,a{number}@b.example\n" for number in range(1001)]

    rows, _ = read_candidates((head + "".join(lines[:1000])).encode())

    assert len(rows) == 1000
    assert faults((head + "".join(lines)).encode()) == [(1002, "A file holds 1,000 candidates at most")]


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    rows, wrong = read_candidates(data)

    assert all(fault.sentence for fault in wrong)
    assert rows or wrong
