"""What is learned from the examples: anew each time the same, told apart, and never older than they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hiring.errors import Broken
from hiring.rubrics.core.likeness import said
from hiring.rubrics.core.shapes import Library
from hiring.rubrics.core.words import tokens
from hiring.rubrics.learning import LEARNED, NOISE, examples, fingerprint, learn, load_learned

GIVEN = {
    "baking": ["Bake bread before dawn", "Knead dough and bake rolls", "Sourdough, rye and spelt", "You bake cakes"],
    "selling": [
        "Sell bread over the counter",
        "Count the till at night",
        "Greet guests and sell cakes",
        "Run the till",
    ],
    NOISE: ["We offer free bread", "Our bakery has four ovens", "Send us your papers", "Thirty days of leave"],
}


def heard(text: str) -> dict[str, tuple[int, int]]:
    return said(list(tokens(text)))


def learned(tmp_path: Path) -> Path:
    path = tmp_path / "learned.json"
    path.write_text(json.dumps(learn(GIVEN)), "utf-8")
    return path


def test_what_is_shipped_was_learned_from_the_examples_as_they_are() -> None:
    stored = json.loads(LEARNED.read_text("utf-8"))
    assert stored["learned_from"] == fingerprint(examples()), "the examples have changed: run `make learn`"


def test_every_competency_has_examples_and_each_stands_once(library: Library) -> None:
    given = examples()
    assert set(given) == {NOISE, *(entry.id for entry in library.competencies)}
    assert min(len(lines) for lines in given.values()) >= 150
    for name, lines in given.items():
        assert len(set(lines)) == len(lines), name


def test_a_statement_is_like_what_it_was_learned_from(tmp_path: Path) -> None:
    competencies, noise = load_learned(learned(tmp_path))
    assert (competencies.classes, noise.classes) == (("baking", "selling"), (NOISE,))
    bake, sell = competencies.scores(heard("Bake rye rolls")), competencies.scores(heard("Run the till by day"))
    assert bake["baking"] > 0 > bake["selling"]
    assert sell["selling"] > 0 > sell["baking"]
    assert noise.scores(heard("We offer leave"))[NOISE] > 0
    assert competencies.scores(heard("Zebras gallop")) == {}


def test_the_words_that_tell_are_those_of_the_text(tmp_path: Path) -> None:
    text = "Quickly count the till"
    competencies, _ = load_learned(learned(tmp_path))
    assert [text[start:end] for start, end in competencies.telling(heard(text), "selling")] == ["count", "till"]
    assert competencies.telling(heard("Zebras gallop"), "selling") == []


def test_learning_again_gives_the_same() -> None:
    assert json.dumps(learn(GIVEN)) == json.dumps(learn(GIVEN))


def test_control_other_examples_have_another_fingerprint() -> None:
    assert fingerprint(GIVEN) != fingerprint({**GIVEN, "baking": GIVEN["baking"][:-1]})


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"schema": 2}'])
def test_a_file_that_says_something_else_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "learned.json"
    path.write_text(content, "utf-8")
    with pytest.raises(Broken, match=r"run `make learn`"):
        load_learned(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Broken, match=r"learned.json cannot be read"):
        load_learned(tmp_path / "learned.json")
