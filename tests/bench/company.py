"""What is measured upon: the demonstration company, an opening of 50, one of 100 among many, and scorecards waiting to be filed."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import asyncpg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from hiring.candidates.core import Stage
from hiring.db.engine import sessions
from hiring.demo.load import company, load
from hiring.openings.tables import Kit, KitFocus, KitQuestion, Opening
from hiring.people.core import Role
from hiring.people.service import open_session
from hiring.rubrics.tables import Criterion
from hiring.scorecards.core import CardState
from tests.bench.rows import CardRow, KitPlan, OpeningRow, Rows

SEED = 20_261_120
RATED = 8
ON_BOARD, INTERVIEWERS = 8, 16  # people on the panels of the board’s opening, and those who submit
CANDIDATES_IN_MATRIX = 100
APPLICATIONS_ON_BOARD = 50
FLUSH_AT = 60_000  # ratings gathered before they are copied: some 100 MB of Python objects


@dataclass(frozen=True, slots=True)
class Company:
    """What was arranged. Tokens are those of signed-in browsers; `waiting` are open scorecards of eight criteria, `keys` theirs in order."""

    demo_slug: str
    recruiter: uuid.UUID
    recruiter_token: str
    interviewer_token: str
    board: OpeningRow
    open_interview: uuid.UUID
    matrix: OpeningRow
    waiting: tuple[CardRow, ...]
    tokens: dict[uuid.UUID, str]
    criteria: tuple[uuid.UUID, ...]
    keys: tuple[str, ...]
    ratings: int
    rows: int
    fill_seconds: float


async def arrange(
    engine: AsyncEngine, dsn: str, now: dt.datetime, key: bytes, *, ratings: int, cards: int, say: Callable[[str], None]
) -> Company:
    """Fill a migrated, empty database."""
    told = company()
    say("loading the demonstration company")
    async with sessions(engine)() as session, session.begin():
        await load(session, told, now, key, lambda _: None)
    async with sessions(engine)() as session:
        version, plan = await _plan(session, told["opening"]["slug"])
        criteria = (
            await session.execute(
                sa.select(Criterion.id, Criterion.key)
                .where(Criterion.version_id == version)
                .order_by(Criterion.position)
            )
        ).all()[:RATED]
    say(f"copying {ratings:,} ratings with all that hangs on them")
    connection = await asyncpg.connect(dsn)
    try:
        began, rows = time.perf_counter(), Rows(SEED, now)
        recruiter = rows.person(Role.RECRUITER)
        panel = [rows.person(Role.INTERVIEWER) for _ in range(ON_BOARD)]
        board = _fifty(rows, version, plan, panel)
        filers = [rows.person(Role.INTERVIEWER) for _ in range(INTERVIEWERS)]
        eight = KitPlan("eight", "Eight criteria", 90, tuple(each.id for each in criteria))
        waiting = _waiting(rows, version, eight, filers, cards)
        matrix = await _many(rows, connection, version, plan, ratings)
        await rows.copy(connection)
        filled = time.perf_counter() - began
        await connection.execute("VACUUM (ANALYZE)")
        counted = await connection.fetchval("SELECT count(*) FROM rating")
        mine = await connection.fetchval(
            "SELECT i.id FROM interview i JOIN panelist p ON p.interview_id = i.id JOIN scorecard s ON s.panelist_id = p.id"
            " WHERE i.opening_id = $1 AND p.user_id = $2 AND s.state = 'draft' ORDER BY i.starts_at LIMIT 1",
            board.id,
            panel[0],
        )
    finally:
        await connection.close()
    async with sessions(engine)() as session, session.begin():
        tokens = {user: await open_session(session, user, now) for user in (recruiter, panel[0], *filers)}
    return Company(
        demo_slug=told["opening"]["slug"],
        recruiter=recruiter,
        recruiter_token=tokens[recruiter],
        interviewer_token=tokens[panel[0]],
        board=board,
        open_interview=mine,
        matrix=matrix,
        waiting=tuple(waiting),
        tokens=tokens,
        criteria=eight.focus,
        keys=tuple(each.key for each in criteria),
        ratings=counted,
        rows=sum(rows.written.values()),
        fill_seconds=filled,
    )


async def _plan(session: AsyncSession, slug: str) -> tuple[uuid.UUID, tuple[KitPlan, ...]]:
    """Return the demonstration's rubric version and plan, which the other openings share."""
    opening = (await session.execute(sa.select(Opening.id, Opening.version_id).where(Opening.slug == slug))).one()
    plan = []
    for kit in await session.scalars(sa.select(Kit).where(Kit.opening_id == opening.id).order_by(Kit.position)):
        focus = await session.scalars(
            sa.select(KitFocus.criterion_id).where(KitFocus.kit_id == kit.id).order_by(KitFocus.position)
        )
        asked = await session.scalars(
            sa.select(KitQuestion).where(KitQuestion.kit_id == kit.id).order_by(KitQuestion.position)
        )
        questions = tuple((each.kind, each.ask, tuple(each.follow_ups)) for each in asked)
        plan.append(KitPlan(kit.key, kit.name, kit.minutes, tuple(focus), questions))
    return opening.version_id, tuple(plan)


def _fifty(rows: Rows, version: uuid.UUID, plan: tuple[KitPlan, ...], panel: list[uuid.UUID]) -> OpeningRow:
    """Add a busy opening: some wait, some are overdue, some have everything, some have ended."""
    opening = rows.opening("bench-board", version, plan)
    stages = (
        [Stage.APPLIED] * 9
        + [Stage.SCREENING] * 8
        + [Stage.INTERVIEWS] * 18
        + [Stage.DEBRIEF] * 9
        + [Stage.REJECTED] * 4
        + [Stage.WITHDRAWN] * 2
    )
    assert len(stages) == APPLICATIONS_ON_BOARD
    for number, stage in enumerate(stages):
        application = rows.application(opening, stage, days=1 + number % 11)
        if stage in {Stage.APPLIED, Stage.SCREENING}:
            continue
        for kit in range(len(plan)):
            # One who is being interviewed has a kit or two behind them, one whose scorecards are late, and one to come.
            state, hours = CardState.SUBMITTED, -24 * (9 - kit) - number
            if stage is Stage.INTERVIEWS and kit >= 2:
                state, hours = CardState.DRAFT, (-30 - number % 20 if kit == 2 else 20 + 3 * number)
            people = [panel[(number + kit) % ON_BOARD], panel[(number + kit + 3) % ON_BOARD]][: 2 - kit % 2]
            starts = rows.now + dt.timedelta(hours=hours)
            rows.interview(opening, application, kit, [(user, state) for user in people], starts)
    return opening


def _waiting(rows: Rows, version: uuid.UUID, kit: KitPlan, panel: list[uuid.UUID], cards: int) -> list[CardRow]:
    """Add interviews that were held, with open scorecards: two on each application, by two people."""
    opening, found = rows.opening("bench-submit", version, [kit]), list[CardRow]()
    while len(found) < cards:
        application = rows.application(opening, Stage.INTERVIEWS, days=4)
        first = len(found) // 2 % len(panel)
        for user in (panel[first], panel[first - 1]):
            found += rows.interview(
                opening, application, 0, [(user, CardState.DRAFT)], rows.now - dt.timedelta(hours=5)
            )
    return found[:cards]


async def _many(
    rows: Rows, connection: asyncpg.Connection, version: uuid.UUID, plan: tuple[KitPlan, ...], ratings: int
) -> OpeningRow:
    """Add openings of 100 candidates each, interviewed in every kit, until there are so many ratings; return the one in the middle."""
    made: list[OpeningRow] = []
    people: list[uuid.UUID] = []
    while rows.written["rating"] + len(rows.waiting["rating"]) < ratings or not made:
        if len(made) % 3 == 0:  # an organisation that hires more has more interviewers
            people = [rows.person(Role.INTERVIEWER) for _ in range(12)]
        opening = rows.opening(f"bench-{len(made)}", version, plan, days=90)
        for number in range(CANDIDATES_IN_MATRIX):
            application = rows.application(opening, Stage.DEBRIEF, days=3 + number % 9)
            for kit in range(len(plan)):
                who = [people[(number + kit) % 12], people[(number + kit + 5) % 12]][: 2 - kit % 2]
                starts = rows.now - dt.timedelta(days=20 - kit, minutes=15 * number)
                rows.interview(opening, application, kit, [(user, CardState.SUBMITTED) for user in who], starts)
        made.append(opening)
        if len(rows.waiting["rating"]) >= FLUSH_AT:
            await rows.copy(connection)
    return made[len(made) // 2]
