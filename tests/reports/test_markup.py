"""The packet's markup: well-formed whatever people write, honest in its words, linked both ways."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from xml.etree import ElementTree as ET

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped] # it has no types
from hypothesis import given, settings
from hypothesis import strategies as st

from hiring.reports import legible, markup
from hiring.reports.core import PacketFacts, PacketOptions
from tests.reports.facts import (
    candidate,
    card,
    interview,
    many_candidates,
    packet_facts,
    six_candidates,
    version,
    with_many_statements,
)

WHOLE = PacketOptions()
HOSTILE = (
    "<script>alert(1)</script> & \"quoted\" 'single' ]]> <!-- {{ 7 * 7 }} {% raw %}",
    "\u202eturned\u202c \u200f\u2066marks\u2069",
    "\x00\x07\x1b[31m\ufffe\uffff",
    "\U0001f469\u200d\U0001f4bb 王小明 مرحبا",
    "w" * 20_000,
    "line\n" * 3_000,
    "\n" * 5_000 + "end",
    "\u0301" * 300,
    "a\u2028b\u2029c\x85d\vf",
)


def tree(facts: PacketFacts, options: PacketOptions = WHOLE) -> ET.Element:
    return ET.fromstring(markup.document(facts, options).xhtml)  # noqa: S314 - well-formedness is what is tested


def words_of(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def written(text: str) -> PacketFacts:
    """Facts in which people wrote this text everywhere they may."""
    said = version(
        {"code": 3, "logic": None}, why=text, strength=text, concern=text, said={"code": text, "logic": text}
    )
    revised = dataclasses.replace(version({"code": 2}, number=2, reason=text, after_reading=True, said={"code": text}))
    who = candidate(
        1,
        text,
        interview(
            "coding", card("u1", "coding", said, revised), card("u2", "coding", state="recused", recused_reason=text)
        ),
        short=text,
        stage_reason=text,
    )
    facts = packet_facts((who,))
    criteria = tuple(dataclasses.replace(entry, name=text, anchors=(text,) * 4) for entry in facts.criteria[:2])
    statements = tuple(dataclasses.replace(entry, text=text) for entry in facts.statements)
    return dataclasses.replace(
        facts, criteria=criteria, statements=statements, opening_title=text, team=text, organisation=text, made_for=text
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_write_stays_text(text: str) -> None:
    root = tree(written(text))
    tags = {element.tag for element in root.iter()}
    assert not tags & {"script", "style", "iframe", "object"}
    assert {element.attrib.get("href", "#")[0] for element in root.iter("a")} <= {"#"}
    assert {element.attrib["src"].partition(":")[0] for element in root.iter("img")} <= {"packet"}


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=200))
def test_any_text_is_well_formed_and_in_the_font(text: str) -> None:
    shown = " ".join(part.replace("\u200b", "") for part in tree(written(text)).itertext())
    assert legible.legible(shown).replace("\u200b", "") == shown


def test_the_covered_characters_are_those_of_all_four_fonts() -> None:
    fonts = [set(TTFont(path, lazy=True).getBestCmap()) for path in sorted(legible.FONTS.glob("*.ttf"))]
    assert len(fonts) == 4
    drawn = {
        sign
        for sign in set.intersection(*fonts)
        if unicodedata.category(chr(sign)) not in {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
    }
    listed = set()
    for entry in (legible.FONTS / "coverage.txt").read_text().split():
        first, _, last = entry.partition("-")
        listed |= set(range(int(first, 16), int(last or first, 16) + 1))
    assert listed == drawn
    assert ord(legible.MARK) in drawn


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Oluwaseun Adébáyọ̀", "Oluwaseun Adébáyọ̀"),
        ("王小明 x", "□□□ x"),
        ("a\U0001f469\u200d\U0001f4bbb\U0001f44d\U0001f3fdc", "a□b□c"),
        ("a\u202eb\u200f", "ab"),
        ("☁\ufe0f", "□"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("1\u00a0000\u3000x\ty", "1\u00a0000 x    y"),
        ("e\u0301", "é"),
        ("x" * 100, "x" * 40 + "\u200b" + "x" * 40 + "\u200b" + "x" * 20),
    ],
)
def test_legible(text: str, printed: str) -> None:
    assert legible.legible(text) == printed


def test_long_texts_are_capped_and_say_so() -> None:
    assert legible.capped("a\n\n\n \nb") == "a\n\nb"
    assert legible.capped("x" * 10_000) == "x" * 10_000
    assert legible.capped("x " * 9_000).endswith(legible.CUT)
    lines = legible.capped("line\n" * 500).split("\n")
    assert len(lines) == legible.MOST_LINES
    assert lines[-1] == f"line {legible.CUT}"
    assert legible.short("one two three", 9) == "one two…"


def test_the_first_page_counts_and_names() -> None:
    page = words_of(tree(packet_facts()).findall(".//div[@id='stand']")[0])
    for sentence in (
        "Six candidates, in the order of application: two to be decided, one waiting for interviews or scorecards,",
        "one on hold, one decided: no hire, one withdrawn. 29 of 31 scorecards are in.",
        "Interviewers agree within one level in 25 of the 26 places where two or more rated the same thing.",
        "Two scorecards. Rania Sabbagh and Tomé Azevedo, Production, for Zeynep Çağlar; due 13 November 2026, 10:00 UTC.",
        "One statement nobody assesses. s23 “Write clear and detailed documentation”: no criterion covers it.",
        "One recusal. Kofi Boateng, Coding, for María José Iturbe Etxeberria: “She and I worked in one team until March.”",
        "8 of 54 cells without a rating; 20 rest on one rater.",
        "Security and access, Oluwaseun Adébáyọ̀",
        "Oluwaseun: hold. Wanted on Security and access: A second review of another sign-in flow",
    ):
        assert sentence in page


def test_revisions_are_marked_on_the_candidates_page() -> None:
    section = words_of(tree(packet_facts()).findall(".//div[@id='c3']")[0])
    assert "Revised from 2 on 9 November 2026, 17:00 UTC, before reading others’ feedback; 3 counts." in section
    assert "Revised to 2 on 11 November 2026, 09:00 UTC, after reading others’ feedback; 3 counts." in section
    assert "Jo Castellan (shadow: does not count)" in section
    assert "Kofi Boateng: stepped back, “She and I worked in one team until March.”" in section


def test_the_last_page_works_a_composite_through() -> None:
    page = words_of(tree(packet_facts()).findall(".//div[@id='read']")[0])
    assert "A composite worked through: Zeynep Çağlar" in page
    assert "2.6450 ÷ 0.80 = 3.3063, printed 3.3." in page


@pytest.mark.parametrize("number", [0, 1, 6, 7, 13])
def test_every_link_has_its_place_and_every_figure_its_evidence(number: int) -> None:
    root = tree(packet_facts(many_candidates(number)))
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    links = {element.attrib["href"][1:] for element in root.iter("a")}
    assert len(ids) == len(set(ids))
    assert links <= set(ids)
    figures = {entry for entry in ids if re.fullmatch(r"c\d+-\d+", entry)}
    assert figures <= links
    assert len(figures) == number * 9
    assert {f"m-c{place + 1}" for place in range(number)} <= links


@pytest.mark.parametrize(("number", "columns"), [(1, [1]), (6, [6]), (7, [4, 3]), (13, [5, 4, 4])])
def test_many_candidates_make_several_tables_of_one_width(number: int, columns: list[int]) -> None:
    tables = [
        entry for entry in tree(packet_facts(many_candidates(number))).iter("table") if "heat" in entry.attrib["class"]
    ]
    heads = [table.findall("thead/tr/th") for table in tables]
    assert [len(head) - 1 for head in heads] == columns
    for table in tables:
        assert {len(row.findall("th") + row.findall("td")) for row in table.iter("tr")} == {columns[0] + 1}


def test_tables_have_scopes_and_figures_have_words() -> None:
    root = tree(packet_facts())
    assert {element.attrib.get("scope") for element in root.iter("th")} == {"row", "col"}
    assert all(element.attrib["alt"] for element in root.iter("img"))
    levels = [int(element.tag[1]) for element in root.iter() if re.fullmatch(r"h[1-6]", element.tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip([0, *levels], levels, strict=False))


def test_hidden_feedback_is_left_out_and_the_packet_says_so() -> None:
    hidden = tuple(dataclasses.replace(entry, hidden=entry.application == "a2") for entry in six_candidates())
    root = tree(packet_facts(hidden))
    section = words_of(root.findall(".//div[@id='c2']")[0])
    assert "What others thought of this candidate is left out." in section
    assert "Production 6 Nov 2026, 09:00" in section
    for secret in ("strong yes", "redirect", "Decision", "Tomé", "Asked for one fault"):
        assert secret not in section
    assert "Two interviewers in one room" not in words_of(root)


def test_no_rank_and_no_lateness_are_printed() -> None:
    text = words_of(tree(packet_facts())).replace("no rank is printed", "").replace("never lateness", "").lower()
    assert not re.search(r"\b(rank|ranking|best|worst|top|overdue|late|lateness)\b", text)


@pytest.mark.parametrize(
    ("labels", "bar"), [(("low", "middle", "high"), None), (("1st", "2nd", "3rd", "4th", "5th", "6th"), 4)]
)
def test_other_scales_are_laid_out_too(labels: tuple[str, ...], bar: int | None) -> None:
    who = candidate(1, "A B", interview("coding", card("u1", "coding", version({"code": 3}))))
    facts = dataclasses.replace(packet_facts((who,)), scale_labels=labels, bar=bar)
    text = words_of(tree(facts))
    assert ("the bar" in text.split("From posting to rating")[0]) == (bar is not None)
    assert labels[-1] in text


def test_an_interview_to_come_is_not_a_missing_scorecard() -> None:
    planned = interview(
        "coding", card("u1", "coding", state="owed"), card("u2", "coding", state="owed"), state="planned"
    )
    page = words_of(tree(packet_facts((candidate(1, "Ada Lind", planned),))))
    assert (
        "One interview to come. Ines Halvorsen and Kofi Boateng, Coding, for Ada Lind; 2 November 2026, 09:00 UTC."
        in page
    )
    assert "No level: the Coding interview is planned for 2 November 2026, 09:00 UTC." in page


@pytest.mark.parametrize("number", [3, 8])
def test_many_statements_stand_below_their_criterion(number: int) -> None:
    facts = with_many_statements(packet_facts(many_candidates(number)))
    section = tree(facts).findall(".//div[@id='trace']")[0]
    text = words_of(section)
    assert "93 of 94 statements are assessed by an interview; 1 is not" in text
    assert len([item for item in section.iter("li") if item.text is None]) == 93
    assert text.index("s23 Write clear") < text.index("Code and language")


def test_an_opening_without_candidates_still_has_its_packet() -> None:
    assert "No candidate has applied yet." in words_of(tree(packet_facts(())))


def test_the_document_follows_from_its_facts() -> None:
    one, two = markup.document(packet_facts(), WHOLE), markup.document(packet_facts(), WHOLE)
    assert one == two
    assert len(one.identifier) == 16
    dashed = "-".join(one.code[place : place + 5] for place in (0, 5, 10, 15))
    assert one.xhtml.count(dashed) == 3
    assert markup.document(packet_facts(), PacketOptions(anonymous=True)).code != one.code
