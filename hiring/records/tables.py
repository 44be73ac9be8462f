"""The audit trail and the register of issued files. Triggers keep both append-only."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hiring.db.base import UTCDateTime, new_id


class AuditEvent(SQLModel, table=True):
    """Who did what to what, when. `details` holds identifiers and counts, never a person's text."""

    __tablename__ = "audit_event"
    __table_args__ = (sa.Index(None, "subject_id"), sa.Index(None, "at"))

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))
    actor_id: uuid.UUID | None = Field(default=None)
    action: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    subject: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    subject_id: uuid.UUID | None = Field(default=None)
    details: dict[str, Any] = Field(sa_column=sa.Column(JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")))
    request_id: str = Field(default="", sa_column=sa.Column(sa.Text, nullable=False, server_default=""))


class IssuedFile(SQLModel, table=True):
    """A file that was handed out: its verification code, its hash, to whom and when."""

    __tablename__ = "issued_file"
    __table_args__ = (sa.Index(None, "code"), sa.Index(None, "sha256"))

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))
    opening_id: uuid.UUID = Field(foreign_key="opening.id")
    issued_to: uuid.UUID | None = Field(default=None, foreign_key="user.id")
    code: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    facts_sha256: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    sha256: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    options: dict[str, Any] = Field(sa_column=sa.Column(JSONB, nullable=False))
    size: int
