"""The request owns the transaction: returning commits, raising rolls back."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.db.engine import Sessions


async def provide_session(state: State) -> AsyncGenerator[AsyncSession, None]:
    """Open one session and one transaction for a request; handlers and services never commit."""
    open_session: Sessions = state["sessions"]
    async with open_session() as session, session.begin():
        yield session
