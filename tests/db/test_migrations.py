"""Migrations from empty: up, equal to the tables, down to nothing, up again; on the server that the run uses (TEST_DATABASE_URL names another)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import asyncpg
import pytest
import sqlalchemy as sa

from hiring import schema
from hiring.db import migrate
from hiring.db.engine import create_engine
from hiring.errors import Broken
from tests.conftest import fresh_database


async def relations(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(
        "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public' AND relkind = 'r' ORDER BY 1"
    )
    await connection.close()
    return [row["relname"] for row in rows]


async def test_up_compare_down_up(server_url: Callable[[str], str]) -> None:
    url = await fresh_database(server_url, "hiring_migrations")
    engine = create_engine(url)
    assert await migrate.upgrade(engine)
    assert await migrate.differences(engine, schema.metadata) == []
    assert not await migrate.upgrade(engine)
    assert await migrate.ready(engine)
    await migrate.downgrade(engine)
    assert await relations(url) == ["alembic_version"]
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace") == 0
    await connection.close()
    assert await migrate.upgrade(engine)
    assert await migrate.differences(engine, schema.metadata) == []
    await engine.dispose()


async def test_differences_are_seen(server_url: Callable[[str], str]) -> None:
    """The control: a comparison that finds nothing must be able to find something."""
    url = await fresh_database(server_url, "hiring_differences")
    engine = create_engine(url)
    await migrate.upgrade(engine)
    async with engine.begin() as connection:
        await connection.execute(sa.text("ALTER TABLE opening DROP COLUMN team"))
    assert len(await migrate.differences(engine, schema.metadata)) == 1
    await engine.dispose()


async def test_four_at_once_take_turns(server_url: Callable[[str], str]) -> None:
    url = await fresh_database(server_url, "hiring_at_once")
    engines = [create_engine(url) for _ in range(4)]
    changed = await asyncio.gather(*(migrate.upgrade(engine) for engine in engines))
    assert sorted(changed) == [False, False, False, True]
    for engine in engines:
        await engine.dispose()


async def test_a_newer_database_is_refused(server_url: Callable[[str], str]) -> None:
    url = await fresh_database(server_url, "hiring_newer")
    engine = create_engine(url)
    await migrate.upgrade(engine)
    async with engine.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Broken, match="which this version does not know"):
        await migrate.upgrade(engine)
    await engine.dispose()
