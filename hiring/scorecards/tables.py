"""Scorecards: a draft that its author may change, then versions that nobody may.

Text that people wrote about a candidate stands in `personal_text` beside a keyed hash. The only change
that its trigger permits is erasure, through the database function `erase_personal_text`.
"""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hiring.db.base import UTCDateTime, choice, new_id, text_between
from hiring.scorecards.core import CardState, Recommendation


class Scorecard(SQLModel, table=True):
    """One panelist's scorecard. `edition` rises by one with each saved draft: two browsers notice each other by it.

    `draft` holds what was typed so far; `notes` are the author's alone.
    """

    __tablename__ = "scorecard"
    __table_args__ = (
        sa.CheckConstraint("(state = 'submitted') = (submitted_at IS NOT NULL)", name="submitted"),
        sa.CheckConstraint("(state = 'recused') = (recused_at IS NOT NULL)", name="recused"),
        sa.CheckConstraint(text_between("notes", 0, 20000), name="notes"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    panelist_id: uuid.UUID = Field(foreign_key="panelist.id", unique=True)
    state: CardState = Field(sa_column=sa.Column(choice(CardState, "state"), nullable=False))
    due_at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))
    edition: int = Field(default=0)
    draft: dict[str, Any] = Field(sa_column=sa.Column(JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")))
    notes: str = Field(default="", sa_column=sa.Column(sa.Text, nullable=False, server_default=""))
    saved_at: dt.datetime | None = Field(default=None, sa_column=sa.Column(UTCDateTime))
    submitted_at: dt.datetime | None = Field(default=None, sa_column=sa.Column(UTCDateTime))
    recused_at: dt.datetime | None = Field(default=None, sa_column=sa.Column(UTCDateTime))
    recused_reason: str = Field(default="", sa_column=sa.Column(sa.Text, nullable=False, server_default=""))


class PersonalText(SQLModel, table=True):
    """Words about a candidate. `digest` is HMAC-SHA-256 of them; it stays when the words are erased."""

    __tablename__ = "personal_text"
    __table_args__ = (
        sa.CheckConstraint("body IS NULL OR " + text_between("body", 1, 10000), name="body"),
        sa.CheckConstraint("(body IS NULL) = (erased_at IS NOT NULL)", name="erased"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    body: str | None = Field(sa_column=sa.Column(sa.Text))
    digest: bytes
    erased_at: dt.datetime | None = Field(default=None, sa_column=sa.Column(UTCDateTime))


class ScorecardVersion(SQLModel, table=True):
    """What was submitted (number 1) or revised (2 and on, with a reason).

    `after_reading` marks a version whose author had read others' feedback on the application by then.
    """

    __tablename__ = "scorecard_version"
    __table_args__ = (
        sa.UniqueConstraint("scorecard_id", "number"),
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("(number = 1) = (reason = '') AND char_length(reason) <= 2000", name="reason"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    scorecard_id: uuid.UUID = Field(foreign_key="scorecard.id")
    number: int
    at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))
    reason: str = Field(default="", sa_column=sa.Column(sa.Text, nullable=False, server_default=""))
    after_reading: bool
    recommendation: Recommendation = Field(
        sa_column=sa.Column(choice(Recommendation, "recommendation"), nullable=False)
    )
    why_id: uuid.UUID | None = Field(default=None, foreign_key="personal_text.id")
    strength_id: uuid.UUID | None = Field(default=None, foreign_key="personal_text.id")
    concern_id: uuid.UUID | None = Field(default=None, foreign_key="personal_text.id")


class Rating(SQLModel, table=True):
    """A level of one criterion with its evidence, or "not assessed" (`level` empty).

    A level points to its anchor's row: a level that the rubric's scale does not have cannot be stored.
    """

    __tablename__ = "rating"
    __table_args__ = (
        sa.ForeignKeyConstraint(["criterion_id", "level"], ["anchor.criterion_id", "anchor.level"]),
        sa.CheckConstraint("level IS NULL OR evidence_id IS NOT NULL", name="evidence"),
        sa.Index("ix_rating_version_id_level", "version_id", postgresql_include=["criterion_id", "level"]),
    )

    version_id: uuid.UUID = Field(foreign_key="scorecard_version.id", primary_key=True)
    criterion_id: uuid.UUID = Field(foreign_key="criterion.id", primary_key=True)
    level: int | None = Field(default=None)
    evidence_id: uuid.UUID | None = Field(default=None, foreign_key="personal_text.id")
