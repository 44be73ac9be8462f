"""Writes of people: invitations, passwords, sign-in and sign-out."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import secrets
import uuid

import argon2
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.db.base import new_id
from hiring.errors import Conflict, Invalid, NotFound
from hiring.people.core import INVITATION_LASTS, SESSION_LONGEST, Role, Viewer, clean_email, clean_name, password_fault
from hiring.people.queries import open_invitation, token_hash, user_by_email
from hiring.people.tables import Attempt, Invitation, RoleGrant, SignInSession, User
from hiring.records.service import audit

SIGN_IN_TRIES = 10
SIGN_IN_WINDOW = dt.timedelta(minutes=15)
SIGN_IN_TRIES_PER_ADDRESS = 100
_HASHING = asyncio.Semaphore(2)  # each hash takes 64 MiB; more at once would let sign-ins starve the pages


@functools.cache
def _hasher() -> argon2.PasswordHasher:
    return argon2.PasswordHasher()


@functools.cache
def _dummy() -> str:
    return _hasher().hash("a password that nobody has")


async def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, made beside the event loop."""
    async with _HASHING:
        return await asyncio.to_thread(_hasher().hash, password)


async def password_right(stored: str | None, password: str) -> bool:
    """Say whether a password is right. An unknown user costs the same time as a known one."""

    def verify() -> bool:
        try:
            _hasher().verify(stored or _dummy(), password)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False
        return stored is not None

    async with _HASHING:
        return await asyncio.to_thread(verify)


async def _tries(session: AsyncSession, rule: str, key: str, now: dt.datetime) -> int:
    """Count one try in the current window and return how many there were, exactly, whatever the number of processes."""
    window = dt.datetime.fromtimestamp(
        now.timestamp() // SIGN_IN_WINDOW.total_seconds() * SIGN_IN_WINDOW.total_seconds(), dt.UTC
    )
    new = insert(Attempt).values(rule=rule, key=key, window_start=window, count=1)
    counted = new.on_conflict_do_update(
        index_elements=["rule", "key", "window_start"], set_={"count": Attempt.count + 1}
    ).returning(Attempt.count)
    return int((await session.execute(counted)).scalar_one())


async def sign_in(session: AsyncSession, email: str, password: str, address: str, now: dt.datetime) -> str:
    """Return the token of a new session, or raise Invalid with a sentence that tells nothing about the account.

    The caller must let the transaction commit in either case: tries are counted in it.
    """
    cleaned = clean_email(email) or ""
    by_account = await _tries(session, "sign-in:account", cleaned, now)
    by_address = await _tries(session, "sign-in:address", address, now)
    if by_account > SIGN_IN_TRIES or by_address > SIGN_IN_TRIES_PER_ADDRESS:
        raise Invalid("Too many tries. Wait a quarter of an hour, then try again.")
    user = await user_by_email(session, cleaned)
    right = await password_right(user.password_hash if user and user.active else None, password[:1000])
    if not right or user is None:
        raise Invalid("Address and password do not belong together. Check both and try again.")
    await session.execute(sa.delete(Attempt).where(Attempt.rule == "sign-in:account", Attempt.key == cleaned))
    return await open_session(session, user.id, now)


async def open_session(session: AsyncSession, user_id: uuid.UUID, now: dt.datetime) -> str:
    """Open a new sign-in session for a user and return its token, which is stored only as a hash."""
    token = secrets.token_urlsafe(32)
    await session.execute(
        sa.insert(SignInSession).values(token_hash=token_hash(token), user_id=user_id, created_at=now, seen_at=now)
    )
    await session.execute(sa.delete(SignInSession).where(SignInSession.created_at < now - SESSION_LONGEST))
    await audit(session, now, user_id, "session.opened", "user", user_id)
    return token


async def sign_out(session: AsyncSession, viewer: Viewer, token: str, now: dt.datetime) -> None:
    """Close the session that a token opened."""
    await session.execute(sa.delete(SignInSession).where(SignInSession.token_hash == token_hash(token)))
    await audit(session, now, viewer.id, "session.closed", "user", viewer.id)


async def touch_session(session: AsyncSession, token: str, now: dt.datetime) -> None:
    """Note that a session was seen."""
    await session.execute(
        sa.update(SignInSession).where(SignInSession.token_hash == token_hash(token)).values(seen_at=now)
    )


async def add_user(
    session: AsyncSession,
    now: dt.datetime,
    *,
    email: str,
    name: str,
    role: Role,
    title: str = "",
    time_zone: str = "UTC",
    by: uuid.UUID | None = None,
) -> User:
    """Add a user with one role over all openings. Raises Invalid with the faults by field, or Conflict for a known address."""
    faults = {}
    cleaned_email, cleaned_name = clean_email(email), clean_name(name)
    if cleaned_email is None:
        faults["email"] = "Write an e-mail address, such as name@example.org."
    if cleaned_name is None:
        faults["name"] = "Write the person’s name, at most 200 characters."
    if cleaned_email is None or cleaned_name is None:
        raise Invalid("The person was not added.", faults)
    if await user_by_email(session, cleaned_email):
        raise Conflict(f"{cleaned_email} has an account already.")
    user = User(
        id=new_id(),
        email=cleaned_email,
        name=cleaned_name,
        title=title.strip()[:200],
        time_zone=time_zone,
        created_at=now,
    )
    session.add(user)
    await session.flush()
    await audit(session, now, by, "user.added", "user", user.id, role=role.value)
    await grant(session, now, user.id, role, by=by)
    return user


async def grant(
    session: AsyncSession,
    now: dt.datetime,
    user_id: uuid.UUID,
    role: Role,
    *,
    opening_id: uuid.UUID | None = None,
    by: uuid.UUID | None = None,
) -> None:
    """Give a user a role, over all openings or in one. Giving it twice changes nothing."""
    made = await session.execute(
        insert(RoleGrant)
        .values(id=new_id(), user_id=user_id, role=role, opening_id=opening_id)
        .on_conflict_do_nothing()
        .returning(RoleGrant.id)
    )
    if made.first() is not None:
        await audit(session, now, by, "role.granted", "user", user_id, role=role.value, opening=opening_id)


async def invite(session: AsyncSession, now: dt.datetime, user_id: uuid.UUID, *, by: uuid.UUID | None) -> str:
    """Make an invitation and return its token; earlier ones of the user stop working."""
    token = secrets.token_urlsafe(32)
    await session.execute(
        sa.update(Invitation).where(Invitation.user_id == user_id, Invitation.used_at.is_(None)).values(used_at=now)
    )
    await session.execute(
        sa.insert(Invitation).values(token_hash=token_hash(token), user_id=user_id, expires_at=now + INVITATION_LASTS)
    )
    await audit(session, now, by, "user.invited", "user", user_id)
    return token


async def accept_invitation(session: AsyncSession, token: str, password: str, now: dt.datetime) -> str:
    """Set the first password of an invited person and sign them in; return the session's token."""
    user = await open_invitation(session, token, now)
    if user is None:
        raise NotFound("This invitation has been used or has expired. Ask for a new one.")
    fault = password_fault(password, user.email.split("@")[0], *user.name.split())
    if fault:
        raise Invalid("The password was not set.", {"password": fault})
    await session.execute(sa.update(Invitation).where(Invitation.token_hash == token_hash(token)).values(used_at=now))
    await set_password(session, user.id, password, now)
    return await open_session(session, user.id, now)


async def set_password(session: AsyncSession, user_id: uuid.UUID, password: str, now: dt.datetime) -> None:
    """Set a user's password and close all their sessions."""
    hashed = await hash_password(password)
    await session.execute(sa.update(User).where(User.id == user_id).values(password_hash=hashed))
    await session.execute(sa.delete(SignInSession).where(SignInSession.user_id == user_id))
    await audit(session, now, user_id, "password.set", "user", user_id)


async def set_passwords(session: AsyncSession, emails: list[str], password: str, now: dt.datetime) -> None:
    """Give several users one password (the demonstration's); their sessions stay open."""
    hashed = await hash_password(password)
    changed = await session.execute(
        sa.update(User).where(User.email.in_(emails)).values(password_hash=hashed).returning(User.id)
    )
    await audit(session, now, None, "passwords.set", "user", None, count=len(changed.all()))
