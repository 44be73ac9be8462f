"""Settings, from the environment: `HIRING_NAME`, or `HIRING_NAME_FILE` for a file that holds the value."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from hiring.errors import BadInput, Broken

_SHORTEST_KEY = 32
_FOR_DEVELOPERS = {"HIRING_CHROMIUM"}
_SCHEMES = {"postgresql", "postgres", "postgresql+asyncpg"}


class Settings(BaseSettings):
    """What an operator may set. Everything has a default that is right for trying the program out."""

    model_config = SettingsConfigDict(env_prefix="HIRING_", env_ignore_empty=True, extra="ignore", frozen=True)

    data_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_data_path("hiring", appauthor=False)))
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    postgres_bin: Path | None = None
    base_url: str = ""
    secret_key: str = ""
    demo_password: str = ""
    log_level: str = "info"
    packet_seconds: int = Field(default=60, ge=1, le=3600)

    @field_validator("data_dir")
    @classmethod
    def _is_whole(cls, value: Path) -> Path:
        try:
            return value.expanduser().absolute()
        except RuntimeError:
            raise ValueError(f"{value} names a home that is not known here") from None

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: str) -> str:
        scheme, separator, rest = value.partition("://")
        if value and not (separator and scheme.isascii() and scheme.replace("+", "").isalnum()):
            raise ValueError("write postgresql://user:password@host:5432/database")
        if value and scheme not in _SCHEMES:
            raise ValueError(f"it names {scheme}, and only postgresql:// is supported")
        # What libpq and most hosts call sslmode, the driver calls ssl.
        address, question, options = rest.partition("?")
        options = "&".join(
            each.replace("sslmode=", "ssl=", 1) if each.startswith("sslmode=") else each for each in options.split("&")
        )
        return f"{scheme}{separator}{address}{question}{options}"

    @field_validator("base_url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.netloc):
            raise ValueError("write it as https://hiring.example.org")
        return value.rstrip("/")

    @field_validator("log_level")
    @classmethod
    def _is_level(cls, value: str) -> str:
        if value.lower() not in {"debug", "info", "warning", "error"}:
            raise ValueError("write debug, info, warning or error")
        return value.lower()

    @field_validator("secret_key")
    @classmethod
    def _is_long(cls, value: str) -> str:
        if value and len(value) < _SHORTEST_KEY:
            raise ValueError("use 32 characters or more, for example from `openssl rand -hex 32`")
        return value

    @property
    def embedded(self) -> bool:
        """Whether the program runs its own PostgreSQL."""
        return not self.database_url

    @property
    def secure(self) -> bool:
        """Whether browsers reach the program over HTTPS, so that cookies may insist on it."""
        return self.base_url.startswith("https://")

    def secret(self) -> bytes:
        """Return the key that signs forms and hashes. With the embedded database it is made once and kept.

        Raises Broken where an external database is used without a key: several processes must share one.
        """
        if self.secret_key:
            return self.secret_key.encode()
        if not self.embedded:
            raise Broken("HIRING_SECRET_KEY is not set: give every process the same key, 32 characters or more.")
        path = self.data_dir / "secret-key"
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists():
                _keep_new_key(path)
            key = path.read_bytes().strip()
        except OSError as error:
            raise Broken(f"The key in {path} cannot be kept: {error.strerror}.") from None
        if len(key) < _SHORTEST_KEY:
            raise Broken(f"The key in {path} is damaged: remove the file, and a new one is made.")
        return key


def _keep_new_key(path: Path) -> None:
    """Put a new key in its place, whole or not at all; of several processes that do so at once, the first one wins."""
    handle, part = tempfile.mkstemp(prefix=".secret-key-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_hex(32).encode())
        with suppress(FileExistsError):
            os.link(part, path)
    finally:
        Path(part).unlink()


def load_settings() -> Settings:
    """Read the settings. Raises BadInput with one line that names the variable at fault."""
    for name, path in list(os.environ.items()):
        if (name.startswith("HIRING_") or name == "DATABASE_URL_FILE") and name.endswith("_FILE") and path:
            _read_from_file(name, path)
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors()[0]
        name = str(fault["loc"][0])
        variable = name if name.isupper() else f"HIRING_{name.upper()}"
        raise BadInput(f"{variable} is not right: {fault['msg'].removeprefix('Value error, ')}.") from None


def unknown_settings() -> list[str]:
    """Return the variables that look like ours and are no setting, misspelt perhaps."""
    known = {f"HIRING_{name.upper()}" for name in Settings.model_fields} | _FOR_DEVELOPERS
    return sorted(name for name in os.environ if name.startswith("HIRING_") and name.removesuffix("_FILE") not in known)


def _read_from_file(name: str, path: str) -> None:
    variable = name.removesuffix("_FILE")
    if os.environ.get(variable):
        return
    try:
        os.environ[variable] = Path(path).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it holds no text"
        raise BadInput(f"{name} names {path}, which cannot be read: {reason}.") from None
