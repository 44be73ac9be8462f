"""Statements of a posting: what it asks of a person, each at its exact place, and nothing of the page around it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from hiring.rubrics.core import cues
from hiring.rubrics.core.blocks import Block, Shape, blocks
from hiring.rubrics.core.cues import OPEN, Section, Stance
from hiring.rubrics.core.shapes import MAX_STATEMENT, Kind, Place

_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]*_]*+(?=\s+[\"“‘'(\[*_]*+[A-Z0-9À-Þ]|\s*+$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|mr|mrs|ms|dr|approx|incl|min|max|no|inc|ltd|st)|\s)\.$", re.IGNORECASE
)
_LABEL = re.compile(r"[*_]{0,3}([^.!?:\n]{2,60}?)[*_]{0,3}:[*_]{0,3}\s+(?=\S)")
_HAS_WORD = re.compile(r"[^\W\d_]{2}|[^\W\d_][+#]")
_COMPANY = re.compile(r"\W*(?:we|our|join|if you|at [A-Z]\w+,)\b", re.IGNORECASE)
_TOPIC = re.compile(
    r"\([A-Z][A-Za-z/]{1,7}\)|\b(?:systems?|languages?|frameworks?|databases?|tools?|platforms?|algorithms?|protocols?|programming|testing|"
    r"security|architecture|networking|communication|management|design|development|thinking)$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_PROSE = 15


def statements_of(text: str) -> list[tuple[Place, tuple[tuple[int, int], ...]]]:
    """Find the statements of a text, in its order, each with the further places where the same words stand.

    A statement is at most one bullet, one sentence, or one heading with its paragraph, and 600 characters.
    """
    first: dict[str, int] = {}
    found: list[tuple[Place, list[tuple[int, int]]]] = []
    for place in _Walk(text).places():
        words = " ".join(_WORD.findall(text[place.start : place.end].lower()))
        if words in first:
            found[first[words]][1].append((place.start, place.end))
        else:
            first[words] = len(found)
            found.append((place, []))
    return [(place, tuple(again)) for place, again in found]


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


class _Walk:
    """One pass over the blocks of a text, remembering under which heading it is."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._blocks = blocks(text)
        self._headings = Counter(
            cues.plain_heading(block.text).lower() for block in self._blocks if block.shape is Shape.HEADING
        )
        self._section = OPEN

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
        is_closing = section is not None and section.stance is Stance.CLOSED
        if not is_closing and self._is_furniture(index, words):
            return 1, []
        paragraph = after if after and after.shape is Shape.PARAGRAPH else None
        if paragraph and block.text.endswith(":") and not is_closing and not cues.only_announces(words):
            # A line that ends so before prose names a subject; before labelled lines it may announce them.
            is_new = self._section.stance is not Stance.DUTY and _LABEL.match(paragraph.text)
            section = section if is_new else None
        if paragraph and self._is_subject(words, section, block) and self._asks_together(block, paragraph):
            return 2, self._with_paragraph(block, paragraph)
        if section is not None:
            self._section = section
            return 1, []
        return 1, self._alone(index, words, is_list=paragraph is None)

    def _alone(self, index: int, words: str, *, is_list: bool) -> list[Place]:
        """Judge a short line that opens nothing: a topic above unrelated prose, or an item of a bare list."""
        block, kind = self._blocks[index], self._section.kind
        if self._section.stance is not Stance.DUTY or kind is None:
            return []
        if is_list:
            return self._bullet(block, self._section) if self._in_bare_list(index) else []
        names_skill = kind in {Kind.SKILL, Kind.TRAIT} and _TOPIC.search(words)
        return self._one(block.start, block.end, kind) if names_skill else []

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
        follows = after is not None and after.shape is Shape.HEADING and after.adjacent
        precedes = before is not None and before.shape is Shape.HEADING and block.adjacent
        return follows or precedes

    # Lists -------------------------------------------------------------------------------------------------------

    def _list(self, index: int) -> tuple[int, list[Place]]:
        """Judge a run of bullets together: where most ask for something, the others do too."""
        stop = index
        while stop < len(self._blocks) and self._blocks[stop].shape is Shape.BULLET:
            stop += 1
        items: list[tuple[Block, Kind | None]] = [(item, None) for item in self._blocks[index:stop]]
        section = self._list_section(index)
        if section.stance is Stance.CLOSED:
            return len(items), []
        if section.stance is Stance.ASIDE:
            items = [(item, self._asks_bullet(item)) for item, _ in items]
            asking = sum(kind is not None for _, kind in items)
            if asking * 2 < len(items):
                items = [(item, kind) for item, kind in items if kind is not None]
        return stop - index, [place for item, kind in items for place in self._bullet(item, section, kind)]

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
        if not _HAS_WORD.search(text) or text.endswith((":", "?")):
            return []
        spans = sentences(self._text, block.start, block.end)
        if asked is None and cues.is_left_out(self._slice(*spans[0])):
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

    # Prose -------------------------------------------------------------------------------------------------------

    def _paragraph(self, index: int) -> list[Place]:
        block = self._blocks[index]
        if self._section.stance is Stance.CLOSED:
            return []
        label = _LABEL.match(block.text)
        if label:
            return self._labelled(block, label)
        return [
            Place(*self._cut(*span), kind)
            for span in sentences(self._text, block.start, block.end)
            if (kind := self._asked_in_prose(*span)) is not None
        ]

    def _asked_in_prose(self, start: int, end: int) -> Kind | None:
        if end - start < _SHORTEST_PROSE:
            return None
        sentence = self._slice(start, end)
        if cues.has_address(sentence):
            return None
        kind = cues.asks(sentence, in_list=self._section.stance is Stance.DUTY)
        return kind and (Kind.TRAIT if self._section.kind is Kind.TRAIT else kind)

    def _labelled(self, block: Block, label: re.Match[str]) -> list[Place]:
        """Judge a line “Label: explanation”."""
        words = cues.plain_heading(label.group(1))
        section = cues.section_of(words, self._section, None)
        if section and cues.only_announces(words):
            if section.stance is not Stance.DUTY:
                return []
            start = block.start + label.end()
            rest = Block(Shape.BULLET, start, block.end, self._text[start : block.end])
            return self._bullet(rest, section)
        if cues.is_left_out(words) or (section and section.stance is Stance.CLOSED):
            return []
        as_bullet = replace(block, shape=Shape.BULLET)
        if self._section.stance is Stance.DUTY:
            return self._bullet(as_bullet, self._section)
        explained = sentences(self._text, block.start + label.end(), block.end)[0]
        if cues.asks(self._slice(*explained), in_list=cues.first_verb(words) is not None):
            return self._bullet(as_bullet, self._section)
        return []

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
