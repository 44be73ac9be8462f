"""The packet's pages as XHTML: templates filled with plain values, every text made legible on its way."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TypeVar

import jinja2
from markupsafe import Markup

from hiring.places import shipped
from hiring.reports import charts, legible
from hiring.reports.core import (
    RECOMMENDATIONS,
    CandidateSheet,
    CardLine,
    Cell,
    Given,
    InterviewLine,
    Packet,
    PacketFacts,
    PacketOptions,
    build_packet,
    canonical,
    day,
    moment,
    one_decimal,
    two_decimals,
    verification_code,
)
from hiring.reports.core.figures import MONTHS

COLUMNS = 6
"""Candidates side by side in one table; more make several tables, each with its heads."""

STATEMENTS_IN_ROW = 12
COLUMN_WIDTHS = {1: 440, 2: 440, 3: 440, 4: 330, 5: 266, 6: 222}
"""Width of a candidate's column in the dot plot, by the number of columns: tenths of a millimetre, as in packet.css."""

ROW, DENSE_ROW = 76, 62
TALL = 2_400
"""From how many characters on words are laid out so that they can break over pages."""

STRIP = (150, 42)
LONG_WORD = 11
MANY_STATEMENTS = 40
"""From how many statements on they stand below their criterion, in two columns, instead of beside it."""

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
STANDINGS = {
    "to be decided": "to be decided",
    "waits": "waiting for interviews or scorecards",
    "not interviewed": "not interviewed yet",
    "on hold": "on hold",
    "hire": "decided: hire",
    "hired": "hired",
    "no hire": "decided: no hire",
    "rejected": "rejected",
    "withdrew": "withdrawn",
    "left out": "left out of this packet",
}

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Document:
    """One packet before it is rendered. `identifier`: 16 bytes that follow from the code, as the PDF's own."""

    xhtml: str
    code: str
    identifier: bytes


def document(facts: PacketFacts, options: PacketOptions) -> Document:
    """Return the packet of these facts as markup for the renderer."""
    code = verification_code(facts, options, template_version())
    digest = hashlib.sha256(canonical(facts, options)).hexdigest()
    xhtml = packet_xhtml(build_packet(facts, options), code=code, digest=digest)
    return Document(xhtml, code, hashlib.sha256(code.encode()).digest()[:16])


def packet_xhtml(packet: Packet, *, code: str, digest: str) -> str:
    """Return the packet's pages as well-formed XHTML. `digest`: the facts' SHA-256, hexadecimal."""
    text = (
        _environment()
        .get_template("packet.html")
        .render(p=packet, code="-".join(code[place : place + 5] for place in range(0, len(code), 5)), digest=digest)
    )
    # White space between tags would become boxes to lay out.
    return re.sub(r">\s*\n\s*<", "><", text)


@functools.cache
def template_version() -> str:
    """Return what stands for the templates in the verification code: it changes when any of them does."""
    folder = shipped("templates") / "reports"
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(shipped("templates") / "reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    environment.filters |= {
        "day": day,
        "moment": moment,
        "brief": brief_moment,
        "one": one_decimal,
        "two": two_decimals,
        "words": words,
        "capped": legible.capped,
        "short": legible.short,
        "quoted": quoted,
        "listed": listed,
    }
    environment.globals |= {
        "plural": plural,
        "at": at,
        "groups": groups,
        "parts": parts,
        "tone": charts.tone,
        "dots": dots,
        "strip": strip,
        "by_level": by_level,
        "half_levels": half_levels,
        "standings": standings,
        "standing_words": STANDINGS,
        "tall": tall,
        "awaited": awaited,
        "crowded": crowded,
        "many": MANY_STATEMENTS,
        "wide": wide,
        "exact": exact,
        "source_counts": source_counts,
        "recommendations": RECOMMENDATIONS,
        "column_class": column_class,
        "mark": legible.MARK,
    }
    return environment


def _printable(value: object) -> object:
    return legible.legible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def words(number: int) -> str:
    """Return a small number as a word."""
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


def plural(number: int, noun: str, many: str = "") -> str:
    """Return a count with its noun: 1 rating, 2 ratings."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"


def quoted(text: str) -> str:
    """Return the text in quotation marks; those inside it become single ones, as the next level is written."""
    if text.startswith("“") and text.endswith("”") and text.count("“") == 1:
        return text
    return f"“{text.translate({ord('“'): '‘', ord('”'): '’'})}”"


def brief_moment(at_: dt.datetime) -> str:
    """Return a moment for narrow columns, in UTC: 2 Nov 2026, 10:00."""
    at_ = at_.astimezone(dt.UTC)
    return f"{at_.day} {MONTHS[at_.month - 1][:3]} {at_.year}, {at_:%H:%M}"


def exact(value: Fraction) -> str:
    """Return a quotient with four decimals, for the worked example."""
    quotient = Decimal(value.numerator) / Decimal(value.denominator)
    return str(quotient.quantize(Decimal("0.0001"), ROUND_HALF_UP))


def at(candidate: CandidateSheet, number: int | None = None) -> str:
    """Return the anchor of a candidate's section, or of its criterion `number` (from 0): never people's text."""
    return f"c{candidate.position}" if number is None else f"c{candidate.position}-{number}"


def groups(candidates: Sequence[CandidateSheet]) -> list[Sequence[CandidateSheet]]:
    """Return the candidates in tables of at most six columns, as equal as may be, in their order."""
    tables = max(1, -(-len(candidates) // COLUMNS))
    size, larger = divmod(len(candidates), tables)
    ends = list(itertools.accumulate(size + (place < larger) for place in range(tables)))
    return [candidates[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def parts(items: Sequence[Item]) -> list[Sequence[Item]]:
    """Return statements in rows short enough to stay on a page; always at least one row."""
    return [items[place : place + STATEMENTS_IN_ROW] for place in range(0, len(items), STATEMENTS_IN_ROW)] or [()]


def column_class(candidates: Sequence[CandidateSheet]) -> str:
    """Return the class that gives a table's columns their width."""
    return f"w{max(1, len(groups(candidates)[0]))}"


def dots(cell: Cell, packet: Packet) -> Markup:
    """Return the drawing of one cell on the first page."""
    tables = groups(packet.candidates)
    width = COLUMN_WIDTHS[len(tables[0])]
    height = DENSE_ROW if len(tables) > 1 else ROW
    return _image("dots", cell.levels, packet, width, height)


def strip(cell: Cell, packet: Packet) -> Markup:
    """Return the small drawing in a line of text."""
    return _image("strip", cell.levels, packet, *STRIP)


def _image(kind: str, levels: Sequence[int], packet: Packet, width: int, height: int) -> Markup:
    steps = len(packet.scale_labels)
    source = charts.address(kind, levels, steps, packet.bar, width, height)
    given = f"{'Level' if len(levels) == 1 else 'Levels'} given: {', '.join(map(str, levels))}"
    return Markup('<img class="{}" alt="{}" src="{}"/>').format(kind, given, source)


def by_level(cell: Cell) -> list[tuple[int, list[Given]]]:
    """Return the ratings that count by their level, highest first."""
    return [
        (level, list(given)) for level, given in itertools.groupby(cell.ratings, key=lambda given: given.level or 0)
    ]


def half_levels(packet: Packet) -> list[Fraction]:
    """Return the half levels that have a colour, lowest first."""
    return [Fraction(half, 2) for half in range(2, 2 * len(packet.scale_labels) + 1)]


def tall(cell: Cell) -> bool:
    """Say whether a criterion's words may take most of a page, and so must be allowed to break."""
    given = (*cell.ratings, *cell.not_assessed, *cell.later)
    texts = [text for entry in given for text in (entry.evidence, *_change_texts(entry))]
    return sum(map(legible.bulk, texts)) > TALL


def wide(candidate: CandidateSheet) -> bool:
    """Say whether interviews and quotations are too long to stand side by side."""
    quotes = sum(legible.bulk(quote.text) for quote in (*candidate.strengths, *candidate.concerns))
    cards = sum(1 + len(card.recused_reason) // 60 for entry in candidate.interviews for card in entry.cards)
    return quotes > TALL or cards + len(candidate.interviews) > 24


def _change_texts(given: Given) -> list[str]:
    return [text for change in given.changes for text in (change.reason, change.evidence)]


def awaited(packet: Packet) -> list[tuple[CandidateSheet, InterviewLine, tuple[CardLine, ...]]]:
    """Return the interviews whose scorecards are not all in, with those that are owed."""
    return [
        (candidate, interview, owed)
        for candidate in packet.candidates
        for interview in candidate.interviews
        if (owed := tuple(card for card in interview.cards if card.state == "owed" and not card.shadow))
    ]


def listed(names: Sequence[str]) -> str:
    """Return names as people list them: A, B and C."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def crowded(name: str) -> bool:
    """Say whether a name has a word that a candidate's column cannot hold in the usual size."""
    return max((len(word) for word in re.split(r"[\s-]", name)), default=0) > LONG_WORD


def standings(packet: Packet) -> str:
    """Return how many candidates are where, in words."""
    found = [
        f"{words(number)} {said}"
        for key, said in STANDINGS.items()
        if (number := sum(candidate.standing == key for candidate in packet.candidates))
    ]
    return ", ".join(found)


def source_counts(packet: Packet) -> list[tuple[int, str]]:
    """Return how many statements each posting gave, in the order of postings."""
    return [(sum(statement.posting == key for statement in packet.statements), title) for key, title in packet.postings]
