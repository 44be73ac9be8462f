"""Decisions: what a named person decided on an application, and why. Append-only."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hiring.db.base import UTCDateTime, choice, new_id, text_between
from hiring.decisions.core import Outcome


class Decision(SQLModel, table=True):
    """Hire, no hire or hold. A hold names the evidence that is wanted."""

    __tablename__ = "decision"
    __table_args__ = (
        sa.Index(None, "application_id"),
        sa.CheckConstraint(text_between("reasons", 1, 10000), name="reasons"),
        sa.CheckConstraint("(outcome = 'hold') = (evidence_wanted <> '')", name="hold"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    application_id: uuid.UUID = Field(foreign_key="application.id")
    outcome: Outcome = Field(sa_column=sa.Column(choice(Outcome, "outcome"), nullable=False))
    decided_by: uuid.UUID = Field(foreign_key="user.id")
    at: dt.datetime = Field(sa_column=sa.Column(UTCDateTime, nullable=False))
    reasons: str = Field(sa_column=sa.Column(sa.Text, nullable=False))
    evidence_wanted: str = Field(default="", sa_column=sa.Column(sa.Text, nullable=False, server_default=""))


class DecisionCriterion(SQLModel, table=True):
    """A hold wants more evidence on this criterion."""

    __tablename__ = "decision_criterion"

    decision_id: uuid.UUID = Field(foreign_key="decision.id", primary_key=True)
    criterion_id: uuid.UUID = Field(foreign_key="criterion.id", primary_key=True)
