"""Drafts as services write them: where they begin, each edit a state, undoing, two people at once, publishing, ending."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from hiring.people.core import Viewer
from hiring.rubrics.core import edits
from hiring.rubrics.core.draft import Paper, State, content_of, obstacles
from hiring.rubrics.drafts import queries, service
from hiring.rubrics.drafts.service import Clash, Rewritten
from hiring.rubrics.exchange import dump_rubric, read_rubric_text
from hiring.rubrics.queries import content_of_version
from hiring.rubrics.service import publish
from hiring.rubrics.stock import shipped_library
from hiring.rubrics.tables import OwnCompetency, RubricDraft, RubricVersion
from tests.factories import World
from tests.rubrics.drafts.arrange import (
    BAKERY,
    LEFT_OUT,
    POSTING,
    UNKNOWN,
    LoadViewer,
    begun,
    content,
    draft_of,
    events,
    names,
    published,
    rename,
    rows,
    typed,
)

MINUTE = dt.timedelta(minutes=1)
NOTE = "The first that we publish."


async def version_of(session: AsyncSession, draft_id: uuid.UUID) -> RubricVersion:
    """Return the version that a draft became."""
    published_id = await session.scalar(sa.select(RubricDraft.published_id).where(RubricDraft.id == draft_id))
    assert published_id is not None
    return await session.get_one(RubricVersion, published_id)


async def check_version(session: AsyncSession, draft_id: uuid.UUID) -> None:
    """Check that the version's rows give back what was published, to the hash."""
    version = await version_of(session, draft_id)
    draft = await draft_of(session, draft_id)
    stored = await content_of_version(session, version.id)
    assert stored == content_of(draft.state, draft.papers)
    assert stored.hash == version.content_hash
    await session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))


# Beginning -----------------------------------------------------------------------------------------------------------


async def test_a_posting_becomes_proposals(session: AsyncSession, writer: Viewer, now: dt.datetime) -> None:
    made = await service.start_from_texts(
        session, writer, [("posting.txt", POSTING)], now, titles={"posting.txt": "As pasted"}, title=" Data\nEngineer "
    )

    draft = await draft_of(session, made)
    assert (draft.state.slug, draft.state.title, draft.number, draft.base) == (
        "data-engineer",
        "Data Engineer",
        1,
        None,
    )
    assert draft.state.criteria
    assert not any(each.accepted for each in draft.state.criteria)
    assert draft.state.total == 1
    assert [(paper.key, paper.title, paper.text) for paper in draft.papers] == [("posting.txt", "As pasted", POSTING)]
    assert (len(draft.steps), draft.at, draft.undoes, draft.redoes) == (1, 1, "", "")
    assert (draft.saved_by, draft.saved_at, draft.ended_at) == (writer.name, now, None)
    assert (await events(session))[-1:] == ["rubric_draft.begun"]


async def test_each_statement_stands_where_it_says_and_tells_which_words_named_it(
    session: AsyncSession, writer: Viewer, now: dt.datetime
) -> None:
    made = await service.start_from_texts(session, writer, [("posting.txt", POSTING)], now)

    (paper,) = (await draft_of(session, made)).papers
    assert [each.text for each in paper.statements] == [line[2:] for line in POSTING.splitlines() if line[:2] == "- "]
    for each in paper.statements:
        assert paper.text[each.start : each.end] == each.text
        assert bool(each.words) == (each.competency is not None)
        assert all(words in each.text for words in each.words)


async def test_what_is_said_twice_is_one_statement_at_two_places(
    session: AsyncSession, writer: Viewer, now: dt.datetime
) -> None:
    made = await service.start_from_texts(session, writer, [("posting.txt", BAKERY)], now)

    (paper,) = (await draft_of(session, made)).papers
    again = {each.text: each.also_at for each in paper.statements if each.also_at}
    ((text, ((start, end),)),) = again.items()
    assert BAKERY[start:end] == text == "Write the order rules in Python"


async def test_several_postings_make_one_rubric(session: AsyncSession, writer: Viewer, now: dt.datetime) -> None:
    texts = [("one.txt", POSTING), ("two.txt", BAKERY), ("three.txt", POSTING.replace("till", "oven"))]

    draft = await draft_of(session, await service.start_from_texts(session, writer, texts, now))

    assert [(paper.key, paper.text) for paper in draft.papers] == texts
    keys = [each.key for paper in draft.papers for each in paper.statements]
    assert len(set(keys)) == len(keys)
    covered = [key for each in draft.state.criteria for key in each.statements]
    assert len(set(covered)) == len(covered)
    assert {paper.key for paper in draft.papers if {each.key for each in paper.statements} & set(covered)} == {
        "one.txt",
        "two.txt",
        "three.txt",
    }


async def test_a_role_of_the_library_becomes_proposals(session: AsyncSession, writer: Viewer, now: dt.datetime) -> None:
    made = await service.start_from_role(session, writer, "backend-developer", now)

    draft = await draft_of(session, made)
    assert (draft.state.slug, draft.number) == ("backend-developer", 1)
    assert [each.accepted for each in draft.state.criteria] == [False] * len(draft.state.criteria)
    accepted = edits.accept_all(draft.state)
    assert obstacles(accepted) == ()
    assert draft.state.plan["kits"]
    assert draft.papers


async def test_a_version_becomes_the_draft_of_the_next(session: AsyncSession, writer: Viewer, now: dt.datetime) -> None:
    await published(session, now)

    draft = await draft_of(session, await service.start_from_version(session, writer, "bakery", 1, now))

    assert (draft.base, draft.newest, draft.number) == (1, 1, 2)
    assert all(each.accepted for each in draft.state.criteria)
    assert content_of(draft.state, draft.papers) == content()


async def test_a_second_start_leads_to_the_open_draft(
    session: AsyncSession, writer: Viewer, other: Viewer, now: dt.datetime
) -> None:
    await published(session, now)
    first = await service.start_from_version(session, writer, "bakery", 1, now)
    before = await rows(session)

    assert await service.start_from_version(session, other, "bakery", 1, now + MINUTE) == first
    assert await rows(session) == before


async def test_an_older_version_becomes_the_draft_of_the_next_too(
    session: AsyncSession, writer: Viewer, now: dt.datetime
) -> None:
    await published(session, now)
    second = await service.start_from_version(session, writer, "bakery", 1, now)
    await typed(session, writer, second, now, definition="What it means now.")
    await service.publish_draft(session, writer, second, NOTE, 1, now)

    draft = await draft_of(session, await service.start_from_version(session, writer, "bakery", 1, now))

    assert (draft.base, draft.number) == (2, 3)
    assert content_of(draft.state, draft.papers) == content()


@pytest.mark.parametrize(
    ("slug", "number"), [("bakery", 0), ("bakery", 2), ("bakery", -1), ("bakery", 2**40), ("none", 1)]
)
async def test_there_is_no_such_version_to_begin_from(
    session: AsyncSession, writer: Viewer, now: dt.datetime, slug: str, number: int
) -> None:
    await published(session, now)
    before = await rows(session)

    with pytest.raises(NotFound):
        await service.start_from_version(session, writer, slug, number, now)
    assert await rows(session) == before


async def test_an_imported_rubric_becomes_a_draft_that_could_be_published(
    session: AsyncSession, writer: Viewer, now: dt.datetime
) -> None:
    draft = await draft_of(session, await begun(session, writer, now))

    assert content_of(draft.state, draft.papers) == content()
    assert obstacles(draft.state) == ()
    assert (draft.number, draft.base) == (1, None)


async def test_a_file_of_a_rubric_that_is_here_becomes_its_next_version(
    session: AsyncSession, writer: Viewer, now: dt.datetime
) -> None:
    await published(session, now)

    made = await service.start_from_content(session, writer, content(title="Another title"), now)

    draft = await draft_of(session, made)
    assert (draft.base, draft.number, draft.state.title) == (1, 2, "Bakery Developer")


@pytest.mark.parametrize("is_published", [False, True])
async def test_a_file_does_not_push_an_open_draft_aside(
    session: AsyncSession, writer: Viewer, now: dt.datetime, *, is_published: bool
) -> None:
    if is_published:
        await published(session, now)
    await begun(session, writer, now)
    before = await rows(session)

    with pytest.raises(Conflict, match="is open already: publish or discard it first"):
        await begun(session, writer, now)
    assert await rows(session) == before


@pytest.mark.parametrize("slug", ["new", "drafts"])
async def test_a_rubric_is_not_called_like_an_address_of_ours(
    session: AsyncSession, writer: Viewer, now: dt.datetime, slug: str
) -> None:
    before = await rows(session)

    with pytest.raises(Invalid, match="cannot be a rubric’s short name"):
        await begun(session, writer, now, slug)
    assert await rows(session) == before
    made = await service.start_from_texts(session, writer, [("posting.txt", POSTING)], now, title=slug.title())
    assert (await draft_of(session, made)).state.slug == f"{slug}-2"


async def test_a_short_name_that_is_taken_gets_a_number(
    session: AsyncSession, writer: Viewer, now: dt.datetime
) -> None:
    await published(session, now)

    made = [
        await service.start_from_texts(session, writer, [("posting.txt", POSTING)], now, title="Bakery") for _ in "12"
    ]

    assert [(await draft_of(session, each)).state.slug for each in made] == ["bakery-2", "bakery-3"]
    assert [(await draft_of(session, each)).state.title for each in made] == ["Bakery", "Bakery"]


@pytest.mark.parametrize("title", ["日本", "!!!", "9 to 5", "x" * 300])
async def test_any_title_gives_a_short_name(
    session: AsyncSession, writer: Viewer, now: dt.datetime, title: str
) -> None:
    made = await service.start_from_texts(session, writer, [("posting.txt", POSTING)], now, title=title)

    state = (await draft_of(session, made)).state
    assert state.title == title[:200]
    assert state.slug[:1].isalpha()
    assert len(state.slug) <= 70


async def test_postings_become_the_next_version_of_a_rubric(
    session: AsyncSession, writer: Viewer, now: dt.datetime
) -> None:
    await published(session, now)

    made = await service.start_from_texts(session, writer, [("posting.txt", POSTING)], now, rubric="bakery", title="No")

    draft = await draft_of(session, made)
    assert (draft.state.slug, draft.state.title, draft.number) == ("bakery", "Bakery Developer", 2)
    before = await rows(session)
    with pytest.raises(Conflict, match="is open already"):
        await service.start_from_texts(session, writer, [("posting.txt", POSTING)], now, rubric="bakery")
    with pytest.raises(Invalid) as raised:
        await service.start_from_texts(session, writer, [("posting.txt", POSTING)], now, rubric="none")
    assert raised.value.fields == {"rubric": "Choose a rubric, or a new one."}
    assert await rows(session) == before


@pytest.mark.parametrize(
    "text",
    ["We are a bakery.\n", "Benefits\n- Free bread\n", "".join(f"- Bake bread number {n}\n" for n in range(2001))],
    ids=["no list", "no duty", "too many"],
)
async def test_a_text_that_lists_no_duties_or_far_too_many_begins_nothing(
    session: AsyncSession, writer: Viewer, now: dt.datetime, text: str
) -> None:
    before = await rows(session)

    with pytest.raises(Invalid) as raised:
        await service.start_from_texts(session, writer, [("posting.txt", text)], now)
    assert list(raised.value.fields) == ["text"]
    assert await rows(session) == before


async def test_a_role_that_is_none_begins_nothing(session: AsyncSession, writer: Viewer, now: dt.datetime) -> None:
    before = await rows(session)

    for role in ("", "../roles/backend-developer", "nothing"):
        with pytest.raises(Invalid) as raised:
            await service.start_from_role(session, writer, role, now)
        assert raised.value.fields == {"role": "Choose one of the roles."}
    assert await rows(session) == before


# Editing -------------------------------------------------------------------------------------------------------------


async def test_an_edit_leaves_one_state_and_one_event(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    before, told = await rows(session), await events(session)

    await service.edit(session, writer, draft, "Moved", lambda state, _: edits.move(state, "code", 1), now)

    after = await rows(session)
    assert after == before | {
        "RubricDraftState": before["RubricDraftState"] + 1,
        "AuditEvent": before["AuditEvent"] + 1,
    }
    assert (await events(session))[len(told) :] == ["rubric_draft.edited"]
    found = await draft_of(session, draft)
    assert names(found.state)[:2] == ["APIs", "Code"]
    assert (found.at, found.undoes, found.redoes) == (2, "Moved", "")


async def test_an_edit_without_effect_leaves_nothing(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    before = await rows(session)

    await service.edit(session, writer, draft, "Moved", lambda state, _: edits.move(state, "code", -1), now)
    await service.edit(session, writer, draft, "Accepted", lambda state, _: edits.accept_all(state), now)
    await typed(session, writer, draft, now)
    await typed(session, writer, draft, now, definition="What code means here.\r\n ", weight=" .25")

    assert await rows(session) == before


async def test_a_refused_edit_leaves_nothing(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    before = await rows(session)

    with pytest.raises(Invalid) as raised:
        await typed(session, writer, draft, now, name="Something else", weight="a lot")
    assert list(raised.value.fields) == ["weight"]
    with pytest.raises(Conflict, match="This criterion is gone"):
        await service.edit(session, writer, draft, "Accepted", lambda state, _: edits.accept(state, "none"), now)
    with pytest.raises(Conflict, match="This criterion is gone"):
        await service.write(session, writer, draft, "none", {"name": "x"}, None, now)
    with pytest.raises(NotFound):
        await rename(session, writer, uuid.UUID(int=1), "x", now)
    assert await rows(session) == before


async def test_undone_is_done_again(session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID) -> None:
    for title in ("One", "Two"):
        await rename(session, writer, draft, title, now)
    told = await events(session)

    seen = []
    for step in (service.undo, service.undo, service.undo, service.redo, service.redo, service.redo):
        await step(session, writer, draft, now)
        found = await draft_of(session, draft)
        seen.append((found.state.title, bool(found.undoes), bool(found.redoes)))

    assert seen == [
        ("One", True, True),
        ("Bakery Developer", False, True),
        ("Bakery Developer", False, True),
        ("One", True, True),
        ("Two", True, False),
        ("Two", True, False),
    ]
    assert (await events(session))[len(told) :] == ["rubric_draft.undone"] * 2 + ["rubric_draft.redone"] * 2


async def test_typing_in_one_field_is_one_step(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    for at, text in enumerate(("W", "We", "Wel", "Well")):
        await typed(session, writer, draft, now + 2 * MINUTE * at, definition=text)
    assert (await draft_of(session, draft)).at == 5

    await service.undo(session, writer, draft, now)
    first = await draft_of(session, draft)
    await service.redo(session, writer, draft, now)
    last = await draft_of(session, draft)

    assert (first.at, first.state.criterion("code").definition) == (1, "What code means here.")
    assert (last.at, last.state.criterion("code").definition) == (5, "Well")


async def test_after_a_pause_typing_is_a_step_of_its_own(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    await typed(session, writer, draft, now, definition="W")
    await typed(session, writer, draft, now + 2 * MINUTE + dt.timedelta(seconds=1), definition="We")

    await service.undo(session, writer, draft, now)

    assert (await draft_of(session, draft)).state.criterion("code").definition == "W"


async def test_steps_do_not_join_across_people_fields_and_criteria(
    session: AsyncSession, writer: Viewer, other: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    await typed(session, writer, draft, now, definition="W")
    await typed(session, other, draft, now, definition="We")
    await typed(session, other, draft, now, anchor_1="Never.")
    await typed(session, other, draft, now, criterion="api", anchor_1="Never ever.")
    await typed(session, other, draft, now, criterion="api", anchor_1="Not at all.", anchor_2="Now and then.")
    await typed(session, other, draft, now, criterion="api", anchor_1="Not once.", anchor_2="Seldom.")

    places = []
    for _ in range(6):
        await service.undo(session, writer, draft, now)
        places.append((await draft_of(session, draft)).at)

    assert places == [6, 5, 4, 3, 2, 1]


async def test_an_edit_after_undoing_drops_what_stood_after(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    for title in ("One", "Two", "Three"):
        await rename(session, writer, draft, title, now)
    await service.undo(session, writer, draft, now)
    await service.undo(session, writer, draft, now)

    await rename(session, writer, draft, "Four", now)

    found = await draft_of(session, draft)
    assert (found.state.title, found.redoes, [step.number for step in found.steps]) == ("Four", "", [1, 2, 3])
    await service.undo(session, writer, draft, now)
    assert (await draft_of(session, draft)).state.title == "One"


async def test_so_many_steps_are_kept_and_the_oldest_go(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "KEPT_STATES", 3)
    for at in range(6):
        await rename(session, writer, draft, f"Title {at}", now)

    found = await draft_of(session, draft)
    assert [step.number for step in found.steps] == [4, 5, 6, 7]
    for _ in range(4):
        await service.undo(session, writer, draft, now)
    assert (await draft_of(session, draft)).state.title == "Title 2"


# Two people ----------------------------------------------------------------------------------------------------------


async def test_two_people_in_two_fields_keep_both(
    session: AsyncSession, writer: Viewer, other: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    page = await draft_of(session, draft)
    await typed(session, other, draft, now, seen=page, anchor_3="Mostly.", name="Coding")

    await typed(session, writer, draft, now, seen=page, definition="What it is.", weight="0,30")

    mine = (await draft_of(session, draft)).state.criterion("code")
    assert (mine.name, mine.anchors[2], mine.definition, str(mine.weight)) == (
        "Coding",
        "Mostly.",
        "What it is.",
        "0.30",
    )


async def test_two_people_in_one_field_are_shown_both_texts(
    session: AsyncSession, writer: Viewer, other: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    page = await draft_of(session, draft)
    await typed(session, other, draft, now, seen=page, definition="Theirs.", anchor_1="Never.")
    before = await rows(session)

    with pytest.raises(Rewritten) as raised:
        await typed(session, writer, draft, now, seen=page, definition="Mine.", name="Coding")

    assert raised.value.clashes == (Clash("definition", "Mine.", "Theirs."),)
    assert raised.value.status == 409
    assert await rows(session) == before
    assert (await draft_of(session, draft)).state.criterion("code").name == "Code"


async def test_two_people_who_write_the_same_do_not_clash(
    session: AsyncSession, writer: Viewer, other: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    page = await draft_of(session, draft)
    await typed(session, other, draft, now, seen=page, definition="Ours.")

    await typed(session, writer, draft, now, seen=page, definition="Ours. ", name="Coding")

    mine = (await draft_of(session, draft)).state.criterion("code")
    assert (mine.name, mine.definition) == ("Coding", "Ours.")


async def test_typing_on_with_the_page_of_before_the_others_text_does_not_bring_that_back(
    session: AsyncSession, writer: Viewer, other: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    """The page was made from a state that somebody undid since; what it says besides what is typed is not typed."""
    await typed(session, other, draft, now, definition="Undone soon.")
    page = await draft_of(session, draft)
    await service.undo(session, other, draft, now)

    await typed(session, writer, draft, now, seen=page, name="Coding")

    mine = (await draft_of(session, draft)).state.criterion("code")
    assert (mine.name, mine.definition) == ("Coding", "What code means here.")


async def test_what_somebody_wrote_after_undoing_is_not_silently_lost(
    session: AsyncSession, writer: Viewer, other: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    """The state of the page is gone from the line: it was undone, and another edit took its place."""
    await typed(session, other, draft, now, definition="Undone soon.")
    page = await draft_of(session, draft)
    await service.undo(session, other, draft, now)
    await typed(session, other, draft, now, definition="Theirs, for good.")

    # Whether it is refused or the name alone is saved: nothing takes the place of what nobody has seen here.
    with suppress(Rewritten):
        await typed(session, writer, draft, now, seen=page, name="Coding")

    assert (await draft_of(session, draft)).state.criterion("code").definition == "Theirs, for good."


async def test_a_state_of_another_draft_is_no_base(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    elsewhere = await draft_of(session, await begun(session, writer, now, "elsewhere"))

    assert await queries.state_by_id(session, draft, elsewhere.state_id) is None


# Competencies of one's own -------------------------------------------------------------------------------------------


async def own(session: AsyncSession) -> list[tuple[str, str, list[str]]]:
    rows_ = await session.scalars(sa.select(OwnCompetency).order_by(OwnCompetency.key))
    return [(each.key, each.name, each.terms) for each in rows_]


async def test_an_uncovered_statement_becomes_a_competency_and_a_criterion(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    told = await events(session)

    await service.add_competency(session, writer, draft, "s7", " Stone\nbaking ", "", now)

    assert await own(session) == [("stone-baking", "Stone baking", ["stone baking", "knead quartz into marzipan"])]
    last = (await draft_of(session, draft)).state.criteria[-1]
    assert (last.name, last.competencies, last.statements) == ("Stone baking", ("stone-baking",), ("s7",))
    assert last.anchors == ("", "", "", "")
    assert (await events(session))[len(told) :] == ["competency.added", "rubric_draft.edited"]


async def test_an_uncovered_statement_becomes_a_competency_of_a_criterion(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    await service.add_competency(session, writer, draft, "s7", "Stone baking", "data", now)

    found = (await draft_of(session, draft)).state
    assert found.criterion("data").competencies == ("data-protection", "stone-baking")
    assert found.criterion("data").statements == ("s5", "s7")
    assert len(found.criteria) == 6


async def test_names_that_give_one_key_get_a_number(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    await service.add_competency(session, writer, draft, "s7", "Stone baking", "", now)
    await service.add_competency(session, writer, draft, "s8", "Stone: baking!", "", now)

    assert [key for key, _, _ in await own(session)] == ["stone-baking", "stone-baking-2"]


@pytest.mark.parametrize(
    ("statement", "name", "field"),
    [
        ("s7", "", "competency_name"),
        ("s7", " \x00\n", "competency_name"),
        ("s7", "x" * 81, "competency_name"),
        ("s7", "debugging", "competency_name"),
        ("s7", "STONE baking", "competency_name"),
        ("s99", "Fine", "statements"),
        ("", "Fine", "statements"),
    ],
)
async def test_a_competency_needs_a_name_of_its_own(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID, statement: str, name: str, field: str
) -> None:
    await service.add_competency(session, writer, draft, "s8", "Stone baking", "", now)
    name = (
        next(each.name for each in shipped_library().competencies if each.id == name) if name == "debugging" else name
    )
    before = await rows(session)

    with pytest.raises(Invalid) as raised:
        await service.add_competency(session, writer, draft, statement, name, "", now)
    assert list(raised.value.fields) == [field]
    assert await rows(session) == before


@pytest.mark.parametrize("into", ["none", "full"])
async def test_a_competency_for_a_criterion_without_room_is_not_added(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID, into: str
) -> None:
    four = ("debugging", "api-design", "collaboration", "mentoring")
    library = shipped_library()
    await service.edit(
        session, writer, draft, "Changed", lambda state, _: edits.set_competencies(state, library, "data", four), now
    )
    before = await rows(session)

    with pytest.raises(Refusal):
        await service.add_competency(session, writer, draft, "s7", "Baking", {"full": "data"}.get(into, into), now)
    assert await rows(session) == before


@pytest.mark.parametrize("times", [1, 3])
async def test_the_next_posting_that_says_it_finds_it(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID, times: int
) -> None:
    """However often: a criterion is proposed for a competency that has no levels of its own."""
    await service.add_competency(session, writer, draft, "s7", "Stone baking", "", now)
    kinds = ("", "- Own our stone baking from flour to crust\n", "- Teach stone baking to the town\n")
    text = POSTING.replace(f"- {UNKNOWN}\n", f"- {UNKNOWN}\n" + "".join(kinds[:times]))

    made = await draft_of(session, await service.start_from_texts(session, writer, [("posting.txt", text)], now))

    found = [each for each in made.papers[0].statements if each.competency == "stone-baking"]
    assert [each.text for each in found] == [UNKNOWN, *(kind[2:-1] for kind in kinds[1:times])]
    owner = made.state.owner(found[0].key)
    assert owner is None or "stone-baking" in owner.competencies
    if times > 1:
        assert owner is not None


async def test_a_posting_of_own_competencies_alone_becomes_a_draft(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    await service.add_competency(session, writer, draft, "s7", "Stone baking", "", now)

    texts = [("posting.txt", f"Duties\n- {UNKNOWN}\n- Teach stone baking to the town\n")]
    made = await draft_of(session, await service.start_from_texts(session, writer, texts, now))

    (criterion,) = made.state.criteria
    assert (criterion.competencies, criterion.anchors) == (("stone-baking",), ("",) * 4)


# Publishing ----------------------------------------------------------------------------------------------------------


async def test_a_draft_is_published_whole_and_ends(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    await rename(session, writer, draft, "Baker of software", now)
    told = await events(session)

    assert await service.publish_draft(session, writer, draft, f" {NOTE}\r\n", 0, now) == ("bakery", 1)

    version, found = await version_of(session, draft), await draft_of(session, draft)
    assert (version.number, version.note, version.published_by, version.published_at) == (1, NOTE, writer.id, now)
    assert (found.published, found.ended_at, len(found.steps)) == (("bakery", 1), now, 1)
    await check_version(session, draft)
    assert (await events(session))[len(told) :] == ["rubric.published"]


async def test_the_next_version_is_published_with_the_next_number(
    session: AsyncSession, writer: Viewer, now: dt.datetime
) -> None:
    first = await published(session, now)
    draft = await service.start_from_version(session, writer, "bakery", 1, now)
    await typed(session, writer, draft, now, anchor_2="Sometimes.")

    assert await service.publish_draft(session, writer, draft, NOTE, 1, now) == ("bakery", 2)

    await check_version(session, draft)
    assert await content_of_version(session, first) == content()


EDITS: dict[str, service.Change] = {
    "assigned out of order": lambda state, _: edits.assign(edits.assign(state, "s6", "code"), "s1", "code"),
    "assigned an earlier one": lambda state, _: edits.assign(state, "s1", "plan"),
    "merged and split": lambda state, papers: edits.split(
        edits.merge(state, "code", "plan"), papers, "plan", ["s1"], "Code again"
    ),
    "moved": lambda state, _: edits.move(state, "code", 5),
    "left out": lambda state, _: edits.leave_out(state, "s1", "No need.", "Ada", "2026-11-20T12:00:00+00:00"),
    "taken back": lambda state, _: edits.uncover(edits.uncover(state, "s8"), "s1"),
    "other kits": lambda state, _: edits.set_kits(edits.set_kits(state, "plan", ["day"]), "code", []),
    "no listening": lambda state, _: edits.write(state, "code", {"listen_for": "", "definition": ""}),
    "renamed": lambda state, _: edits.set_title(state, "Another title"),
}


@pytest.mark.parametrize("name", EDITS)
async def test_the_rows_of_a_version_are_what_was_edited(
    session: AsyncSession, writer: Viewer, now: dt.datetime, name: str
) -> None:
    """And the version before stays what it was."""
    first = await published(session, now)
    draft = await begun(session, writer, now)

    def change(state: State, papers: tuple[Paper, ...]) -> State:
        changed = edits.balance(EDITS[name](state, papers))
        return (
            edits.add(changed, shipped_library(), "Mentoring", ["mentoring"]) if len(changed.criteria) < 6 else changed
        )

    await service.edit(session, writer, draft, "Edited", change, now)
    await service.edit(session, writer, draft, "Balanced", lambda state, _: edits.balance(state), now)

    await service.publish_draft(session, writer, draft, NOTE, None, now)

    await check_version(session, draft)
    stored = await content_of_version(session, first)
    assert stored == content()
    assert stored.hash == (await session.get_one(RubricVersion, first)).content_hash


@pytest.mark.parametrize(
    ("note", "says"), [("", "Write what"), (" \n\x00", "Write what"), ("x" * 1001, "at most 1,000")]
)
async def test_a_version_needs_a_note(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID, note: str, says: str
) -> None:
    before = await rows(session)

    with pytest.raises(Invalid) as raised:
        await service.publish_draft(session, writer, draft, note, 0, now)
    assert says in raised.value.fields["note"]
    assert await rows(session) == before


async def test_a_draft_with_obstacles_is_not_published(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    await typed(session, writer, draft, now, weight="0.26")
    before = await rows(session)

    with pytest.raises(Invalid, match=r"Not published\. The weights sum to 1.01, not 1\.00"):
        await service.publish_draft(session, writer, draft, NOTE, 0, now)
    assert await rows(session) == before


async def test_proposals_are_not_published(session: AsyncSession, writer: Viewer, now: dt.datetime) -> None:
    draft = await service.start_from_texts(session, writer, [("posting.txt", POSTING)], now)

    with pytest.raises(Invalid, match="are still proposals"):
        await service.publish_draft(session, writer, draft, NOTE, 0, now)


async def test_a_version_that_came_between_is_shown_first(
    session: AsyncSession, writer: Viewer, now: dt.datetime
) -> None:
    await published(session, now)
    draft = await service.start_from_version(session, writer, "bakery", 1, now)
    await typed(session, writer, draft, now, anchor_2="Sometimes.")
    between = replace(content(), plan={**content().plan, "kits": []})
    await publish(session, between, now)
    before = await rows(session)

    with pytest.raises(Conflict, match="Version 2 was published meanwhile"):
        await service.publish_draft(session, writer, draft, NOTE, 1, now)
    assert await rows(session) == before
    assert await service.publish_draft(session, writer, draft, NOTE, 2, now) == ("bakery", 3)
    await check_version(session, draft)


async def test_a_rubric_of_that_name_that_came_between_is_not_continued(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    await published(session, now)

    for newest in (None, 1):
        with pytest.raises(Conflict, match="A rubric called “bakery” was published meanwhile"):
            await service.publish_draft(session, writer, draft, NOTE, newest, now)


async def test_what_that_refusal_says_to_do_helps(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    """“Give this one another title”: nobody’s work is stuck because a rubric of that name came first."""
    await published(session, now)
    await service.rename(session, writer, draft, "Baker of cakes", now)

    slug, number = await service.publish_draft(session, writer, draft, NOTE, None, now)

    assert (slug != "bakery", number) == (True, 1)
    await check_version(session, draft)


async def test_what_is_there_already_is_not_published_again(
    session: AsyncSession, writer: Viewer, now: dt.datetime
) -> None:
    await published(session, now)
    draft = await service.start_from_version(session, writer, "bakery", 1, now)
    before = await rows(session)

    with pytest.raises(Conflict, match="has exactly this content: nothing to publish"):
        await service.publish_draft(session, writer, draft, NOTE, 1, now)
    assert await rows(session) == before
    assert (await draft_of(session, draft)).ended_at is None


async def test_after_publishing_the_next_draft_is_another(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    await service.publish_draft(session, writer, draft, NOTE, 0, now)

    assert await queries.open_drafts(session) == []
    following = await service.start_from_version(session, writer, "bakery", 1, now)

    assert following != draft
    (line,) = await queries.open_drafts(session)
    assert (line.id, line.slug, line.number, line.saved_by) == (following, "bakery", 2, writer.name)


# The end -------------------------------------------------------------------------------------------------------------


async def test_discarding_ends_a_draft_and_frees_its_name(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    await service.discard(session, writer, draft, now)

    found = await draft_of(session, draft)
    assert (found.ended_at, found.published) == (now, None)
    assert (await events(session))[-1:] == ["rubric_draft.discarded"]
    assert await queries.open_drafts(session) == []
    assert (await draft_of(session, await begun(session, writer, now))).state.slug == "bakery"


Call = Callable[[AsyncSession, Viewer, uuid.UUID, dt.datetime], Awaitable[object]]

CALLS: dict[str, Call] = {
    "edit": lambda session, viewer, draft, now: rename(session, viewer, draft, "Other", now),
    "write": lambda session, viewer, draft, now: service.write(
        session, viewer, draft, "code", {"name": "C"}, None, now
    ),
    "add a competency": lambda session, viewer, draft, now: service.add_competency(
        session, viewer, draft, "s7", "Stone baking", "", now
    ),
    "undo": service.undo,
    "redo": service.redo,
    "publish": lambda session, viewer, draft, now: service.publish_draft(session, viewer, draft, NOTE, None, now),
    "discard": service.discard,
}
STARTS: dict[str, Call] = {
    "from texts": lambda session, viewer, _, now: service.start_from_texts(
        session, viewer, [("posting.txt", POSTING)], now
    ),
    "from a role": lambda session, viewer, _, now: service.start_from_role(session, viewer, "backend-developer", now),
    "from a version": lambda session, viewer, _, now: service.start_from_version(session, viewer, "backend", 1, now),
    "from a file": lambda session, viewer, _, now: begun(session, viewer, now, "cakes"),
}


@pytest.mark.parametrize("end", ["published", "discarded"])
async def test_a_draft_that_has_ended_refuses_everything(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID, end: str
) -> None:
    await rename(session, writer, draft, "One", now)
    await CALLS["publish" if end == "published" else "discard"](session, writer, draft, now)
    before = await rows(session)

    for call in CALLS.values():
        with pytest.raises(Conflict, match=end):
            await call(session, writer, draft, now)
    assert await rows(session) == before


@pytest.mark.parametrize("who", ["administrator", "recruiter", "manager"])
async def test_who_runs_openings_writes_rubrics(
    session: AsyncSession, world: World, viewer: LoadViewer, now: dt.datetime, who: str
) -> None:
    person = await viewer(getattr(world, who).id)
    for at, (name, call) in enumerate({**CALLS, **STARTS}.items()):
        draft = await begun(session, person, now, f"bakery-{at}")
        await rename(session, person, draft, "One", now)
        if name == "redo":
            await service.undo(session, person, draft, now)
        told = len(await events(session))

        await call(session, person, draft, now)

        assert len(await events(session)) > told, name


@pytest.mark.parametrize("who", ["ada", "committee", "auditor"])
async def test_nobody_else_does(
    session: AsyncSession,
    world: World,
    viewer: LoadViewer,
    writer: Viewer,
    now: dt.datetime,
    draft: uuid.UUID,
    who: str,
) -> None:
    await rename(session, writer, draft, "One", now)
    person, before = await viewer(getattr(world, who).id), await rows(session)

    for call in {**CALLS, **STARTS}.values():
        for which in (draft, uuid.UUID(int=1)):
            with pytest.raises(Forbidden):
                await call(session, person, which, now)
    assert await rows(session) == before


# There and back ------------------------------------------------------------------------------------------------------


async def test_what_was_left_out_and_said_again_survives_publishing_export_and_import(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    def leave_out(state: State, _: object) -> State:
        return edits.leave_out(state, "s7", "Nobody\tkneads  it: “quartz” is a joke.", writer.name, now.isoformat())

    await service.edit(session, writer, draft, "Left out", leave_out, now)
    await service.publish_draft(session, writer, draft, NOTE, 0, now)
    stored = await content_of_version(session, (await version_of(session, draft)).id)
    assert stored is not None

    again = read_rubric_text(dump_rubric(stored).encode(), "bakery.yaml", shipped_library())
    made = await draft_of(session, await service.start_from_content(session, writer, again, now))

    assert again == stored
    assert again.hash == stored.hash
    assert content_of(made.state, made.papers).hash == stored.hash
    assert {key: why.reason for key, why in made.state.left_out.items()} == {
        "s7": "Nobody kneads it: “quartz” is a joke.",
        "s8": LEFT_OUT,
    }
    said = made.papers[0].statements[0]
    assert [BAKERY[start:end] for start, end in said.also_at] == [said.text]


async def test_a_rubric_with_a_competency_of_ones_own_is_taken_in_again(
    session: AsyncSession, writer: Viewer, now: dt.datetime, draft: uuid.UUID
) -> None:
    await service.add_competency(session, writer, draft, "s7", "Stone baking", "plan", now)
    await service.publish_draft(session, writer, draft, NOTE, 0, now)
    stored = await content_of_version(session, (await version_of(session, draft)).id)
    assert stored is not None
    library = await queries.with_own(session, shipped_library())

    assert read_rubric_text(dump_rubric(stored).encode(), "bakery.yaml", library).hash == stored.hash
    assert stored.criteria[-1].competencies == ("planning-delivery", "stone-baking")
    assert sum((each.weight for each in stored.criteria), Decimal(0)) == 1
