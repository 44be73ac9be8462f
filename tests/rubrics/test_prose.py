"""What a rubric says: each rule with a file that breaks it, at its line and column, and a near miss that does not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from hiring.places import shipped
from hiring.rubrics.core.document import parse
from hiring.rubrics.core.lint import read_competency, read_role
from hiring.rubrics.core.prose import read_over_competency, read_over_role
from hiring.rubrics.core.shapes import Fault
from hiring.rubrics.library import check_file, check_folder, load_library, load_role, yaml_files

COMPETENCY = """id: baking
family: kitchen
name: Baking
definition: Bread that rises.
terms: [bread, rye bread]
levels:
  - label: low
    behaviours:
      - Leaves the loaf in while answering letters upstairs.
      - Serves burnt crust and praises the oven.
  - label: middle
    behaviours:
      - Weighs flour and water before mixing either of them.
      - Turns each tray once, halfway through its time.
  - label: high
    behaviours:
      - Judges by smell when a sour dough has ripened.
      - Teaches two apprentices until both open the shop alone.
questions:
  - kind: past
    ask: Tell me about a loaf that failed.
    follow_ups: [What did you change?]
  - kind: situation
    ask: The power fails at four. What do you sell at six?
    follow_ups: [Whom do you wake?]
  - kind: work
    ask: Write the list for tomorrow.
    follow_ups: [What comes first?]
listen_for: [weighs first]
worry: [Blames the oven.]
do_not_hold_against: [Having a strong accent, hobbies or children of their own.]
"""

ROLE = (
    """id: baker
title: Baker
scale:
  labels: [low, middle, high]
criteria:
"""
    + "".join(
        f"""  - id: c{number}
    name: Criterion {number}
    competencies: [k{number}]
    weight: {weight}
    levels:
      - Leaves tray {number} in the oven and answers letters upstairs.
      - Weighs flour {number} before mixing, then turns each loaf halfway.
      - Judges dough {number} by smell, and teaches two apprentices to.
"""
        for number, weight in enumerate(("0.20", "0.20", "0.20", "0.20", "0.10", "0.10"))
    )
    + """plan:
  kits:
    - id: day
      name: Day
      minutes: 60
      instructions: Let the candidate choose the flour.
      focus: [c0, c1]
      questions:
        - kind: past
          ask: Tell me about a loaf that failed.
          follow_ups: [What did you change?]
"""
)


def competency_faults(text: str) -> list[Fault]:
    node = parse(text)
    assert not isinstance(node, Fault), node
    value, faults = read_competency(node)
    assert value is not None, faults
    return read_over_competency(node, value)


def role_faults(text: str) -> list[Fault]:
    node = parse(text)
    assert not isinstance(node, Fault), node
    value, faults = read_role(node)
    assert value is not None, faults
    return read_over_role(node, value)


def changed(text: str, before: str, after: str) -> str:
    assert before in text
    return text.replace(before, after, 1)


def test_the_examples_are_faultless() -> None:
    assert competency_faults(COMPETENCY) == []
    assert role_faults(ROLE) == []


# Levels that differ

SAME = "- Serves burnt crust and praises the oven."
TURNS = "- Turns each tray once, halfway through its time."


def test_two_levels_with_the_same_words() -> None:
    text = changed(COMPETENCY, "- Weighs flour and water before mixing either of them.", SAME)
    text = changed(text, TURNS, "- Leaves the loaf in while answering mail upstairs.")
    assert competency_faults(text) == [
        Fault(
            11,
            5,
            "“middle” shares 13 of 15 words with “low”: serves, burnt, crust, praises, oven, leaves …",
            "Describe what a person does at this level that is not done at the other",
        ),
    ]


def test_near_miss_two_levels_with_half_of_one_in_common() -> None:
    """One behaviour of two is the same: 7 of 21 words."""
    assert competency_faults(changed(COMPETENCY, TURNS, SAME)) == []


def test_an_anchor_whose_adjective_was_exchanged() -> None:
    before = "- Weighs flour 3 before mixing, then turns each loaf halfway."
    after = "- Leaves tray 3 in the oven and answers short letters upstairs."
    (fault,) = role_faults(changed(ROLE, before, after))
    assert (fault.line, fault.column) == (36, 9)
    assert fault.what.startswith("“middle” shares 10 of 11 words with “low”: leaves, tray, oven, answers, letters, ")


def test_near_miss_an_anchor_that_shares_its_frame() -> None:
    before = "- Weighs flour 3 before mixing, then turns each loaf halfway."
    assert role_faults(changed(ROLE, before, "- Leaves the oven to answer, and sets a clock for tray 3.")) == []


# Lengths


def words(number: int) -> str:
    return "- " + " ".join(f"word{each}" for each in range(number)) + "."


@pytest.mark.parametrize(("number", "what"), [(5, "too few to observe"), (41, "too many to hold in mind")])
def test_a_behaviour_too_short_or_too_long(number: int, what: str) -> None:
    (fault,) = competency_faults(changed(COMPETENCY, TURNS, words(number)))
    assert (fault.line, fault.column, fault.what) == (14, 9, f"This behaviour has {number} words, {what}")


@pytest.mark.parametrize("number", [6, 40])
def test_near_miss_a_behaviour_just_long_or_short_enough(number: int) -> None:
    assert competency_faults(changed(COMPETENCY, TURNS, words(number))) == []


@pytest.mark.parametrize(("number", "what"), [(7, "too few to observe"), (61, "too many to hold in mind")])
def test_an_anchor_too_short_or_too_long(number: int, what: str) -> None:
    text = changed(ROLE, "- Leaves tray 0 in the oven and answers letters upstairs.", words(number))
    (fault,) = role_faults(text)
    assert (fault.line, fault.column, fault.what) == (11, 9, f"This anchor has {number} words, {what}")


@pytest.mark.parametrize("number", [8, 60])
def test_near_miss_an_anchor_just_long_or_short_enough(number: int) -> None:
    text = changed(ROLE, "- Leaves tray 0 in the oven and answers letters upstairs.", words(number))
    assert role_faults(text) == []


def test_a_level_of_one_behaviour() -> None:
    assert competency_faults(changed(COMPETENCY, f"      {TURNS}\n", "")) == [
        Fault(11, 5, "“middle” has one behaviour", "Add another that one could observe"),
    ]


def test_a_criterion_without_anchors_is_left_to_its_competencies() -> None:
    start, end = ROLE.index("    levels:\n"), ROLE.index("  - id: c1")
    assert role_faults(ROLE[:start] + ROLE[end:]) == []


# Questions


def test_two_questions_are_refused_by_their_form(tmp_path: Path) -> None:
    path = tmp_path / "baking.yaml"
    start, end = COMPETENCY.index("  - kind: work"), COMPETENCY.index("listen_for")
    path.write_text(COMPETENCY[:start] + COMPETENCY[end:], encoding="utf-8")
    assert [(fault.line, fault.column, fault.what) for fault in check_file(path, None)] == [
        (20, 3, "There is no question of the kind work"),
    ]


@pytest.mark.parametrize(
    ("after", "line", "column"), [("    follow_ups: []\n", 25, 17), ("", 23, 5)], ids=["none", "no field"]
)
def test_a_question_without_follow_ups(after: str, line: int, column: int) -> None:
    text = changed(COMPETENCY, "    follow_ups: [Whom do you wake?]\n", after)
    assert competency_faults(text) == [
        Fault(line, column, "This question has no follow-ups", "Add what to ask when the answer stays general"),
    ]


def test_a_kit_s_question_without_follow_ups() -> None:
    (fault,) = role_faults(changed(ROLE, "          follow_ups: [What did you change?]\n", ""))
    assert (fault.line, fault.column, fault.what) == (62, 11, "This question has no follow-ups")


# Counting years, and grading


@pytest.mark.parametrize(
    "text",
    [
        "Has more than five years of experience with ovens.",
        "At least 3+ years’ professional experience in a bakery with several large ovens and shifts.",
        "Brings six to eight months of hands-on practice with rye.",
        "Has worked with sour dough for many years.",
        "Experience with wood ovens of at least 10 years.",
    ],
)
def test_a_level_that_counts_time(text: str) -> None:
    assert competency_faults(changed(COMPETENCY, TURNS, f"- {text}")) == [
        Fault(14, 9, "This counts time instead of behaviour", "Write what the person does with what they learnt"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Keeps one sour dough alive for three years while the staff changes twice.",
        "Draws on five years of practice with rye to name the two faults that ruin most loaves.",
        "Supports ovens twelve years old by a stated rule on what may break.",
        "Works for two months beside the old baker, then writes down every step that was only in her head.",
    ],
)
def test_near_miss_time_in_which_something_was_done(text: str) -> None:
    assert competency_faults(changed(COMPETENCY, TURNS, f"- {text}")) == []


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("Has excellent knowledge of bread and its subjects.", "excellent"),
        ("Shows good understanding and strong skills in baking.", "good”, “strong"),
        ("Bakes bread very well in most cases.", "well"),
        ("Has a basic knowledge of sour dough.", "basic"),
        ("Handles rye quickly, competently and in high quality.", "quickly”, “competently”, “high"),
    ],
)
def test_a_level_that_only_grades(text: str, grade: str) -> None:
    assert competency_faults(changed(COMPETENCY, TURNS, f'- "{text}"')) == [
        Fault(14, 9, f"“{grade}” is all that grades this", "Write what one would see or hear that earns the word"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Says which loaves sold well, and which ought to have been refused.",
        "Brings back a good starter from another bakery and keeps both apart.",
        "Finds the weak flour in a delivery by stretching a little of its dough.",
    ],
)
def test_near_miss_an_adjective_among_deeds(text: str) -> None:
    assert competency_faults(changed(COMPETENCY, TURNS, f"- {text}")) == []


# What nobody may be assessed by

PERSONAL = [
    ("age", "Would a young team respect you?", "young team"),
    ("age", "How old are you, if I may ask?", "How old are you"),
    ("age", "We look for a digital native.", "digital native"),
    ("age", "Would you hire an applicant older than 50?", "applicant older than 50"),
    ("age", "Does the candidate’s age show?", "candidate’s age"),
    ("family plans", "Are you married?", "married"),
    ("family plans", "Do you plan to have children?", "plan to have children"),
    ("family plans", "What does your family say about night shifts?", "your family"),
    ("origin or nationality", "What is your nationality?", "nationality"),
    ("origin or nationality", "Where are you really from?", "Where are you really from"),
    ("accent or mother tongue", "Speaks without an accent.", "without an accent"),
    ("accent or mother tongue", "English as a native speaker.", "native speaker"),
    ("accent or mother tongue", "Writes native English.", "native English"),
    ("religion", "Would your faith stop you from working on Sundays?", "your faith"),
    ("religion", "What is your religion?", "religion"),
    ("looks", "Notice the neat appearance.", "neat appearance"),
    ("looks", "Is the person well-dressed?", "well-dressed"),
    ("health", "How is your health?", "your health"),
    ("health", "Asks for few sick days.", "sick days"),
    ("fitting in", "Is there a culture fit?", "culture fit"),
    ("fitting in", "Would they fit in?", "Would they fit in"),
    ("fitting in", "Fits into our team.", "Fits into our team"),
    ("gender", "Which gender would our clients prefer?", "gender"),
    ("gender", "We need a guy for the ovens.", "guy"),
    ("hobbies", "Which hobbies do you have?", "hobbies"),
    ("hobbies", "Do you bake in your spare time?", "your spare time"),
    ("hero words", "A rock star at the oven.", "rock star"),
    ("hero words", "Are you a ninja with the knife?", "a ninja"),
    ("hero words", "Our dough guru retires.", "guru"),
]


@pytest.mark.parametrize(("topic", "text", "said"), PERSONAL, ids=[text for _, text, _ in PERSONAL])
def test_what_makes_the_personal_a_matter(topic: str, text: str, said: str) -> None:
    (fault,) = competency_faults(changed(COMPETENCY, "What did you change?", f'"{text}"'))
    assert (fault.line, fault.column) == (22, 18)
    assert fault.what == f"“{said}” makes {topic} a matter of the assessment"
    assert fault.instead.startswith(("Remove it, or name", "Write what the person does"))


@pytest.mark.parametrize(
    "text",
    [
        "Does the margin outfit, in your view, turn a profit?",
        "How many rows fit in memory, and would the rest fit in a cache of this size?",
        "Is this structure a good fit for the problem?",
        "How did you find the race condition, and whose race condition was it?",
        "The parent process waits for its child process. Which children of the node stay?",
        "Would you build a native app, or use the native driver?",
        "What does the health check say, and how is the health of the service shown?",
        "What happens in the second garbage collection generation, the young generation?",
        "What is the age of a cache entry, and is it evicted by its age?",
        "Which version is too old to patch, and which system is over 20 years old?",
        "Which accent colour has enough contrast, and is it a strong accent colour?",
        "How would you sort names with an accent mark in the country of origin of a parcel?",
        "Which origin may call it across sites? How is gradient descent stopped?",
        "Which font family, and which family of functions?",
        "Show the free time slots of the room.",
        "Write the gender-neutral form of the letter.",
        "Would you use the Ninja build, or build with ninja?",
        "How would a mature team release, and an older version migrate?",
        "Which screen reader do blind people use?",
    ],
)
def test_near_miss_the_same_words_about_programs(text: str) -> None:
    assert competency_faults(changed(COMPETENCY, "What did you change?", f'"{text}"')) == []


@pytest.mark.parametrize(
    ("before", "line", "column"),
    [
        ("Bread that rises.", 4, 13),
        ("rye bread", 5, 16),
        ("Leaves the loaf in while answering letters upstairs.", 9, 9),
        ("Write the list for tomorrow.", 27, 10),
        ("weighs first", 29, 14),
        ("Blames the oven.", 30, 9),
    ],
)
def test_every_text_of_a_competency_is_read(before: str, line: int, column: int) -> None:
    (fault,) = competency_faults(changed(COMPETENCY, before, "asks every native speaker about bread first"))
    assert (fault.line, fault.column, fault.what[:16]) == (line, column, "“native speaker”")


@pytest.mark.parametrize(
    ("before", "line", "column"),
    [
        ("Criterion 0", 7, 11),
        ("Leaves tray 0 in the oven and answers letters upstairs.", 11, 9),
        ("Let the candidate choose the flour.", 59, 21),
        ("Tell me about a loaf that failed.", 63, 16),
    ],
)
def test_every_text_of_a_role_is_read(before: str, line: int, column: int) -> None:
    (fault,) = role_faults(changed(ROLE, before, "Asks for a digital native who bakes bread at night"))
    assert (fault.line, fault.column, fault.what[:16]) == (line, column, "“digital native”")


def test_what_must_not_count_may_be_named() -> None:
    text = changed(
        COMPETENCY, "Having a strong accent, hobbies or children of their own.", "Being married; sick leave."
    )
    assert competency_faults(text) == []


# Files


def test_check_file_reads_what_a_file_says_and_loading_does_not(tmp_path: Path) -> None:
    competency, role = tmp_path / "competencies" / "baking.yaml", tmp_path / "baker.yaml"
    competency.parent.mkdir()
    competency.write_text(changed(COMPETENCY, TURNS, "- Turns each tray."), encoding="utf-8")
    role.write_text(changed(ROLE, "Criterion 0", "Culture fit"), encoding="utf-8")

    assert [(fault.line, fault.column) for fault in check_file(competency, None)] == [(14, 9)]
    assert [(fault.line, fault.column) for fault in check_file(role, None)] == [(7, 11)]
    assert load_role(role).criteria[0].name == "Culture fit"
    assert [each.id for each in load_library(tmp_path).competencies] == ["baking"]


def test_check_folder_reads_over_a_file_whose_form_and_name_hold(tmp_path: Path) -> None:
    for name in ("competencies", "roles", "sources"):
        (tmp_path / name).mkdir()
    short = changed(COMPETENCY, TURNS, "- Turns each tray.")
    (tmp_path / "competencies" / "baking.yaml").write_text(short, encoding="utf-8")
    (tmp_path / "competencies" / "bread.yaml").write_text(short, encoding="utf-8")
    said = [(path.name, fault.line, fault.column) for path, fault in check_folder(tmp_path) if path.suffix]
    assert said == [("baking.yaml", 14, 9), ("bread.yaml", 1, 1)]


def test_the_shipped_texts_have_no_fault() -> None:
    competencies, roles = (yaml_files(shipped("rubrics") / name) for name in ("competencies", "roles"))
    assert len(competencies) >= 48
    assert {path.stem: found for path in competencies if (found := competency_faults(path.read_text("utf-8")))} == {}
    assert {path.stem: found for path in roles if (found := role_faults(path.read_text("utf-8")))} == {}


def test_long_texts_are_read_in_bounded_time() -> None:
    long = ("experience worked for one two three years of his her fit in the young and " * 30)[:1990]
    text = changed(COMPETENCY, TURNS, f"- {long}")
    started = time.process_time()
    assert competency_faults(text)
    assert time.process_time() - started < 1
