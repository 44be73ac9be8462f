"""Reads a CSV of candidates: bytes in, people or faults out."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from hiring.people.core import clean_email, clean_name

BYTES_MOST = 1_000_000
ROWS_MOST = 1_000
COLUMNS = ("name", "email", "applied")


class _Lines(Protocol):
    """What the standard library's reader is to us: lines of cells, and the number of the line that was read last."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class ReadCandidate:
    """One row of the file. `applied` is empty where the file names no day."""

    line: int
    name: str
    email: str
    applied: dt.date | None


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong in one line of the file (counted from 1; 0 is the file as a whole)."""

    line: int
    sentence: str


def read_candidates(data: bytes) -> tuple[tuple[ReadCandidate, ...], tuple[LineFault, ...]]:
    """Return the candidates of a CSV and its faults.

    UTF-8 with or without a byte order mark; a head with `name` and `email` and perhaps `applied` (a day, YYYY-MM-DD); separated by
    commas or semicolons. A cell that begins like a formula is text like any other.
    """
    if len(data) > BYTES_MOST:
        return (), (LineFault(0, "The file is larger than 1 MB. Split it and send the parts one after the other."),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return (), (LineFault(0, "The file is not UTF-8 text. Save it as “CSV UTF-8” and send it again."),)
    if "\0" in text:
        return (), (LineFault(0, "The file is not text. Send a CSV with the columns name and email."),)
    head = text.split("\n", 1)[0]
    separator = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return _rows(reader)
    except csv.Error:
        return (), (
            LineFault(
                reader.line_num,
                "A quotation mark stands open or alone here. Quote the whole cell, and double a mark inside it.",
            ),
        )


def _rows(reader: _Lines) -> tuple[tuple[ReadCandidate, ...], tuple[LineFault, ...]]:
    head = [cell.strip().lower() for cell in next(reader, [])]
    if "name" not in head or "email" not in head or len(set(head)) != len(head) or set(head) - set(COLUMNS):
        return (), (LineFault(1, "The first line names the columns: name,email or name,email,applied."),)
    found: list[ReadCandidate] = []
    faults: list[LineFault] = []
    seen: dict[str, int] = {}
    count = 0
    for cells in reader:
        line = reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > ROWS_MOST:
            return (), (
                LineFault(
                    line, "A file holds 1,000 candidates at most. Split it and send the parts one after the other."
                ),
            )
        if len(cells) != len(head):
            faults.append(LineFault(line, f"This line has {len(cells)} cells, the first line {len(head)}."))
            continue
        row = dict(zip(head, cells, strict=True))
        name, email = clean_name(row["name"]), clean_email(row["email"])
        applied, day_fault = _day(row.get("applied", ""))
        wrong = [
            sentence
            for sentence in (
                None if name else "The name is empty, too long or holds control characters.",
                None if email else "The e-mail address is not one: write name@example.org.",
                day_fault,
            )
            if sentence
        ]
        if email and email in seen:
            wrong.append(f"The address stands in line {seen[email]} already.")
        if email:
            seen.setdefault(email, line)
        faults += [LineFault(line, sentence) for sentence in wrong]
        if name and email and not wrong:
            found.append(ReadCandidate(line, name, email, applied))
    if not found and not faults:
        faults.append(LineFault(0, "There is no candidate below the first line."))
    return tuple(found), tuple(faults)


def _day(text: str) -> tuple[dt.date | None, str | None]:
    """Return the day and no fault, or the fault."""
    text = text.strip()
    if not text:
        return None, None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None, "The day is not one: write it as 2026-11-20."
    return (day, None) if 1990 <= day.year <= 2200 else (None, "The day is not one: write it as 2026-11-20.")
