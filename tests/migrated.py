"""`alembic check` for `make check`: a fresh database, upgraded, compared with the tables, taken down and up again."""

from __future__ import annotations

import asyncio
import sys

import asyncpg

from hiring import schema
from hiring.db import migrate
from hiring.db.engine import create_engine
from tests import pg


async def work(server: str, url: str) -> list[object]:
    connection = await asyncpg.connect(server)
    await connection.execute("CREATE DATABASE migrated TEMPLATE template0")
    await connection.close()
    engine = create_engine(url)
    await migrate.upgrade(engine)
    found = await migrate.differences(engine, schema.metadata)
    await migrate.downgrade(engine)
    await migrate.upgrade(engine)
    await engine.dispose()
    return list(found)


def main() -> int:
    with pg.test_server() as url:
        found = asyncio.run(work(url("postgres"), url("migrated")))
    for difference in found:
        print(difference)
    print("Migrations and tables agree." if not found else "Migrations and tables differ.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
