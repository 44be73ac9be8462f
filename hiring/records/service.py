"""The audit trail: each write leaves one event, in its own transaction. If the event fails, so does the write."""

from __future__ import annotations

import contextvars
import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.db.base import new_id
from hiring.records.tables import AuditEvent, IssuedFile

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")


async def audit(
    session: AsyncSession,
    now: dt.datetime,
    actor: uuid.UUID | None,
    action: str,
    subject: str,
    subject_id: uuid.UUID | None,
    **details: Any,
) -> None:
    """Record that somebody did something. `details` holds identifiers, counts and names of states, never people's text."""
    await session.execute(
        sa.insert(AuditEvent).values(
            id=new_id(),
            at=now,
            actor_id=actor,
            action=action,
            subject=subject,
            subject_id=subject_id,
            details={key: str(value) if isinstance(value, uuid.UUID) else value for key, value in details.items()},
            request_id=request_id.get(),
        )
    )


async def register_file(session: AsyncSession, file: IssuedFile) -> None:
    """Enter a file that is handed out into the register, with its audit event."""
    session.add(file)
    await session.flush()
    await audit(session, file.at, file.issued_to, "file.issued", "opening", file.opening_id, code=file.code, file=file.id)
