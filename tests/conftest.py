"""One migrated database a run; one rolled-back transaction a test; the application on top of that transaction."""

from __future__ import annotations

import datetime as dt
import os
import re
import signal
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, cast

import asyncpg
import httpx2
import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker

from hiring.app import create_app
from hiring.db import migrate
from hiring.db.engine import create_engine
from hiring.people.core import Viewer
from hiring.people.queries import viewer_of
from hiring.people.service import open_session
from hiring.settings import Settings
from tests import factories, pg

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
KEY = "a key that only the tests use, 40 letters"
BASE = "http://hiring.test"


@pytest.fixture(scope="session")
def server_url() -> Iterator[Callable[[str], str]]:
    """URLs of databases on the test server: embedded, or the one that TEST_DATABASE_URL names."""
    with pg.test_server() as url:
        yield url


async def fresh_database(server_url: Callable[[str], str], name: str, template: str = "template0") -> str:
    """Create a database anew, empty or as a copy, and return its URL."""
    connection = await asyncpg.connect(server_url("postgres"))
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        strategy = "" if template == "template0" else " STRATEGY wal_log"
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{strategy}')
    finally:
        await connection.close()
    return server_url(name)


@pytest.fixture(scope="session")
async def database(server_url: Callable[[str], str]) -> str:
    """A database migrated by Alembic, with nothing in it; name: hiring_test."""
    url = await fresh_database(server_url, "hiring_test")
    engine = create_engine(url)
    await migrate.upgrade(engine)
    await engine.dispose()
    return url


@pytest.fixture(scope="session")
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(database)
    yield engine
    await engine.dispose()


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection whose outer transaction is rolled back after the test."""
    async with engine.connect() as connection:
        transaction = await connection.begin()
        yield connection
        await transaction.rollback()


@pytest.fixture
def session_maker(connection: AsyncConnection) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")


@pytest.fixture
async def session(session_maker: async_sessionmaker[AsyncSession]) -> AsyncIterator[AsyncSession]:
    """A session for arranging and looking. `await session.commit()` only ends a savepoint."""
    async with session_maker() as session:
        yield session


@pytest.fixture
def now() -> dt.datetime:
    return NOW


@pytest.fixture
def settings(tmp_path: Path, database: str) -> Settings:
    return Settings(data_dir=tmp_path, DATABASE_URL=database, secret_key=KEY)


@pytest.fixture
def app(settings: Settings, engine: AsyncEngine, session_maker: async_sessionmaker[AsyncSession]) -> Litestar:
    app = create_app(settings, engine=engine, session_maker=session_maker, clock=lambda: NOW)
    app.debug = False
    return app


class Client(httpx2.AsyncClient):
    """A browser without scripts: it keeps cookies and sends the form token of the page it saw last."""

    token = ""

    async def page(self, url: str, **kwargs: Any) -> httpx2.Response:
        """Load a page and remember its form token."""
        answer = await self.get(url, **kwargs)
        self.remember(answer)
        return answer

    def remember(self, answer: httpx2.Response) -> None:
        found = re.search(r'name="form_token" value="([0-9a-f]{64})"', answer.text)
        if found:
            self.token = found[1]

    async def post_form(self, url: str, data: dict[str, Any] | None = None, **kwargs: Any) -> httpx2.Response:
        """Send a form with the token. Lists send a field several times."""
        if not self.token:
            await self.page("/sign-in")
        answer = await self.post(url, data={"form_token": self.token, **(data or {})}, **kwargs)
        self.remember(answer)
        return answer


ClientFor = Callable[..., Any]


@pytest.fixture
async def client(app: Litestar, session: AsyncSession) -> AsyncIterator[ClientFor]:
    """`await client(user)`: a browser signed in as this user (anything with an `id`), or signed out with None."""
    opened: list[Client] = []

    async def open_client(user: Any = None) -> Client:
        one = Client(transport=httpx2.ASGITransport(app=cast("Any", app), raise_app_exceptions=False), base_url=BASE)
        opened.append(one)
        if user is not None:
            one.cookies.set("hiring", await open_session(session, user.id, NOW))
            await session.commit()
        return one

    yield open_client
    for one in opened:
        await one.aclose()


@pytest.fixture
async def world(session: AsyncSession) -> factories.World:
    """A small company: a rubric of three criteria, two kits, people of each role, two candidates, no interview yet."""
    made = await factories.world(session, NOW)
    await session.commit()
    return made


@pytest.fixture
def viewer(session: AsyncSession) -> Callable[[uuid.UUID], Any]:
    """`await viewer(user_id)`: the user as services take them."""

    async def load(user_id: uuid.UUID) -> Viewer:
        found = await viewer_of(session, user_id)
        assert found is not None
        return found

    return load


def pytest_configure() -> None:
    """Let Ctrl-C mean what it means at a terminal, also where the run was started in the background, with SIGINT ignored.

    Otherwise the processes that tests start would inherit that, and what is tested of Ctrl-C could not happen.
    """
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long trials run only when asked for by name."""
    if "trial" in (config.option.markexpr or ""):
        return
    kept = [item for item in items if item.get_closest_marker("trial") is None]
    dropped = [item for item in items if item not in kept]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept


def under_ci() -> bool:
    return os.environ.get("CI") == "true"
