"""Two people at one draft at once, on connections of their own; each trial has a control without the lock that shows it can fail."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.db import migrate
from hiring.db.engine import Sessions, create_engine, sessions
from hiring.errors import Conflict
from hiring.people.core import Viewer
from hiring.people.queries import viewer_of
from hiring.rubrics.core import edits
from hiring.rubrics.core.draft import content_of
from hiring.rubrics.drafts import queries, service
from hiring.rubrics.queries import content_of_version
from hiring.rubrics.tables import RubricDraft, RubricVersion
from tests import factories
from tests.conftest import NOW, fresh_database
from tests.rubrics.drafts.arrange import begun, draft_of, published

NOTE = "Two at once."


class Desk:
    """A database where commits are real, with two people who write and a draft that could be published."""

    def __init__(self, committed: Sessions) -> None:
        self.committed = committed
        self.people: tuple[Viewer, ...] = ()
        self.draft = uuid.UUID(int=0)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A request's session and transaction."""
        async with self.committed() as session, session.begin():
            yield session

    async def both(self, *calls: Callable[[AsyncSession, Viewer], Awaitable[Any]]) -> list[Any]:
        """Let the two people do these at once; return what came of each, refusals too."""

        async def one(call: Callable[[AsyncSession, Viewer], Awaitable[Any]], person: Viewer) -> Any:
            async with self.session() as session:
                return await call(session, person)

        return await asyncio.gather(
            *(one(call, person) for call, person in zip(calls, self.people, strict=True)), return_exceptions=True
        )


@pytest.fixture(scope="module")
async def migrated(server_url: Callable[[str], str]) -> str:
    """A database to be copied: migrated, and with nothing in it."""
    name = "hiring_races_drafts_empty"
    engine = create_engine(await fresh_database(server_url, name))
    await migrate.upgrade(engine)
    await engine.dispose()
    return name


@pytest.fixture
async def desk(server_url: Callable[[str], str], migrated: str) -> AsyncIterator[Desk]:
    engine = create_engine(await fresh_database(server_url, "hiring_races_drafts", migrated))
    made = Desk(sessions(engine))
    async with made.session() as session:
        world = await factories.world(session, NOW)
        people = [await viewer_of(session, each.id) for each in (world.recruiter, world.manager)]
        made.people = tuple(each for each in people if each is not None)
        made.draft = await begun(session, made.people[0], NOW)
        await published(session, NOW, "cakes")
    yield made
    await engine.dispose()


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take no turns, and let each of the two read the draft before the other writes."""
    read, meet = queries.draft_by_id, asyncio.Barrier(2)

    async def unlocked(session: AsyncSession, viewer: Viewer, draft_id: uuid.UUID) -> queries.Draft:
        found = await read(session, draft_id)
        assert found is not None
        await meet.wait()
        return found

    monkeypatch.setattr(service, "_locked", unlocked)


def rewrite(desk: Desk, **texts: str) -> Callable[[AsyncSession, Viewer], Awaitable[None]]:
    async def call(session: AsyncSession, person: Viewer) -> None:
        await service.write(session, person, desk.draft, "code", texts, None, NOW)

    return call


def publish(desk: Desk) -> Callable[[AsyncSession, Viewer], Awaitable[tuple[str, int]]]:
    async def call(session: AsyncSession, person: Viewer) -> tuple[str, int]:
        return await service.publish_draft(session, person, desk.draft, NOTE, None, NOW)

    return call


# Two edits -----------------------------------------------------------------------------------------------------------


async def test_two_edits_at_once_both_survive(desk: Desk) -> None:
    answers = await desk.both(rewrite(desk, name="Coding"), rewrite(desk, definition="What it is."))

    assert answers == [None, None]
    async with desk.session() as session:
        found = await draft_of(session, desk.draft)
    assert (found.at, len(found.steps)) == (3, 3)
    assert (found.state.criterion("code").name, found.state.criterion("code").definition) == ("Coding", "What it is.")


@pytest.mark.usefixtures("without_locks")
async def test_control_without_the_lock_two_edits_collide(desk: Desk) -> None:
    answers = await desk.both(rewrite(desk, name="Coding"), rewrite(desk, definition="What it is."))

    assert sum(isinstance(each, IntegrityError) for each in answers) == 1


async def test_many_edits_at_once_all_survive(desk: Desk) -> None:
    async def exclaim(session: AsyncSession, person: Viewer) -> None:
        for _ in range(5):
            await service.edit(
                session, person, desk.draft, "Moved", lambda state, _: edits.set_title(state, state.title + "!"), NOW
            )

    assert await desk.both(exclaim, exclaim) == [None, None]
    async with desk.session() as session:
        found = await draft_of(session, desk.draft)
    assert found.state.title == "Bakery Developer" + "!" * 10
    assert [step.number for step in found.steps] == list(range(1, 12))


# Publishing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("round_", range(3))
async def test_publishing_and_an_edit_at_once_take_turns(desk: Desk, round_: int) -> None:
    """Either the edit is in the version, or it is refused: what was said to be saved is what was published."""
    name = rewrite(desk, name="Coding")

    async def a_little_later(session: AsyncSession, person: Viewer) -> None:
        await asyncio.sleep(0.01 * round_)
        await name(session, person)

    answers = await desk.both(publish(desk), a_little_later)

    assert answers[0] == ("bakery", 1)
    async with desk.session() as session:
        found = await draft_of(session, desk.draft)
        version_id = await session.scalar(sa.select(RubricDraft.published_id).where(RubricDraft.id == desk.draft))
        assert version_id is not None
        stored = await content_of_version(session, version_id)
    assert stored == content_of(found.state, found.papers)
    assert (stored.criteria[0].name == "Coding") == (answers[1] is None)
    assert answers[1] is None or isinstance(answers[1], Conflict)


@pytest.mark.usefixtures("without_locks")
async def test_control_without_the_lock_an_edit_is_saved_and_not_published(desk: Desk) -> None:
    answers = await desk.both(publish(desk), rewrite(desk, name="Coding"))

    assert answers == [("bakery", 1), None]
    async with desk.session() as session:
        version = (await session.scalars(sa.select(RubricVersion.id).where(RubricVersion.note == NOTE))).one()
        stored = await content_of_version(session, version)
    assert stored is not None
    assert stored.criteria[0].name == "Code"


async def test_of_two_who_publish_one_does(desk: Desk) -> None:
    answers = await desk.both(publish(desk), publish(desk))

    assert sorted(map(str, answers)) == [
        "('bakery', 1)",
        "This draft is published as version 1, which never changes: begin the next version.",
    ]
    async with desk.session() as session:
        assert len((await session.scalars(sa.select(RubricVersion.id).where(RubricVersion.note == NOTE))).all()) == 1


@pytest.mark.usefixtures("without_locks")
async def test_control_without_the_lock_the_second_is_not_told_that_it_is_published(desk: Desk) -> None:
    answers = await desk.both(publish(desk), publish(desk))

    refused = [str(each) for each in answers if isinstance(each, Conflict)]
    assert refused == ["A rubric called “bakery” was published meanwhile: give this one another title."]


# Beginning -----------------------------------------------------------------------------------------------------------


async def _start(session: AsyncSession, person: Viewer) -> uuid.UUID:
    return await service.start_from_version(session, person, "cakes", 1, NOW)


async def _open(desk: Desk) -> int:
    async with desk.session() as session:
        return len([line for line in await queries.open_drafts(session) if line.slug == "cakes"])


async def test_two_who_begin_from_one_version_share_a_draft(desk: Desk) -> None:
    first, second = await desk.both(_start, _start)

    assert isinstance(first, uuid.UUID)
    assert first == second
    assert await _open(desk) == 1


async def test_control_without_the_lock_there_are_two_drafts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    look, meet = queries.draft_of_rubric, asyncio.Barrier(2)

    async def no_turns(*_: Any) -> None:
        pass

    async def both_look(*given: Any) -> uuid.UUID | None:
        found = await look(*given)
        await meet.wait()
        return found

    monkeypatch.setattr(service, "_lock_rubric", no_turns)
    monkeypatch.setattr(queries, "draft_of_rubric", both_look)

    first, second = await desk.both(_start, _start)

    assert first != second
    assert await _open(desk) == 2


async def test_two_new_rubrics_of_one_title_get_two_short_names(desk: Desk) -> None:
    async def start(session: AsyncSession, person: Viewer) -> uuid.UUID:
        texts = [("posting.txt", "- Bake bread\n- Review Python code\n")]
        return await service.start_from_texts(session, person, texts, NOW, title="Pie")

    first, second = await desk.both(start, start)

    async with desk.session() as session:
        slugs = {(await draft_of(session, each)).state.slug for each in (first, second)}
    assert slugs == {"pie", "pie-2"}
