"""The text of a web page as a reader sees it: headings, lists, tables and lines; nothing of the page's furniture."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser

from hiring.rubrics.readers.lines import Lines, clean, row

_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_:-]{2,30})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9_-]{2,30})["']""", re.IGNORECASE)
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WINDOWS = {"iso8859-1", "ascii", "latin-1", "latin1"}
"""What web pages call so is Windows's code page, as every browser reads it."""

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_DROPPED = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "nav",
        "header",
        "footer",
        "aside",
        "form",
        "head",
        "title",
        "svg",
        "canvas",
        "object",
        "iframe",
        "audio",
        "video",
        "picture",
        "map",
        "math",
        "button",
        "select",
        "textarea",
        "datalist",
        "dialog",
        "menu",
        "noframes",
        "applet",
    ]
)
_DROPPED_ROLES = frozenset(
    [
        "navigation",
        "banner",
        "contentinfo",
        "complementary",
        "search",
        "dialog",
        "alertdialog",
        "menu",
        "menubar",
        "toolbar",
        "tablist",
        "form",
        "status",
    ]
)
_WRAPPERS = frozenset(["form", "header", "aside"])
"""Dropped as furniture, unless they wrap the very content: then they hold a main part or most of the text."""

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
    ]
)
_GAPS = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "dl",
        "table",
        "blockquote",
        "section",
        "article",
        "pre",
        "hr",
    ]
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CLOSED_BY: dict[str, frozenset[str]] = {
    "li": frozenset(["li"]), "dt": frozenset(["dt", "dd"]), "dd": frozenset(["dt", "dd"]), "tr": frozenset(["tr", "td", "th"]),
    "td": frozenset(["td", "th"]), "th": frozenset(["td", "th"]), "option": frozenset(["option"]),
    "tbody": frozenset(["tr", "td", "th", "thead", "tbody"]),
}  # fmt: skip
_SCOPES: dict[str, frozenset[str]] = {
    "li": frozenset(["ul", "ol", "menu"]), "dt": frozenset(["dl"]), "dd": frozenset(["dl"]), "tr": frozenset(["table"]),
    "td": frozenset(["table"]), "th": frozenset(["table"]), "tbody": frozenset(["table"]), "option": frozenset(["select"]),
}  # fmt: skip
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|breadcrumbs?|comments?|respond|related|similar|recommended|share|sharing|social|sidebar|newsletter|"
    r"subscribe|navbar|navigation|nav|menu|footer|pagination|pager|popup|modal|banner|skip|sr-only|screen-reader(?:-text)?|visually-hidden|"
    r"visuallyhidden|advert|ads?|sponsored|disclaimer|toolbar|signup|login)(?:$|[\s_-])",
    re.IGNORECASE,
)
_UNSEEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LISTED = re.compile(r"\s*(?:[•‣◦▪●·*–—-]|\d{1,2}[.)])\s")


@dataclass(slots=True)
class _Event:
    """A tag's begin (with where its element ends), its end, or a text."""

    tag: str
    text: str = ""
    end: int = 0
    """Of a begin: the index of the event that ends it; 0 for ends and texts."""
    before: int = 0
    """Characters of text before it."""
    dropped: bool = False
    guarded: bool = False
    """To be dropped only where it does not hold the page's main part."""


class _Recorder(HTMLParser):
    """Records a page as events with matched ends, whatever its markup; time and memory grow with its length alone."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[_Event] = []
        self.size = 0
        self._open: list[int] = []
        self._count: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS and self._open and self.events[self._open[-1]].tag == "p":
            self._close()
        if tag in _CLOSED_BY:
            self._close_siblings(_CLOSED_BY[tag], _SCOPES[tag])
        event = _Event(tag, before=self.size)
        self._judge(event, dict(attrs))
        self.events.append(event)
        if tag in _VOID:
            event.end = len(self.events) - 1
            return
        self._open.append(len(self.events) - 1)
        self._count[tag] += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # A slash closes nothing in HTML but what is empty anyway.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "p" and not self._count["p"]:
            self.handle_starttag("p", [])
        if not self._count[tag]:
            return
        while self._close() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._open or self.events[self._open[-1]].tag not in {"script", "style"}:
            self.events.append(_Event("", data))
            self.size += len(data.strip())

    def finish(self) -> None:
        """Close what the page left open."""
        self.close()
        while self._open:
            self._close()

    def _close(self) -> str:
        begin = self.events[self._open.pop()]
        self._count[begin.tag] -= 1
        begin.end = len(self.events)
        self.events.append(_Event("/" + begin.tag, before=self.size))
        return begin.tag

    def _close_siblings(self, siblings: frozenset[str], scope: frozenset[str]) -> None:
        """Close what the begin of the same kind ends: <li> after <li>, up to the list that holds both."""
        for depth in range(len(self._open) - 1, max(-1, len(self._open) - 12), -1):
            tag = self.events[self._open[depth]].tag
            if tag in scope:
                return
            if tag in siblings:
                while len(self._open) > depth:
                    self._close()
                # A cell and then its row: go on outward from here.
                if not siblings - {tag}:
                    return

    @staticmethod
    def _judge(event: _Event, attributes: dict[str, str | None]) -> None:
        """Settle whether a person sees the element, and whether it is the page's furniture."""
        if event.tag in {"html", "body", "main", "article"}:
            return
        hidden = "hidden" in attributes or (attributes.get("aria-hidden") == "true" and event.tag in _BLOCKS)
        if hidden or _UNSEEN_STYLE.search(attributes.get("style") or ""):
            event.dropped = True
        elif event.tag in _WRAPPERS or (attributes.get("role") or "").lower() in _DROPPED_ROLES:
            event.guarded = True
        elif event.tag in _DROPPED:
            event.dropped = True
        else:
            names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:500]
            event.guarded = event.tag in _BLOCKS and _FURNITURE.search(names) is not None


def html_text(content: bytes) -> str:
    """Return a page's text: headings as “# …”, list items as “- …” indented by depth, table rows as “| … | … |”."""
    recorder = _Recorder()
    recorder.feed(decoded(content))
    recorder.finish()
    return _Writer(recorder.events, recorder.size).text()


def decoded(content: bytes) -> str:
    """Decode a page by its mark, by what it states of itself, else as UTF-8, else as browsers read old pages."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    head = content[:4096]
    stated = _CHARSET.search(head) or _XML_ENCODING.search(head)
    try:
        name = codecs.lookup(stated.group(1).decode("ascii")).name if stated else "utf-8"
        name = "cp1252" if name in _WINDOWS else "utf-8" if name.startswith("utf-16") else name
        return content.decode(name)
    except (LookupError, UnicodeDecodeError):
        pass
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


class _Writer:
    """Writes the events that a person sees as lines."""

    def __init__(self, events: list[_Event], size: int) -> None:
        self._events, self._size = events, size
        self._lines = Lines()
        self._lists: list[int] = []
        self._is_explaining = False
        self._mains = [0]
        for event in events:
            self._mains.append(self._mains[-1] + (event.tag in {"main", "article", "h1"}))

    def text(self) -> str:
        index = 0
        while index < len(self._events):
            event = self._events[index]
            if event.end and self._is_dropped(index):
                if event.tag in _BLOCKS or event.tag in _DROPPED:
                    self._lines.begin(*self._indented())
                index = event.end + 1
                continue
            if event.tag == "tr" and event.end and (line := self._row(index, event.end)) is not None:
                self._lines.begin()
                for part in line.split("\n"):
                    self._lines.say(part)
                    self._lines.end()
                index = event.end + 1
                continue
            self._take(event)
            index += 1
        return self._lines.text()

    def _is_dropped(self, index: int) -> bool:
        event = self._events[index]
        if event.dropped or not event.guarded:
            return event.dropped
        end = self._events[event.end]
        holds_main = self._mains[event.end] > self._mains[index]
        return (end.before - event.before) * 2 < self._size and not (holds_main and event.tag != "header")

    def _take(self, event: _Event) -> None:
        tag, lines = event.tag, self._lines
        name = tag.removeprefix("/")
        if not tag:
            lines.say(event.text)
            self._is_explaining = self._is_explaining and not event.text.strip()
        elif tag == "br":
            lines.end()
        elif name in {"ul", "ol"}:
            self._nest(opens=not tag.startswith("/"))
        elif tag in _HEADINGS:
            lines.gap()
            lines.begin("#" * _HEADINGS[tag] + " ", " ")
        elif tag == "li":
            depth = max(0, len(self._lists) - 1)
            lines.begin("  " * depth + "- ", "  " * depth + "  ")
        elif tag == "/dt":
            # The term and its explanation make one line, “term: explanation”.
            lines.say(": " if lines.is_pending else "")
            self._is_explaining = lines.is_pending
        elif name in _BLOCKS and not (self._is_explaining and not tag.startswith("/")):
            self._block(name, is_end=tag.startswith("/"))

    def _block(self, name: str, *, is_end: bool) -> None:
        """End the line, with an empty one outside of lists, where a block begins or ends."""
        lines = self._lines
        if name in _GAPS and not self._lists:
            lines.gap()
        if is_end or not self._lists or lines.is_pending:
            lines.end()
        if is_end and (name.startswith("h") or not self._lists):
            lines.begin(*self._indented())

    def _nest(self, *, opens: bool) -> None:
        if opens:
            self._lists.append(0)
        elif self._lists:
            self._lists.pop()
        if len(self._lists) == (1 if opens else 0):
            self._lines.gap()
        self._lines.begin(*self._indented())

    def _indented(self) -> tuple[str, str]:
        lead = "  " * len(self._lists)
        return lead, lead

    def _row(self, start: int, end: int) -> str | None:
        """Return a table's row as one line, or None where its cells hold blocks of their own or there is but one."""
        cells: list[list[str]] = []
        index = start + 1
        while index < end:
            event = self._events[index]
            if event.end and self._is_dropped(index):
                index = event.end + 1
                continue
            if event.tag in {"td", "th"}:
                cells.append([])
            elif (event.tag in _BLOCKS and event.tag not in {"p", "div"}) or event.tag in {"br", "ul"}:
                return None
            elif not event.tag and cells:
                cells[-1].append(event.text)
            elif event.tag in {"p", "div"} and cells and any(part.strip() for part in cells[-1]):
                return None
            index += 1
        said = [clean("".join(cell)) for cell in cells]
        if len([cell for cell in said if cell]) < 2:
            return None
        is_head = all(event.tag != "td" for event in self._events[start:end])
        return row(said) + ("\n" + row(["---"] * len(said)) if is_head else "")
