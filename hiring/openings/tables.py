"""Openings and their plan: the kits, what each focuses on and asks."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from hiring.db.base import UTCDateTime, new_id, text_between


class Opening(SQLModel, table=True):
    """A job to be filled. It pins one version of a rubric."""

    __tablename__ = "opening"
    __table_args__ = (
        sa.CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug"),
        sa.CheckConstraint(text_between("title", 1, 200), name="title"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    slug: str = Field(sa_column=sa.Column(sa.Text, nullable=False, unique=True))
    title: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    team: str = Field(default="", sa_column=sa.Column(sa.Text, nullable=False))
    organisation: str = Field(default="", sa_column=sa.Column(sa.Text, nullable=False))
    version_id: uuid.UUID = Field(foreign_key="rubric_version.id", index=True)
    created_at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))
    created_by: uuid.UUID | None = Field(default=None, foreign_key="user.id")
    closed_at: dt.datetime | None = Field(default=None, sa_column=sa.Column(UTCDateTime))


class Kit(SQLModel, table=True):
    """One kind of interview in an opening's plan."""

    __tablename__ = "kit"
    __table_args__ = (
        sa.UniqueConstraint("opening_id", "key"),
        sa.UniqueConstraint("id", "opening_id"),
        sa.CheckConstraint("minutes BETWEEN 5 AND 480", name="minutes"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    opening_id: uuid.UUID = Field(foreign_key="opening.id")
    key: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    name: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    minutes: int
    instructions: str = Field(default="", sa_column=sa.Column(sa.Text, nullable=False))
    position: int


class KitFocus(SQLModel, table=True):
    """A kit assesses a criterion."""

    __tablename__ = "kit_focus"

    kit_id: uuid.UUID = Field(foreign_key="kit.id", primary_key=True)
    criterion_id: uuid.UUID = Field(foreign_key="criterion.id", primary_key=True, index=True)
    position: int


class KitQuestion(SQLModel, table=True):
    """A question of a kit, with the follow-ups that may be asked after it."""

    __tablename__ = "kit_question"
    __table_args__ = (sa.Index(None, "kit_id"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    kit_id: uuid.UUID = Field(foreign_key="kit.id")
    kind: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    ask: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    follow_ups: list[str] = Field(sa_column=sa.Column(ARRAY(sa.Text), nullable=False))
    position: int
