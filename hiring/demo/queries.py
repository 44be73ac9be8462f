"""What the demonstration asks of a database before it writes to it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.openings.tables import Opening
from hiring.people.tables import User


async def has_opening(session: AsyncSession, slug: str, organisation: str) -> bool:
    """Say whether an organisation has an opening of this name."""
    ours = sa.select(Opening.id).where(Opening.slug == slug, Opening.organisation == organisation)
    return await session.scalar(ours) is not None


async def is_used(session: AsyncSession) -> bool:
    """Say whether anybody has an account, or there is any opening."""
    return any([await session.scalar(sa.select(table.id).limit(1)) for table in (User, Opening)])
