"""Published rubrics. Triggers keep every row of a version as it was published."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from hiring.db.base import UTCDateTime, new_id, text_between


class Rubric(SQLModel, table=True):
    """A rubric's name, under which its versions stand."""

    __tablename__ = "rubric"

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    slug: str = Field(sa_column=sa.Column(sa.Text, nullable=False, unique=True))
    title: str = Field(sa_column=sa.Column(sa.Text, nullable=False))


class RubricVersion(SQLModel, table=True):
    """One published, content-hashed version. Its other rows are written in the same transaction and never after."""

    __tablename__ = "rubric_version"
    __table_args__ = (
        sa.UniqueConstraint("rubric_id", "number"),
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("cardinality(scale) BETWEEN 3 AND 6", name="scale"),
        sa.CheckConstraint("bar IS NULL OR bar BETWEEN 2 AND cardinality(scale)", name="bar"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    rubric_id: uuid.UUID = Field(foreign_key="rubric.id")
    number: int
    content_hash: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    scale: list[str] = Field(sa_column=sa.Column(ARRAY(sa.Text), nullable=False))
    bar: int | None = Field(default=None)
    plan: dict[str, Any] = Field(sa_column=sa.Column(JSONB, nullable=False))
    note: str = Field(default="", sa_column=sa.Column(sa.Text, nullable=False))
    published_at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))
    published_by: uuid.UUID | None = Field(default=None, foreign_key="user.id")
    transaction: str = Field(
        default=None,
        sa_column=sa.Column(sa.Text, nullable=False, server_default=sa.text("pg_current_xact_id()::text")),
    )


class Posting(SQLModel, table=True):
    """A posting's text as the version was derived from it."""

    __tablename__ = "posting"
    __table_args__ = (sa.UniqueConstraint("version_id", "key"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    version_id: uuid.UUID = Field(foreign_key="rubric_version.id")
    key: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    title: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    text: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    position: int


class Statement(SQLModel, table=True):
    """One responsibility, skill or trait, and where it stands: `posting.text[start_at:end_at]`, in characters."""

    __tablename__ = "statement"
    __table_args__ = (
        sa.UniqueConstraint("version_id", "key"),
        sa.CheckConstraint(text_between("text", 1, 600), name="text"),
        sa.CheckConstraint("start_at >= 0 AND end_at > start_at", name="place"),
        sa.CheckConstraint("kind IN ('responsibility', 'skill', 'trait')", name="kind"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    version_id: uuid.UUID = Field(foreign_key="rubric_version.id")
    posting_id: uuid.UUID = Field(foreign_key="posting.id", index=True)
    key: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    text: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    start_at: int
    end_at: int
    kind: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    competency: str | None = Field(default=None, sa_column=sa.Column(sa.Text))
    position: int


class Criterion(SQLModel, table=True):
    """One criterion of a version. The weights of a version sum to 1 (a trigger checks at commit)."""

    __tablename__ = "criterion"
    __table_args__ = (
        sa.UniqueConstraint("version_id", "key"),
        sa.CheckConstraint("weight > 0 AND weight <= 1", name="weight"),
        sa.CheckConstraint("cardinality(competencies) BETWEEN 1 AND 4", name="competencies"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    version_id: uuid.UUID = Field(foreign_key="rubric_version.id")
    key: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    name: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    definition: str = Field(default="", sa_column=sa.Column(sa.Text, nullable=False))
    weight: Decimal = Field(sa_column=sa.Column(sa.Numeric(3, 2), nullable=False))
    competencies: list[str] = Field(sa_column=sa.Column(ARRAY(sa.Text), nullable=False))
    listen_for: list[str] = Field(sa_column=sa.Column(ARRAY(sa.Text), nullable=False))
    position: int


class Anchor(SQLModel, table=True):
    """The behaviour that describes one level of one criterion. A rating points here, so the scale is the constraint."""

    __tablename__ = "anchor"
    __table_args__ = (
        sa.CheckConstraint("level BETWEEN 1 AND 6", name="level"),
        sa.CheckConstraint(text_between("text", 1, 2000), name="text"),
    )

    criterion_id: uuid.UUID = Field(foreign_key="criterion.id", primary_key=True)
    level: int = Field(primary_key=True)
    text: str = Field(sa_column=sa.Column(sa.Text, nullable=False))


class CriterionStatement(SQLModel, table=True):
    """A criterion covers a statement."""

    __tablename__ = "criterion_statement"

    criterion_id: uuid.UUID = Field(foreign_key="criterion.id", primary_key=True)
    statement_id: uuid.UUID = Field(foreign_key="statement.id", primary_key=True, index=True)
