"""A look into the database that an embedded server has running for a command."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from hiring.db.embedded import EmbeddedServer


def postmaster(data_dir: Path) -> int:
    """Return the process of the embedded server."""
    (lock,) = data_dir.glob("postgres-*/postmaster.pid")
    return int(lock.read_text().split()[0])


def address(data_dir: Path) -> str:
    """Return the address of the database of a data folder, whose server runs."""
    server = EmbeddedServer(data_dir)
    assert server.running()
    return server.dsn("hiring")


async def ask(data_dir: Path, sql: str, *values: object) -> Any:
    """Return the first value that a statement gives."""
    connection = await asyncpg.connect(address(data_dir))
    try:
        return await connection.fetchval(sql, *values)
    finally:
        await connection.close()


@asynccontextmanager
async def held_up(data_dir: Path) -> AsyncIterator[Any]:
    """Keep every request waiting that asks who is signed in; give a coroutine that ends when one does wait."""
    connection = await asyncpg.connect(address(data_dir))

    async def somebody_waits() -> None:
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        while not await connection.fetchval(waits):
            await asyncio.sleep(0.05)

    try:
        await connection.execute("BEGIN")
        await connection.execute("LOCK TABLE sign_in_session IN ACCESS EXCLUSIVE MODE")
        yield somebody_waits
    finally:
        connection.terminate()
