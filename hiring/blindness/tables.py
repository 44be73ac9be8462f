"""Who may know what of which application, and since when."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from hiring.blindness.core import State
from hiring.db.base import UTCDateTime, choice


class Standing(SQLModel, table=True):
    """One row per (application, user) once the user has to do with it, or has read feedback on it.

    `state` is empty for who only read by role. `first_read_at` is written once, by the first response that
    shows this user somebody else's feedback.
    """

    __tablename__ = "standing"
    __table_args__ = (sa.Index(None, "user_id"),)

    application_id: uuid.UUID = Field(foreign_key="application.id", ondelete="CASCADE", primary_key=True)
    user_id: uuid.UUID = Field(foreign_key="user.id", ondelete="CASCADE", primary_key=True)
    state: State | None = Field(default=None, sa_column=sa.Column(choice(State, "state")))
    first_read_at: dt.datetime | None = Field(default=None, sa_column=sa.Column(UTCDateTime))
