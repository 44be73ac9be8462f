"""The demonstration company, loaded through the product's own services."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.demo.load import accounts, company, is_loaded, let_in, load
from hiring.errors import Broken
from hiring.people.service import sign_in
from hiring.reports.core import PacketOptions, as_json, build_packet
from hiring.reports.queries import load_facts
from tests import factories

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
KEY = b"a key that only the tests use, 40 letters"


def quiet(sentence: str) -> None:
    assert sentence


async def count(session: AsyncSession, query: str) -> int:
    return int((await session.execute(sa.text(f"SELECT count(*) FROM {query}"))).scalar_one())


async def test_the_company_and_the_mess_of_real_life(session: AsyncSession) -> None:
    told = company()
    assert not await is_loaded(session, told)
    await load(session, told, NOW, KEY, quiet)
    assert await is_loaded(session, told)
    expected = {
        "candidate": 6,
        "kit": 4,
        '"user" JOIN role_grant ON user_id = "user".id AND opening_id IS NULL WHERE role = \'interviewer\'': 8,
        "scorecard WHERE state = 'submitted'": 21,
        "panelist WHERE shadow": 1,
        "scorecard WHERE state = 'recused'": 1,
        "scorecard WHERE state = 'draft' AND saved_at IS NOT NULL": 1,
        f"scorecard WHERE state = 'draft' AND due_at < '{NOW.isoformat()}'": 1,
        "scorecard_version WHERE number = 2 AND after_reading": 1,
        "application WHERE stage = 'withdrawn'": 1,
        "decision WHERE outcome = 'hold'": 1,
        "statement LEFT JOIN criterion_statement ON statement_id = id WHERE criterion_id IS NULL": 1,
        f"interview WHERE starts_at > '{NOW.isoformat()}'": 1,
        "(SELECT body FROM personal_text GROUP BY body HAVING count(*) > 1) AS twice JOIN (SELECT 1) AS one ON body NOT IN "
        "(SELECT t.body FROM rating r JOIN scorecard_version v ON v.id = r.version_id AND v.number = 2 JOIN personal_text t ON t.id = r.evidence_id "
        "UNION SELECT t.body FROM scorecard_version v JOIN personal_text t ON t.id IN (v.why_id, v.strength_id, v.concern_id) WHERE v.number = 2)": 0,
    }
    assert {query: await count(session, query) for query in expected} == expected
    await session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))


async def test_two_interviewers_stand_two_levels_apart(session: AsyncSession) -> None:
    await load(session, company(), NOW, KEY, quiet)
    loaded = await load_facts(session, "backend-developer", None)
    assert loaded
    packet = build_packet(loaded.facts, PacketOptions())
    assert [(each.candidate.name, each.criterion.id, each.cell.levels) for each in packet.apart] == [
        ("Kofi Asamoah-Darko", "security", (4, 2))
    ]
    data = as_json(packet)
    # Kofi by hand: code 3, logic 4, api 4, data 3, design (3+4)/2, security (2+4)/2, operations (3+3)/2, quality (4+3)/2, people 3;
    # 0.13*3 + 0.11*4 + 0.12*4 + 0.12*3 + 0.09*3.5 + 0.12*3 + 0.07*3 + 0.11*3.5 + 0.13*3 = 3.33, all weights rated.
    composites = {each["name"]: each["composite"] for each in data["candidates"]}
    assert composites["Kofi Asamoah-Darko"] == pytest.approx(3.33, abs=1e-12)
    # Siobhán's level for code was 2 when it counted; the later 3 came after reading others' feedback and stands beside.
    code = next(
        cell
        for each in data["candidates"]
        if each["name"] == "Siobhán Ní Ghormáin"
        for cell in each["cells"]
        if cell["criterion"] == "code"
    )
    assert (code["n"], code["mean"]) == (1, 2.0)
    assert len(data["not_assessed"]) == 1


@pytest.mark.parametrize("days", [1, *(pytest.param(each, marks=pytest.mark.trial) for each in (0, 2, 3, 4, 5, 6))])
async def test_it_loads_on_any_day_of_the_week_and_nobody_interviews_on_a_sunday(
    session: AsyncSession, days: int
) -> None:
    await load(session, company(), NOW + dt.timedelta(days=days), KEY, quiet)
    weekend = "interview WHERE extract(isodow FROM starts_at) >= 6"
    today_is_weekend = (NOW + dt.timedelta(days=days)).isoweekday() >= 6
    assert await count(session, weekend) <= (1 if today_is_weekend else 0)


async def test_everybody_signs_in_with_the_password(session: AsyncSession) -> None:
    told = company()
    await load(session, told, NOW, KEY, quiet)
    await let_in(session, told, "four quiet otters swim", NOW)
    for account in accounts(told)[:3]:
        assert await sign_in(session, account.email, "four quiet otters swim", "127.0.0.1", NOW)


async def test_another_organisation_is_left_alone(session: AsyncSession) -> None:
    await factories.world(session, NOW)
    with pytest.raises(Broken, match="another organisation"):
        await is_loaded(session, company())
