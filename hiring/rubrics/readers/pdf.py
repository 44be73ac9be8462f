"""The text of a PDF in reading order: lines joined to paragraphs, headings by their type, no running heads or feet."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, Final

from hiring.rubrics.readers.bounded import Refused
from hiring.rubrics.readers.lines import Lines, clean

MAX_PAGES: Final = 200
"""Pages that are read, at most; a posting has two."""

_BULLET = re.compile(r"(?:[•‣◦▪▫●○■□∙⁃➤➢►▸·✓✔*–—-]|[\uf000-\uf0ff]|o)(?:\s+|$)|\(?(?:\d{1,2}|[a-z])[.)]\s")
_SIGNS = re.compile(r"\s*(?:[•‣◦▪▫●○■□∙⁃➤➢►▸·✓✔]|[\uf000-\uf0ff])(?:\s*(?:[•‣◦▪▫●○■□∙⁃➤➢►▸·✓✔]|[\uf000-\uf0ff]))*\s*")
_NUMBER = re.compile(r"(?:page|seite|p\.)?\s*\d{1,3}\s*(?:(?:of|von|/|\|)\s*\d{1,3})?", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_DIVIDED = re.compile(r"([^\W\d_]+)\ufffe([^\W\d_]+)")
"""How the library marks a hyphen at a line's end."""

_ENDS_WITH_HYPHEN = re.compile(r"[^\W\d_]{2}[-\u00ad\u2010\ufffe]$")
_COMPOUND = re.compile(
    r"(?:^|[\s(/-])(?:all|back|co|cross|customer|data|end|event|fast|five|four|front|full|hands|high|large|long|low|multi|non|object|on|one|open|"
    r"problem|real|risk|role|self|server|service|short|single|six|small|third|three|two|up|user|well)[-\u2010]$",
    re.IGNORECASE,
)
"""Words whose hyphen is their own, wherever the line ends."""

_HEADING_LENGTH = 90
_EDGE_LINES = 2
_BOLD = 600


@dataclass(slots=True)
class _Line:
    """One printed line; `x0` to `x1` and `y` in points, y upwards from the page's foot."""

    text: str
    page: int
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    foot: float
    """As `y`, of its last character: a word divided at a line's end makes one line of two."""
    is_edge: bool = False


def pdf_text(content: bytes) -> str:
    """Return a PDF's text. Raises Refused for one that is damaged or locked, or has too many pages."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        code = raw.FPDF_GetLastError()
        if code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}:
            raise Refused("is locked by a password: save it without one") from None
        raise Refused("is a damaged PDF: open it in a reader and print it anew") from None
    if len(document) > MAX_PAGES:
        raise Refused(f"has {len(document)} pages, too many for a posting")
    lines: list[_Line] = []
    said = 0
    for number in range(len(document)):
        for line in _with_signs(list(_lines_of(document, number, pypdfium2, raw))):
            said += len(line.text)
            if said > 1_000_000:
                raise Refused("is larger than 1 MB of text, too large for a posting")
            lines.append(line)
    return _written(_without_edges(lines))


def _lines_of(document: Any, number: int, pypdfium2: Any, raw: Any) -> Iterator[_Line]:
    """Yield the lines of a page in the order of its text. A page that cannot be read is passed over."""
    try:
        page = document[number].get_textpage()
    except pypdfium2.PdfiumError:
        return
    count = page.count_chars()
    if count <= 0:
        return
    # Unpaired halves of wide characters, and characters without meaning, become what can be seen of them: nothing.
    units = (ctypes.c_ushort * (count + 1))()
    raw.FPDFText_GetText(page, 0, count, units)
    start = 0
    while start < count:
        stop = start
        while stop < count and units[stop] not in {10, 13}:
            stop += 1
        text = bytes(memoryview(units)[start:stop].cast("B")).decode("utf-16-le", "replace")
        if _SIGNS.fullmatch(text):
            # Some programs draw all bullets' signs after the text: each is a piece of its own.
            for place in range(start, stop):
                if not text[place - start].isspace():
                    yield _measured(text[place - start], number, page, place, place + 1, raw)
        elif text.strip():
            yield _measured(text, number, page, start, stop, raw)
        start = stop + 1


def _joined(match: re.Match[str]) -> str:
    """Join a word that a line's end divided, keeping a hyphen that is its own."""
    first, rest = match.groups()
    return f"{first}-{rest}" if _COMPOUND.search(f"{first}-") else first + rest


def _with_signs(lines: list[_Line]) -> list[_Line]:
    """Put each bullet's sign that stands alone before the line at its height."""
    said = [line for line in lines if not _SIGNS.fullmatch(line.text)]
    by_height: dict[int, list[_Line]] = {}
    for line in said:
        by_height.setdefault(round(line.y / 4), []).append(line)
    for sign in lines:
        if _SIGNS.fullmatch(sign.text):
            step = round(sign.y / 4)
            near = [
                line for height in (step - 1, step, step + 1) for line in by_height.get(height, ()) if line.x0 > sign.x0
            ]
            if near and not _BULLET.match((best := min(near, key=lambda line: abs(line.y - sign.y))).text):
                best.text = f"{sign.text.strip()} {best.text}"
    return said


def _measured(text: str, number: int, page: Any, start: int, stop: int, raw: Any) -> _Line:
    """Return a line with its place and type, judged by its first and last printed characters."""
    first = start + len(text) - len(text.lstrip())
    last = max(first, stop - 1 - (len(text) - len(text.rstrip())))
    bullet = _BULLET.match(text[first - start :])
    inner = min(last, first + (bullet.end() if bullet else 0))
    x0, bottom, _, _ = _box(page, first)
    _, foot, x1, _ = _box(page, last)
    size = float(raw.FPDFText_GetFontSize(page, inner))
    is_bold = all(_is_bold(page, place, raw) for place in (inner, last))
    return _Line(_DIVIDED.sub(_joined, text), number, x0, x1, bottom, size, is_bold, foot)


def _box(page: Any, place: int) -> tuple[float, float, float, float]:
    box = page.get_charbox(place, loose=True)
    return float(box[0]), float(box[1]), float(box[2]), float(box[3])


def _is_bold(page: Any, place: int, raw: Any) -> bool:
    if raw.FPDFText_GetFontWeight(page, place) >= _BOLD:
        return True
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    raw.FPDFText_GetFontInfo(page, place, name, 128, ctypes.byref(flags))
    return b"bold" in name.value.lower() or b"black" in name.value.lower()


def _without_edges(lines: list[_Line]) -> list[_Line]:
    """Drop running heads and feet: page numbers, and what stands at the edge of several pages alike."""
    by_page: dict[int, list[_Line]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    edges: list[tuple[_Line, str]] = []
    for page in by_page.values():
        order = sorted(page, key=lambda line: -line.y)
        near = order[:_EDGE_LINES] + order[_EDGE_LINES:][-_EDGE_LINES:]
        edges += [(line, _DIGITS.sub("0", clean(line.text)).casefold()) for line in near]
    often = Counter(words for _, words in edges)
    for line, words in edges:
        line.is_edge = (often[words] > 1 and len(by_page) > 1) or _NUMBER.fullmatch(clean(line.text)) is not None
    return [line for line in lines if not line.is_edge]


def _written(lines: list[_Line]) -> str:
    """Write lines as headings, bullets and paragraphs, joining what was wrapped."""
    out = Lines()
    if not lines:
        return ""
    size = median(line.size for line in lines)
    right = max(line.x1 for line in lines)
    leading = _leading(lines)
    before: _Line | None = None
    was_bullet = False
    for line in lines:
        text = clean(line.text.replace("\ufffe", "\u2010"))
        if not text:
            continue
        bullet = _BULLET.match(text)
        is_heading = not bullet and len(text) <= _HEADING_LENGTH and (line.bold or line.size > size * 1.12)
        if before is not None and _carries_on(before, line, right, leading, is_heading=is_heading, bullet=bool(bullet)):
            _join(out, before, text)
        else:
            gap = before is None or before.page != line.page or abs(before.foot - line.y) > leading * 1.35
            if is_heading or gap or (was_bullet and not bullet):
                out.gap()
            if is_heading:
                out.gap()
                out.begin("#" * (2 if line.size > size * 1.12 else 3) + " ", " ")
            else:
                out.begin("- " if text[0] == "o" and bullet else "", "")
            out.say(text[bullet.end() :] if bullet and text[0] == "o" else text)
            was_bullet = bool(bullet)
        before = line
    return out.text()


def _leading(lines: list[_Line]) -> float:
    """Return the usual distance of two lines of one paragraph."""
    steps = [
        before.foot - line.y
        for before, line in pairwise(lines)
        if before.page == line.page and 0 < before.foot - line.y < 60
    ]
    return sorted(steps)[len(steps) // 4] if steps else 14.0


def _carries_on(before: _Line, line: _Line, right: float, leading: float, *, is_heading: bool, bullet: bool) -> bool:
    """Tell whether a line carries on the one before: it was full, or the bullet's sign stood alone."""
    if _BULLET.fullmatch(clean(before.text) + " "):
        return True
    was_heading = len(before.text) <= _HEADING_LENGTH and before.bold
    if bullet or (is_heading != was_heading and (is_heading or before.bold)):
        return False
    step = before.foot - line.y
    if before.page == line.page and not -1 < step < leading * 1.5:
        return False
    if before.page == line.page and step < 1:
        # One line in two pieces: a table's cells, or words set apart.
        return line.x0 >= before.x1 - 1 and line.x0 - before.x1 < 30
    text = before.text.rstrip()
    first = line.text.split(None, 1)[0]
    width = (line.x1 - line.x0) / max(1, len(line.text)) * len(first)
    is_full = before.x1 + width > right - before.size
    starts_low = line.text.lstrip()[:1].islower()
    if before.page != line.page:
        return is_full and starts_low and not text.endswith((".", "!", "?", ":"))
    return is_full or (starts_low and not text.endswith((".", "!", "?", ":", ";")) and len(text) >= 40)


def _join(out: Lines, before: _Line, text: str) -> None:
    """Carry on a line, without the hyphen that only its end put there."""
    said = before.text.rstrip()
    if _ENDS_WITH_HYPHEN.search(said) and text[:1].islower():
        if not _COMPOUND.search(said.replace("\ufffe", "-")):
            out.drop_last()
        out.say(text)
    else:
        out.say(("" if said.endswith(("/", "-")) and not said.endswith(" -") else " ") + text)
