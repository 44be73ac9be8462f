"""The extractor on shapes of posting that nobody tuned it for one by one."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from hiring.rubrics.core.extract import sentences, statements_of


def found(text: str) -> list[tuple[str, str]]:
    return [(place.kind.value[0], text[place.start : place.end]) for place, _ in statements_of(text)]


def test_markdown_with_offers_and_procedure() -> None:
    text = """# Platform engineer (f/m/d)

**Nordlicht** runs the ticket machines of eleven harbour towns. We are a team of nine.

## What you'll do

* Run our Kubernetes clusters and keep them up to date, together with
  two colleagues in Tromsø
* **Automate releases** with GitLab CI
* Write runbooks that somebody can follow at night; see [our style](https://example.org/style)

## What you bring

1. Three years of experience with Linux in production
2. Terraform or a similar tool
3. You explain things patiently and like to learn

## Nice to have

- Rust

```
- not a bullet but code
```

## What we offer

* 30 days of holiday
* You will work in a small team with short ways

## How to apply

Send your CV to jobs@example.org. You should write two sentences about yourself.
"""
    assert found(text) == [
        ("r", "Run our Kubernetes clusters and keep them up to date, together with\n  two colleagues in Tromsø"),
        ("r", "**Automate releases** with GitLab CI"),
        ("r", "Write runbooks that somebody can follow at night; see [our style](https://example.org/style)"),
        ("s", "Three years of experience with Linux in production"),
        ("s", "Terraform or a similar tool"),
        ("t", "You explain things patiently and like to learn"),
        ("s", "Rust"),
    ]


def test_lists_that_lost_their_bullets() -> None:
    text = """Data Analyst

About us
We sell seeds to gardeners in 14 countries. Our team works from Lyon.

Your responsibilities
Build the weekly sales report
Design dashboards for the buying department

Requirements
SQL and Python
2+ years in a similar role
Good written communication

Benefits
Health insurance
Free seeds

Contact
jobs@seeds.example
"""
    assert found(text) == [
        ("r", "Build the weekly sales report"),
        ("r", "Design dashboards for the buying department"),
        ("s", "SQL and Python"),
        ("s", "2+ years in a similar role"),
        ("t", "Good written communication"),
    ]


def test_prose_alone() -> None:
    text = (
        "We are looking for a nurse manager who can lead a ward of 24 beds. You will plan the shifts, coach new colleagues "
        "and represent the ward in the weekly meeting. The successful candidate must have experience in intensive care. "
        "Our hospital was founded in 1911. Salary range: 40,000 to 52,000. Are you interested? Then apply now! We offer a "
        "pension and a gym. She is responsible for the budget, e.g. for linen."
    )
    assert found(text) == [
        ("s", "We are looking for a nurse manager who can lead a ward of 24 beds."),
        ("r", "You will plan the shifts, coach new colleagues and represent the ward in the weekly meeting."),
        ("s", "The successful candidate must have experience in intensive care."),
        ("r", "She is responsible for the budget, e.g. for linen."),
    ]


def test_labels_and_dashes_under_capitals() -> None:
    text = """SENIOR MOBILE DEVELOPER

TASKS:
– Develop our Android app in Kotlin
– Review the code of two juniors
– Develop our Android app in Kotlin

PROFILE:
Languages: Kotlin, some Java. Experience: four years with Android.
Testing: you write unit tests before you are asked to
Attitude: curious, patient, honest

SALARY
From 60k
"""
    assert found(text) == [
        ("r", "Develop our Android app in Kotlin"),
        ("r", "Review the code of two juniors"),
        ("s", "Languages: Kotlin, some Java. Experience: four years with Android."),
        ("s", "Testing: you write unit tests before you are asked to"),
        ("t", "Attitude: curious, patient, honest"),
    ]
    (_, again), *_ = statements_of(text)
    assert [text[start:end] for start, end in again] == ["Develop our Android app in Kotlin"]


def test_bullets_that_share_a_line_and_a_list_without_a_heading() -> None:
    assert found("Skills: • Go • Kafka • PostgreSQL") == [("s", "Go"), ("s", "Kafka"), ("s", "PostgreSQL")]
    text = """Backend developer wanted
- Design and build REST services
- 5 years of experience with Java
- Kafka
- Apply now!
Home
About
"""
    assert found(text) == [
        ("r", "Design and build REST services"),
        ("s", "5 years of experience with Java"),
        ("s", "Kafka"),
    ]


def test_headings_with_a_paragraph() -> None:
    text = """Site reliability engineer

What the job consists of

Keep the lights on
You watch latency and error rates and act before customers call. You can hire our consultants for this.

Capacity
The engineer forecasts load for each quarter and orders machines in time.

Teach others

You hold two workshops a year for developers.

The office
We sit next to the station and have a dog.
"""
    assert found(text) == [
        ("r", "Keep the lights on\nYou watch latency and error rates and act before customers call."),
        ("r", "Capacity\nThe engineer forecasts load for each quarter and orders machines in time."),
        ("r", "Teach others\n\nYou hold two workshops a year for developers."),
    ]


def test_text_wrapped_by_a_mail_program() -> None:
    text = """JOB DESCRIPTION

The clerk is responsible for checking every incoming invoice against its
order, and must be able to explain differences to suppliers by telephone in
a friendly way. The clerk also prepares the monthly statement for the
auditor. Knowledge of double-entry bookkeeping is required. Our office is
open from eight to four.
"""
    assert [kind for kind, _ in found(text)] == ["r", "r", "s"]
    assert found(text)[1][1] == "The clerk also prepares the monthly statement for the\nauditor."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n",
        "Home\nAbout\nContact\nLogin",
        "Leave a Reply\n\n- You must write your name",
        "Our perks\n\n- Fruit\n- You will work from the beach",
        "Related posts\n- How to design APIs\n- What a tester does",
        "The database is a component that handles all data.",
        "Do you design APIs? Then read on. In this article we list tools.",
        "- https://example.org/a\n- [Blog](https://example.org/b)",
        "Subscribe to our newsletter and get articles about design.",
        "Responsibilities\n\nShare this page\n- 12\n- …",
    ],
)
def test_what_is_no_duty(text: str) -> None:
    assert found(text) == []


def test_a_long_bullet_is_taken_sentence_by_sentence() -> None:
    text = "Duties\n- " + " ".join(
        f"Write part {number} of the manual for people who never saw it." for number in range(20)
    )
    statements = found(text)
    assert len(statements) == 20
    assert statements[3] == ("r", "Write part 3 of the manual for people who never saw it.")


def test_a_sentence_without_end_is_cut_at_a_word() -> None:
    ((_, statement),) = found("Duties\n- Design " + "services and queues " * 60)
    assert 580 < len(statement) <= 600
    assert statement.endswith(("services", "and", "queues"))


def test_sentences_keep_abbreviations_and_dotted_names() -> None:
    text = "Use Node.js, e.g. Express. Mr. Smith reviews it! Done"
    assert [text[start:end] for start, end in sentences(text, 0, len(text))] == [
        "Use Node.js, e.g. Express.",
        "Mr. Smith reviews it!",
        "Done",
    ]


_PIECES = st.sampled_from(
    [
        "Responsibilities", "Skills:", "Benefits", "\n", "\n\n", "- ", "• ", "* ", "1. ", "2.1. ", "## ", "**", "```\n", ": ", ". ", "? ",
        "You must be able to design systems", "They manage databases", "Knowledge of SQL", "hire a developer", "https://a.b/c", "— ", "(", ")",
        "Label", "  ", "\t", "\u00a0", "\u2028", "…", "=====", "---", "| a | b |", "é", "a", "\x0b",
    ],
)  # fmt: skip


@for_all(st.one_of(st.text(max_size=400), st.lists(_PIECES, max_size=60).map("".join)))
@settings(max_examples=400, deadline=None)
def test_any_text_gives_exact_places_in_order(text: str) -> None:
    statements = statements_of(text)
    starts = [place.start for place, _ in statements]
    assert starts == sorted(starts)
    for place, again in statements:
        assert 0 <= place.start < place.end <= len(text)
        assert place.end - place.start <= 600
        assert text[place.start : place.end] == text[place.start : place.end].strip()
        for start, end in again:
            assert 0 <= start < end <= len(text)
    taken = sorted(
        [(place.start, place.end) for place, _ in statements] + [again for _, more in statements for again in more]
    )
    assert all(before[1] <= after[0] for before, after in pairwise(taken))


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"You must design part {number} of the system, and they test it.\n" for number in range(3300)),
        "Duties\n" + "".join(f"- design thing {number}\n" for number in range(11000)),
        "a." + " " * 200_000 + "b.",
        " •a" * 66_000,
        "\n" * 200_000,
        "must " * 40_000,
        ".)" * 100_000,
        "Skills\n" * 28_000,
        "the developer " * 14_000,
        "🎉 x\n" * 50_000,
        "a   b   c\n" * 20_000,
        "| a | b |\n" * 20_000,
        "de\u00adsign " * 28_000,
        "> a\n" * 50_000,
        "Duties\n" + "".join("  " * (number % 40) + f"- build {number}\n" for number in range(6000)),
    ],
    ids=[
        "prose",
        "bullets",
        "spaces",
        "inline",
        "lines",
        "must",
        "dots",
        "headings",
        "developers",
        "emoji",
        "columns",
        "table",
        "soft",
        "quotes",
        "nested",
    ],
)
def test_time_grows_with_the_text_alone(text: str) -> None:
    """Two hundred kilobytes within seconds on any machine; a quadratic rule would need minutes."""
    started = time.process_time()
    statements_of(text[:200_000])
    assert time.process_time() - started < 4
