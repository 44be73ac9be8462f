from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.people.core import Viewer
from tests.factories import World
from tests.rubrics.drafts.arrange import LoadViewer, begun


@pytest.fixture
async def writer(world: World, viewer: LoadViewer) -> Viewer:
    """Somebody who writes rubrics: the recruiter."""
    found: Viewer = await viewer(world.recruiter.id)
    return found


@pytest.fixture
async def other(world: World, viewer: LoadViewer) -> Viewer:
    """Somebody else who does: the hiring manager."""
    found: Viewer = await viewer(world.manager.id)
    return found


@pytest.fixture
async def draft(session: AsyncSession, writer: Viewer, now: dt.datetime) -> uuid.UUID:
    """A draft that could be published as version 1 of “bakery”."""
    made = await begun(session, writer, now)
    await session.commit()
    return made
