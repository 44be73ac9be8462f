"""The demonstration company on a real server: a database, `hiring serve` in a process of its own, and who can sign in."""

from __future__ import annotations

import datetime as dt
import os
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import sqlalchemy as sa

from hiring.candidates.tables import Application, Candidate
from hiring.db import migrate
from hiring.db.engine import create_engine, sessions
from hiring.demo.load import company, let_in, load
from hiring.interviews.tables import Interview
from hiring.openings.service import open_opening
from hiring.openings.tables import Kit
from hiring.people.core import Role
from hiring.people.queries import user_by_email, viewer_of
from hiring.people.service import add_user, invite, open_session, set_passwords
from hiring.rubrics.tables import RubricVersion

PASSWORD = "nine cages of clean linen"
KEY = "a key that only the journeys use, 40 letters"
SLUG = "backend-developer"
EMPTY_SLUG = "night-shift-developer"
UP_WITHIN = 30.0  # seconds
EMPTY_PEOPLE = {
    "administrator": ("Dilnoza Yusupova", Role.ADMINISTRATOR),
    "recruiter": ("Maëlle Kerdoncuff", Role.RECRUITER),
}


def email_of(person: str) -> str:
    """Return the address of somebody in the demonstration's file, or in the empty database."""
    known = {each["id"]: str(each["email"]) for each in company()["people"]}
    return known.get(person, f"{person}@empty.example")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def fill_with_company(url: str) -> None:
    """Migrate an empty database and load the demonstration company, everybody with one password."""
    engine = create_engine(url)
    try:
        await migrate.upgrade(engine)
        now, told = dt.datetime.now(dt.UTC), company()
        async with sessions(engine)() as session, session.begin():
            await load(session, told, now, KEY.encode(), lambda _: None)
            await let_in(session, told, PASSWORD, now)
    finally:
        await engine.dispose()


async def fill_with_nobody_else(url: str) -> None:
    """Migrate an empty database and add an administrator and a recruiter: what a new organisation begins with."""
    engine = create_engine(url)
    try:
        await migrate.upgrade(engine)
        now = dt.datetime.now(dt.UTC)
        async with sessions(engine)() as session, session.begin():
            for person, (name, role) in EMPTY_PEOPLE.items():
                await add_user(session, now, email=email_of(person), name=name, role=role, time_zone="Europe/Paris")
            await set_passwords(session, [email_of(person) for person in EMPTY_PEOPLE], PASSWORD, now)
    finally:
        await engine.dispose()


@dataclass
class Site:
    """A served application. `stop()` and `start()` keep its address, so that a browser finds it again."""

    database: str
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None
    _folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the server and wait until it is ready."""
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="hiring-journeys-")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HIRING_")}
        own = {
            "DATABASE_URL": self.database,
            "HIRING_SECRET_KEY": KEY,
            "HIRING_DATA_DIR": self._folder.name,
            "HIRING_LOG_LEVEL": "warning",
        }
        with self._log().open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "hiring", "serve", "--port", str(self.port)],
                env={**kept, **own},
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + UP_WITHIN
        while time.monotonic() < until and self._process.poll() is None:
            try:
                if httpx2.get(f"{self.base}/ready", timeout=5).status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.03)
        self.stop()
        raise AssertionError(f"The server did not come up:\n{self.log()}")

    def stop(self) -> None:
        """Stop the server as an operator would, and its workers with it."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def close(self) -> None:
        self.stop()
        if self._folder is not None:
            self._folder.cleanup()

    def log(self) -> str:
        """Return what the server wrote: warnings and worse."""
        return self._log().read_text(encoding="utf-8", errors="replace") if self._log().exists() else ""

    def _log(self) -> Path:
        return Path(self._folder.name if self._folder else tempfile.gettempdir()) / "server.log"

    async def session_of(self, person: str) -> str:
        """Return the cookie of a new session, for journeys that do not begin at the sign-in page."""
        engine = create_engine(self.database)
        try:
            async with sessions(engine)() as session, session.begin():
                user = await user_by_email(session, email_of(person))
                assert user is not None
                return await open_session(session, user.id, dt.datetime.now(dt.UTC))
        finally:
            await engine.dispose()

    async def places(self) -> Places:
        """Return the addresses of what the database holds; add an invitation, and an opening in which nobody has applied."""
        engine = create_engine(self.database)
        try:
            async with sessions(engine)() as session, session.begin():
                people = {each["name"]: each["id"] for each in company()["candidates"]}
                found = await session.execute(
                    sa.select(Candidate.name, Application.id).join(
                        Application, Application.candidate_id == Candidate.id
                    )
                )
                applications = {people[name]: made for name, made in found if name in people}
                rows = await session.execute(
                    sa.select(Candidate.name, Kit.key, Interview.id)
                    .join(Application, Application.id == Interview.application_id)
                    .join(Candidate, Candidate.id == Application.candidate_id)
                    .join(Kit, Kit.id == Interview.kit_id)
                )
                interviews = {(people[name], kit): made for name, kit, made in rows if name in people}
                recruiter = await user_by_email(session, email_of("maelle"))
                assert recruiter is not None
                viewer = await viewer_of(session, recruiter.id)
                version = await session.scalar(sa.select(RubricVersion.id))
                assert viewer is not None
                assert version is not None
                await open_opening(
                    session, viewer, slug=EMPTY_SLUG, title="Night shift developer", team="Linen tracking", organisation="Whitebeam Linen Service",
                    version_id=version, recruiter=viewer.id, hiring_manager=viewer.id, committee=[], now=dt.datetime.now(dt.UTC),
                )  # fmt: skip
                newcomer = await add_user(
                    session,
                    dt.datetime.now(dt.UTC),
                    email=f"{uuid.uuid4().hex}@new.example",
                    name="Ona Newcomer",
                    role=Role.INTERVIEWER,
                )
                token = await invite(session, dt.datetime.now(dt.UTC), newcomer.id, by=None)
                return Places(applications, interviews, token)
        finally:
            await engine.dispose()


@dataclass(frozen=True, slots=True)
class Places:
    """Identifiers by the names that the demonstration's file gives: applications, interviews by (candidate, kit), one open invitation."""

    applications: dict[str, uuid.UUID]
    interviews: dict[tuple[str, str], uuid.UUID]
    invitation: str

    def interview(self, candidate: str, kit: str) -> str:
        return f"/interviews/{self.interviews[candidate, kit]}"

    def application(self, candidate: str) -> str:
        return f"/applications/{self.applications[candidate]}"


ServerUrl = Callable[[str], str]
