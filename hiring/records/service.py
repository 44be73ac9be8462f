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


async def register_file(
    session: AsyncSession,
    now: dt.datetime,
    *,
    opening_id: uuid.UUID,
    issued_to: uuid.UUID | None,
    code: str,
    facts_sha256: str,
    sha256: str,
    size: int,
    options: dict[str, Any],
) -> uuid.UUID:
    """Enter a file that is handed out into the register, with its audit event; return the entry's id."""
    file_id = new_id()
    await session.execute(
        sa.insert(IssuedFile).values(
            id=file_id,
            at=now,
            opening_id=opening_id,
            issued_to=issued_to,
            code=code,
            facts_sha256=facts_sha256,
            sha256=sha256,
            options=options,
            size=size,
        )
    )
    await audit(session, now, issued_to, "file.issued", "opening", opening_id, code=code, file=file_id)
    return file_id
