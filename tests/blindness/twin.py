"""A copy of the company in which others thought otherwise: the same people, ids, times and filings; other opinions."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import asyncpg

from tests.blindness.company import Company
from tests.conftest import NOW, fresh_database

# What is changed, in this order. $1: the applications, $2: people whose own scorecards stay as they are (those who look at both).
_CARDS = """
    CREATE TEMPORARY TABLE other AS
    SELECT scorecard.id AS card_id FROM scorecard
    JOIN panelist ON panelist.id = scorecard.panelist_id
    JOIN interview ON interview.id = panelist.interview_id
    WHERE interview.application_id = ANY($1::uuid[]) AND panelist.user_id <> ALL($2::uuid[])
"""
_LEVEL = "CASE WHEN {0}.level IS NULL AND {0}.evidence_id IS NOT NULL THEN 1 WHEN {0}.level = 2 THEN NULL ELSE 5 - {0}.level END"
_RECOMMENDATION = """
    CASE {0}.recommendation WHEN 'strong_yes' THEN 'no' WHEN 'yes' THEN 'strong_no' WHEN 'no' THEN 'strong_yes'
        WHEN 'strong_no' THEN 'no_decision' ELSE 'yes' END
"""
_OPINIONS = (
    # A revision more, or a revision less.
    """
    CREATE TEMPORARY TABLE single AS
    SELECT (array_agg(version.id))[1] AS version_id, gen_random_uuid() AS new_id
    FROM scorecard_version version JOIN other ON other.card_id = version.scorecard_id
    GROUP BY version.scorecard_id HAVING count(*) = 1
    """,
    """
    DELETE FROM rating USING scorecard_version version, other
    WHERE rating.version_id = version.id AND version.scorecard_id = other.card_id AND version.number > 1
    """,
    "DELETE FROM scorecard_version version USING other WHERE version.scorecard_id = other.card_id AND version.number > 1",
    """
    INSERT INTO scorecard_version (id, scorecard_id, number, at, reason, after_reading, recommendation, why_id, strength_id, concern_id)
    SELECT single.new_id, scorecard_id, 2, at + interval '1 hour', 'Slept on it and thinks otherwise.', after_reading, 'no', why_id, strength_id, concern_id
    FROM scorecard_version version JOIN single ON single.version_id = version.id
    """,
    """
    INSERT INTO rating (version_id, criterion_id, level, evidence_id)
    SELECT single.new_id, criterion_id, CASE level WHEN 4 THEN 1 ELSE level + 1 END, evidence_id FROM rating JOIN single USING (version_id)
    """,
    # Levels, recommendations, texts.
    f"""
    UPDATE rating SET level = {_LEVEL.format("rating")} FROM scorecard_version version, other
    WHERE rating.version_id = version.id AND version.scorecard_id = other.card_id
    """,
    f"UPDATE scorecard_version version SET recommendation = {_RECOMMENDATION.format('version')} FROM other WHERE version.scorecard_id = other.card_id",
    """
    UPDATE personal_text SET body = 'Quite otherwise, and at more length: ' || reverse(body), digest = sha256(digest)
    WHERE id IN (
        SELECT unnest(ARRAY[why_id, strength_id, concern_id]) FROM scorecard_version version JOIN other ON other.card_id = version.scorecard_id
        UNION SELECT evidence_id FROM rating JOIN scorecard_version version ON version.id = rating.version_id
        JOIN other ON other.card_id = version.scorecard_id
    ) AND body IS NOT NULL
    """,
    """
    UPDATE scorecard SET recused_reason = 'Cannot stand the candidate.' FROM other WHERE scorecard.id = other.card_id AND scorecard.state = 'recused'
    """,
    # What others have only typed so far.
    """
    UPDATE scorecard SET notes = 'Other notes, and more of them.', draft = draft || '{"why": "Leans the other way.", "recommendation": "strong_no"}'::jsonb
    FROM other WHERE scorecard.id = other.card_id AND scorecard.state = 'draft' AND scorecard.draft <> '{}'::jsonb
    """,
)
_AFTERMATH = (
    # Decisions: another outcome for other reasons; and one where there was none, before anything was arranged that it would have waived.
    "DELETE FROM decision_criterion USING decision WHERE decision.id = decision_id AND application_id = ANY($1::uuid[])",
    """
    INSERT INTO decision (id, application_id, outcome, decided_by, at, reasons, evidence_wanted)
    SELECT gen_random_uuid(), id, 'hold', (SELECT user_id FROM role_grant WHERE role = 'hiring_manager' ORDER BY user_id LIMIT 1),
        $2::timestamptz - interval '10 days', 'Nobody has decided this in the other copy.', 'A week of thought.'
    FROM application WHERE id = ANY($1::uuid[]) AND NOT EXISTS (SELECT 1 FROM decision WHERE application_id = application.id)
    """,
    """
    UPDATE decision SET outcome = CASE outcome WHEN 'no_hire' THEN 'hire' ELSE 'no_hire' END, evidence_wanted = '',
        reasons = 'Decided the other way. ' || reverse(reasons)
    WHERE application_id = ANY($1::uuid[]) AND at <> $2::timestamptz - interval '10 days'
    """,
    # Stages, and the way there.
    "UPDATE stage_move SET reason = 'Moved in another mood.' WHERE application_id = ANY($1::uuid[])",
    """
    INSERT INTO stage_move (id, application_id, from_stage, to_stage, at, moved_by, reason)
    SELECT gen_random_uuid(), id, stage, CASE stage WHEN 'debrief' THEN 'rejected' WHEN 'interviews' THEN 'debrief' WHEN 'withdrawn' THEN 'interviews' ELSE 'hired' END,
        $2::timestamptz - interval '20 minutes', (SELECT user_id FROM role_grant WHERE role = 'recruiter' ORDER BY user_id LIMIT 1), 'It went the other way.'
    FROM application WHERE id = ANY($1::uuid[])
    """,
    """
    UPDATE application SET stage_since = $2::timestamptz - interval '20 minutes',
        stage = CASE stage WHEN 'debrief' THEN 'rejected' WHEN 'interviews' THEN 'debrief' WHEN 'withdrawn' THEN 'interviews' ELSE 'hired' END
    WHERE id = ANY($1::uuid[])
    """,
    # What the audit trail keeps of all that.
    """
    UPDATE audit_event SET details = details || '{"outcome": "no_hire", "from_stage": "applied", "to_stage": "hired"}'::jsonb
    WHERE subject_id = ANY($1::uuid[]) AND action IN ('decision.recorded', 'application.moved')
    """,
)


async def twin(
    server_url: Callable[[str], str],
    company: Company,
    name: str,
    applications: Iterable[uuid.UUID],
    keep: Iterable[uuid.UUID],
) -> str:
    """Copy the company into a database of this name, change what others thought of these applications, and return its URL."""
    url = await fresh_database(server_url, name, template=company.name)
    connection = await asyncpg.connect(url)
    on = list(applications)
    try:
        # Past the triggers that keep what was submitted as it was.
        await connection.execute("SET session_replication_role = replica")
        async with connection.transaction():
            await connection.execute(_CARDS, on, list(keep))
            for statement in _OPINIONS:
                await connection.execute(statement)
            for statement in _AFTERMATH:
                await connection.execute(statement, *((on, NOW) if "$2" in statement else (on,)))
    finally:
        await connection.close()
    return url


async def rows_apart(one: str, two: str) -> dict[str, int]:
    """Return for each table how many of its rows stand in one of the two databases only; tables that are equal are left out."""
    first, second = await asyncpg.connect(one), await asyncpg.connect(two)
    try:
        found = {}
        for (table,) in await first.fetch(
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ):
            query = f'SELECT to_jsonb(t)::text FROM "{table}" t'
            rows = [{row[0] for row in await connection.fetch(query)} for connection in (first, second)]
            found[table] = len(rows[0] ^ rows[1])
        return {table: number for table, number in found.items() if number}
    finally:
        await first.close()
        await second.close()


MARKED = """
    CREATE TEMPORARY TABLE text_of AS
    SELECT text_id, interview.application_id, panelist.user_id FROM scorecard_version version
    JOIN scorecard ON scorecard.id = version.scorecard_id
    JOIN panelist ON panelist.id = scorecard.panelist_id
    JOIN interview ON interview.id = panelist.interview_id
    CROSS JOIN LATERAL (
        SELECT unnest(ARRAY[why_id, strength_id, concern_id]) AS text_id
        UNION ALL SELECT evidence_id FROM rating WHERE rating.version_id = version.id
    ) texts WHERE text_id IS NOT NULL;

    CREATE TEMPORARY TABLE marker AS SELECT * FROM (
        SELECT 'text' AS kind, 'mk' || substr(md5('t' || text_id::text), 1, 10) AS word, application_id, user_id AS author, text_id AS id FROM text_of
        UNION ALL SELECT 'revision', 'mk' || substr(md5('v' || version.id::text), 1, 10), interview.application_id, panelist.user_id, version.id
            FROM scorecard_version version JOIN scorecard ON scorecard.id = version.scorecard_id
            JOIN panelist ON panelist.id = scorecard.panelist_id JOIN interview ON interview.id = panelist.interview_id WHERE version.number > 1
        UNION ALL SELECT 'recusal', 'mk' || substr(md5('r' || scorecard.id::text), 1, 10), interview.application_id, panelist.user_id, scorecard.id
            FROM scorecard JOIN panelist ON panelist.id = scorecard.panelist_id JOIN interview ON interview.id = panelist.interview_id
            WHERE scorecard.state = 'recused'
        UNION ALL SELECT 'private', 'mk' || substr(md5('n' || scorecard.id::text), 1, 10), interview.application_id, panelist.user_id, scorecard.id
            FROM scorecard JOIN panelist ON panelist.id = scorecard.panelist_id JOIN interview ON interview.id = panelist.interview_id
            WHERE scorecard.state = 'draft' AND scorecard.draft <> '{}'::jsonb OR scorecard.notes <> ''
        UNION ALL SELECT 'move', 'mk' || substr(md5('m' || id::text), 1, 10), application_id, moved_by, id FROM stage_move WHERE reason <> ''
        UNION ALL SELECT 'decision', 'mk' || substr(md5('d' || id::text), 1, 10), application_id, decided_by, id FROM decision
    ) found;

    UPDATE personal_text SET body = word || ' ' || body FROM marker WHERE kind = 'text' AND marker.id = personal_text.id AND body IS NOT NULL;
    UPDATE scorecard_version SET reason = word || ' ' || reason FROM marker WHERE kind = 'revision' AND marker.id = scorecard_version.id;
    UPDATE scorecard SET recused_reason = word || ' ' || recused_reason FROM marker WHERE kind = 'recusal' AND marker.id = scorecard.id;
    UPDATE scorecard SET notes = word || ' ' || notes, draft = CASE draft WHEN '{}'::jsonb THEN draft ELSE draft || jsonb_build_object('why', word) END
        FROM marker WHERE kind = 'private' AND marker.id = scorecard.id;
    UPDATE stage_move SET reason = word || ' ' || reason FROM marker WHERE kind = 'move' AND marker.id = stage_move.id;
    UPDATE decision SET reasons = word || ' ' || reasons FROM marker WHERE kind = 'decision' AND marker.id = decision.id;
"""


@dataclass(frozen=True, slots=True)
class Marker:
    """A word that stands in one text alone. `kind`: text, revision, recusal, move, decision; private: a draft, or notes."""

    kind: str
    word: str
    application: uuid.UUID
    author: uuid.UUID | None


async def mark(url: str) -> list[Marker]:
    """Put a word of its own into everything that somebody wrote about a candidate, past the triggers."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET session_replication_role = replica")
        async with connection.transaction():
            await connection.execute(MARKED)
            rows = await connection.fetch("SELECT kind, word, application_id, author FROM marker")
    finally:
        await connection.close()
    # asyncpg's own UUIDs are equal to the standard library's and hash alike, and are not instances of them to a type checker.
    return [
        Marker(
            row["kind"],
            row["word"],
            uuid.UUID(str(row["application_id"])),
            row["author"] and uuid.UUID(str(row["author"])),
        )
        for row in rows
    ]
