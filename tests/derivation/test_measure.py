"""The measure is held to figures worked out by hand, and every label file to its text."""

from __future__ import annotations

from pathlib import Path

import pytest

from hiring.errors import BadInput
from hiring.rubrics.core.derive import derive
from hiring.rubrics.core.shapes import Library
from hiring.rubrics.library import load_library, load_roles
from tests.bench import derive as bench
from tests.derivation.baselines import Nearest, bullets, nearest_words, product
from tests.derivation.measure import (
    HELD_OUT,
    SUFFIX,
    TUNING,
    Duty,
    Found,
    Labelled,
    inconsistencies,
    judge,
    load,
    load_one,
    measure,
    spans,
    total,
    visible_text,
)
from tests.rubrics.test_own_words import borrowed

TEXT = """Kite Ltd makes kites and likes wind.
- Write Java for our
  kite server
- Review code. Mentor juniors.
- Keep calm
- A degree in flying
- Free kites for all
We fly on Fridays.
"""
POSTING = Labelled(
    path=Path("kite.txt"),
    role="kite developer",
    shape="bullets",
    duties=(
        Duty("Java for our kite server", "responsibility", frozenset({"programming-language", "server-side-logic"})),
        Duty("Review code", "responsibility", frozenset({"code-review"})),
        Duty("Mentor juniors", "responsibility", frozenset({"mentoring"})),
        Duty("Keep calm", "trait", frozenset()),
    ),
    either=("A degree in flying",),
    noise=("makes kites and likes wind", "Free kites for all"),
)


def said(words: str, competency: str | None, *more: str) -> Found:
    """A statement that stands where `words` do, and also where `more` do."""
    return Found(tuple(place for each in (words, *more) for place in spans(TEXT, each)), competency)


# Of four duties three are found (not “Keep calm”); of the three, two are matched. Of the five statements that are judged three are right.
STATEMENTS = (
    said("Write Java", "programming-language"),
    said("kite server", "containers"),
    said("Review code. Mentor juniors.", "code-review"),
    said("A degree in flying", "data-modelling"),
    said("Free kites for all", None),
    said("We fly on Fridays.", "planning-delivery"),
)


def test_the_example_worked_by_hand() -> None:
    result = judge(POSTING, TEXT, STATEMENTS)
    assert result.found == ("Java for our kite server", "Review code", "Mentor juniors")
    assert result.missed == ("Keep calm",)
    assert result.matched == ("Java for our kite server", "Review code")
    assert result.mismatched == (("Mentor juniors", "code-review", "mentoring"),)
    assert result.right == 3
    assert result.wrong == (
        ("Free kites for all", "touches noise: Free kites for all"),
        ("We fly on Fridays.", "is no duty"),
    )
    assert result.open_ == 1
    assert result.too_long == 0
    score = total([result])
    assert (score.postings, score.duties, score.found) == (1, 4, 3)
    assert (score.found_share, score.right_share, score.matched_share) == (3 / 4, 3 / 5, 2 / 3)


def test_postings_are_added_up_by_their_duties_and_not_by_their_shares() -> None:
    nothing = judge(POSTING, TEXT, ())
    assert (total([nothing]).found_share, total([nothing]).right_share, total([nothing]).matched_share) == (
        0,
        None,
        None,
    )
    both = total([judge(POSTING, TEXT, STATEMENTS), nothing])
    assert (both.postings, both.duties, both.found, both.right, both.judged) == (2, 8, 3, 3, 5)


def test_a_duty_is_found_where_a_statement_is_repeated() -> None:
    result = judge(POSTING, TEXT, (said("We fly", "mentoring", "Mentor juniors"),))
    assert (result.found, result.matched, result.wrong) == (("Mentor juniors",), ("Mentor juniors",), ())


def test_touching_is_sharing_a_character() -> None:
    start, end = spans(TEXT, "Keep calm")[0]
    for places, found in (
        (((start - 2, start),), 0),
        (((start - 2, start + 1),), 1),
        (((end - 1, end + 2),), 1),
        (((end, end + 2),), 0),
    ):
        assert len(judge(POSTING, TEXT, (Found(places, None),)).found) == found


def test_control_the_whole_text_as_one_statement_finds_all_and_is_wrong() -> None:
    result = judge(POSTING, TEXT, (Found(((0, len(TEXT)),), "mentoring"),))
    assert (len(result.found), len(result.missed), result.right, len(result.wrong)) == (4, 0, 0, 1)
    assert result.matched == ("Mentor juniors",)


def test_control_a_wrong_competency_is_no_match() -> None:
    others = tuple(Found(each.places, "capacity-planning") for each in STATEMENTS)
    result = judge(POSTING, TEXT, others)
    assert (len(result.found), result.matched, len(result.mismatched)) == (3, (), 3)


def test_a_statement_over_600_characters_is_counted() -> None:
    text = "- " + "x" * 601
    assert judge(POSTING, text, (Found(((2, 602),), None),)).too_long == 0
    assert judge(POSTING, text, (Found(((2, 603),), None),)).too_long == 1


def test_white_space_is_collapsed_and_places_are_those_of_the_text() -> None:
    assert spans("a\u00a0b \n\t c a b  c", "a b c") == [(0, 8), (9, 15)]
    assert spans("A b", "a b") == []
    assert spans("", "a") == []


def test_a_posting_that_cannot_be_read_has_missed_all() -> None:
    def refuse(path: Path) -> str:
        raise BadInput(f"{path} is a riddle.")

    [result] = measure([POSTING], lambda _: STATEMENTS, refuse)
    assert (result.found, len(result.missed), result.unread) == ((), 4, "kite.txt is a riddle.")


def test_a_duty_that_the_reader_lost_is_missed() -> None:
    lost = TEXT.replace("- Keep calm\n", "")
    assert judge(POSTING, lost, ()).missed[-1] == "Keep calm (not in the text that was read)"


def test_faulty_labels_are_noticed() -> None:
    known = frozenset({"programming-language", "server-side-logic", "code-review"})
    faulty = Labelled(
        path=POSTING.path,
        role="",
        shape="",
        duties=(*POSTING.duties, Duty("kite", "wish", frozenset()), Duty("Review code. Mentor", "skill", frozenset())),
        either=("Nothing like this",),
        noise=("degree in flying", "Mentor", "nowhere"),
    )
    assert list(inconsistencies(faulty, TEXT, known)) == [
        "kite.txt: duty 3 accepts mentoring, which is no competency",
        "kite.txt: duty 5 stands 3 times in the text",
        "kite.txt: duty 5 has the kind wish",
        "kite.txt: duty 5 stands before the one above it",
        "kite.txt: either 1 stands 0 times in the text",
        "kite.txt: noise 2 overlaps a duty",
        "kite.txt: noise 3 is not in the text",
        "kite.txt: has 3 passages of noise, fewer than eight",
    ]


LABELS = sorted(path for folder in (TUNING, HELD_OUT) for path in folder.glob(f"*{SUFFIX}"))


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.mark.parametrize("labels", LABELS, ids=lambda path: f"{path.parent.name}/{path.name.removesuffix(SUFFIX)}")
def test_labels_fit_their_posting(labels: Path, library: Library) -> None:
    posting = load_one(labels)
    known = frozenset(each.id for each in library.competencies)
    found = list(inconsistencies(posting, visible_text(posting.path), known))
    if posting.path.suffix == ".pdf":
        # The product reads it, and may leave out what repeats on every page.
        found = [each for each in found if "noise" not in each]
    assert found == []
    assert posting.path.stat().st_size < 60_000


def test_postings_of_every_shape_and_as_many_held_out_as_tuned_by() -> None:
    postings = load(TUNING)
    assert len(postings) == len(load(HELD_OUT)) == 36
    assert {posting.path.suffix for posting in postings} == {".txt", ".md", ".html", ".docx", ".pdf"}
    for posting in postings:
        assert 350 <= len(visible_text(posting.path).split()) <= 1200
        assert {duty.kind for duty in posting.duties} >= {"responsibility", "skill"}


def test_no_six_words_of_a_given_posting() -> None:
    paths = [path for path in sorted(TUNING.iterdir()) if path.suffix not in {".docx", ".pdf"}]
    assert len(paths) > 60
    assert {path.name: runs for path in paths if (runs := borrowed(path.read_text(encoding="utf-8")))} == {}
    for posting in load(TUNING):
        assert borrowed(visible_text(posting.path)) == set()


def test_every_bullet_is_a_statement_of_the_first_baseline(library: Library) -> None:
    text = "Intro\n- one\n  • two  \n1.2 three\n(a) four\n-five\n10. six\n2026 was fine\n*bold*\n"
    taken = [text[slice(*each.places[0])].strip() for each in bullets(library)(text)]
    assert taken == ["one", "two", "three", "four", "six"]


def test_the_nearest_words_name_a_competency(library: Library) -> None:
    nearest = Nearest(library)
    for entry in library.competencies:
        assert nearest(f"{entry.name} {entry.definition}") == entry.id
    assert nearest("the of and") is None
    assert nearest("Zebras gallop") is None


def test_the_second_baseline_has_the_products_statements(library: Library) -> None:
    ours = product(library, ())
    text = "Responsibilities\n- Design REST APIs\n- Write SQL queries\n"
    assert [each.places for each in nearest_words(ours, library)(text)] == [each.places for each in ours(text)]
    assert len(ours(text)) == len(derive([("x", text)], library, ()).postings[0].statements) == 2


@pytest.mark.trial
def test_only_who_asks_is_shown_words_of_what_is_held_out(capsys: pytest.CaptureFixture[str]) -> None:
    def printed(*arguments: str) -> str:
        assert bench.main([*arguments, "--untimed"]) == 0
        return " ".join(capsys.readouterr().out.split())

    known = " ".join(" ".join(visible_text(posting.path).split()) for posting in (*load(TUNING), *bench.given()))
    words = {
        " ".join(each.split())
        for posting in load(HELD_OUT)
        for each in (*(duty.at for duty in posting.duties), *posting.either, *posting.noise)
    }
    own = sorted(each for each in words if each not in known)
    for arguments in (("--misses",), ("--held-out", "--each")):
        quiet = printed(*arguments)
        assert "all 36" in quiet
        # Numbers, so that a failure shows no words either.
        assert [number for number, each in enumerate(own) if each in quiet] == []
    if own:
        loud = printed("--held-out", "--misses")
        assert sum(each in loud for each in own) > 0


def test_the_misses_of_a_posting_are_listed() -> None:
    listed = list(bench.misses([judge(POSTING, TEXT, STATEMENTS)]))
    assert listed == [
        "\nkite.txt",
        "  missed    Keep calm",
        "  wrong     Free kites for all\n            touches noise: Free kites for all",
        "  wrong     We fly on Fridays.\n            is no duty",
        "  mismatch  Mentor juniors\n            code-review, not mentoring",
    ]


def test_the_timed_text_is_full_length_and_never_repeats_a_line() -> None:
    text = bench.long_text(load(TUNING))
    assert len(text) == bench.TIMED
    repeated = [line for line in text.splitlines() if len(line) > 60]
    assert len(set(repeated)) == len(repeated)


def test_the_table_adds_up(library: Library) -> None:
    methods = {"product": product(library, load_roles(library=library))}
    lines = list(bench.rows({"tuning": load(TUNING)}, methods, each=True))
    assert [line.name for line in lines][-1] == "tuning, all"
    assert len(lines) == 37
    assert (
        sum(total(line.results["product"]).duties for line in lines[:-1]) == total(lines[-1].results["product"]).duties
    )
