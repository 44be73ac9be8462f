"""Learns from the library's examples what statements sound like, and reads what was learned. `make learn` runs it.

The examples are `rubrics/examples/ID.txt`, a line each, in our own words; what they teach stands in `learned.json` beside
this file, with the hash of the examples that it was learned from. Learning needs no library and always gives the same.
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hiring.errors import Broken
from hiring.places import shipped
from hiring.rubrics.core.asking import Asking, Judge, heard, judge_of
from hiring.rubrics.core.likeness import Likeness, said
from hiring.rubrics.core.words import tokens

LEARNED = Path(__file__).with_name("learned.json")
SCHEMA = 1
NOISE = "noise"
"""The file of what postings say besides duties, skills and traits; no class of a competency's."""

COST = 1.0
ROUNDS = 12
NOISE_TIMES = 4
"""How often each line of noise is heard for each line of a competency, where duties are told from the rest."""
SHORTEST = 3
"""The words of a line that can teach grammar, at least."""
LEAST_WEIGHT = 0.15
"""Weights below this are dropped: they change hardly a match, and make up most of the file."""

Vector = list[tuple[int, float]]


def examples(folder: Path | None = None) -> dict[str, list[str]]:
    """Return the examples by the name of their file, in its order, without empty lines."""
    paths = sorted(((folder or shipped("rubrics")) / "examples").glob("*.txt"))
    return {path.stem: [line for line in path.read_text("utf-8").split("\n") if line.strip()] for path in paths}


def fingerprint(given: dict[str, list[str]]) -> str:
    """Return the SHA-256 of the examples, by which what was learned from others is told."""
    return hashlib.sha256(json.dumps(given, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def learn(given: dict[str, list[str]]) -> dict[str, Any]:
    """Learn one class for each file: a linear classifier each against the rest, on tf-idf of words and pairs of words.

    Hsieh et al., “A Dual Coordinate Descent Method for Large-scale Linear SVM” (2008), algorithm 1 with the squared loss.
    """
    classes = sorted(given)
    lines = [(at, line) for at, name in enumerate(classes) for line in given[name]]
    heard = [sorted(said(list(tokens(line)))) for _, line in lines]
    counts = Counter(word for words in heard for word in words)
    # A pair heard once is chance; a single word heard once may be a product's name.
    vocabulary = sorted(word for word, count in counts.items() if count > 1 or " " not in word)
    number = {word: at for at, word in enumerate(vocabulary)}
    rarity = [math.log((1 + len(lines)) / (1 + counts[word])) + 1 for word in vocabulary]
    vectors = [_unit([(number[word], rarity[number[word]]) for word in words if word in number]) for words in heard]
    weights: list[list[tuple[int, int]]] = [[] for _ in vocabulary]
    bias = []
    for at in range(len(classes)):
        found = _against_the_rest(vectors, [1 if mine == at else -1 for mine, _ in lines], len(vocabulary))
        bias.append(round(found[-1], 4))
        for word, weight in enumerate(found[:-1]):
            if abs(weight) >= LEAST_WEIGHT:
                weights[word].append((at, round(weight * 100)))
    return {
        "schema": SCHEMA,
        "learned_from": fingerprint(given),
        "classes": classes,
        "bias": bias,
        "words": {
            word: [round(rarity[at], 2), *(part for pair in weights[at] for part in pair)]
            for at, word in enumerate(vocabulary)
            if weights[at]
        },
        "asking": _learn_asking(given),
    }


def _learn_asking(given: dict[str, list[str]]) -> dict[str, Any]:
    """Learn what is asked of a person against everything else, from whole sentences with their common words."""
    asked = [line for name in sorted(given) if name != NOISE for line in given[name] if len(line.split()) >= SHORTEST]
    lines = [(1, line) for line in asked] + [(-1, line) for line in given.get(NOISE, [])] * NOISE_TIMES
    features = [heard(line) for _, line in lines]
    counts = Counter(word for words in features for word in words)
    vocabulary = sorted(word for word, count in counts.items() if count > 1)
    number = {word: at for at, word in enumerate(vocabulary)}
    rarity = [math.log((1 + len(lines)) / (1 + counts[word])) + 1 for word in vocabulary]
    vectors = [_unit([(number[word], rarity[number[word]]) for word in words if word in number]) for words in features]
    found = _against_the_rest(vectors, [sign for sign, _ in lines], len(vocabulary))
    return {
        "bias": round(found[-1], 4),
        "words": {
            word: [round(rarity[at], 2), round(found[at] * 100)]
            for at, word in enumerate(vocabulary)
            if abs(found[at]) >= LEAST_WEIGHT
        },
    }


def _unit(vector: Vector) -> Vector:
    length = math.sqrt(sum(value * value for _, value in vector))
    return [(at, value / length) for at, value in vector]


def _against_the_rest(vectors: Sequence[Vector], signs: Sequence[int], size: int) -> list[float]:
    """Return the weights of one class, the last one its bias: the dual of the squared hinge loss, coordinate by coordinate."""
    chance = random.Random(1)  # noqa: S311 - a shuffle that is the same each time
    weights = [0.0] * (size + 1)
    least = 1 / (2 * COST)
    alphas = [0.0] * len(vectors)
    order = list(range(len(vectors)))
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for at in order:
            sign, vector, alpha = signs[at], vectors[at], alphas[at]
            told = weights[-1]
            for word, value in vector:
                told += weights[word] * value
            slope = sign * told - 1 + least * alpha
            if alpha == 0.0 and slope >= 0:
                continue
            step = max(alpha - slope / (2 + least), 0.0)
            if step != alpha:
                alphas[at] = step
                move = (step - alpha) * sign
                for word, value in vector:
                    weights[word] += move * value
                weights[-1] += move
    return weights


def load_learned(path: Path = LEARNED) -> tuple[Likeness, Likeness]:
    """Return what was learned: likeness to each competency, and to noise. Raises Broken where the file is another's."""
    try:
        stored = json.loads(path.read_text("utf-8"))
        if stored["schema"] != SCHEMA:
            raise Broken(
                f"{path.name} has schema {stored['schema']}, which this version does not know: run `make learn`."
            )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Broken(f"{path.name} cannot be read ({type(error).__name__}): run `make learn`.") from error
    every = tuple(stored["classes"])
    wanted = [at for at, name in enumerate(every) if name != NOISE]
    return _only(stored, wanted), _only(stored, [at for at in range(len(every)) if at not in set(wanted)])


def load_asking(path: Path = LEARNED) -> Asking | None:
    """Return what was learned of asking; None where the file was written before there was such."""
    stored = json.loads(path.read_text("utf-8")).get("asking")
    if stored is None:
        return None
    return Asking(stored["bias"], {word: (rarity, weight / 100) for word, (rarity, weight) in stored["words"].items()})


@functools.cache
def shipped_judge() -> Judge | None:
    """Return the shipped second opinion on whether a sentence asks for something."""
    return judge_of(*load_learned(), load_asking())


def _only(stored: dict[str, Any], wanted: Sequence[int]) -> Likeness:
    place = {at: new for new, at in enumerate(wanted)}
    return Likeness(
        classes=tuple(stored["classes"][at] for at in wanted),
        bias=tuple(stored["bias"][at] for at in wanted),
        weights={
            word: (rarity, tuple((place[at], weight / 100) for at, weight in _pairs(rest) if at in place))
            for word, (rarity, *rest) in stored["words"].items()
        },
    )


def _pairs(flat: Sequence[int]) -> Iterator[tuple[int, int]]:
    return zip(flat[::2], flat[1::2], strict=True)


def main() -> int:
    """Learn from the examples as they stand now."""
    learned = learn(examples())
    LEARNED.write_text(
        json.dumps(learned, ensure_ascii=False, separators=(",", ":")).replace('],"', '],\n"') + "\n", "utf-8"
    )
    print(f"{len(learned['words']):,} words and pairs, {LEARNED.stat().st_size // 1000:,} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
