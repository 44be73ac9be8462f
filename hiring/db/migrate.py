"""Alembic, driven from the program: no configuration file, the migrations that this installation carries."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncEngine

from hiring.db.base import UTCDateTime
from hiring.errors import Broken
from hiring.places import shipped

_LOCK = 4_815_162_342  # any number, as long as every process of ours takes the same advisory lock


def render_item(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:  # noqa: ARG001 - the signature is Alembic's
    """Write our own column type as the plain type that the database knows."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.TIMESTAMP(timezone=True)"
    return False


def INCLUDED(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:  # noqa: ARG001, N802 - the signature is Alembic's
    """Leave out what extensions and Alembic itself keep in the database."""
    return not (kind == "table" and name == "alembic_version")


def config(connection: sa.Connection | None = None) -> Config:
    """Return Alembic's configuration for the shipped migrations."""
    settings = Config()
    settings.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings


def head() -> str:
    """Return the newest revision that this installation knows."""
    revision = ScriptDirectory.from_config(config()).get_current_head()
    if revision is None:
        raise Broken("This installation carries no migrations: install it anew.")
    return revision


async def current(engine: AsyncEngine) -> str | None:
    """Return the database's revision, or nothing for an empty one."""
    async with engine.connect() as connection:
        return await connection.run_sync(lambda plain: MigrationContext.configure(plain).get_current_revision())


async def upgrade(engine: AsyncEngine, revision: str = "head") -> bool:
    """Bring the database to a revision; return whether anything was to do. Several callers at once take turns."""

    def run(connection: sa.Connection) -> bool:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        before = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
        if before is not None and before not in known:
            raise Broken(
                f"The database is at revision {before}, which this version does not know: use the newer version."
            )
        command.upgrade(config(connection), revision)
        return before != MigrationContext.configure(connection).get_current_revision()

    async with engine.begin() as connection:
        return await connection.run_sync(run)


async def downgrade(engine: AsyncEngine, revision: str = "base") -> None:
    """Take the database back to a revision."""
    async with engine.begin() as connection:
        await connection.run_sync(lambda plain: command.downgrade(config(plain), revision))


async def differences(engine: AsyncEngine, metadata: sa.MetaData) -> list[Any]:
    """Return what differs between the database and the tables that the program describes."""

    def compare(connection: sa.Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection, opts={"include_object": INCLUDED, "compare_server_default": True}
        )
        return list(compare_metadata(context, metadata))

    async with engine.connect() as connection:
        return await connection.run_sync(compare)


def revise(connection: sa.Connection, message: str) -> None:
    """Write a new migration from what differs (for developers)."""
    command.revision(config(connection), message=message, autogenerate=True)


async def ready(engine: AsyncEngine) -> bool:
    """Say whether the database answers and stands at the newest revision."""
    return await current(engine) == await asyncio.to_thread(head)
