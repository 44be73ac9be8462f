"""What every table shares: names of constraints, identifiers, moments in time."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from typing import Any

import sqlalchemy as sa
import uuid_utils.compat
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING
metadata = SQLModel.metadata


def new_id() -> uuid.UUID:
    """Return a new identifier (UUIDv7: later ones sort after earlier ones)."""
    return uuid_utils.compat.uuid7()


class UTCDateTime(sa.types.TypeDecorator[dt.datetime]):
    """A moment: aware and in UTC on the way in and on the way out."""

    impl = sa.TIMESTAMP(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Refuse a moment without a time zone: it means a different moment on every machine."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        return value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Return the moment in UTC, whatever the connection's time zone."""
        return None if value is None else value.astimezone(dt.UTC)


def choice(kind: type[enum.StrEnum], name: str) -> sa.Enum:
    """Return a column type that stores the values of `kind` as text, checked by a constraint called `name`."""
    return sa.Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name,
    )


def text_between(column: str, least: int, most: int) -> str:
    """Return the SQL of a check that the text has `least` to `most` characters."""
    return f"char_length({column}) BETWEEN {least} AND {most}"
