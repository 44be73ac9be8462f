"""The difference of two versions: texts word by word, and all else in short sentences."""

from __future__ import annotations

import itertools
import random
import time
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from hiring.places import shipped
from hiring.rubrics.core.content import Content, ContentCriterion
from hiring.rubrics.core.difference import Runs, StatementChange, TextChange, difference, word_runs
from hiring.rubrics.core.shapes import Scale
from hiring.rubrics.publishing import content_of_role_file
from tests.rubrics.strategies import any_text, contents


@pytest.fixture(scope="module")
def content() -> Content:
    return content_of_role_file(shipped("rubrics") / "roles" / "backend-developer.yaml")


def with_criterion(content: Content, at: int, **fields: object) -> Content:
    criteria = list(content.criteria)
    criteria[at] = replace(criteria[at], **fields)  # type: ignore[arg-type]  # the test names its fields
    return replace(content, criteria=tuple(criteria))


def joined(runs: Runs, *kinds: str) -> str:
    return "".join(text for kind, text in runs if kind in kinds)


# Words


@pytest.mark.parametrize(
    ("before", "after", "runs"),
    [
        ("Same.", "Same.", ()),
        ("", "New.", (("new", "New."),)),
        ("Gone.", "", (("gone", "Gone."),)),
        (
            "Writes code in Python daily.",
            "Reads code in Python every day.",
            (
                ("gone", "Writes"),
                ("new", "Reads"),
                ("same", " code in Python "),
                ("gone", "daily"),
                ("new", "every day"),
                ("same", "."),
            ),
        ),
        (
            "Names the risk of a plan.",
            "Finds what nobody thought of.",
            (("gone", "Names the risk of a plan"), ("new", "Finds what nobody thought of"), ("same", ".")),
        ),
        ("One  two", "One two", (("same", "One"), ("gone", "  "), ("new", " "), ("same", "two"))),
        ("a b", "a c b", (("same", "a "), ("new", "c "), ("same", "b"))),
    ],
)
def test_words_that_went_and_came(before: str, after: str, runs: Runs) -> None:
    assert word_runs(before, after) == runs


SENTENCES = st.lists(st.sampled_from(["the ", "plan ", "of ", "a ", "risk", ", ", "\n", "names ", ". ", "  "])).map(
    "".join
)


@for_all(st.one_of(st.tuples(SENTENCES, SENTENCES), st.tuples(any_text, any_text)))
@settings(max_examples=400, deadline=None)
def test_runs_joined_are_the_texts(pair: tuple[str, str]) -> None:
    before, after = pair

    runs = word_runs(before, after)

    assert runs == () if before == after else bool(runs)
    if runs:
        assert joined(runs, "same", "gone") == before
        assert joined(runs, "same", "new") == after
    kinds = [kind for kind, _ in runs]
    assert all(text for _, text in runs)
    assert all(one != two and (one, two) != ("new", "gone") for one, two in itertools.pairwise(kinds))


@pytest.mark.parametrize(
    "alphabet", [["a "], ["a ", "b "], ["a", " "], [".", " "], ["word ", "the ", "of ", "x", ". "]]
)
def test_words_are_compared_in_bounded_time(alphabet: list[str]) -> None:
    draw = random.Random(7)
    before, after = ("".join(draw.choices(alphabet, k=4000)) for _ in range(2))
    began = time.process_time()

    runs = word_runs(before, "b " + after)

    assert joined(runs, "same", "gone") == before
    assert joined(runs, "same", "new") == "b " + after
    assert time.process_time() - began < 10


# Versions


def test_equal_versions_do_not_differ(content: Content) -> None:
    told = difference(content, content)

    assert told.empty
    assert told.summary == ()


@for_all(contents(), contents())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_difference_is_empty_for_equal_hashes_alone(one: Content, two: Content) -> None:
    assert difference(one, two).empty is (one.hash == two.hash)
    assert difference(one, one).empty
    assert not difference(None, one).empty
    reversed_criteria = replace(one, criteria=one.criteria[::-1])
    assert difference(one, reversed_criteria).empty is (reversed_criteria.hash == one.hash)


def test_without_a_version_before_all_is_new(content: Content) -> None:
    told = difference(None, content)

    assert told.added == content.criteria
    assert told.title == (("new", content.title),)
    assert {each.what for each in told.statements} == {"added"}
    assert {each.what for each in told.kits} == {"added"}
    assert told.summary[0] == f"Title {content.title}"


def test_title_scale_and_bar(content: Content) -> None:
    scale = Scale(("low", *content.scale.labels[1:]), 2)

    told = difference(content, replace(content, title="Baker", scale=scale))

    assert told.scale == (content.scale, scale)
    assert told.summary == (
        f"Title from {content.title} to Baker",
        f"Scale from “{', '.join(content.scale.labels)}” to “{', '.join(scale.labels)}”",
        "Bar from level 3 to level 2",
    )


def test_weights_names_competencies_and_texts_of_a_criterion(content: Content) -> None:
    first, second = content.criteria[:2]
    after = with_criterion(
        with_criterion(content, 1, weight=second.weight + Decimal("0.03")),
        0,
        name="Another name",
        weight=first.weight - Decimal("0.03"),
        competencies=("baking", *first.competencies[1:]),
        definition="Rewritten.",
        anchors=(first.anchors[0] + " Then stops.", *first.anchors[1:]),
        listen_for=(*first.listen_for, "a number"),
    )

    told = difference(content, after)

    change = told.changed[0]
    assert (change.renamed, change.weight) == (True, (first.weight, first.weight - Decimal("0.03")))
    assert (change.competencies_added, change.competencies_removed) == (("baking",), first.competencies[:1])
    assert [(each.where, each.level) for each in change.texts] == [
        ("name", None),
        ("definition", None),
        ("anchor", 1),
        ("listen_for", None),
    ]
    assert change.texts[2] == TextChange("anchor", 1, (("same", first.anchors[0]), ("new", " Then stops.")))
    assert told.summary == (
        f"{first.name} is now called Another name",
        f"Weight of Another name from {first.weight} to {first.weight - Decimal('0.03')}",
        "Another name takes in baking",
        f"Another name no longer holds {first.competencies[0]}",
        "Anchor of level 1 of Another name rewritten",
        "Definition of Another name rewritten",
        "What to listen for of Another name rewritten",
        f"Weight of {second.name} from {second.weight} to {second.weight + Decimal('0.03')}",
    )


def test_a_criterion_that_is_moved(content: Content) -> None:
    first, second, *rest = content.criteria

    told = difference(content, replace(content, criteria=(second, *rest, first)))

    assert told.summary == (f"{first.name} moved from place 1 to {len(content.criteria)}",)


def test_a_new_key_is_paired_by_what_it_covers(content: Content) -> None:
    first = content.criteria[0]
    plan = {"schema": 1, "kits": [{**kit, "focus": ["other" if each == first.key else each for each in kit["focus"]]} for kit in content.plan["kits"]]}  # fmt: skip

    told = difference(content, replace(with_criterion(content, 0, key="other"), plan=plan))

    assert (told.added, told.removed, told.statements, told.kits) == ((), (), (), ())
    assert told.summary == (f"Key of {first.name} from {first.key} to other",)


def test_a_criterion_added_and_one_removed(content: Content) -> None:
    *kept, last = content.criteria
    other = ContentCriterion("baking", "Baking", "", last.weight, ("baking",), (), ("a", "b", "c", "d"), ())

    told = difference(content, replace(content, criteria=(*kept, other)))

    assert (told.added, told.removed) == ((other,), (last,))
    assert told.summary[:2] == (f"Criterion added: Baking, weight {last.weight}", f"Criterion removed: {last.name}")
    count = len(last.statements)
    assert f"{count} {'statement' if count == 1 else 'statements'} now covered by no criterion" in told.summary


def test_statements_that_change_their_cover(content: Content) -> None:
    first, second = content.criteria[:2]
    moved, freed, left = first.statements[:3]
    posting = next(each for each in content.postings if any(one.key == left for one in each.statements))
    statements = tuple(
        replace(each, left_out="Everybody does it.") if each.key == left else each for each in posting.statements
    )
    postings = tuple(replace(posting, statements=statements) if each is posting else each for each in content.postings)
    after = replace(
        with_criterion(
            with_criterion(content, 0, statements=first.statements[3:]), 1, statements=(*second.statements, moved)
        ),
        postings=postings,
    )

    told = difference(content, after)

    assert {each.key: (each.what, each.before, each.after, each.left_out) for each in told.statements} == {
        moved: ("moved", (first.name,), (second.name,), ""),
        freed: ("uncovered", (first.name,), (), ""),
        left: ("left_out", (first.name,), (), "Everybody does it."),
    }
    assert sorted(told.summary) == [
        "1 statement left out on purpose",
        f"1 statement moved from {first.name} to {second.name}",
        "1 statement now covered by no criterion",
    ]
    back = difference(after, content)
    assert {each.key: each.what for each in back.statements} == {moved: "moved", freed: "covered", left: "covered"}


def test_statements_added_removed_and_reworded(content: Content) -> None:
    posting = content.postings[0]
    gone, reworded, *rest = posting.statements
    longer = replace(reworded, text=reworded.text[:-1], end=reworded.end - 1)
    added = replace(gone, key="new", text=gone.text[:5], end=gone.start + 5)
    after = replace(content, postings=(replace(posting, statements=(longer, *rest, added)), *content.postings[1:]))

    told = difference(content, after)

    assert {(each.what, each.key) for each in told.statements} == {
        ("removed", gone.key),
        ("reworded", reworded.key),
        ("added", "new"),
    }
    change = next(each for each in told.statements if each.what == "reworded")
    assert joined(change.runs, "same", "new") == longer.text
    assert isinstance(change, StatementChange)


def test_renumbered_statements_are_the_same(content: Content) -> None:
    new_key = {
        each.key: f"n{number}"
        for number, each in enumerate(each for posting in content.postings for each in posting.statements)
    }
    postings = tuple(
        replace(posting, statements=tuple(replace(each, key=new_key[each.key]) for each in posting.statements))
        for posting in content.postings
    )
    criteria = tuple(
        replace(each, statements=tuple(map(new_key.__getitem__, each.statements))) for each in content.criteria
    )

    told = difference(content, replace(content, postings=postings, criteria=criteria))

    assert told.statements == ()
    assert told.summary == ("Only the order of entries, or their keys",)


def test_the_plan(content: Content) -> None:
    kits = [dict(kit) for kit in content.plan["kits"]]
    gone, changed = kits[0], kits[1]
    asked = list(changed["questions"])
    asked[0] = {**asked[0], "ask": asked[0]["ask"] + " Why?"}
    names = {each.key: each.name for each in content.criteria}
    free = next(key for key in names if key not in changed["focus"])
    kits[1] = {**changed, "minutes": 45, "focus": [*changed["focus"][1:], free], "instructions": "Listen.", "questions": [*asked[:-1], {"kind": "past", "ask": "Which one?", "follow_ups": []}]}  # fmt: skip
    kits = [*kits[1:], {**gone, "id": "other", "name": "Other"}]

    told = difference(content, replace(content, plan={"schema": 1, "kits": kits}))

    assert [(each.what, each.key) for each in told.kits] == [
        ("changed", changed["id"]),
        ("added", "other"),
        ("removed", gone["id"]),
    ]
    change = told.kits[0]
    assert change.minutes == (changed["minutes"], 45)
    assert (change.focus_added, change.focus_removed) == ((names[free],), (names[changed["focus"][0]],))
    assert joined(change.instructions, "same", "new") == "Listen."
    assert sorted(each.what for each in change.questions) == ["added", "changed", "removed"]
    assert f"Minutes of kit {changed['name']} from {changed['minutes']} to 45" in told.summary
    assert "Kit added: Other" in told.summary


def test_two_thousand_statements_are_compared_at_once() -> None:
    from tests.rubrics.test_exchange import large

    before = large("Answer the bakers of the town. " * 1000, 2000)
    posting = before.postings[0]
    after = replace(
        before,
        postings=(
            replace(
                posting,
                statements=tuple(
                    replace(each, key=f"n{each.key}", text=each.text + "x") for each in posting.statements
                ),
            ),
        ),
    )
    began = time.process_time()

    told = difference(before, after)

    assert not told.empty
    assert time.process_time() - began < 20
