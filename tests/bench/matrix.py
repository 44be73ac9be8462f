"""The levels of an opening of 100 candidates, among many: the board's query against the same answer as one bare statement."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Coroutine
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from hiring.dashboards import queries
from hiring.db.engine import sessions
from hiring.people.queries import viewer_of
from hiring.scorecards.core import Recommendation
from tests.bench.company import CANDIDATES_IN_MATRIX, Company
from tests.bench.figures import Figure, Run

REPEATS = 7
EACH = 15
WARM = 10
WITHIN = 3.0  # milliseconds above the bare statement

BARE = """
    SELECT application_id, user_id, recommendation, array_agg(r.criterion_id), array_agg(r.level)
    FROM (
        SELECT DISTINCT ON (s.id) v.id, i.application_id, p.user_id, v.recommendation
        FROM interview i
        JOIN panelist p ON p.interview_id = i.id AND NOT p.shadow
        JOIN scorecard s ON s.panelist_id = p.id AND s.state = 'submitted'
        JOIN scorecard_version v ON v.scorecard_id = s.id AND NOT v.after_reading
        WHERE i.opening_id = $1 AND i.cancelled_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM standing b WHERE b.application_id = i.application_id AND b.user_id = $2 AND b.state IN ('owes', 'recused')
        )
        ORDER BY s.id, v.number DESC
    ) AS counting
    JOIN rating r ON r.version_id = counting.id
    GROUP BY counting.id, application_id, user_id, recommendation
"""

Cell = tuple[uuid.UUID, uuid.UUID, Recommendation, tuple[tuple[uuid.UUID, int | None], ...]]


async def measure(engine: AsyncEngine, dsn: str, arranged: Company) -> list[Figure]:
    """Return the figures of the matrix, after seeing that both ways give the same answer."""
    opening = arranged.matrix
    connection = await asyncpg.connect(dsn, server_settings={"jit": "off"})
    try:
        async with sessions(engine)() as session, session.begin():
            viewer = await viewer_of(session, arranged.recruiter)
            assert viewer is not None

            async def ours() -> Any:
                # The function is the board's own and private to it; the page around it is measured elsewhere.
                return await queries._given(session, viewer, opening.id)

            async def bare() -> Any:
                return await connection.fetch(BARE, opening.id, arranged.recruiter)

            async def whole() -> Any:
                return await queries.board_facts(session, viewer, opening.id, version)

            version = await connection.fetchval("SELECT version_id FROM opening WHERE id = $1", opening.id)
            given: list[Cell] = [
                (one.application_id, one.user_id, one.recommendation, tuple(sorted(one.levels.items())))
                for one in await ours()
            ]
            plain: list[Cell] = [
                (application, user, Recommendation(said), tuple(sorted(zip(criteria, levels, strict=True))))
                for application, user, said, criteria, levels in await bare()
            ]
            assert sorted(given) == sorted(plain), "the bare statement gives another answer than the board's query"
            assert len({each[0] for each in given}) == CANDIDATES_IN_MATRIX
            found: dict[str, list[Run]] = {"ours": [], "bare": [], "whole": []}
            for repeat in range(-1, REPEATS):
                for name, work, number in (("bare", bare, EACH), ("ours", ours, EACH), ("whole", whole, 5)):
                    run = await _times(work, WARM if repeat < 0 else number)
                    if repeat >= 0:
                        found[name].append(run)
    finally:
        await connection.close()
    middle = {name: [run.quantile(0.5) for run in runs] for name, runs in found.items()}
    ratings = sum(len(each[3]) for each in given)
    name = f"matrix of {CANDIDATES_IN_MATRIX} candidates ({ratings:,} of {arranged.ratings:,} ratings), p50"
    return [
        Figure(name, "ms", middle["ours"], "bare asyncpg, one statement", middle["bare"], within=WITHIN),
        Figure(
            f"all that a board of {CANDIDATES_IN_MATRIX} is made of, p50",
            "ms",
            middle["whole"],
            "the bare matrix",
            middle["bare"],
        ),
    ]


async def _times(work: Callable[[], Coroutine[Any, Any, Any]], number: int) -> Run:
    run, worked = Run(), time.process_time()
    for _ in range(number):
        began = time.perf_counter()
        await work()
        run.took.append(time.perf_counter() - began)
    run.seconds, run.worked = sum(run.took), time.process_time() - worked
    return run
