"""Reads of people: who signs in, who is who."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.people.core import Role, Viewer, name_key, session_alive
from hiring.people.tables import Invitation, RoleGrant, SignInSession, User


@dataclass(frozen=True, slots=True)
class Person:
    """A user as lists and choices show them."""

    id: uuid.UUID
    name: str
    email: str
    title: str
    time_zone: str
    active: bool
    invited: bool
    roles: tuple[Role, ...]


def token_hash(token: str) -> bytes:
    """Return what is stored of a random token: its hash, so that a copy of the table signs nobody in."""
    return hashlib.sha256(token.encode()).digest()


async def viewer_of(session: AsyncSession, user_id: uuid.UUID) -> Viewer | None:
    """Return a user as a viewer, or nothing where there is none or they are switched off."""
    rows = (
        await session.execute(
            sa.select(User.id, User.name, User.email, User.time_zone, RoleGrant.role, RoleGrant.opening_id)
            .outerjoin(RoleGrant, RoleGrant.user_id == User.id)
            .where(User.id == user_id, User.active)
        )
    ).all()
    return _viewer(rows)


async def signed_in(session: AsyncSession, token: str, now: dt.datetime) -> tuple[Viewer, dt.datetime] | None:
    """Return who is signed in by a cookie's token and when the session was last seen, in one query."""
    rows = (
        await session.execute(
            sa.select(
                User.id,
                User.name,
                User.email,
                User.time_zone,
                RoleGrant.role,
                RoleGrant.opening_id,
                SignInSession.created_at,
                SignInSession.seen_at,
            )
            .join(SignInSession, SignInSession.user_id == User.id)
            .outerjoin(RoleGrant, RoleGrant.user_id == User.id)
            .where(SignInSession.token_hash == token_hash(token), User.active)
        )
    ).all()
    if not rows or not session_alive(rows[0].created_at, rows[0].seen_at, now):
        return None
    viewer = _viewer(rows)
    return None if viewer is None else (viewer, rows[0].seen_at)


def _viewer(rows: Iterable[Any]) -> Viewer | None:
    everywhere: set[Role] = set()
    by_opening: dict[uuid.UUID, set[Role]] = {}
    first = None
    for row in rows:
        first = row
        if row.role is not None and row.opening_id is None:
            everywhere.add(Role(row.role))
        elif row.role is not None:
            by_opening.setdefault(row.opening_id, set()).add(Role(row.role))
    if first is None:
        return None
    return Viewer(
        id=first.id,
        name=first.name,
        email=first.email,
        time_zone=first.time_zone,
        everywhere=frozenset(everywhere),
        by_opening={opening: frozenset(roles) for opening, roles in by_opening.items()},
    )


async def people(session: AsyncSession) -> list[Person]:
    """Return every user with their roles over all openings, by name."""
    rows = await session.execute(
        sa.select(User, sa.func.array_remove(sa.func.array_agg(RoleGrant.role), None))
        .outerjoin(RoleGrant, sa.and_(RoleGrant.user_id == User.id, RoleGrant.opening_id.is_(None)))
        .group_by(User.id)
    )
    found = [
        Person(
            id=user.id,
            name=user.name,
            email=user.email,
            title=user.title,
            time_zone=user.time_zone,
            active=user.active,
            invited=user.password_hash is None,
            roles=tuple(role for role in Role if role.value in set(roles)),
        )
        for user, roles in rows
    ]
    return sorted(found, key=lambda person: name_key(person.name))


async def user_by_email(session: AsyncSession, email: str) -> User | None:
    """Return the user with this address (in lower case), or nothing."""
    return await session.scalar(sa.select(User).where(User.email == email))


async def open_invitation(session: AsyncSession, token: str, now: dt.datetime) -> User | None:
    """Return whom an invitation's token invites, while it is unused and in time; its row is locked."""
    row = (
        await session.execute(
            sa.select(User)
            .join(Invitation, Invitation.user_id == User.id)
            .where(
                Invitation.token_hash == token_hash(token),
                Invitation.used_at.is_(None),
                Invitation.expires_at > now,
                User.active,
            )
            .with_for_update(of=Invitation)
        )
    ).first()
    return None if row is None else row[0]
