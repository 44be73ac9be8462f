"""Signing in and out, invitations, and the list of people."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.errors import Forbidden, Invalid, NotFound, Refusal
from hiring.pages import AnyRequest, page
from hiring.people import forms, queries, service
from hiring.people.core import RUNS_OPENINGS, Role, Viewer

SEEN_EVERY = dt.timedelta(minutes=1)


class NotSignedIn(Refusal):
    """Nobody is signed in, and the page is not for everyone."""

    status = 401


def cookie_name(request: AnyRequest) -> str:
    """Return the session cookie's name; over HTTPS its prefix ties it to this host."""
    return "__Host-hiring" if request.app.state["settings"].secure else "hiring"


def session_cookie(request: AnyRequest, token: str | None) -> Cookie:
    """Return the cookie that signs in (or, without a token, out)."""
    return Cookie(
        key=cookie_name(request),
        value=token or "",
        path="/",
        httponly=True,
        secure=request.app.state["settings"].secure,
        samesite="lax",
        max_age=None if token else 0,
    )


async def provide_viewer(
    request: AnyRequest, session: NamedDependency[AsyncSession], now: NamedDependency[dt.datetime]
) -> Viewer:
    """Return who is signed in, or raise NotSignedIn."""
    token = request.cookies.get(cookie_name(request), "")
    try:
        found = await queries.signed_in(session, token, now) if token else None
        if found is None:
            raise NotSignedIn("Sign in to see this page.")  # noqa: TRY301 - the clean-up below is for this one too
    except Exception:
        # Litestar forgets a dependency's clean-up when a later dependency fails: the transaction must end here.
        await session.close()
        raise
    viewer, seen_at = found
    if now - seen_at > SEEN_EVERY:
        await service.touch_session(session, token, now)
    request.state["viewer"] = viewer
    request.state["nav"] = nav(viewer)
    return viewer


def nav(viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """Return the links at the top of each page: (address, words)."""
    links = []
    if viewer.has_anywhere(frozenset({Role.INTERVIEWER})) or not viewer.has_anywhere(
        frozenset(Role) - {Role.INTERVIEWER}
    ):
        links.append(("/interviews", "My interviews"))
    if viewer.has_anywhere(frozenset(Role) - {Role.INTERVIEWER}):
        links.append(("/openings", "Openings"))
        links.append(("/rubrics", "Rubrics"))
    if viewer.has(frozenset({Role.ADMINISTRATOR, Role.RECRUITER})):
        links.append(("/people", "People"))
    if ("/interviews", "My interviews") not in links:
        links.append(("/interviews", "My interviews"))
    return tuple(links)


def home(viewer: Viewer) -> str:
    """Return the page on which this person's day starts."""
    return nav(viewer)[0][0]


def safe_next(path: str) -> str:
    """Return an address of our own to go on to, or nothing: a sign-in never leads to another site."""
    fine = path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path and "\r" not in path
    return path if fine else ""


@get("/")
async def start(viewer: NamedDependency[Viewer]) -> Redirect:
    """Go to the page on which the viewer's day starts."""
    return Redirect(home(viewer))


@get("/sign-in")
async def sign_in_page(request: AnyRequest) -> Response[str]:
    """Show the form to sign in."""
    return page(
        request, "people/sign_in.html", next=safe_next(request.query_params.get("next", "")), email="", error=""
    )


@post("/sign-in", status_code=303)
async def sign_in(
    request: AnyRequest, session: NamedDependency[AsyncSession], now: NamedDependency[dt.datetime]
) -> Response[Any]:
    """Sign in. A refusal is a page and no exception, so that the count of tries is kept."""
    form = await request.form()
    email, password = str(form.get("email", "")), str(form.get("password", ""))
    onward = safe_next(str(form.get("next", "")))
    address = request.client.host if request.client else ""
    try:
        token = await service.sign_in(session, email, password, address, now)
    except Invalid as refusal:
        return page(request, "people/sign_in.html", status=422, next=onward, email=email[:254], error=str(refusal))
    return Redirect(onward or "/", status_code=303, cookies=[session_cookie(request, token)])


@post("/sign-out", status_code=303)
async def sign_out(
    request: AnyRequest,
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Redirect:
    """Sign out of this browser."""
    await service.sign_out(session, viewer, request.cookies.get(cookie_name(request), ""), now)
    return Redirect("/sign-in", status_code=303, cookies=[session_cookie(request, None)])


@get("/welcome/{token:str}")
async def welcome(
    request: AnyRequest, token: FromPath[str], session: NamedDependency[AsyncSession], now: NamedDependency[dt.datetime]
) -> Response[str]:
    """Show an invited person the form for a first password."""
    user = await queries.open_invitation(session, token, now)
    if user is None:
        raise NotFound("This invitation has been used or has expired. Ask for a new one.")
    return page(request, "people/welcome.html", name=user.name, email=user.email, error="")


@post("/welcome/{token:str}", status_code=303)
async def accept(
    request: AnyRequest, token: FromPath[str], session: NamedDependency[AsyncSession], now: NamedDependency[dt.datetime]
) -> Response[Any]:
    """Take the first password and sign in."""
    form = await request.form()
    try:
        session_token = await service.accept_invitation(session, token, str(form.get("password", "")), now)
    except Invalid as refusal:
        user = await queries.open_invitation(session, token, now)
        if user is None:
            raise
        error = refusal.fields.get("password", str(refusal))
        return page(request, "people/welcome.html", status=422, name=user.name, email=user.email, error=error)
    return Redirect("/", status_code=303, cookies=[session_cookie(request, session_token)])


def _may_invite(viewer: Viewer) -> None:
    if not viewer.has(frozenset({Role.ADMINISTRATOR, Role.RECRUITER})):
        raise Forbidden("Only administrators and recruiters see and invite people.")


def _givable(viewer: Viewer) -> list[Role]:
    """Return the roles that a viewer may give: a recruiter makes no administrators and no auditors."""
    administrator = viewer.has(frozenset({Role.ADMINISTRATOR}))
    return [
        role
        for role in Role
        if administrator or role in RUNS_OPENINGS - {Role.ADMINISTRATOR} | {Role.INTERVIEWER, Role.COMMITTEE}
    ]


@get("/people")
async def people(
    request: AnyRequest, viewer: NamedDependency[Viewer], session: NamedDependency[AsyncSession]
) -> Response[str]:
    """List the people with their roles, and offer to invite one."""
    _may_invite(viewer)
    return page(
        request,
        "people/people.html",
        people=await queries.people(session),
        roles=_givable(viewer),
        form={},
        errors={},
        link=None,
    )


@post("/people", status_code=201)
async def invite(
    request: AnyRequest,
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[str]:
    """Add a person and show the link that invites them: once, to who asked for it."""
    _may_invite(viewer)
    form = forms.parse_person(await request.form())
    errors = form.errors(_givable(viewer))
    link = None
    if not errors and form.role is not None:
        try:
            user = await service.add_user(
                session,
                now,
                email=form.email,
                name=form.name,
                role=form.role,
                title=form.title,
                time_zone=form.time_zone,
                by=viewer.id,
            )
            link = (
                user.name,
                f"{request.app.state['settings'].base_url or _origin(request)}/welcome/{await service.invite(session, now, user.id, by=viewer.id)}",
            )
        except Refusal as refusal:
            errors = getattr(refusal, "fields", {}) or {"email": str(refusal)}
    return page(
        request,
        "people/people.html",
        status=422 if errors else 201,
        people=await queries.people(session),
        roles=_givable(viewer),
        form=form.typed() if errors else {},
        errors=errors,
        link=link,
    )


@post("/people/{user_id:uuid}/invitation", status_code=201)
async def invite_again(
    request: AnyRequest,
    user_id: FromPath[uuid.UUID],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[str]:
    """Make a new link for somebody who has not signed in yet."""
    _may_invite(viewer)
    listed = await queries.people(session)
    person = next((each for each in listed if each.id == user_id and each.invited and each.active), None)
    if person is None:
        raise NotFound("There is nobody to invite here: the person has signed in already, or is unknown.")
    if not set(person.roles) <= set(_givable(viewer)):
        raise Forbidden("An administrator has to invite this person.")
    link = (
        person.name,
        f"{request.app.state['settings'].base_url or _origin(request)}/welcome/{await service.invite(session, now, user_id, by=viewer.id)}",
    )
    return page(
        request, "people/people.html", status=201, people=listed, roles=_givable(viewer), form={}, errors={}, link=link
    )


def _origin(request: Request[Any, Any, Any]) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


router = Router(
    "/", route_handlers=[start, sign_in_page, sign_in, sign_out, welcome, accept, people, invite, invite_again]
)
