"""Which database a command works on: the one that DATABASE_URL names, or the embedded one, started if need be."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext

import asyncpg
import sqlalchemy.exc
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from hiring.db import migrate
from hiring.db.embedded import EmbeddedServer, ensure_database
from hiring.db.engine import create_engine
from hiring.errors import BadInput, Broken
from hiring.settings import Settings

NAME = "hiring"
OLDEST = 150_000
_TRIES = 3
_LOOK_EVERY = 1.0  # seconds between two looks at whether the embedded server still answers
_FAULTS = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, sqlalchemy.exc.SQLAlchemyError)

log = structlog.get_logger("hiring")


@contextmanager
def database_url(settings: Settings, *, keep_up: bool = False) -> Iterator[str]:
    """Give the database's URL while the block runs. An embedded server that this call started is stopped after it.

    With `keep_up` an embedded server that ends meanwhile is started again, whoever started it first.
    """
    if not settings.embedded:
        yield settings.database_url
        return
    server = EmbeddedServer(settings.data_dir, binaries=settings.postgres_bin)
    try:
        _start(server)
        watched: AbstractContextManager[None] = _kept_up(server) if keep_up else nullcontext()
        with watched:
            yield server.url(NAME)
    finally:
        server.stop()


def _start(server: EmbeddedServer) -> None:
    """Have a server with our database. One that was just losing its owner may have been taken for alive, and is not."""
    for left in reversed(range(_TRIES)):
        server.start()
        try:
            asyncio.run(ensure_database(server.dsn("postgres"), NAME))
        except _FAULTS as error:
            if not left:
                raise Broken(f"The database in {server.data} does not answer: {_reason(error)}.") from None
            time.sleep(0.2)
        else:
            return


@contextmanager
def _kept_up(server: EmbeddedServer) -> Iterator[None]:
    """Look after the server from a thread of its own, and start it again where it has gone."""
    over = threading.Event()

    def look_after() -> None:
        said = ""
        while not over.wait(_LOOK_EVERY):
            try:
                if server.start():
                    log.warning("database started again")
                said = ""
            except Broken as fault:
                if str(fault) != said:
                    said = str(fault)
                    log.warning("database does not start", reason=said)

    watcher = threading.Thread(target=look_after, name="database", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join(10)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncEngine]:
    """Give an engine whose database answers and is new enough. Raises Broken with one line otherwise, also later on."""
    engine = create_engine(url)
    try:
        await _check(engine)
        try:
            yield engine
        except (sqlalchemy.exc.DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise Broken(f"The database did not do its part, so nothing was changed: {_reason(error)}.") from None
    finally:
        await engine.dispose()


async def _check(engine: AsyncEngine) -> None:
    where = engine.url.set(drivername="postgresql").render_as_string(hide_password=True)
    try:
        async with engine.connect() as connection:
            number = (
                await connection.exec_driver_sql("SELECT current_setting('server_version_num')::int")
            ).scalar_one()
    except TypeError as error:  # what the driver says to an argument that it does not have
        option = re.search(r"'(\w+)'", str(error))
        raise BadInput(f"DATABASE_URL has an option that is not known: {option[1] if option else error}.") from None
    except _FAULTS as error:
        cause = _cause(error)
        if isinstance(cause, asyncpg.InvalidCatalogNameError):
            sentence = f"There is no such database at {where}: make it with `createdb`, or correct DATABASE_URL."
        elif isinstance(cause, asyncpg.InvalidAuthorizationSpecificationError):
            sentence = f"The database at {where} does not let us in: {_reason(error)}. Correct DATABASE_URL."
        else:
            sentence = f"The database does not answer at {where}: {_reason(error)}."
        raise Broken(sentence) from None
    if number < OLDEST:
        raise Broken(f"PostgreSQL {number // 10_000} is too old: version 15 or newer is needed.")


async def bring_up(engine: AsyncEngine) -> bool:
    """Migrate the database to this version's revision; return whether there was anything to do."""
    try:
        return await migrate.upgrade(engine)
    except (sqlalchemy.exc.SQLAlchemyError, OSError) as error:
        raise Broken(f"The database could not be migrated: {_reason(error)}.") from None


async def make_ready(engine: AsyncEngine, settings: Settings) -> None:
    """See to it that the database stands at this version's revision.

    The embedded one is migrated; another one, on which other versions may be at work, is left for `hiring db upgrade`.
    """
    if settings.embedded:
        await bring_up(engine)
    elif not await migrate.ready(engine):
        raise Broken("The database is not at this version’s revision: run `hiring db upgrade`.")


def _cause(error: BaseException) -> BaseException:
    """Return what the driver said, below what is wrapped around it."""
    original = getattr(error, "orig", None)
    deeper = error.__cause__ if original is None else getattr(original, "__cause__", None) or original
    return _cause(deeper) if deeper is not None and deeper is not error else error


def _reason(error: BaseException) -> str:
    """Return in one line why the database did not do something."""
    cause = _cause(error)
    if isinstance(cause, TimeoutError):
        return "it took too long"
    if isinstance(cause, OSError) and "Connect call failed" in str(cause):
        return "nothing listens there"
    text = (cause.strerror if isinstance(cause, OSError) else str(cause)) or type(cause).__name__
    return " ".join(text.split()).rstrip(".")
