"""Which database a command works on: the one that DATABASE_URL names, or the embedded one, started if need be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg
import sqlalchemy.exc
from sqlalchemy.ext.asyncio import AsyncEngine

from hiring.db import migrate
from hiring.db.embedded import EmbeddedServer, ensure_database
from hiring.db.engine import create_engine
from hiring.errors import Broken
from hiring.settings import Settings

NAME = "hiring"
OLDEST = 150_000


@contextmanager
def database_url(settings: Settings) -> Iterator[str]:
    """Give the database's URL while the block runs. An embedded server that this call started is stopped after it."""
    if not settings.embedded:
        yield settings.database_url
        return
    server = EmbeddedServer(settings.data_dir, binaries=settings.postgres_bin)
    server.start()
    try:
        asyncio.run(ensure_database(server.dsn("postgres"), NAME))
        yield server.url(NAME)
    finally:
        server.stop()


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncEngine]:
    """Give an engine whose database answers and is new enough. Raises Broken with one line otherwise."""
    engine = create_engine(url)
    try:
        await _check(engine)
        yield engine
    finally:
        await engine.dispose()


async def _check(engine: AsyncEngine) -> None:
    try:
        async with engine.connect() as connection:
            number = (
                await connection.exec_driver_sql("SELECT current_setting('server_version_num')::int")
            ).scalar_one()
    except (OSError, TimeoutError, asyncpg.PostgresError, sqlalchemy.exc.SQLAlchemyError) as error:
        cause = error.__cause__ or error
        reason = " ".join(str(getattr(cause, "orig", None) or cause).split()) or type(cause).__name__
        where = engine.url.render_as_string(hide_password=True)
        raise Broken(f"The database does not answer at {where}: {reason}") from None
    if number < OLDEST:
        raise Broken(f"PostgreSQL {number // 10_000} is too old: version 15 or newer is needed.")


async def bring_up(engine: AsyncEngine) -> bool:
    """Migrate the database to this version's revision; return whether there was anything to do."""
    try:
        return await migrate.upgrade(engine)
    except (sqlalchemy.exc.SQLAlchemyError, OSError) as error:
        reason = " ".join(str(getattr(error, "orig", error)).split())
        raise Broken(f"The database could not be migrated: {reason}") from None
