"""Statements of a posting: what it asks of a person, each at its exact place, and nothing of the page around it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, pairwise

from hiring.rubrics.core import cues
from hiring.rubrics.core.asking import Judge
from hiring.rubrics.core.blocks import Block, Shape, blocks
from hiring.rubrics.core.cues import OPEN, Section, Stance
from hiring.rubrics.core.plain import plain
from hiring.rubrics.core.shapes import MAX_STATEMENT, Kind, Place

_SENTENCE_END = re.compile(
    r"(?<![.!?…])[.!?…]++[\"'”’)\]*_]*+(?=\s+[\"“‘'(\[*_]*+(?:[A-Z0-9À-Þ]|[a-z]{1,2}[A-Z])|\s*+$)"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|mr|mrs|ms|dr|approx|incl|min|max|no|inc|ltd|st)|\s)\.$", re.IGNORECASE
)
_LABEL = re.compile(
    r"[*_]{0,3}([^.!?:\n]{2,60}?)[*_]{0,3}:[*_]{0,3}\s+(?=\S)|[*_]{0,3}([^.!?:\n–—]{2,40}?)[*_]{0,3}(?:\s+[–—-]{1,2}\s+|\s?\.{3,}\s*|\s?…+\s*|\s+=>?\s+|\s+\|\s+)(?=\S)"
)
"""“Label: explanation”, “Label – explanation”, “Label .... explanation”."""
_HAS_WORD = re.compile(r"[^\W\d_]{2}|[^\W\d_][+#]")
_COMPANY = re.compile(r"\W*(?:we|our|join|if you|at [A-Z]\w+,)\b", re.IGNORECASE)
_TOPIC = re.compile(
    r"\([A-Z][A-Za-z/]{1,7}\)|\b(?:systems?|languages?|frameworks?|databases?|tools?|platforms?|algorithms?|protocols?|programming|testing|"
    r"security|architecture|networking|communication|management|design|development|thinking)$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_SEMICOLON = re.compile(r";\s+")
_QUOTES = re.compile(r"^(?:[ \t]?>)+", re.MULTILINE)
_QUOTED_LINES = 12
_ORGANISATION = re.compile(
    r"(?:the|our) (?:company|agency|council|authority|organi[sz]ation|firm|bank|group|board|university|department) (?!(?:expects|wants|needs|seeks))|the post (?:reports|is)\b",
    re.IGNORECASE,
)
_SHORTEST_PROSE = 15
_LONGEST_ITEM = 250
"""Characters of a line that is an item of a list without bullets, at most."""

# The second opinion: a sentence's own worth and half of the mean of the part around it. Duties lie about 2, the rest about 0.

_NOISE_ITEM = -0.5
"""Below this an item of a list is left out."""
_NOISE_PROSE = {Stance.DUTY: -0.2, Stance.ASIDE: 0.2}
"""Below this a sentence is left out that the rules would take."""
_SAID = 0.7
"""What it adds to say in so many words who does what: “You will …”, “Design …”."""
_OF_US = 1.0
"""What it takes away to say what “we” do, be it in the words of the trade."""
_ASKED = {Stance.DUTY: 0.7, Stance.ASIDE: 1.4}
"""From this on a sentence is taken that the rules would leave out, where its grammar allows it."""
_SURE = 3.0
"""From this on no single phrase tells that it is advertisement."""
_LIKELY = 2.2
"""From this on its grammar need not be quite so plain."""
_ASKED_LINE = 1.5
"""The same for a short line below no heading that asks."""
_ASKED_CLOSED = 1.2
"""From this on a sentence counts that says it asks, although what heads it closes."""
_ASKED_PART = 0.7
"""The mean of a list from which on it lists what is asked, whatever its heading says."""
_ASKED_PROSE = 0.5
"""The mean of what stands below a heading that says nothing, from which on that asks."""
_CLOSED_PART = 1.1
"""The same below a heading that closes."""
_NOISE_PART = -0.5
"""The mean below which a part asks nothing, whatever its heading says, but for sentences that say so themselves."""
_FEW = 2
"""Sentences of a part whose mean tells anything, at least."""
_MANY = 20
"""Sentences of a part below a heading that says nothing, at most, if it shall ask: more are an article."""


def statements_of(text: str, judge: Judge | None = None) -> list[tuple[Place, tuple[tuple[int, int], ...]]]:
    """Find the statements of a text, in its order, each with the further places where the same words stand.

    A statement is at most one bullet, one sentence, or one heading with its paragraph, and 600 characters. `judge` is heard
    where the rules hesitate.
    """
    return [(place, again) for place, again, _ in headed_statements_of(text, judge)]


def headed_statements_of(text: str, judge: Judge | None = None) -> list[tuple[Place, tuple[tuple[int, int], ...], str]]:
    """Find the statements of a text as `statements_of` does, each with the heading of the part in which it stands."""
    first: dict[str, int] = {}
    found: list[tuple[Place, list[tuple[int, int]], str]] = []
    seen = plain(text)
    walk = _Walk(seen.text, judge)
    for place in walk.places():
        words = " ".join(_WORD.findall(seen.text[place.start : place.end].lower()))
        start, end = seen.place(place.start, place.end)
        # What nobody sees counts in the text as given.
        end = min(end, start + MAX_STATEMENT)
        if words in first:
            found[first[words]][1].append((start, end))
        else:
            first[words] = len(found)
            found.append((Place(start, end, place.kind), [], walk.heading))
    return [(place, tuple(again), heading) for place, again, heading in found]


def sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut `text[start:end]` into sentences, without the space between them."""
    cuts: list[tuple[int, int]] = []
    begin = start
    for match in _SENTENCE_END.finditer(text, start, end):
        stop = match.end()
        if _ABBREVIATION.search(text, max(begin, stop - 10), stop) and stop < end:
            continue
        cuts.append((begin, stop))
        begin = stop
        while begin < end and text[begin].isspace():
            begin += 1
    if begin < end:
        cuts.append((begin, end))
    return cuts


def unquoted(text: str) -> str:
    """Blank the signs of quoted mail, where much of a text is quoted; every character keeps its place."""
    signs = list(_QUOTES.finditer(text))
    if len(signs) < _QUOTED_LINES or len(signs) * 3 < text.count("\n"):
        return text
    return _QUOTES.sub(lambda match: " " * len(match.group()), text)


def _parts(every: list[Block]) -> list[tuple[int, int]]:
    """Return for each block the run in which it stands, as first and stop: blocks between headings, or headings in a row."""
    found: list[tuple[int, int]] = []
    for _, run in groupby(every, key=lambda block: block.shape is Shape.HEADING):
        size = len(list(run))
        found += [(len(found), len(found) + size)] * size
    return found


class _Walk:
    """One pass over the blocks of a text, remembering under which heading it is."""

    def __init__(self, text: str, judge: Judge | None) -> None:
        self._text = unquoted(text)
        self._blocks = blocks(self._text)
        self._judge = judge
        self._starts = [block.start for block in self._blocks]
        self._parts = _parts(self._blocks)
        self._means: dict[int, tuple[float, int]] = {}
        self._headings = Counter(
            cues.plain_heading(block.text).lower() for block in self._blocks if block.shape is Shape.HEADING
        )
        self._section = OPEN
        self._in_capitals = False
        self.heading = ""
        """What opened the present part."""

    def places(self) -> Iterator[Place]:
        index = 0
        while index < len(self._blocks):
            block = self._blocks[index]
            if block.shape is Shape.HEADING:
                taken, places = self._heading(index)
                yield from places
            elif block.shape is Shape.BULLET:
                taken, places = self._list(index)
                yield from places
            else:
                taken = 1
                yield from self._paragraph(index)
            index += taken

    # Headings ----------------------------------------------------------------------------------------------------

    def _heading(self, index: int) -> tuple[int, list[Place]]:
        """Return how many blocks the heading at `index` uses up, and the statements it makes."""
        block, after = self._blocks[index], self._at(index + 1)
        words = cues.plain_heading(block.text)
        section = cues.section_of(words, self._section, block.level)
        if section is not None and self._is_item(index, words):
            return 1, self._bullet(block, self._section)
        if section is None and self._section.stance is Stance.CLOSED and self._is_of_rank(index):
            # Capitals after a part in capitals: that part is over.
            section = OPEN
        is_closing = section is not None and section.stance is Stance.CLOSED
        if not is_closing and self._is_furniture(index, words):
            return 1, []
        paragraph = after if after and after.shape is Shape.PARAGRAPH else None
        if paragraph and self._in_short_lines(block, paragraph):
            paragraph = None
        if paragraph and block.text.endswith(":") and not is_closing and not cues.only_announces(words):
            # A line that ends so before prose names a subject; before labelled lines it may announce them.
            is_new = self._section.stance is not Stance.DUTY and _LABEL.match(paragraph.text)
            section = section if is_new else None
        if paragraph and self._is_subject(words, section, block) and self._asks_together(block, paragraph):
            return 2, self._with_paragraph(block, paragraph)
        section = self._judged(section, index, words)
        if section is not None:
            self._section = section
            self._in_capitals = block.text.isupper()
            self.heading = words
            return 1, []
        return 1, self._alone(index, words, is_list=paragraph is None)

    def _judged(self, section: Section | None, index: int, words: str) -> Section | None:
        """Return what a heading opens, in the light of what stands below it. None where it still opens nothing."""
        mean, count = self._mean(index + 1)
        after = self._at(index + 1)
        if count < _FEW or after is None or after.shape is Shape.HEADING:
            return section
        is_known = section is not None and section != replace(OPEN, level=section.level)
        if not is_known and self._section.stance is not Stance.DUTY and mean >= _ASKED_PROSE and count <= _MANY:
            return Section(Stance.DUTY, None, self._blocks[index].level)
        stance = section.stance if section else self._section.stance
        if mean < _NOISE_PART and stance is Stance.DUTY and not cues.announces_alone(words):
            return Section(Stance.ASIDE, None, self._blocks[index].level)
        return section

    def _is_item(self, index: int, words: str) -> bool:
        """Tell whether a short line is an item of a bare list, although words of it could head a section."""
        block, before = self._blocks[index], self._at(index - 1)
        return (
            self._section.stance is Stance.DUTY
            and block.level is None
            and before is not None
            and before.shape is not Shape.BULLET
            and (
                block.adjacent
                or self._begins_bare_list(index)
                or (self._is_loose(index) and not cues.begins_as_question(words))
            )
            and not block.text.rstrip("*_ ").endswith((":", "?"))
            and not (block.text.isupper() and not before.text.isupper())
            and not cues.announces_alone(words)
        )

    def _begins_bare_list(self, index: int) -> bool:
        """Tell whether a line is the first below the present part's heading, with another right below it."""
        before, after = self._at(index - 1), self._at(index + 1)
        return (
            before is not None
            and before.shape is Shape.HEADING
            and cues.plain_heading(before.text) == self.heading
            and after is not None
            and after.adjacent
            and after.shape is not Shape.BULLET
            and after.is_line
        )

    def _in_short_lines(self, block: Block, after: Block) -> bool:
        """Tell whether the next line is an item like this one rather than its explanation: neither ends a sentence."""
        return (
            self._section.stance is Stance.DUTY
            and block.level is None
            and block.adjacent
            and after.adjacent
            and after.is_line
            and len(after.text) <= _LONGEST_ITEM
            and not block.text.rstrip("*_ ").endswith(":")
            and not after.text.rstrip().endswith((".", "!"))
        )

    def _is_of_rank(self, index: int) -> bool:
        """Tell whether a heading is written in capitals like the one that opened the present part."""
        block = self._blocks[index]
        return block.level is None and not block.adjacent and block.text.isupper() and self._in_capitals

    def _alone(self, index: int, words: str, *, is_list: bool) -> list[Place]:
        """Judge a short line that opens nothing: a topic above unrelated prose, or an item of a bare list."""
        block, kind = self._blocks[index], self._section.kind
        if is_list and self._is_asked_line(index, words):
            return self._bullet(block, replace(self._section, kind=kind))
        if self._section.stance is not Stance.DUTY or kind is None:
            return []
        if is_list:
            return self._bullet(block, self._section) if self._in_bare_list(index) else []
        names_skill = kind in {Kind.SKILL, Kind.TRAIT} and _TOPIC.search(words)
        return self._one(block.start, block.end, kind) if names_skill else []

    def _is_asked_line(self, index: int, words: str) -> bool:
        """Tell whether a short line among others sounds asked as they do, whatever part it stands in."""
        if self._judge is None or self._section.stance is Stance.CLOSED or not self._in_bare_list(index):
            return False
        block = self._blocks[index]
        mean, count = self._mean(index)
        return (
            count >= _FEW
            and mean >= _ASKED_PART
            and not block.text.isupper()
            and len(_WORD.findall(words)) > 1
            and self._worth(block.start, block.end) >= _ASKED_LINE
        )

    def _is_furniture(self, index: int, words: str) -> bool:
        """Tell captions, advertisement and navigation from headings."""
        if not words or cues.has_address(words) or cues.is_left_out(words.rstrip("?")):
            return True
        before, after = self._at(index - 1), self._at(index + 1)
        if any(
            near and near.shape is Shape.HEADING and cues.plain_heading(near.text) == words for near in (before, after)
        ):
            return True
        return self._headings[words.lower()] > 1 and cues.section_of(words, OPEN, None) in {None, Section(Stance.ASIDE)}

    def _is_subject(self, words: str, section: Section | None, block: Block) -> bool:
        """Tell whether a heading names one duty or skill, so that its paragraph belongs to it."""
        if self._section.stance is Stance.CLOSED:
            return False
        if section is None:
            return self._section.stance is Stance.DUTY or cues.first_verb(words) is not None
        if section.stance is not Stance.DUTY or self._section.stance is not Stance.DUTY or cues.only_announces(words):
            return False
        return block.level is None or (self._section.level is not None and block.level > self._section.level)

    def _asks_together(self, heading: Block, paragraph: Block) -> bool:
        """Tell whether a heading and its paragraph together ask for something."""
        if _COMPANY.match(paragraph.text) or cues.has_address(paragraph.text[:80]):
            return False
        spans = sentences(self._text, paragraph.start, paragraph.end)
        if cues.is_left_out(self._slice(*spans[0])):
            return False
        in_duty = self._section.stance is Stance.DUTY
        is_skill = self._section.kind in {Kind.SKILL, Kind.TRAIT}
        if in_duty and (heading.text.rstrip("*_ ").endswith(":") or (cues.first_verb(heading.text) and not is_skill)):
            return True
        named = {word.lower() for word in _WORD.findall(heading.text) if len(word) > 2 or word.isupper()}
        is_named = any(word.lower() in named for word in _WORD.findall(self._text[paragraph.start : spans[:2][-1][1]]))
        if is_named and is_skill:
            return True
        return (is_named or len(spans) <= 2) and any(cues.asks(self._slice(*span), in_list=in_duty) for span in spans)

    def _with_paragraph(self, heading: Block, paragraph: Block) -> list[Place]:
        end = self._trimmed_end(heading.start, paragraph.start, paragraph.end)
        kind = self._kind(self._text[heading.start : end], self._section.kind or Kind.RESPONSIBILITY)
        return self._one(heading.start, end, kind)

    def _in_bare_list(self, index: int) -> bool:
        """Tell whether a short line is an item of a list that lost its bullets."""
        block, before, after = self._blocks[index], self._at(index - 1), self._at(index + 1)
        if block.level is not None or block.text.rstrip().endswith((":", "?")):
            return False
        if self._is_loose(index):
            return True
        follows = after is not None and after.shape is not Shape.BULLET and after.adjacent
        precedes = before is not None and before.shape is not Shape.BULLET and block.adjacent
        return follows or precedes

    def _is_loose(self, index: int) -> bool:
        """Tell whether three short lines stand together here with empty lines between them: a list as well."""
        if self._blocks[index].text.isupper():
            return False
        run = 1
        for step in (-1, 1):
            for distance in (1, 2):
                near = self._at(index + step * distance)
                if near is None or near.shape is not Shape.HEADING or near.level is not None or near.text.isupper():
                    break
                run += 1
        return run >= 3

    # Lists -------------------------------------------------------------------------------------------------------

    def _list(self, index: int) -> tuple[int, list[Place]]:
        """Judge a run of bullets together: where most ask for something, the others do too."""
        stop = index
        while stop < len(self._blocks) and self._blocks[stop].shape is Shape.BULLET:
            stop += 1
        items: list[tuple[Block, Kind | None]] = [
            (item, None)
            for item, after in zip(self._blocks[index:stop], [*self._blocks[index + 1 : stop], None], strict=True)
            if not self._is_group(item, after)
        ]
        section = self._list_section(index)
        section = self._judged_list(section, [item for item, _ in items])
        if section.stance is Stance.CLOSED:
            return stop - index, []
        if section.stance is Stance.ASIDE:
            items = [(item, self._asks_bullet(item)) for item, _ in items]
            asking = sum(kind is not None for _, kind in items)
            if asking * 2 < len(items):
                items = [(item, kind) for item, kind in items if kind is not None]
        return stop - index, [place for item, kind in items for place in self._bullet(item, section, kind)]

    def _judged_list(self, section: Section, items: list[Block]) -> Section:
        """Return the section of a list in the light of its items."""
        if self._judge is None or len(items) < _FEW:
            return section
        mean = sum(self._judge(self._slice(item.start, item.end)) for item in items) / len(items)
        if section.stance is not Stance.DUTY:
            is_asked = mean >= (_CLOSED_PART if section.stance is Stance.CLOSED else _ASKED_PART)
            return Section(Stance.DUTY, None, section.level) if is_asked else section
        return Section(Stance.ASIDE, None, section.level) if mean < _NOISE_PART else section

    @staticmethod
    def _is_group(item: Block, after: Block | None) -> bool:
        """Tell whether a bullet of a word or two only names those below it."""
        return after is not None and after.indent > item.indent and len(_WORD.findall(item.text)) <= 2

    def _list_section(self, index: int) -> Section:
        """Return the section of a list: what the line before it announces, or else the heading above."""
        before = self._at(index - 1)
        if before and before.shape is Shape.PARAGRAPH and before.text.rstrip("*_ ").endswith(":"):
            last = sentences(self._text, before.start, before.end)[-1]
            announced = cues.section_of(self._slice(*last), self._section, None)
            if announced and (announced.stance is Stance.DUTY or self._section.stance is not Stance.DUTY):
                return replace(announced, level=self._section.level)
        return self._section

    def _asks_bullet(self, block: Block) -> Kind | None:
        spans = sentences(self._text, block.start, block.end)
        return cues.asks(self._slice(*spans[0]), in_list=True)

    def _bullet(self, block: Block, section: Section, asked: Kind | None = None) -> list[Place]:
        """Return a bullet as one statement, or sentence by sentence where it is longer than one may be."""
        text = block.text.strip()
        if (
            _ORGANISATION.match(text)
            or not _HAS_WORD.search(text)
            or text.endswith(":")
            or (text.endswith("?") and not cues.first_verb(text))
        ):
            return []
        if (label := _LABEL.match(text)) and cues.is_about_the_ad(label.group(1) or label.group(2)):
            return []
        spans = sentences(self._text, block.start, block.end)
        if asked is None and cues.is_left_out(self._slice(*spans[0]).rstrip("?")) and not self._is_sure(*spans[0]):
            return self._rest(spans[1:])
        if self._is_noise(spans if len(spans) == 1 else [(block.start, block.end), *spans], _NOISE_ITEM):
            return []
        default = section.kind or asked or self._asks_bullet(block) or Kind.SKILL
        if block.end - block.start <= MAX_STATEMENT:
            end = self._trimmed_end(block.start, block.start, block.end)
            return self._one(block.start, end, self._kind(self._text[block.start : end], default))
        kinds = [cues.asks(self._slice(*span), in_list=True) for span in spans]
        kinds[0] = kinds[0] or default
        return [
            place
            for span, kind in zip(spans, kinds, strict=True)
            if kind
            for place in self._one(*span, self._kind(self._slice(*span), default))
        ]

    def _rest(self, spans: list[tuple[int, int]]) -> list[Place]:
        """Return what a bullet asks behind a first sentence that is left out; nothing without a judge."""
        return [
            Place(*self._cut(*span), cues.asks(self._slice(*span), in_list=True) or Kind.RESPONSIBILITY)
            for span in spans
            if self._judge is not None
            and self._worth(*span) >= _ASKED[Stance.DUTY]
            and cues.may_ask(self._slice(*span), in_list=True)
        ]

    # Prose -------------------------------------------------------------------------------------------------------

    def _paragraph(self, index: int) -> list[Place]:
        block = self._blocks[index]
        if self._section.stance is Stance.CLOSED:
            return self._against_heading(block)
        label = _LABEL.match(block.text)
        if label and (label.group(1) or len(label.group(2).split()) <= 5):
            return self._labelled(block, label)
        if self._in_lines(index):
            return self._bullet(replace(block, shape=Shape.BULLET), self._section)
        return self._prose(block)

    def _against_heading(self, block: Block) -> list[Place]:
        """Return the sentences that ask in so many words and sound like it below a heading that closes."""
        if self._judge is None:
            return []
        return [
            Place(*self._cut(*span), kind)
            for span in sentences(self._text, block.start, block.end)
            if span[1] - span[0] >= _SHORTEST_PROSE
            and self._worth(*span) >= _ASKED_CLOSED
            and (kind := cues.asks(self._slice(*span), in_list=False)) is not None
        ]

    def _prose(self, block: Block) -> list[Place]:
        return [
            Place(*self._cut(*span), kind)
            for span in sentences(self._text, block.start, block.end)
            if (kind := self._asked_in_prose(*span)) is not None
        ]

    def _in_lines(self, index: int) -> bool:
        """Tell whether a line is one of a list without bullets: in a part that lists duties, among lines like it."""
        block = self._blocks[index]
        if self._section.stance is not Stance.DUTY or not block.is_line or len(block.text) > _LONGEST_ITEM:
            return False
        if _COMPANY.match(block.text) or len(sentences(self._text, block.start, block.end)) > 2:
            return False
        before, after = self._at(index - 1), self._at(index + 1)
        near = [
            other
            for other, adjacent in ((before, block.adjacent), (after, after is not None and after.adjacent))
            if other
            and adjacent
            and other.is_line
            and other.shape is not Shape.BULLET
            and len(other.text) <= _LONGEST_ITEM
        ]
        beside = [
            other
            for other in near
            if other.shape is Shape.PARAGRAPH
            or not cues.section_of(cues.plain_heading(other.text), self._section, None)
        ]
        return bool(beside)

    def _items(self, start: int, end: int) -> list[tuple[int, int]]:
        """Cut prose behind a label into sentences, and a sentence into its parts where semicolons divide three or more."""
        items: list[tuple[int, int]] = []
        for begin, stop in sentences(self._text, start, end):
            cuts = [match.end() for match in _SEMICOLON.finditer(self._text, begin, stop)]
            if len(cuts) < 2:
                items.append((begin, stop))
                continue
            edges = [begin, *cuts, stop]
            items += [self._cut(*pair) for pair in pairwise(edges) if self._text[slice(*pair)].strip()]
        return items

    def _is_listed(self, item: Block) -> bool:
        """Tell whether a semicolon ends a part, or stands before it."""
        return item.text.rstrip().endswith(";") or self._text[max(0, item.start - 9) : item.start].rstrip().endswith(
            ";"
        )

    def _asked_in_prose(self, start: int, end: int) -> Kind | None:
        if end - start < _SHORTEST_PROSE:
            return None
        sentence = self._slice(start, end)
        if cues.has_address(sentence):
            return None
        if self._section.kind is Kind.TRAIT and cues.begins_in_third_person(sentence):
            kind: Kind | None = Kind.TRAIT
        else:
            kind = cues.asks(sentence, in_list=self._section.stance is Stance.DUTY)
        stance = self._section.stance
        least = _NOISE_PROSE[stance] + (_OF_US if cues.tells_of_us(sentence) else 0)
        if kind and self._is_noise([(start, end)], least):
            return None
        if (
            kind is None
            and self._judge is not None
            and (worth := self._worth(start, end)) >= _ASKED[stance]
            and cues.may_ask(
                sentence,
                in_list=stance is Stance.DUTY or worth >= _LIKELY,
                is_likely=worth >= _LIKELY,
            )
        ):
            kind = self._section.kind or Kind.RESPONSIBILITY
        return kind and (Kind.TRAIT if self._section.kind is Kind.TRAIT else kind)

    def _labelled(self, block: Block, label: re.Match[str]) -> list[Place]:  # noqa: PLR0911 - one kind of label after another
        """Judge a line “Label: explanation”."""
        words = cues.plain_heading(label.group(1) or label.group(2))
        if cues.is_about_the_ad(words):
            return []
        section = cues.section_of(words, self._section, None)
        start = block.start + label.end()
        spans = self._items(start, block.end)
        if section and section.stance is not Stance.DUTY and self._is_asked(block):
            section = Section(Stance.DUTY, None, section.level)
        if section and (cues.only_announces(words) or len(spans) > 1):
            if section.stance is not Stance.DUTY:
                return []
            rest = [Block(Shape.BULLET, *span, self._text[slice(*span)]) for span in spans]
            if len(spans) > 2:
                rest = [item for item in rest if self._is_listed(item) or self._asks_bullet(item)]
            return [place for item in rest for place in self._bullet(item, section)]
        if cues.is_left_out(words) or (section and section.stance is Stance.CLOSED):
            return []
        as_bullet = replace(block, shape=Shape.BULLET)
        if self._section.stance is Stance.DUTY:
            return self._bullet(as_bullet, self._section)
        explained = sentences(self._text, block.start + label.end(), block.end)[0]
        if cues.asks(self._slice(*explained), in_list=cues.first_verb(words) is not None):
            return self._bullet(as_bullet, self._section)
        return self._prose(block)

    # The second opinion ------------------------------------------------------------------------------------------

    def _is_noise(self, spans: list[tuple[int, int]], least: float) -> bool:
        """Tell whether none of several places sounds asked enough; never without a judge."""
        if self._judge is None:
            return False
        worths = [self._worth(*span) for span in spans]
        if max(worths) >= least:
            return False
        return not any(
            worth + _SAID >= least and cues.says_who_does(self._slice(*span))
            for worth, span in zip(worths, spans, strict=True)
        )

    def _is_asked(self, block: Block) -> bool:
        return self._judge is not None and self._worth(block.start, block.end) >= _ASKED_LINE

    def _is_sure(self, start: int, end: int) -> bool:
        """Tell whether a place sounds asked so clearly that a phrase of advertisement in it means nothing."""
        return self._judge is not None and self._worth(start, end) >= _SURE

    def _worth(self, start: int, end: int) -> float:
        """Return how much a place sounds asked, with what stands around it."""
        if self._judge is None:
            return 0.0
        mean, _ = self._mean(bisect_right(self._starts, start) - 1)
        return self._judge(self._slice(start, end)) + mean / 2

    def _mean(self, index: int) -> tuple[float, int]:
        """Return the mean of the part in which the block at `index` stands, drawn to 0 where it is short, and its sentences."""
        if self._judge is None or not 0 <= index < len(self._blocks):
            return 0.0, 0
        first, stop = self._parts[index]
        if first not in self._means:
            told = [
                self._judge(self._slice(*span))
                for block in self._blocks[first:stop]
                for span in (
                    sentences(self._text, block.start, block.end)
                    if block.shape is Shape.PARAGRAPH
                    else [(block.start, block.end)]
                )
            ]
            self._means[first] = sum(told) / (len(told) + 1), len(told)
        return self._means[first]

    # Small things ------------------------------------------------------------------------------------------------

    def _at(self, index: int) -> Block | None:
        return self._blocks[index] if 0 <= index < len(self._blocks) else None

    def _slice(self, start: int, end: int) -> str:
        """Return as much of a sentence as a rule needs to see."""
        return self._text[start : min(end, start + MAX_STATEMENT)]

    def _one(self, start: int, end: int, kind: Kind) -> list[Place]:
        return [Place(*self._cut(start, end), kind)]

    def _trimmed_end(self, start: int, prose: int, end: int) -> int:
        """Return where a statement ends: before advertisement that follows it, and within the longest length."""
        spans = sentences(self._text, prose, end)
        kept = spans[0][1]
        for span in spans[1:]:
            if span[1] - start > MAX_STATEMENT or cues.is_left_out(self._slice(*span)):
                break
            kept = span[1]
        return kept

    def _cut(self, start: int, end: int) -> tuple[int, int]:
        """Shorten to the longest length at a space, where there is one; drop space at both ends."""
        if end - start > MAX_STATEMENT:
            space = max(self._text.rfind(mark, start, start + MAX_STATEMENT) for mark in (" ", "\n", "\t"))
            end = space if space > start else start + MAX_STATEMENT
        text = self._text[start:end]
        return start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip()))

    @staticmethod
    def _kind(text: str, default: Kind) -> Kind:
        """Settle a statement's kind: its section's, unless it begins otherwise."""
        if default is Kind.RESPONSIBILITY and cues.begins_with_knowing(text):
            return Kind.TRAIT if cues.is_trait(text) else Kind.SKILL
        if default is Kind.SKILL and cues.is_trait(text):
            return Kind.TRAIT
        return default
