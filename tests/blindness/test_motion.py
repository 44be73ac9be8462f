"""The states in motion: random walks over everything that people can do, against a model of nine lines.

After each step everybody's standing is the one that their scorecards give, who is blind reads no word of anybody else's, and a first
reading is recorded just when somebody was really shown one.
"""

from __future__ import annotations

import datetime as dt
import random
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker

from hiring.app import create_app
from hiring.blindness.core import BLIND, Card, State, standing_of
from hiring.candidates.core import Stage
from hiring.candidates.service import move
from hiring.decisions.core import Outcome
from hiring.decisions.service import record_decision
from hiring.errors import Refusal
from hiring.people.queries import viewer_of
from hiring.people.service import open_session
from hiring.scorecards import service
from hiring.scorecards.core import Entry, Recommendation, Sheet
from hiring.settings import Settings
from tests.conftest import BASE, KEY, NOW
from tests.factories import World

WORD = re.compile(rb"zq[0-9]{6}z")
FOCUS = {"coding": ("code",), "design": ("api", "people")}
Pair = tuple[uuid.UUID, uuid.UUID]  # (application, user)


@dataclass(slots=True)
class Held:
    """An interview of the model: whose scorecard stands how."""

    id: uuid.UUID
    application: uuid.UUID
    kit: str
    cancelled: bool = False
    cards: dict[uuid.UUID, Card] = field(default_factory=dict)
    shadows: set[uuid.UUID] = field(default_factory=set)
    words: dict[uuid.UUID, list[tuple[str, bool]]] = field(
        default_factory=dict
    )  # by author: (word, after reading) of each version


@dataclass(slots=True)
class Model:
    """What should be so. `decisions`: who decided, by application; `read`: who was shown others' feedback, and when."""

    interviews: list[Held] = field(default_factory=list)
    decisions: dict[uuid.UUID, list[uuid.UUID]] = field(default_factory=dict)
    read: dict[Pair, dt.datetime] = field(default_factory=dict)
    words: dict[str, tuple[uuid.UUID, uuid.UUID, bool]] = field(
        default_factory=dict
    )  # word: (application, author, private)

    def standing(self, application: uuid.UUID, user: uuid.UUID) -> State | None:
        """A person's standing: what their cards give, those of cancelled interviews only where they were filed or recused."""
        cards = [
            each.cards[user]
            for each in self.interviews
            if each.application == application
            and user in each.cards
            and (not each.cancelled or each.cards[user] is not Card.WAIVED)
        ]
        return standing_of(cards, decided=application in self.decisions)

    def others_filed(self, application: uuid.UUID, user: uuid.UUID, *, counting: bool) -> bool:
        """Whether somebody else has filed here; `counting`: no shadow, and a version that was written before reading."""
        return any(
            each.application == application and author != user and author not in (each.shadows if counting else ()) and versions
            and (not counting or not versions[0][1])
            for each in self.interviews
            for author, versions in each.words.items()
        )  # fmt: skip

    def decided_by_another(self, application: uuid.UUID, user: uuid.UUID) -> bool:
        """Whether the latest decision is somebody else's."""
        return bool(self.decisions.get(application)) and self.decisions[application][-1] != user


class Walk:
    """One random walk through the application, on one database."""

    def __init__(self, seed: int, world: World, connection: AsyncConnection, folder: Path) -> None:
        self.random = random.Random(seed)
        self.world = world
        self.connection = connection
        self.maker = async_sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        self.model = Model()
        self.now = NOW
        self.told: list[str] = []
        self.slots = 0
        settings = Settings(data_dir=folder, DATABASE_URL="postgresql://unused.example/unused", secret_key=KEY)
        app = create_app(settings, engine=connection.engine, session_maker=self.maker, clock=lambda: self.now)
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=cast("Any", app), raise_app_exceptions=False), base_url=BASE
        )
        self.cookies: dict[uuid.UUID, str] = {}
        self.people = {
            each.name: each.id
            for each in (
                world.ada,
                world.ben,
                world.cleo,
                world.recruiter,
                world.manager,
                world.committee,
                world.administrator,
            )
        }
        self.names = {user: name for name, user in self.people.items()}
        self.applications = [world.ines.id, world.joao.id]

    async def sign_in(self) -> None:
        async with self.maker() as session, session.begin():
            for user in self.people.values():
                self.cookies[user] = await open_session(session, user, self.now)

    def word(self, application: uuid.UUID, author: uuid.UUID, *, private: bool) -> str:
        made = f"zq{len(self.model.words):06d}z"
        self.model.words[made] = (application, author, private)
        return made

    def sheet(self, kit: str, word: str) -> Sheet:
        return Sheet(
            entries={key: Entry(self.random.choice([0, 1, 2, 3, 4]), f"{word} on {key}") for key in FOCUS[kit]},
            recommendation=self.random.choice(list(Recommendation)),
            why=word,
        )

    async def act(self, what: str, work: Callable[[AsyncSession, Any], Any], user: uuid.UUID) -> bool:
        """Let somebody do something; say whether it was taken. What is refused leaves nothing behind."""
        self.told.append(f"{self.names[user]}: {what}")
        try:
            async with self.maker() as session, session.begin():
                await work(session, await viewer_of(session, user))
        except Refusal as refusal:
            self.told[-1] += f" -- {refusal}"
            return False
        return True

    async def step(self) -> None:
        """Do one thing, chosen at random, and check everything."""
        self.now += dt.timedelta(minutes=7)
        done = self.random.choices(
            [
                self.assign,
                self.draft,
                self.submit,
                self.revise,
                self.recuse,
                self.cancel,
                self.decide,
                self.move,
                self.read,
            ],
            [6, 2, 8, 3, 2, 2, 1, 1, 6],
        )[0]
        await done()
        await self.check()

    def any_card(self, *states: Card) -> tuple[Held, uuid.UUID] | None:
        found = [
            (each, user)
            for each in self.model.interviews
            if not each.cancelled
            for user, card in each.cards.items()
            if card in states
        ]
        return self.random.choice(found) if found else None

    async def assign(self) -> None:
        application, kit = self.random.choice(self.applications), self.random.choice(list(FOCUS))
        panel = self.random.sample(sorted(self.people.values()), self.random.randint(1, 3))
        shadows = {each for each in panel[1:] if self.random.random() < 0.3}
        self.slots += 1
        starts = NOW - dt.timedelta(days=30) + dt.timedelta(hours=2 * self.slots)
        made: list[uuid.UUID] = []

        async def work(session: AsyncSession, viewer: Any) -> None:
            made.append(
                await service.open_interview(
                    session,
                    viewer,
                    application_id=application,
                    kit_id=self.world.kits[kit].id,
                    starts_at=starts,
                    now=self.now,
                    panel=[(each, each in shadows) for each in panel],
                )
            )

        by = self.random.choice([self.world.recruiter.id, self.world.manager.id])
        if await self.act(
            f"assign {[self.names[each] for each in panel]}, shadows {[self.names[each] for each in shadows]}", work, by
        ):
            self.model.interviews.append(
                Held(made[0], application, kit, cards=dict.fromkeys(panel, Card.OPEN), shadows=shadows)
            )

    async def draft(self) -> None:
        if (chosen := self.any_card(Card.OPEN)) is None:
            return
        held, user = chosen
        word = self.word(held.application, user, private=True)

        async def work(session: AsyncSession, viewer: Any) -> None:
            edition = await session.scalar(
                sa.text(
                    "SELECT edition FROM scorecard JOIN panelist ON panelist.id = panelist_id WHERE interview_id = :interview AND user_id = :user"
                ),
                {"interview": held.id, "user": user},
            )
            await service.save_draft(session, viewer, held.id, self.sheet(held.kit, word), word, [], edition, self.now)

        assert await self.act("save a draft", work, user)

    async def submit(self) -> None:
        if (chosen := self.any_card(Card.OPEN)) is None:
            return
        held, user = chosen
        word = self.word(held.application, user, private=False)

        async def work(session: AsyncSession, viewer: Any) -> None:
            await service.submit_scorecard(
                session, viewer, held.id, self.sheet(held.kit, word), "", [], None, self.now, KEY.encode()
            )

        assert await self.act("submit", work, user)
        held.cards[user] = Card.FILED
        held.words[user] = [(word, (held.application, user) in self.model.read)]

    async def revise(self) -> None:
        if (chosen := self.any_card(Card.FILED)) is None:
            return
        held, user = chosen
        word = self.word(held.application, user, private=False)

        async def work(session: AsyncSession, viewer: Any) -> None:
            await service.revise_scorecard(
                session, viewer, held.id, self.sheet(held.kit, word), "Thought again.", self.now, KEY.encode()
            )

        assert await self.act("revise", work, user)
        held.words[user].append((word, (held.application, user) in self.model.read))

    async def recuse(self) -> None:
        if (chosen := self.any_card(Card.OPEN)) is None:
            return
        held, user = chosen

        async def work(session: AsyncSession, viewer: Any) -> None:
            await service.recuse(session, viewer, held.id, "Knows the candidate.", self.now)

        assert await self.act("step back", work, user)
        held.cards[user] = Card.RECUSED_SINCE if held.application in self.model.decisions else Card.RECUSED

    async def cancel(self) -> None:
        found = [each for each in self.model.interviews if not each.cancelled]
        if not found:
            return
        held = self.random.choice(found)

        async def work(session: AsyncSession, viewer: Any) -> None:
            await service.cancel_interview(session, viewer, held.id, self.now)

        if await self.act("cancel an interview", work, self.world.recruiter.id):
            assert Card.FILED not in held.cards.values()
            held.cancelled = True
            held.cards = {user: Card.WAIVED if card is Card.OPEN else card for user, card in held.cards.items()}

    async def decide(self) -> None:
        application, user = self.random.choice(self.applications), self.world.manager.id
        blind = self.model.standing(application, user) in BLIND
        word = self.word(application, user, private=False)

        async def work(session: AsyncSession, viewer: Any) -> None:
            await record_decision(
                session,
                viewer,
                application,
                self.now,
                outcome=Outcome.HOLD,
                reasons=word,
                evidence_wanted="More.",
                criteria=["code"],
            )

        if await self.act("decide to hold", work, user):
            assert not blind
            self.model.decisions.setdefault(application, []).append(user)
            for each in self.model.interviews:
                if each.application == application:
                    each.cards = {
                        one: {Card.OPEN: Card.WAIVED, Card.RECUSED_SINCE: Card.RECUSED}.get(card, card)
                        for one, card in each.cards.items()
                    }

    async def move(self) -> None:
        application, user = (
            self.random.choice(self.applications),
            self.random.choice([self.world.recruiter.id, self.world.manager.id]),
        )
        blind = self.model.standing(application, user) in BLIND
        word, stage = (
            self.word(application, user, private=False),
            self.random.choice([Stage.INTERVIEWS, Stage.DEBRIEF, Stage.REJECTED]),
        )

        async def work(session: AsyncSession, viewer: Any) -> None:
            await move(session, viewer, application, stage, word, self.now, hire_decided=False)

        assert not (await self.act(f"move to {stage}", work, user) and blind)

    async def read(self) -> None:
        """Load a page as anybody; who is shown what others thought has read it from now on."""
        user, application = self.random.choice(list(self.people.values())), self.random.choice(self.applications)
        url = self.random.choice(
            [
                f"/applications/{application}",
                "/openings/backend",
                "/openings/backend/comparison",
                "/openings/backend/packet.pdf",
            ]
        )
        self.told.append(f"{self.names[user]}: read {url}")
        answer = await self.get(user, url)
        if answer.status_code != 200:
            return
        for each in self.applications if url.startswith("/openings") else [application]:
            if self.model.standing(each, user) in BLIND:
                continue
            filed = self.model.others_filed(each, user, counting=url == "/openings/backend")
            if "comparison" in url or "packet" in url:  # nothing of a shadow's stands there
                filed = any(
                    held.application == each and author != user and author not in held.shadows
                    for held in self.model.interviews
                    for author in held.words
                )
            if filed or self.model.decided_by_another(each, user):
                self.model.read.setdefault((each, user), self.now)

    async def get(self, user: uuid.UUID, url: str) -> httpx2.Response:
        self.http.cookies.clear()
        answer = await self.http.get(url, headers={"cookie": f"hiring={self.cookies[user]}"})
        assert answer.status_code < 500, (url, answer.text)
        return answer

    async def check(self) -> None:
        """Compare the database with the model, and let one of those who are blind look for what they must not find."""
        async with self.maker() as session:
            rows = (
                await session.execute(sa.text("SELECT application_id, user_id, state, first_read_at FROM standing"))
            ).all()
            versions = (
                await session.execute(
                    sa.text("""
                        SELECT body, after_reading FROM scorecard_version JOIN personal_text ON personal_text.id = why_id
                    """)
                )
            ).all()
        states = {(row.application_id, row.user_id): row.state for row in rows if row.state is not None}
        expected = {
            (application, user): state.value
            for application in self.applications
            for user in self.people.values()
            if (state := self.model.standing(application, user)) is not None
        }
        assert states == expected, f"standings differ\n{self.story()}"
        assert {
            (row.application_id, row.user_id): row.first_read_at for row in rows if row.first_read_at
        } == self.model.read, self.story()
        assert {body: after for body, after in versions if body} == {
            word: after for held in self.model.interviews for one in held.words.values() for word, after in one
        }, self.story()
        blind = sorted((pair for pair, state in states.items() if state in BLIND), key=str)
        for application, user in self.random.sample(blind, min(1, len(blind))):
            await self.finds_nothing(application, user)

    async def finds_nothing(self, application: uuid.UUID, user: uuid.UUID) -> None:
        mine = [each.id for each in self.model.interviews if user in each.cards and each.application == application]
        urls = [
            f"/applications/{application}",
            "/openings/backend",
            "/openings/backend/comparison",
            "/openings/backend/packet.pdf",
            "/interviews",
        ]
        for url in [*urls, f"/applications/{application}/decision", *(f"/interviews/{each}" for each in mine[-2:])]:
            # Who looks at a page about several applications may read of others there, so that each look is taken back.
            savepoint = await self.connection.begin_nested()
            answer = await self.get(user, url)
            await savepoint.rollback()
            for word in set(WORD.findall(answer.content)):
                about, author, private = self.model.words[word.decode()]
                assert author == user or not (private or about == application), f"{url} shows {word!r}\n{self.story()}"

    def story(self) -> str:
        return "\n".join(["", *self.told])


async def _walk(seed: int, steps: int, world: World, connection: AsyncConnection, folder: Path) -> Walk:
    walk = Walk(seed, world, connection, folder)
    await walk.sign_in()
    for _ in range(steps):
        await walk.step()
    await walk.http.aclose()
    return walk


@pytest.mark.parametrize("seed", range(2))
async def test_a_walk_keeps_everybody_blind_who_should_be(
    seed: int, world: World, connection: AsyncConnection, tmp_path: Path, plain_packets: None
) -> None:
    walk = await _walk(seed, 30, world, connection, tmp_path)
    assert len(walk.model.interviews) > 3


@pytest.mark.trial
@pytest.mark.parametrize("seed", range(100, 108))
async def test_long_walks_keep_everybody_blind_who_should_be(
    seed: int, world: World, connection: AsyncConnection, tmp_path: Path, plain_packets: None
) -> None:
    await _walk(seed, 60, world, connection, tmp_path)


async def test_control_a_walk_finds_a_page_that_shows_too_much(
    world: World, connection: AsyncConnection, tmp_path: Path, plain_packets: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hiring.reports.queries.visible_feedback", lambda *_: sa.true())
    monkeypatch.setattr("hiring.reports.queries.is_blind", lambda *_: sa.false())
    with pytest.raises(AssertionError, match="shows b'zq"):
        await _walk(0, 60, world, connection, tmp_path)


async def test_control_a_walk_finds_a_standing_that_is_wrong(
    world: World, connection: AsyncConnection, tmp_path: Path, plain_packets: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forget(*_: Any, **__: Any) -> None:
        return None

    monkeypatch.setattr(service, "refresh_standing", forget)
    with pytest.raises(AssertionError, match="standings differ"):
        await _walk(0, 60, world, connection, tmp_path)
