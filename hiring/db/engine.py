"""The engine: one small pool a process. More connections only lengthen the slowest answers."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from hiring.errors import BadInput

Sessions = async_sessionmaker[AsyncSession]


def asyncpg_url(url: str) -> sa.URL:
    """Return a PostgreSQL URL for the asyncpg driver. Raises BadInput where it is none."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadInput("DATABASE_URL cannot be read: write postgresql://user:password@host:5432/database") from None
    if parsed.get_backend_name() not in {"postgresql", "postgres"}:
        raise BadInput(f"DATABASE_URL names {parsed.get_backend_name()}: only postgresql:// is supported.")
    return parsed.set(drivername="postgresql+asyncpg")


def create_engine(url: str, *, pool_size: int = 4) -> AsyncEngine:
    """Return the engine of one process."""
    return create_async_engine(
        asyncpg_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        connect_args={
            "timeout": 10,
            "server_settings": {
                "application_name": "hiring",
                "jit": "off",
                "random_page_cost": "1.1",
                "timezone": "UTC",
            },
        },
    )


def sessions(engine: AsyncEngine) -> Sessions:
    """Return what opens sessions. Rows stay usable after a commit; nothing is loaded lazily."""
    return async_sessionmaker(engine, expire_on_commit=False)
