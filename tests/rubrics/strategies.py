"""Any rubric that a version can hold, as hypothesis draws it."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import assume
from hypothesis import strategies as st

from hiring.rubrics.core.content import PLAN_SCHEMA, Content, ContentCriterion, ContentPosting, ContentStatement
from hiring.rubrics.core.shapes import Kind, QuestionKind, Scale

Texts = st.SearchStrategy[str]

AWKWARD = (
    "a: b", "# no comment", "- no item", "no", "null", "~", "true", "1", "1.50", "1e3", "0o7", "0x1F", "2026-11-20", "12:30:00", "'", '"', "\\n",
    "&a", "*a", "!tag", "|", ">", "%", "@", "`", "{", "}", "[", "]", ",", "?", ":", "---", "...", "<<", "=", "🦔", "é", "e\u0301", "a\tb", "\tb",
    "a\xa0b", "\r", "\r\n", "\x85", "\u2028", "\u2029", "\ufeff", "\u200b", "\xad", "\x07", "\x7f", "\ufffe", "\U0010ffff", " ", "  ", "\n",
    "\n\n", " \n", "\n ", "\n\t", "word and word " * 12, "a" * 130,
)  # fmt: skip

signs = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
words = st.lists(st.one_of(st.sampled_from(AWKWARD), st.text(signs, max_size=8)), min_size=1, max_size=4)
any_text = words.map("".join).filter(lambda text: bool(text.strip()))
ids = st.integers(0, 99_999).map(
    lambda number: ("k{}", "no-{}", "y{}-a-1", "null-{}", "e{}")[number % 5].format(number)
)
statement_keys = st.integers(0, 99_999).map(
    lambda number: ("s{}", "A{}", "E-{}", "Null", "true")[number % 5].format(number)
)


@st.composite
def postings(
    draw: st.DrawFn, lines: Texts, texts: Texts, key: str, keys: list[str], covered: frozenset[str]
) -> ContentPosting:
    """Draw a posting with statements of these keys; those that no criterion covers may be left out on purpose."""
    text = draw(texts)
    place = st.tuples(st.integers(0, len(text) - 1), st.integers(1, 600)).map(
        lambda each: (each[0], min(each[0] + each[1], len(text)))
    )
    statements = []
    for each in keys:
        start, end = draw(place)
        statements.append(
            ContentStatement(
                key=each,
                text=text[start:end],
                start=start,
                end=end,
                kind=draw(st.sampled_from(Kind)).value,
                competency=draw(st.none() | ids),
                also_at=tuple(draw(st.lists(place, max_size=2))),
                left_out="" if each in covered else draw(st.just("") | lines),
            )
        )
    return ContentPosting(key=key, title=draw(lines), text=text, statements=tuple(statements))


@st.composite
def kits(draw: st.DrawFn, lines: Texts, texts: Texts, key: str, criteria: list[str]) -> dict[str, object]:
    """Draw a kit as a plan stores it."""
    questions = [
        {
            "kind": draw(st.sampled_from(QuestionKind)).value,
            "ask": draw(texts),
            "follow_ups": draw(st.lists(lines, max_size=2)),
        }
        for _ in range(draw(st.integers(0, 2)))
    ]
    return {
        "id": key,
        "name": draw(lines),
        "minutes": draw(st.integers(5, 480)),
        "instructions": draw(st.just("") | texts),
        "focus": draw(st.lists(st.sampled_from(criteria), min_size=1, max_size=3, unique=True)),
        "questions": questions,
    }


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """Draw the content of a version: six to nine criteria, weights that sum to 1, every text as awkward as it may be."""
    # A dozen texts for all fields: drawing one for each would take a minute for two hundred contents.
    pool = draw(st.lists(any_text, min_size=12, max_size=16, unique=True))
    texts = st.sampled_from(pool)
    lines = st.sampled_from([each[:200] for each in pool if each[:200].strip()] or ["a line"])
    short = list(dict.fromkeys(each[:60] for each in pool if each[:60].strip()))
    assume(len(short) >= 3)
    labels = tuple(draw(st.lists(st.sampled_from(short), min_size=3, max_size=min(6, len(short)), unique=True)))
    keys = draw(st.lists(ids, min_size=6, max_size=9, unique=True))
    said = draw(st.lists(statement_keys, max_size=8, unique=True))
    owners = {each: draw(st.none() | st.sampled_from(keys)) for each in said}
    cuts = sorted(draw(st.lists(st.integers(1, 99), min_size=len(keys) - 1, max_size=len(keys) - 1, unique=True)))
    shares = [after - before for before, after in zip([0, *cuts], [*cuts, 100], strict=True)]
    criteria = tuple(
        ContentCriterion(
            key=key,
            name=draw(lines),
            definition=draw(st.just("") | texts),
            weight=Decimal(share).scaleb(-2),
            competencies=tuple(draw(st.lists(ids, min_size=1, max_size=4, unique=True))),
            listen_for=tuple(draw(st.lists(lines, max_size=2))),
            anchors=tuple(draw(st.lists(texts, min_size=len(labels), max_size=len(labels), unique=True))),
            statements=tuple(each for each in said if owners[each] == key),
        )
        for key, share in zip(keys, shares, strict=True)
    )
    names = draw(st.lists(lines, min_size=1, max_size=2, unique=True))
    covered = frozenset(each for each, owner in owners.items() if owner)
    return Content(
        slug=draw(ids),
        title=draw(lines),
        scale=Scale(labels, draw(st.none() | st.integers(2, len(labels)))),
        criteria=criteria,
        postings=tuple(
            draw(postings(lines, texts, name, said[at :: len(names)], covered)) for at, name in enumerate(names)
        ),
        plan={
            "schema": PLAN_SCHEMA,
            "kits": [draw(kits(lines, texts, key, keys)) for key in draw(st.lists(ids, max_size=2, unique=True))],
        },
    )
