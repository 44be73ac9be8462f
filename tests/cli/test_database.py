"""An external database that is away, closed to us, missing, empty or misnamed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest

from hiring.db.embedded import EmbeddedServer
from tests.cli.command import empty_folder, here, hiring

KEY = "a key that only the tests use, 40 letters"


@pytest.fixture(scope="module")
def external() -> Iterator[str]:
    """The address of an empty database, as its owner reaches it with a password; a server that asks for one."""
    with empty_folder() as folder, EmbeddedServer(folder, durable=False) as server:
        rules = server.data / "pg_hba.conf"
        rules.write_text("local all guest scram-sha-256\n" + rules.read_text())

        async def prepare() -> None:
            connection = await asyncpg.connect(server.dsn("postgres"))
            await connection.execute("CREATE ROLE guest LOGIN PASSWORD 'right'")
            await connection.execute("CREATE DATABASE theirs OWNER guest")
            await connection.fetch("SELECT pg_reload_conf()")
            await connection.close()

        asyncio.run(prepare())
        yield server.dsn("theirs").replace("://hiring@", "://guest:right@")


def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    away, option = (
        hiring("db", "upgrade", DATABASE_URL="postgresql://me:s3cret@127.0.0.1:1/hiring"),
        here("db", "upgrade", DATABASE_URL="postgresql://127.0.0.1:1/hiring?colour=blue"),
    )

    assert (away.code, away.out) == (1, "")
    assert away.sentence == (
        "The database does not answer at postgresql://me:***@127.0.0.1:1/hiring: nothing listens there."
    )
    assert (option.code, option.sentence) == (2, "DATABASE_URL has an option that is not known: colour.")


def test_a_wrong_password_and_a_missing_database_are_called_that(external: str) -> None:
    wrong, missing = (
        here("db", "check", DATABASE_URL=external.replace(":right@", ":wrong-one@")),
        here("db", "check", DATABASE_URL=external.replace("/theirs?", "/nobodys?")),
    )

    assert wrong.code == 1
    assert (
        'does not let us in: password authentication failed for user "guest". Correct DATABASE_URL.' in wrong.sentence
    )
    assert "wrong-one" not in wrong.err
    assert missing.code == 1
    assert missing.sentence.startswith("There is no such database at postgresql://guest:***@/nobodys?")


def test_an_external_database_is_migrated_when_asked_and_wants_a_key_and_no_demo(external: str) -> None:
    before = here("report", "backend-developer", "--json", DATABASE_URL=external)
    upgraded = hiring("db", "upgrade", DATABASE_URL=external + "&sslmode=prefer")
    checked, added, keyless = (
        here("db", "check", DATABASE_URL=external),
        here("user", "add", "ada@seedbank.example", "--role", "administrator", DATABASE_URL=external),
        here("serve", DATABASE_URL=external),
    )
    with empty_folder() as folder:
        demo = here("demo", "--no-serve", DATABASE_URL=external, HIRING_SECRET_KEY=KEY, HIRING_DATA_DIR=folder)

    assert (before.code, before.out) == (1, "")
    assert before.sentence == "The database is not at this version’s revision: run `hiring db upgrade`."
    assert (upgraded.code, upgraded.out) == (0, "The database was brought up to date.\n")
    assert (checked.code, checked.out) == (0, "The database is as the program describes it.\n")
    assert added.code == 0
    assert (keyless.code, keyless.out) == (1, "")
    assert keyless.sentence == "HIRING_SECRET_KEY is not set: give every process the same key, 32 characters or more."
    assert (demo.code, demo.out) == (1, "")
    assert demo.sentence == "This database holds another organisation’s people: the demonstration wants an empty one."
