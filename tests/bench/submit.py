"""Submitting a scorecard of eight ratings: through the application, through its service, through the ORM, and as one bare statement."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from hiring.blindness.core import State
from hiring.blindness.tables import Standing
from hiring.db.base import new_id
from hiring.db.engine import sessions
from hiring.pages import form_token
from hiring.people.core import Viewer
from hiring.people.queries import viewer_of
from hiring.records.tables import AuditEvent
from hiring.scorecards.core import CardState, Entry, Recommendation, Sheet, draft_of, text_digest
from hiring.scorecards.service import submit_scorecard
from hiring.scorecards.tables import PersonalText, Rating, Scorecard, ScorecardVersion
from tests.bench.caller import Caller
from tests.bench.company import SEED, Company
from tests.bench.figures import Figure, Run, drive
from tests.bench.rows import SAID, CardRow

Work = Callable[[CardRow], Awaitable[None]]

POOL = 4  # connections: as many as the application's engine has
REPEATS = 5
WARM = 20
AT_ONCE = (1, 16)
EACH = {1: 120, 16: 300}  # scorecards a repeat, by how many clients: at most, and no longer than:
WITHIN = 0.6  # seconds
BARE_TIMES = 3  # the bare statement is so much quicker that it needs more of them for a steady figure
TEXTS = 11
LEVELS = (4, 3, 3, 2, 3, 4, 3, 2)

# The rows of the product's submission, written by hand, with nothing asked and nothing checked first.
BARE = """
    WITH card AS (
        UPDATE scorecard SET state = 'submitted', submitted_at = $2, draft = $3, notes = $4, edition = edition + 1, saved_at = $2
        WHERE id = $1
    ), texts AS (
        INSERT INTO personal_text (id, body, digest) SELECT * FROM unnest($5::uuid[], $6::text[], $7::bytea[])
    ), version AS (
        INSERT INTO scorecard_version (id, scorecard_id, number, at, reason, after_reading, recommendation, why_id, strength_id, concern_id)
        VALUES ($8, $1, 1, $2, '', false, $9, $10, $11, $12)
    ), marks AS (
        INSERT INTO rating (version_id, criterion_id, level, evidence_id)
        SELECT $8, * FROM unnest($13::uuid[], $14::int[], $15::uuid[])
    ), place AS (
        INSERT INTO standing (application_id, user_id, state) VALUES ($16, $17, 'filed')
        ON CONFLICT (application_id, user_id) DO UPDATE SET state = excluded.state
    )
    INSERT INTO audit_event (id, at, actor_id, action, subject, subject_id, details, request_id)
    VALUES ($18, $2, $17, 'scorecard.submitted', 'scorecard', $1, $19, '')
"""
COUNTS = """
    SELECT (SELECT count(*) FROM scorecard WHERE state = 'submitted'), (SELECT count(*) FROM scorecard_version), (SELECT count(*) FROM rating),
        (SELECT count(*) FROM personal_text), (SELECT count(*) FROM audit_event WHERE action = 'scorecard.submitted'),
        (SELECT count(*) FROM standing WHERE state = 'filed')
"""
EXPECTED = (1, 1, 8, TEXTS, 1, 1)


def cards_needed() -> int:
    """Return how many open scorecards the measurement uses up."""
    a_repeat = sum(EACH[at_once] * (3 + 2 * BARE_TIMES) for at_once in AT_ONCE)
    return REPEATS * a_repeat + 5 * WARM


class Submitting:
    """The ways to submit, each as a function of one open scorecard. What a client prepares is prepared before the clock starts."""

    def __init__(
        self,
        app: Any,
        engine: AsyncEngine,
        pool: asyncpg.Pool,
        held: list[asyncpg.Connection],
        arranged: Company,
        now: dt.datetime,
        key: bytes,
    ) -> None:
        self._arranged, self._now, self._key, self._pool = arranged, now, key, pool
        self._sessions = sessions(engine)
        self._callers = {user: Caller(app, token) for user, token in arranged.tokens.items()}
        self._random = random.Random(SEED)
        self._viewers: dict[uuid.UUID, Viewer] = {}
        self._held = list(held)
        self._ready: dict[uuid.UUID, Any] = {}

    async def know_viewers(self) -> None:
        """Load who submits, which the service is told by its caller."""
        async with self._sessions() as session:
            for user in self._arranged.tokens:
                found = await viewer_of(session, user)
                assert found is not None
                self._viewers[user] = found

    def _sheet(self) -> Sheet:
        said = [f"{self._random.choice(SAID)} ({self._random.getrandbits(24):x})" for _ in range(TEXTS)]
        entries = {key: Entry(level, text) for key, level, text in zip(self._arranged.keys, LEVELS, said, strict=False)}
        return Sheet(entries, Recommendation.YES, why=said[8], strength=said[9], concern=said[10])

    def prepare(self, way: str, cards: list[CardRow]) -> Work:
        """Return the function that submits these cards in one way."""
        make: dict[str, Callable[[CardRow], Any]] = {
            "app": self._form,
            "service": lambda _: self._sheet(),
            "orm": self._entities,
            "bare": self._arguments,
            "held": self._arguments,
        }
        self._ready = {card.id: make[way](card) for card in cards}
        ways: dict[str, Work] = {
            "app": self._through_app,
            "service": self._through_service,
            "orm": self._through_orm,
            "bare": self._bare,
            "held": self._bare_held,
        }
        return ways[way]

    def _form(self, card: CardRow) -> bytes:
        sheet = self._sheet()
        fields = {
            "form_token": form_token(self._key, self._arranged.tokens[card.user]),
            "edition": "0",
            "page": "",
            "do": "submit",
            "notes": "",
        }
        fields |= {"recommendation": "yes", "why": sheet.why, "strength": sheet.strength, "concern": sheet.concern}
        for key, entry in sheet.entries.items():
            fields |= {f"level_{key}": str(entry.level), f"evidence_{key}": entry.evidence}
        return urlencode(fields).encode()

    async def _through_app(self, card: CardRow) -> None:
        answer = await self._callers[card.user](
            "POST",
            f"/interviews/{card.interview}/scorecard",
            self._ready[card.id],
            ((b"content-type", b"application/x-www-form-urlencoded"), (b"origin", b"http://hiring.test")),
        )
        assert answer.status == 303, f"{answer.status}: {answer.body[:400]!r}"

    async def _through_service(self, card: CardRow) -> None:
        async with self._sessions() as session, session.begin():
            await submit_scorecard(
                session, self._viewers[card.user], card.interview, self._ready[card.id], "", [], 0, self._now, self._key
            )  # fmt: skip

    def _texts(self, sheet: Sheet) -> list[tuple[uuid.UUID, str, bytes]]:
        bodies = [*(entry.evidence for entry in sheet.entries.values()), sheet.why, sheet.strength, sheet.concern]
        return [(new_id(), body, text_digest(self._key, body)) for body in bodies]

    def _entities(self, card: CardRow) -> tuple[list[PersonalText], ScorecardVersion, list[Rating], AuditEvent]:
        texts = [PersonalText(id=made, body=body, digest=digest) for made, body, digest in self._texts(self._sheet())]
        version = ScorecardVersion(
            id=new_id(), scorecard_id=card.id, number=1, at=self._now, after_reading=False, recommendation=Recommendation.YES,
            why_id=texts[8].id, strength_id=texts[9].id, concern_id=texts[10].id,
        )  # fmt: skip
        marks = [
            Rating(version_id=version.id, criterion_id=criterion, level=level, evidence_id=text.id)
            for criterion, level, text in zip(self._arranged.criteria, LEVELS, texts, strict=False)
        ]
        event = AuditEvent(
            at=self._now, actor_id=card.user, action="scorecard.submitted", subject="scorecard", subject_id=card.id, details={"number": 1}
        )  # fmt: skip
        return texts, version, marks, event

    async def _through_orm(self, card: CardRow) -> None:
        texts, version, marks, event = self._ready[card.id]
        async with self._sessions() as session, session.begin():
            row = await session.get_one(Scorecard, card.id)
            row.state, row.submitted_at, row.saved_at, row.draft = (
                CardState.SUBMITTED,
                self._now,
                self._now,
                {"schema": 1},
            )
            session.add_all(texts)
            await session.flush()
            session.add(version)
            await session.flush()
            standing = await session.get_one(Standing, (card.application, card.user))
            standing.state = State.FILED
            session.add_all([*marks, event])

    def _arguments(self, card: CardRow) -> tuple[object, ...]:
        texts = self._texts(self._sheet())
        ids = [made for made, _, _ in texts]
        draft = json.dumps({"schema": draft_of(Sheet(), [])["schema"], "asked": []})
        details = json.dumps({"interview": str(card.interview), "number": 1, "ratings": 8, "texts": TEXTS})
        return (
            card.id, self._now, draft, "", ids, [body for _, body, _ in texts], [digest for _, _, digest in texts], new_id(), "yes",
            *ids[8:], list(self._arranged.criteria), list(LEVELS), ids[:8], card.application, card.user, new_id(), details,
        )  # fmt: skip

    async def _bare(self, card: CardRow) -> None:
        await self._pool.execute(BARE, *self._ready[card.id])

    async def _bare_held(self, card: CardRow) -> None:
        """Without the reset that the pool makes each time a connection comes back; a client that finds none waits for its turn."""
        connection = self._held.pop()
        try:
            await connection.execute(BARE, *self._ready[card.id])
        finally:
            self._held.append(connection)


async def measure(
    app: Any, engine: AsyncEngine, dsn: str, arranged: Company, now: dt.datetime, key: bytes
) -> list[Figure]:
    """Return the figures of submission; each way takes its turn in each repeat."""
    cards = deque(arranged.waiting)
    ways = ("bare", "held", "app", "service", "orm")
    runs: dict[tuple[str, int], list[Run]] = {(way, at_once): [] for way in ways for at_once in AT_ONCE}
    async with asyncpg.create_pool(dsn, min_size=POOL, max_size=POOL) as pool:
        held = [await asyncpg.connect(dsn) for _ in range(POOL)]
        submitting = Submitting(app, engine, pool, held, arranged, now, key)
        try:
            await submitting.know_viewers()
            for way in ways:
                await _run(submitting, way, cards, WARM, 1, pool)
            for _, at_once, way in itertools.product(range(REPEATS), AT_ONCE, ways):
                # Four held connections serve four clients: a fifth would only wait.
                number = EACH[at_once] * (BARE_TIMES if way in {"bare", "held"} else 1)
                runs[way, at_once].append(
                    await _run(submitting, way, cards, number, min(at_once, POOL) if way == "held" else at_once, pool)
                )
        finally:
            for connection in held:
                await connection.close()
    rates = {place: [run.rate for run in found] for place, found in runs.items()}
    figures = []
    for at_once in AT_ONCE:
        who = f"{at_once} client" + "s" * (at_once > 1)
        ceiling, orm = rates["bare", at_once], rates["orm", at_once]
        figures += [
            Figure(
                f"submit, application, {who}",
                "/s",
                rates["app", at_once],
                "bare asyncpg, one statement",
                ceiling,
                least=0.7,
            ),
            Figure(
                f"submit, service alone, {who}",
                "/s",
                rates["service", at_once],
                "bare asyncpg, one statement",
                ceiling,
                least=0.7,
            ),
            Figure(
                f"submit, application against ORM, {who}",
                "/s",
                rates["app", at_once],
                "SQLModel session, add_all",
                orm,
                least=4.0,
            ),
        ]
    figures += [
        Figure("submit, application, 16 clients, p99", "ms", [run.quantile(0.99) for run in runs["app", 16]]),
        *(
            Figure(
                f"submit, {words}, our processor time",
                "ms",
                [run.cost for run in runs[way, 1]],
                "bare asyncpg, one statement",
                [run.cost for run in runs["bare", 1]],
            )
            for way, words in (("app", "application"), ("service", "service alone"))
        ),
        Figure(
            "bare statement without the pool’s reset", "/s", rates["held", 16], "the same with it", rates["bare", 16]
        ),
    ]
    return figures


async def _run(
    submitting: Submitting, way: str, waiting: deque[CardRow], most: int, at_once: int, pool: asyncpg.Pool
) -> Run:
    """Submit so many of the waiting scorecards at most, and see that each way has written the same rows."""
    cards = [waiting.popleft() for _ in range(most)]
    work = submitting.prepare(way, cards)
    before = await pool.fetchrow(COUNTS)
    run = await drive(cards, work, at_once, WITHIN)
    after = await pool.fetchrow(COUNTS)
    done = len(run.took)
    waiting.extendleft(reversed(cards[done:]))
    written = tuple(int(now) - int(then) for now, then in zip(after, before, strict=True))
    assert written == tuple(done * each for each in EXPECTED), f"{way} wrote {written} rows for {done} scorecards"
    return run
