"""Alembic's entry: the URL and the connection come from the program, never from a file."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from hiring.db.migrate import INCLUDED, render_item
from hiring.schema import metadata


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=render_item,
        include_object=INCLUDED,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
