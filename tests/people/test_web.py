"""Signing in and out, invitations and the list of people, through the application."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import sqlalchemy as sa
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.people.core import Role
from hiring.people.service import SIGN_IN_TRIES, invite, set_password
from hiring.people.tables import Attempt, Invitation, RoleGrant, SignInSession, User
from hiring.records.tables import AuditEvent
from tests.conftest import ClientFor
from tests.factories import World

PASSWORD = "four quiet otters swim"


@pytest.fixture
async def ada(session: AsyncSession, world: World, now: dt.datetime) -> User:
    await set_password(session, world.ada.id, PASSWORD, now)
    await session.commit()
    return world.ada


async def test_sign_in_leads_to_the_day_and_sign_out_ends_it(
    client: ClientFor, ada: User, session: AsyncSession
) -> None:
    browser = await client()
    assert (await browser.get("/interviews")).headers["location"] == "/sign-in?next=/interviews"
    await browser.page("/sign-in?next=/interviews")
    answer = await browser.post_form(
        "/sign-in", {"email": " ADA.Panel@seedbank.example ", "password": PASSWORD, "next": "/interviews"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/interviews")
    assert (await browser.page("/interviews")).status_code == 200
    assert await session.scalar(sa.select(sa.func.count()).select_from(SignInSession)) == 1
    answer = await browser.post_form("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert (await browser.get("/interviews")).status_code == 303
    assert await session.scalar(sa.select(sa.func.count()).select_from(SignInSession)) == 0


async def test_the_cookie_is_new_at_each_sign_in_and_kept_as_a_hash(
    client: ClientFor, ada: User, session: AsyncSession
) -> None:
    browser = await client()
    browser.cookies.set("hiring", "chosen-by-an-attacker")
    await browser.page("/sign-in")
    answer = await browser.post_form("/sign-in", {"email": ada.email, "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    token = re.search(r"hiring=([^;]+)", cookie)
    assert token
    assert token[1] != "chosen-by-an-attacker"
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    hashes = (await session.scalars(sa.select(SignInSession.token_hash))).all()
    assert token[1].encode() not in hashes
    assert len(hashes) == 1


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada.panel@seedbank.example", "wrong password"),
        ("nobody@seedbank.example", PASSWORD),
        ("", ""),
        ("ada.panel@seedbank.example", "x" * 100_000),
    ],
)
async def test_a_wrong_sign_in_says_one_thing(client: ClientFor, ada: User, email: str, password: str) -> None:
    browser = await client()
    await browser.page("/sign-in")
    answer = await browser.post_form("/sign-in", {"email": email, "password": password})
    assert answer.status_code == 422
    assert "Address and password do not belong together" in answer.text


async def test_tries_are_counted_even_though_they_are_refused(
    client: ClientFor, ada: User, session: AsyncSession
) -> None:
    browser = await client()
    await browser.page("/sign-in")
    session.add(
        Attempt(
            rule="sign-in:account",
            key=ada.email,
            window_start=dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC),
            count=SIGN_IN_TRIES - 1,
        )
    )
    await session.commit()
    assert (
        "do not belong together"
        in (await browser.post_form("/sign-in", {"email": ada.email, "password": "wrong"})).text
    )
    answer = await browser.post_form("/sign-in", {"email": ada.email, "password": PASSWORD})
    assert answer.status_code == 422
    assert "Too many tries" in answer.text


async def test_sessions_grow_old(client: ClientFor, world: World, session: AsyncSession, now: dt.datetime) -> None:
    browser = await client(world.ada)
    assert (await browser.get("/interviews")).status_code == 200
    await session.execute(sa.update(SignInSession).values(seen_at=now - dt.timedelta(hours=12)))
    await session.commit()
    assert (await browser.get("/interviews")).status_code == 303


async def test_a_switched_off_user_is_out_at_once(client: ClientFor, world: World, session: AsyncSession) -> None:
    browser = await client(world.ada)
    await session.execute(sa.update(User).where(User.id == world.ada.id).values(active=False))
    await session.commit()
    assert (await browser.get("/interviews")).status_code == 303


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
async def test_a_sign_in_leads_to_no_other_site(client: ClientFor, ada: User, onward: str) -> None:
    browser = await client()
    await browser.page("/sign-in")
    answer = await browser.post_form("/sign-in", {"email": ada.email, "password": PASSWORD, "next": onward})
    assert answer.headers["location"] == "/"


async def test_forms_need_the_token_of_their_own_browser(client: ClientFor, world: World, app: Litestar) -> None:
    """Every unsafe route, from the application's own list, refuses a form without the token, and one from elsewhere."""
    browser, other = await client(world.recruiter), await client(world.administrator)
    await browser.page("/people")
    await other.page("/people")
    assert other.token != browser.token
    unsafe = [
        route.path for route in app.routes if {"POST", "PUT", "PATCH", "DELETE"} & set(getattr(route, "methods", ()))
    ]
    assert len(unsafe) >= 14
    for path in unsafe:
        url = re.sub(r"{[a-z_]+:uuid}", str(world.ines.id), path)
        url = re.sub(r"{[a-z_]+:\w+}", "backend", re.sub(r"{[a-z_]+:int}", "1", url))
        assert (await browser.post(url)).status_code == 403, url
        assert (await browser.post(url, data={"form_token": other.token})).status_code == 403, url
        sent = {"form_token": browser.token}
        assert (await browser.post(url, data=sent, headers={"origin": "https://evil.example"})).status_code == 403, url
        assert (await browser.post(url, data=sent, headers={"sec-fetch-site": "cross-site"})).status_code == 403, url
        assert "out of date" not in (await browser.post(url, data=sent)).text, url
        if path == "/sign-out":
            browser = await client(world.recruiter)
            await browser.page("/people")


async def test_an_invitation_is_accepted_once(client: ClientFor, world: World, session: AsyncSession) -> None:
    recruiter = await client(world.recruiter)
    await recruiter.page("/people")
    answer = await recruiter.post_form(
        "/people",
        {
            "name": "Nadia New",
            "email": "nadia@seedbank.example",
            "role": "interviewer",
            "title": "engineer",
            "time_zone": "Europe/Lisbon",
        },
    )
    assert answer.status_code == 201
    link = re.search(r"/welcome/[\w-]+", answer.text)
    assert link
    nadia = await client()
    assert "Nadia New" in (await nadia.page(link[0])).text
    answer = await nadia.post_form(link[0], {"password": "nadia nadia nadia"})
    assert answer.status_code == 422
    assert "too easy to guess" in answer.text
    answer = await nadia.post_form(link[0], {"password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await nadia.page("/interviews")).status_code == 200
    assert (await (await client()).page(link[0])).status_code == 404
    actions = (await session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.id))).all()
    assert actions == ["session.opened", "user.added", "role.granted", "user.invited", "password.set", "session.opened"]


async def test_a_new_link_ends_the_old_one_and_links_expire(
    client: ClientFor, world: World, session: AsyncSession, now: dt.datetime
) -> None:
    first = await invite(session, now, world.cleo.id, by=None)
    second = await invite(session, now, world.cleo.id, by=None)
    await session.commit()
    browser = await client()
    assert (await browser.page(f"/welcome/{first}")).status_code == 404
    assert (await browser.page(f"/welcome/{second}")).status_code == 200
    await session.execute(sa.update(Invitation).values(expires_at=now))
    await session.commit()
    assert (await browser.page(f"/welcome/{second}")).status_code == 404


async def test_bad_people_are_told_beside_their_fields_and_nothing_is_lost(
    client: ClientFor, world: World, session: AsyncSession
) -> None:
    browser = await client(world.recruiter)
    await browser.page("/people")
    before = await session.scalar(sa.select(sa.func.count()).select_from(User))
    answer = await browser.post_form(
        "/people", {"name": " ", "email": "nadia", "role": "auditor", "title": "kept title", "time_zone": "Mars/Base"}
    )
    assert answer.status_code == 422
    for sentence in (
        "Write the person’s name",
        "Write an e-mail address",
        "Choose one of these roles",
        "Write a time zone",
        "kept title",
    ):
        assert sentence in answer.text
    answer = await browser.post_form(
        "/people", {"name": "Ada", "email": world.ada.email, "role": "interviewer", "time_zone": "UTC"}
    )
    assert answer.status_code == 422
    assert "has an account already" in answer.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(User)) == before


async def test_who_may_see_and_invite_people(client: ClientFor, world: World) -> None:
    allowed = {world.administrator.id: 200, world.recruiter.id: 200}
    for user in (world.administrator, world.recruiter, world.manager, world.committee, world.auditor, world.ada):
        browser = await client(user)
        assert (await browser.page("/people")).status_code == allowed.get(user.id, 403)


async def test_a_recruiter_makes_no_administrator(client: ClientFor, world: World, session: AsyncSession) -> None:
    form = {"name": "Nadia New", "email": "nadia@seedbank.example", "role": "administrator", "time_zone": "UTC"}
    recruiter = await client(world.recruiter)
    await recruiter.page("/people")
    assert (await recruiter.post_form("/people", form)).status_code == 422
    administrator = await client(world.administrator)
    await administrator.page("/people")
    assert (await administrator.post_form("/people", form)).status_code == 201
    roles = await session.scalars(
        sa.select(RoleGrant.role).join(User, User.id == RoleGrant.user_id).where(User.email == form["email"])
    )
    assert roles.all() == [Role.ADMINISTRATOR]


async def test_every_answer_has_the_headers(client: ClientFor, world: World) -> None:
    browser = await client(world.recruiter)
    for url in ("/sign-in", "/people", "/no-such-page", "/live", "/applications/not-an-id"):
        answer = await browser.get(url)
        assert answer.headers["cache-control"] == "no-store", url
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert len(answer.headers["x-request-id"]) == 32
    answer = await browser.get("/static/css/base.css")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_unknown_pages_and_ids_are_refused_in_words(client: ClientFor, world: World) -> None:
    browser = await client(world.recruiter)
    for url in (
        "/no-such-page",
        "/applications/not-an-id",
        f"/applications/{world.opening.id}",
        "/openings/nothing-here",
        "/static/../app.py",
    ):
        answer = await browser.get(url)
        assert answer.status_code == 404, url
        assert "Traceback" not in answer.text


async def test_a_refused_request_ends_its_transaction(client: ClientFor, world: World, session_maker: Any) -> None:
    """Signed out, unknown and forbidden pages leave no transaction open: each would hold one of four connections."""
    opened = []

    class Watched:
        def __call__(self) -> AsyncSession:
            one: AsyncSession = session_maker()
            opened.append(one)
            return one

    browser = await client(world.ada)
    browser._transport.app.state["sessions"] = Watched()
    signed_out = await client()
    assert (await signed_out.get("/interviews", headers={"cookie": "hiring=unknown"})).status_code == 303
    assert (await browser.get("/people")).status_code == 403
    assert (await browser.get(f"/applications/{world.opening.id}")).status_code == 404
    assert [one.in_transaction() for one in opened] == [False, False, False]
