"""Candidates, their applications, and each move between stages."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hiring.candidates.core import Stage
from hiring.db.base import UTCDateTime, choice, new_id, text_between


class Candidate(SQLModel, table=True):
    """A person who applies."""

    __tablename__ = "candidate"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email) AND " + text_between("email", 3, 254), name="email"),
        sa.CheckConstraint(text_between("name", 1, 200), name="name"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    email: str = Field(sa_column=sa.Column(sa.Text, nullable=False, unique=True))
    created_at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))


class Application(SQLModel, table=True):
    """A candidate in one opening, in one stage. `pseudonym` is random and steady: anonymous packets sort by it."""

    __tablename__ = "application"
    __table_args__ = (
        sa.UniqueConstraint("opening_id", "candidate_id"),
        sa.UniqueConstraint("id", "opening_id"),
        sa.UniqueConstraint("opening_id", "pseudonym"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    opening_id: uuid.UUID = Field(foreign_key="opening.id")
    candidate_id: uuid.UUID = Field(foreign_key="candidate.id", index=True)
    applied_at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))
    stage: Stage = Field(sa_column=sa.Column(choice(Stage, "stage"), nullable=False))
    stage_since: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))
    pseudonym: str = Field(sa_column=sa.Column(sa.Text, nullable=False))


class StageMove(SQLModel, table=True):
    """One move of an application from one stage to another."""

    __tablename__ = "stage_move"
    __table_args__ = (sa.Index(None, "application_id"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    application_id: uuid.UUID = Field(foreign_key="application.id", ondelete="CASCADE")
    from_stage: Stage = Field(sa_column=sa.Column(choice(Stage, "from_stage"), nullable=False))
    to_stage: Stage = Field(sa_column=sa.Column(choice(Stage, "to_stage"), nullable=False))
    at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))
    moved_by: uuid.UUID | None = Field(default=None, foreign_key="user.id")
    reason: str = Field(default="", sa_column=sa.Column(sa.Text, nullable=False))
