"""Interviews and their panels."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hiring.db.base import UTCDateTime, new_id


class Interview(SQLModel, table=True):
    """One kit held with one candidate at one time. Kit and application belong to the same opening."""

    __tablename__ = "interview"
    __table_args__ = (
        sa.ForeignKeyConstraint(["kit_id", "opening_id"], ["kit.id", "kit.opening_id"]),
        sa.ForeignKeyConstraint(["application_id", "opening_id"], ["application.id", "application.opening_id"]),
        sa.CheckConstraint("ends_at > starts_at AND ends_at <= starts_at + interval '12 hours'", name="times"),
        sa.Index(None, "application_id"),
        sa.Index(None, "opening_id"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    opening_id: uuid.UUID
    application_id: uuid.UUID
    kit_id: uuid.UUID
    starts_at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))
    ends_at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))
    cancelled_at: dt.datetime | None = Field(default=None, sa_column=sa.Column(UTCDateTime))
    created_at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))


class Panelist(SQLModel, table=True):
    """A person who holds an interview, or watches it as a shadow."""

    __tablename__ = "panelist"
    __table_args__ = (sa.UniqueConstraint("interview_id", "user_id"), sa.Index(None, "user_id"))

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    interview_id: uuid.UUID = Field(foreign_key="interview.id")
    user_id: uuid.UUID = Field(foreign_key="user.id")
    shadow: bool = Field(default=False)
