from __future__ import annotations

import os
from pathlib import Path

import pytest

from hiring.errors import BadInput, Broken
from hiring.settings import Settings, load_settings
from tests.cli.command import here, hiring


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("HIRING_", "DATABASE_URL")):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("HIRING_BASE_URL", "hiring.example", "HIRING_BASE_URL is not right: write it as https://hiring.example.org."),
        ("HIRING_LOG_LEVEL", "loud", "HIRING_LOG_LEVEL is not right: write debug, info, warning or error."),
        ("HIRING_SECRET_KEY", "short", "HIRING_SECRET_KEY is not right: use 32 characters or more, for example from `openssl rand -hex 32`."),
        ("HIRING_PACKET_SECONDS", "0", "HIRING_PACKET_SECONDS is not right: Input should be greater than or equal to 1."),
        ("HIRING_DATA_DIR", "~nobody-at-all/x", "HIRING_DATA_DIR is not right: ~nobody-at-all/x names a home that is not known here."),
        ("DATABASE_URL", "mysql://db/hiring", "DATABASE_URL is not right: it names mysql, and only postgresql:// is supported."),
        ("DATABASE_URL", "localhost:5432", "DATABASE_URL is not right: write postgresql://user:password@host:5432/database."),
        ("HIRING_SECRET_KEY_FILE", "/nowhere/key", "HIRING_SECRET_KEY_FILE names /nowhere/key, which cannot be read: No such file or directory."),
        ("DATABASE_URL_FILE", "/", "DATABASE_URL_FILE names /, which cannot be read: Is a directory."),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(BadInput) as refused:
        load_settings()

    assert (str(refused.value), refused.value.exit_code) == (sentence, 2)


def test_a_wrong_setting_ends_a_command_with_2() -> None:
    done = here("doctor", HIRING_LOG_LEVEL="loud")

    assert (done.code, done.out) == (2, "")
    assert done.sentence == "HIRING_LOG_LEVEL is not right: write debug, info, warning or error."


def test_a_setting_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("0123456789abcdef0123456789abcdef\n")
    (tmp_path / "url").write_text("postgresql://me:secret@db/hiring?sslmode=require\n")
    monkeypatch.setenv("HIRING_SECRET_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    for name in ("HIRING_SECRET_KEY", "DATABASE_URL"):
        monkeypatch.setenv(name, "")  # what is read from a file is put back afterwards

    settings = load_settings()

    assert settings.secret() == b"0123456789abcdef0123456789abcdef"
    assert settings.database_url == "postgresql://me:secret@db/hiring?ssl=require"


def test_a_file_that_holds_no_text_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\x00" * 40)
    monkeypatch.setenv("HIRING_SECRET_KEY_FILE", str(tmp_path / "key"))

    with pytest.raises(BadInput, match="cannot be read: it holds no text"):
        load_settings()


def test_the_embedded_database_s_key_is_made_once(tmp_path: Path) -> None:
    first, second = Settings(data_dir=tmp_path / "new").secret(), Settings(data_dir=tmp_path / "new").secret()

    assert first == second
    assert len(first) == 64
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret-key"]
    assert (tmp_path / "new" / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_damaged_key_is_never_taken_for_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_bytes(b"")

    with pytest.raises(Broken, match="is damaged: remove the file"):
        Settings(data_dir=tmp_path).secret()


def test_the_doctor_says_what_is_missing(tmp_path: Path) -> None:
    done = hiring(
        "doctor", HIRING_DATA_DIR=tmp_path / "new", HIRING_SECRETKEY="x", DATABASE_URL="postgresql://127.0.0.1:1/hiring"
    )

    assert done.code == 1
    assert done.sentence == "2 of these must be mended first."
    lines = done.out.splitlines()
    assert (
        "MISSING  PostgreSQL by DATABASE_URL: The database does not answer at postgresql://127.0.0.1:1/hiring: nothing listens there."
        in lines
    )
    assert "MISSING  Secret key: none" in lines
    assert "ok       HIRING_SECRETKEY: no setting of this program, so it does nothing" in lines
    assert not (tmp_path / "new").exists()
