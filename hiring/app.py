"""The application: every route, dependency and error handler in one place."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
import time
import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote, urlsplit

import asyncpg
import jinja2
import sqlalchemy.exc
import structlog
from litestar import Litestar, Response, get
from litestar.config.app import AppConfig  # noqa: F401 - named in Litestar's signatures, resolved at run time
from litestar.config.compression import CompressionConfig
from litestar.datastructures import MutableScopeHeaders, State
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from sqlalchemy.ext.asyncio import AsyncEngine

import hiring
from hiring.candidates import web as candidates
from hiring.dashboards import web as dashboards
from hiring.db import migrate
from hiring.db.engine import Sessions, create_engine, sessions
from hiring.db.session import provide_session
from hiring.decisions import web as decisions
from hiring.errors import Broken, Forbidden, Refusal
from hiring.interviews import web as interviews
from hiring.openings import web as openings
from hiring.pages import AnyRequest, form_token, form_token_right, page
from hiring.people import web as people
from hiring.people.web import NotSignedIn, cookie_name, provide_viewer
from hiring.places import STATIC
from hiring.records.service import request_id
from hiring.reports import web as reports
from hiring.rubrics import web as rubrics
from hiring.rubrics.drafts import web as drafts
from hiring.scorecards import web as scorecards
from hiring.settings import Settings, load_settings

Clock = Callable[[], dt.datetime]
log = structlog.get_logger("hiring")

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
BODY_MOST = 4_000_000  # bytes of a request; the largest field that we take is a CSV of candidates


def utc_now() -> dt.datetime:
    """Return the time: the only place that looks at the clock for a request."""
    return dt.datetime.now(dt.UTC)


async def provide_now(request: AnyRequest) -> dt.datetime:
    """Return the moment of this request: one for everything that it reads and writes."""
    moment: dt.datetime = request.state["now"]
    return moment


async def guard_form(request: AnyRequest) -> None:
    """Refuse what another site sends in the viewer's name: by origin, and by a token that belongs to the cookie."""
    request.state["now"] = request.app.state["clock"]()
    cookie = request.cookies.get(cookie_name(request)) or request.cookies.get("hiring_visit", "")
    secret = request.app.state["secret"]
    request.state["form_token"] = form_token(secret, cookie)
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    site, origin = request.headers.get("sec-fetch-site", ""), request.headers.get("origin", "")
    if site not in {"", "same-origin", "none"} or (
        origin and urlsplit(origin).netloc != request.headers.get("host", "")
    ):
        raise Forbidden("This form came from another site and was not taken.")
    sent = request.headers.get("x-form-token") or str((await request.form()).get("form_token", ""))
    if not form_token_right(secret, cookie, sent):
        raise Forbidden("This page is out of date, so nothing was taken. Go back, load it again and send it once more.")


class Outermost:
    """Gives each request an id, each answer its headers, and each of both a line in the log, without personal text."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; log it when its answer has begun."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        began, number = time.perf_counter(), uuid.uuid4().hex
        mark = request_id.set(number)
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableScopeHeaders.from_message(message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers["cache-control"] = "no-store"
                headers["x-request-id"] = number
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        finally:
            request_id.reset(mark)
            handler = scope.get("route_handler")
            log.info(
                "request",
                method=scope["method"],
                route=getattr(handler, "handler_name", ""),
                status=status,
                ms=round((time.perf_counter() - began) * 1000, 1),
                request_id=number,
            )


class Visit:
    """Gives a browser without a session the cookie that its first form's token belongs to."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set the cookie on the way in, so that the page's token matches, and on the way out."""
        if scope["type"] != ScopeType.HTTP or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        # Looked at by hand: asking a Request here would fix its cookies before ours is added.
        known = any(name == b"cookie" and b"hiring_visit=" in value for name, value in scope["headers"])
        if known or not scope["path"].startswith(("/sign-in", "/welcome")):
            await self.app(scope, receive, send)
            return
        value = secrets.token_urlsafe(16)
        scope["headers"] = [*scope["headers"], (b"cookie", f"hiring_visit={value}".encode())]
        secure = "; Secure" if scope["app"].state["settings"].secure else ""

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableScopeHeaders.from_message(message).add(
                    "set-cookie", f"hiring_visit={value}; Path=/; HttpOnly; SameSite=Lax{secure}"
                )
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def refuse(request: AnyRequest, refusal: Refusal) -> Response[Any]:
    """Show a refusal as a page with its status."""
    return _refusal(request, refusal.status, str(refusal))


def not_signed_in(request: AnyRequest, refusal: NotSignedIn) -> Response[Any]:  # noqa: ARG001 - the signature is Litestar's
    """Lead to the sign-in page and back; an unsafe request cannot be repeated, so it says what happened."""
    if request.method == "GET":
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        onward = "" if path == "/" else f"?next={quote(path, safe='/?=&')}"
        return Redirect(f"/sign-in{onward}", status_code=303)
    return _refusal(request, 401, "You are signed out. Sign in again in another tab, then send this once more.")


def http_refusal(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """Say in our words what the framework refused."""
    words = {
        400: "The request cannot be read. Go back and try again.",
        404: "There is no such page. Check the address, or start from the first page.",
        405: "This address does not take that.",
        413: "This is too large: 4 MB at most, or 12 MB where a posting’s files are sent.",
    }
    return _refusal(request, error.status_code, words.get(error.status_code, "The request was refused."))


def database_refused(request: AnyRequest, error: sqlalchemy.exc.DBAPIError) -> Response[Any]:
    """Tell apart what somebody else did first, what cannot be stored, and a database that is away."""
    cause = getattr(error.orig, "__cause__", None)
    if isinstance(cause, asyncpg.IntegrityConstraintViolationError | asyncpg.RestrictViolationError):
        return _refusal(request, 409, "Somebody was quicker, or this has changed since. Load the page again.")
    if isinstance(cause, asyncpg.DataError):
        return _refusal(request, 400, "Something in this request cannot be stored. Check what was typed.")
    return database_away(request, error)


def database_away(request: AnyRequest, error: Exception) -> Response[Any]:
    """Say that the database does not answer, and that nothing was saved."""
    log.error("database", error=type(error).__name__, request_id=request_id.get())
    return _refusal(request, 503, "The database does not answer, so nothing was saved. Try again in a minute.")


def system_refused(request: AnyRequest, error: OSError) -> Response[Any]:
    """Tell a file that is missing here, which is our fault, from a database that cannot be reached."""
    return database_away(request, error) if error.filename is None else crash(request, error)


def crash(request: AnyRequest, error: Exception) -> Response[Any]:
    """Admit a fault of ours; the log has it under the request's id."""
    log.error("crash", error=type(error).__name__, exc_info=error, request_id=request_id.get())
    return _refusal(request, 500, "Something went wrong on our side. Nothing was saved by this request; try again.")


_HEADINGS = {
    401: "Signed out",
    403: "Not allowed",
    404: "Not found",
    409: "Changed meanwhile",
    413: "Too large",
    422: "Not taken",
}


def _refusal(request: AnyRequest, status: int, sentence: str) -> Response[Any]:
    if "now" not in request.state:
        request.state["now"] = request.app.state["clock"]()
    if "application/json" in request.headers.get("accept", ""):
        return Response({"error": sentence, "request_id": request_id.get()}, status_code=status)
    heading = _HEADINGS.get(status, "Not available" if status == 503 else "That did not work")
    return page(
        request, "pages/refusal.html", status=status, heading=heading, sentence=sentence, request_id=request_id.get()
    )


@get("/live", sync_to_thread=False)
def live() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "live", "version": hiring.__version__}


@get("/ready")
async def ready(state: State) -> Response[dict[str, str]]:
    """Say whether the database answers and stands at our revision."""
    try:
        async with asyncio.timeout(5):
            fine = await migrate.ready(state["engine"])
    except (OSError, TimeoutError, sqlalchemy.exc.SQLAlchemyError, asyncpg.PostgresError):
        return Response({"status": "database away"}, status_code=503)
    return Response({"status": "ready" if fine else "database at another revision"}, status_code=200 if fine else 503)


def create_app(
    settings: Settings | None = None,
    *,
    engine: AsyncEngine | None = None,
    session_maker: Sessions | None = None,
    clock: Clock = utc_now,
) -> Litestar:
    """Return the application. Tests pass their own engine, sessions and clock; without them the settings decide."""
    settings = settings or load_settings()
    own_engine = engine is None
    if engine is None:
        if settings.embedded:
            raise Broken("DATABASE_URL is not set: `hiring serve` starts the embedded database and sets it.")
        engine = create_engine(settings.database_url)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncGenerator[None, None]:  # noqa: ARG001 - the signature is Litestar's
        yield
        if own_engine:
            await engine.dispose()

    app = Litestar(
        route_handlers=[
            live,
            ready,
            people.router,
            openings.router,
            interviews.router,
            candidates.router,
            drafts.router,
            rubrics.router,
            scorecards.router,
            decisions.router,
            dashboards.router,
            reports.router,
            create_static_files_router(path="/static", directories=[STATIC], after_request=_keep_for_ever),
        ],
        dependencies={
            "session": Provide(provide_session),
            "viewer": Provide(provide_viewer),
            "now": Provide(provide_now),
        },
        before_request=guard_form,
        exception_handlers={
            NotSignedIn: not_signed_in,
            Refusal: refuse,
            HTTPException: http_refusal,
            sqlalchemy.exc.DBAPIError: database_refused,
            sqlalchemy.exc.SQLAlchemyError: database_away,
            jinja2.TemplateNotFound: crash,  # an OSError by descent, and no sign of the database
            OSError: system_refused,
            Exception: crash,
        },
        middleware=[Visit],
        compression_config=CompressionConfig(
            backend="gzip", gzip_compress_level=5, exclude=["/static/fonts/", "/packet.pdf"]
        ),
        lifespan=[lifespan],
        state=State(
            {
                "settings": settings,
                "engine": engine,
                "sessions": session_maker or sessions(engine),
                "clock": clock,
                "secret": settings.secret(),
            }
        ),
        openapi_config=None,
        request_max_body_size=BODY_MOST,
        logging_config=None,
    )
    # Litestar's middleware does not see an address without a route, and that answer needs its headers too.
    app.asgi_handler = Outermost(app.asgi_handler)
    return app


async def _keep_for_ever(response: Response[Any]) -> Response[Any]:
    response.headers["cache-control"] = "public, max-age=31536000, immutable"
    return response
