"""The second opinion: what a judge of sentences changes where the rules hesitate, and what it may not change."""

from __future__ import annotations

import functools
import time

import pytest

from hiring.rubrics.core.asking import Judge, heard, judge_of
from hiring.rubrics.core.cues import may_ask, says_who_does, tells_of_us
from hiring.rubrics.core.extract import statements_of
from hiring.rubrics.library import load_library


@functools.cache
def learned() -> Judge:
    library = load_library()
    judge = judge_of(library.likeness, library.noise, library.asking)
    assert judge is not None
    return judge


def found(text: str, judge: Judge | None = None) -> list[str]:
    return [text[place.start : place.end] for place, _ in statements_of(text, judge)]


def by_words(*asked: str) -> Judge:
    """Judge by single words: clearly asked where one of them stands, clearly not elsewhere."""
    return lambda sentence: 2.5 if any(word in sentence for word in asked) else -1.5


def test_without_what_was_learned_there_is_no_judge() -> None:
    library = load_library()
    assert judge_of(library.likeness, library.noise, None) is None
    assert judge_of(None, None, None) is None


def test_a_list_below_a_heading_never_seen_counts_by_its_items() -> None:
    text = "Zorble\n\n- Ovens in good order\n- Doughs of every kind\n- Ovens for the port\n"
    assert found(text) == []
    assert len(found(text, by_words("Ovens", "Doughs"))) == 3


def test_a_list_below_a_heading_that_closes_counts_where_every_item_is_asked() -> None:
    text = "Why\n\n- Bake bread\n- Bake rolls\n- Bake cakes\n"
    assert found(text) == []
    assert len(found(text, by_words("Bake"))) == 3


def test_noise_among_duties_is_left_out() -> None:
    text = "Duties\n\n- Bake bread\n- A bicycle on lease\n- Bake rolls\n- Bake cakes\n"
    assert "A bicycle on lease" in found(text)
    assert found(text, by_words("Bake")) == ["Bake bread", "Bake rolls", "Bake cakes"]


def test_saying_who_does_what_outweighs_a_doubt() -> None:
    text = "Duties\n\n- You will bake bread\n- Bread on lease\n"
    assert found(text, lambda _: -0.6) == ["You will bake bread"]


def test_a_heading_for_duties_above_talk_asks_only_what_says_so() -> None:
    text = "The job and Zorble\n\nZorble bakes. Zorble sells. Keeping calm. Zorble rests.\n"
    assert found(text, lambda _: -1.5) == []


def test_a_sentence_no_rule_knows_is_taken_up() -> None:
    text = "Requirements\n\nSourdough is no stranger to you, and neither is rye.\n"
    assert found(text, by_words("Sourdough")) == ["Sourdough is no stranger to you, and neither is rye."]


def test_what_asks_in_so_many_words_counts_below_a_heading_that_closes() -> None:
    text = "The company\n\nZorble is old. The developer must knead every dough by hand. Zorble is large.\n"
    assert found(text) == []
    assert found(text, lambda each: 3.0 if "knead" in each else 0.0) == [
        "The developer must knead every dough by hand."
    ]


def test_a_bullet_goes_on_behind_a_phrase_of_advertisement() -> None:
    text = "Duties\n\n- The newsletter is broken. You find out why and fix it.\n- Bake bread\n"
    assert found(text) == ["Bake bread"]
    assert found(text, by_words("fix", "Bake")) == ["You find out why and fix it.", "Bake bread"]


def test_a_finished_line_below_a_bullet_is_an_item_that_lost_its_mark() -> None:
    one = "Bake bread for the town and for the port, also on the days before holidays."
    two = "Count the flour with the miller, and order new sacks before they run out."
    assert found(f"Duties\n\n- {one}\n  {two}\n") == [one, two]


@pytest.mark.parametrize(
    ("sentence", "is_it"),
    [
        ("To reach many readers, we use three presses.", True),
        ("We've taken the shop online.", True),
        ("We need somebody who bakes.", False),
        ("We bake, and you sell.", False),
    ],
)
def test_talk_of_us_is_told_from_a_wish(sentence: str, *, is_it: bool) -> None:
    assert tells_of_us(sentence) is is_it


def test_grammar_tells_what_may_ask() -> None:
    assert may_ask("Rye is no stranger to you.", in_list=False)
    assert may_ask("Solid sourdough, some rye.", in_list=True)
    assert not may_ask("Solid sourdough, some rye.", in_list=False)
    assert not may_ask("It is made of rye.", in_list=True)
    assert says_who_does("Designing ovens")
    assert not says_who_does("Ovens")


def test_verbs_are_heard_by_their_form() -> None:
    assert "you will" in heard("You will design ovens")
    assert "will <do>" in heard("You will design ovens")
    assert "^<doing>" in heard("Designing ovens")
    assert heard("") == []


def test_what_was_learned_tells_duties_from_perks() -> None:
    judge = learned()
    asked = ["Design and build the services behind our shop.", "You have run Kubernetes in production."]
    perks = ["Thirty days of holiday and a bicycle on lease.", "We were founded in 1998 by two friends."]
    assert min(map(judge, asked)) > max(map(judge, perks)) + 1


def test_the_same_text_gives_the_same_statements() -> None:
    text = "\n".join(f"- Build part {number} and test it" for number in range(50))
    assert found(text, learned()) == found(text, learned())


def test_time_grows_with_the_text_alone() -> None:
    """Two hundred kilobytes within seconds on any machine; a quadratic rule would need minutes."""
    text = "\n\n".join(f"Short line {number}\nYou will build part {number}, and we are glad." for number in range(5000))
    judge = learned()
    started = time.process_time()
    statements_of(text[:200_000], judge)
    assert time.process_time() - started < 4
