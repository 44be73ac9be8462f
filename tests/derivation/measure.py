"""How well statements are found and matched, held against postings that a reader labelled.

A labelled posting is a file and `NAME.labels.yaml` beside it: `role`, `shape`, `duties` (`at`, `kind`, `accept`), `either` and `noise`. `at`
locates a duty by a few words; `either` by words whose duty careful readers would take or leave; `noise` is what nobody may take.
"""

from __future__ import annotations

import html.parser
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from ruamel.yaml import YAML

from hiring.errors import BadInput
from hiring.rubrics.core.shapes import MAX_STATEMENT
from hiring.rubrics.readers import read_posting

FOLDER = Path(__file__).resolve().parent
TUNING, HELD_OUT = FOLDER / "tuning", FOLDER / "held_out"
KINDS = ("responsibility", "skill", "trait")
SUFFIX = ".labels.yaml"

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Duty:
    """What a posting asks for, by words that locate it. `accept`: competencies a careful reader takes; empty where none fits or none is labelled."""

    at: str
    kind: str
    accept: frozenset[str]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A posting's file with what a reader found in it, in the order of the text."""

    path: Path
    role: str
    shape: str
    duties: tuple[Duty, ...]
    either: tuple[str, ...]
    noise: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A statement as a program found it: every place where it stands, in characters, and the competency it was matched to."""

    places: tuple[Span, ...]
    competency: str | None


Method = Callable[[str], Sequence[Found]]
Read = Callable[[Path], str]


@dataclass(frozen=True, slots=True)
class Result:
    """One method on one posting.

    `found` and `missed` divide the duties; `matched` and `mismatched` divide the found duties that accept a competency; `right` and `wrong`
    divide the statements that were judged, `open_` counts those that touch nothing but `either`. Texts have their white space collapsed.
    """

    posting: str
    found: tuple[str, ...]
    missed: tuple[str, ...]
    matched: tuple[str, ...]
    mismatched: tuple[tuple[str, str, str], ...]
    right: int
    wrong: tuple[tuple[str, str], ...]
    open_: int
    too_long: int
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """Several results added up. Shares are 0 to 1, or None where nothing was judged."""

    postings: int
    duties: int
    found: int
    judged: int
    right: int
    matchable: int
    matched: int
    too_long: int

    @property
    def found_share(self) -> float | None:
        return self.found / self.duties if self.duties else None

    @property
    def right_share(self) -> float | None:
        return self.right / self.judged if self.judged else None

    @property
    def matched_share(self) -> float | None:
        return self.matched / self.matchable if self.matchable else None


def spans(text: str, words: str) -> list[Span]:
    """Return where `words` stand in `text`, whatever white space divides them, in the text's own characters."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    return [match.span() for match in re.finditer(pattern, text)] if pattern else []


def overlap(one: Sequence[Span], other: Sequence[Span]) -> bool:
    return any(start < stop and begin < end for start, end in one for begin, stop in other)


def judge(posting: Labelled, text: str, statements: Sequence[Found]) -> Result:
    """Hold statements against the labels. A duty that the text, as it was read, does not contain is missed."""
    duties = [(duty, spans(text, duty.at)) for duty in posting.duties]
    either = [place for words in posting.either for place in spans(text, words)]
    found: list[str] = []
    missed: list[str] = []
    matched: list[str] = []
    mismatched: list[tuple[str, str, str]] = []
    for duty, places in duties:
        hits = [each for each in statements if overlap(places, each.places)]
        (found if hits else missed).append(duty.at if places else f"{duty.at} (not in the text that was read)")
        if hits and duty.accept:
            if any(each.competency in duty.accept for each in hits):
                matched.append(duty.at)
            else:
                got = ", ".join(each.competency or "none" for each in hits)
                mismatched.append((duty.at, got, " or ".join(sorted(duty.accept))))
    wanted = [place for _, places in duties for place in places]
    right = open_ = 0
    wrong: list[tuple[str, str]] = []
    for each in statements:
        touched = next((noise for noise in posting.noise if overlap(spans(text, noise), each.places)), None)
        if touched is not None:
            wrong.append((_words(text, each), f"touches noise: {touched}"))
        elif overlap(wanted, each.places):
            right += 1
        elif overlap(either, each.places):
            open_ += 1
        else:
            wrong.append((_words(text, each), "is no duty"))
    too_long = sum(any(end - start > MAX_STATEMENT for start, end in each.places) for each in statements)
    return Result(
        posting.path.name,
        tuple(found),
        tuple(missed),
        tuple(matched),
        tuple(mismatched),
        right,
        tuple(wrong),
        open_,
        too_long,
    )


def _words(text: str, statement: Found) -> str:
    start, end = statement.places[0]
    return " ".join(text[start:end].split())


def measure(postings: Sequence[Labelled], method: Method, read: Read = read_posting) -> list[Result]:
    """Run a method on each posting. All duties of a posting that cannot be read are missed."""
    results = []
    for posting in postings:
        try:
            text = read(posting.path)
        except BadInput as refusal:
            missed = tuple(duty.at for duty in posting.duties)
            results.append(Result(posting.path.name, (), missed, (), (), 0, (), 0, 0, str(refusal)))
        else:
            results.append(judge(posting, text, method(text)))
    return results


def total(results: Sequence[Result]) -> Score:
    return Score(
        postings=len(results),
        duties=sum(len(each.found) + len(each.missed) for each in results),
        found=sum(len(each.found) for each in results),
        judged=sum(each.right + len(each.wrong) for each in results),
        right=sum(each.right for each in results),
        matchable=sum(len(each.matched) + len(each.mismatched) for each in results),
        matched=sum(len(each.matched) for each in results),
        too_long=sum(each.too_long for each in results),
    )


def load(folder: Path) -> tuple[Labelled, ...]:
    """Load a folder's labelled postings by name; none where the folder is missing. Raises ValueError where labels have no posting."""
    return tuple(load_one(path) for path in sorted(folder.glob(f"*{SUFFIX}")))


def load_one(labels: Path) -> Labelled:
    """Load one label file and find its posting. Raises ValueError where none or several stand beside it, KeyError where a part is missing."""
    stem = labels.name.removesuffix(SUFFIX)
    beside = [path for path in labels.parent.glob(f"{stem}.*") if path != labels and path.stem == stem]
    if len(beside) != 1:
        raise ValueError(f"{labels.name} has {len(beside)} postings beside it")
    content: dict[str, Any] = YAML(typ="safe", pure=True).load(labels.read_text(encoding="utf-8"))
    return Labelled(
        path=beside[0],
        role=content["role"],
        shape=content["shape"],
        duties=tuple(Duty(duty["at"], duty["kind"], frozenset(duty["accept"])) for duty in content["duties"]),
        either=tuple(content.get("either") or ()),
        noise=tuple(content["noise"]),
    )


def inconsistencies(posting: Labelled, text: str, known: frozenset[str]) -> Iterator[str]:
    """Yield what is wrong with a posting's labels, by number and never in the posting's words: it may be one that is held out."""
    name = posting.path.name
    for number, duty in enumerate(posting.duties, 1):
        places = spans(text, duty.at)
        if len(places) != 1:
            yield f"{name}: duty {number} stands {len(places)} times in the text"
        if duty.kind not in KINDS:
            yield f"{name}: duty {number} has the kind {duty.kind}"
        for unknown in sorted(duty.accept - known):
            yield f"{name}: duty {number} accepts {unknown}, which is no competency"
    starts = [place[0] for duty in posting.duties for place in spans(text, duty.at)[:1]]
    for number, (before, after) in enumerate(pairwise(starts), 2):
        if after <= before:
            yield f"{name}: duty {number} stands before the one above it"
    for number, words in enumerate(posting.either, 1):
        if len(spans(text, words)) != 1:
            yield f"{name}: either {number} stands {len(spans(text, words))} times in the text"
    wanted = [
        place for words in (*(duty.at for duty in posting.duties), *posting.either) for place in spans(text, words)
    ]
    for number, words in enumerate(posting.noise, 1):
        places = spans(text, words)
        if not places:
            yield f"{name}: noise {number} is not in the text"
        elif overlap(places, wanted):
            yield f"{name}: noise {number} overlaps a duty"
    if len(posting.noise) < 8:
        yield f"{name}: has {len(posting.noise)} passages of noise, fewer than eight"


class _Visible(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in {"script", "style", "head", "template"}
        self.parts.append("" if tag in {"a", "b", "strong", "em", "i", "span", "code"} else "\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"script", "style", "head", "template"}
        self.parts.append("" if tag in {"a", "b", "strong", "em", "i", "span", "code"} else "\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def visible_text(path: Path) -> str:
    """Return all the words that a reader sees in a file, read apart from the product so that its readers cannot excuse themselves.

    A PDF is read by the product: raises BadInput where it cannot.
    """
    if path.suffix in {".html", ".htm"}:
        page = _Visible()
        page.feed(path.read_text(encoding="utf-8"))
        return "".join(page.parts)
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as packed:
            parts = [
                n for n in sorted(packed.namelist()) if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", n)
            ]
            return "\n".join(_paragraphs(packed.read(part)) for part in parts)
    return read_posting(path) if path.suffix == ".pdf" else path.read_text(encoding="utf-8-sig")


def _paragraphs(part: bytes) -> str:
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    breaks = {f"{space}br": "\n", f"{space}tab": "\t", f"{space}cr": "\n"}
    root = ET.fromstring(part)  # noqa: S314 the documents are our own
    return "\n".join(
        "".join((run.text or "") if run.tag == f"{space}t" else breaks.get(run.tag, "") for run in paragraph.iter())
        for paragraph in root.iter(f"{space}p")
    )
