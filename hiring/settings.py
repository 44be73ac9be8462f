"""Settings, from the environment: `HIRING_NAME`, or `HIRING_NAME_FILE` for a file that holds the value."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from hiring.errors import BadInput, Broken


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
        if value and len(value) < 32:
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
            try:
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                return path.read_bytes().strip()
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_hex(32).encode())
            return path.read_bytes()
        except OSError as error:
            raise Broken(f"The key in {path} cannot be kept: {error.strerror}.") from None


def load_settings() -> Settings:
    """Read the settings. Raises BadInput with one line that names the variable at fault."""
    for name, path in list(os.environ.items()):
        if (name.startswith("HIRING_") or name == "DATABASE_URL_FILE") and name.endswith("_FILE") and path:
            try:
                os.environ.setdefault(name.removesuffix("_FILE"), Path(path).read_text(encoding="utf-8").strip())
            except (OSError, UnicodeDecodeError) as error:
                raise BadInput(f"{name} names {path}, which cannot be read: {error}.") from None
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors()[0]
        name = str(fault["loc"][0])
        variable = name if name.isupper() else f"HIRING_{name.upper()}"
        raise BadInput(f"{variable} is not right: {fault['msg'].removeprefix('Value error, ')}.") from None
