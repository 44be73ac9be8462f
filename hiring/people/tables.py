"""Users, what they may do, their sign-in sessions, and invitations."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hiring.db.base import UTCDateTime, choice, new_id, text_between
from hiring.people.core import Role


class User(SQLModel, table=True):
    """A person who signs in. `password_hash` is empty until an invitation is accepted."""

    __tablename__ = "user"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email) AND " + text_between("email", 3, 254), name="email"),
        sa.CheckConstraint(text_between("name", 1, 200), name="name"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    email: str = Field(sa_column=sa.Column(sa.Text, nullable=False, unique=True))
    name: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    title: str = Field(default="", sa_column=sa.Column(sa.Text, nullable=False))
    time_zone: str = Field(default="UTC", sa_column=sa.Column(sa.Text, nullable=False))
    password_hash: str | None = Field(default=None, sa_column=sa.Column(sa.Text))
    active: bool = Field(default=True)
    created_at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))


class RoleGrant(SQLModel, table=True):
    """A role of a user, over all openings (`opening_id` empty) or in one."""

    __tablename__ = "role_grant"
    __table_args__ = (sa.UniqueConstraint("user_id", "role", "opening_id", postgresql_nulls_not_distinct=True),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    user_id: uuid.UUID = Field(foreign_key="user.id", ondelete="CASCADE")
    role: Role = Field(sa_column=sa.Column(choice(Role, "role"), nullable=False))
    opening_id: uuid.UUID | None = Field(default=None, foreign_key="opening.id", ondelete="CASCADE", index=True)


class SignInSession(SQLModel, table=True):
    """A browser that is signed in. The row is found by the hash of the cookie's random token."""

    __tablename__ = "sign_in_session"

    token_hash: bytes = Field(primary_key=True)
    user_id: uuid.UUID = Field(foreign_key="user.id", ondelete="CASCADE", index=True)
    created_at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))
    seen_at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))


class Invitation(SQLModel, table=True):
    """A link by which a person sets a first password; it works once."""

    __tablename__ = "invitation"

    token_hash: bytes = Field(primary_key=True)
    user_id: uuid.UUID = Field(foreign_key="user.id", ondelete="CASCADE", index=True)
    expires_at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))
    used_at: dt.datetime | None = Field(default=None, sa_column=sa.Column(UTCDateTime))


class Attempt(SQLModel, table=True):
    """How often something was tried in a window of time: sign-ins by address and by account."""

    __tablename__ = "attempt"

    rule: str = Field(sa_column=sa.Column(sa.Text, primary_key=True))
    key: str = Field(sa_column=sa.Column(sa.Text, primary_key=True))
    window_start: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, primary_key=True))
    count: int
