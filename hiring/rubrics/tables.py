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
    """A rubric's name, under which its versions stand. `title` is that of the newest one."""

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
    title: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
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
    """One responsibility, skill or trait, and where it stands: `posting.text[start_at:end_at]`, in characters.

    `also_at`: further places that say the same. `left_out`: why no criterion covers it, where that is on purpose.
    """

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
    also_at: list[list[int]] = Field(
        default_factory=list, sa_column=sa.Column(JSONB, nullable=False, server_default=sa.text("'[]'"))
    )
    left_out: str = Field(default="", sa_column=sa.Column(sa.Text, nullable=False, server_default=""))
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
    """A criterion covers a statement; `position` is its place among those of the criterion."""

    __tablename__ = "criterion_statement"

    criterion_id: uuid.UUID = Field(foreign_key="criterion.id", primary_key=True)
    statement_id: uuid.UUID = Field(foreign_key="statement.id", primary_key=True, index=True)
    position: int = Field(default=0, sa_column=sa.Column(sa.Integer, nullable=False, server_default="0"))


class OwnCompetency(SQLModel, table=True):
    """A competency that this organisation added to the library, for a statement that none of the shipped ones names."""

    __tablename__ = "own_competency"
    __table_args__ = (
        sa.CheckConstraint("key ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'", name="key"),
        sa.CheckConstraint(text_between("name", 1, 200), name="name"),
    )

    key: str = Field(sa_column=sa.Column(sa.Text, primary_key=True))
    name: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    definition: str = Field(default="", sa_column=sa.Column(sa.Text, nullable=False))
    terms: list[str] = Field(sa_column=sa.Column(ARRAY(sa.Text), nullable=False))
    created_at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))
    created_by: uuid.UUID = Field(foreign_key="user.id")


class RubricDraft(SQLModel, table=True):
    """A rubric that is being written. Its states stand in a line; `at` is the number of the current one.

    `papers` are the postings with their statements as found; editing never changes them. A draft ends when it is
    published or discarded.
    """

    __tablename__ = "rubric_draft"

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    base_id: uuid.UUID | None = Field(default=None, foreign_key="rubric_version.id")
    papers: list[dict[str, Any]] = Field(sa_column=sa.Column(JSONB, nullable=False))
    at: int
    created_at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))
    created_by: uuid.UUID = Field(foreign_key="user.id")
    ended_at: dt.datetime | None = Field(default=None, sa_column=sa.Column(UTCDateTime))
    published_id: uuid.UUID | None = Field(default=None, foreign_key="rubric_version.id")


class RubricDraftState(SQLModel, table=True):
    """One state of a draft: what it held after `what` was done, to `target` where that is one field.

    Undoing goes back in the line; editing then drops what stood after. `id` names a state for good, `number` its place. `page` is
    the page in somebody's browser that saved it, so that it does not collide with itself.
    """

    __tablename__ = "rubric_draft_state"
    __table_args__ = (sa.UniqueConstraint("id"),)

    id: uuid.UUID = Field(default_factory=new_id)
    draft_id: uuid.UUID = Field(foreign_key="rubric_draft.id", primary_key=True)
    number: int = Field(primary_key=True, sa_type=sa.Integer, sa_column_kwargs={"autoincrement": False})
    what: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    target: str = Field(default="", sa_column=sa.Column(sa.Text, nullable=False))
    page: str = Field(default="", sa_column=sa.Column(sa.Text, nullable=False, server_default=""))
    content: dict[str, Any] = Field(sa_column=sa.Column(JSONB, nullable=False))
    saved_at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))
    saved_by: uuid.UUID = Field(foreign_key="user.id")
