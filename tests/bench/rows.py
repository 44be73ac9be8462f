"""Rows by the hundred thousand from a seed, written by COPY: what years of use would leave in the database."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from hiring.blindness.core import State
from hiring.candidates.core import Stage
from hiring.people.core import Role
from hiring.scorecards.core import DUE_AFTER, CardState, Recommendation

# In the order of their foreign keys.
COLUMNS = {
    "user": ("id", "email", "name", "title", "time_zone", "active", "created_at"),
    "opening": ("id", "slug", "title", "team", "organisation", "version_id", "created_at"),
    "role_grant": ("id", "user_id", "role", "opening_id"),
    "kit": ("id", "opening_id", "key", "name", "minutes", "instructions", "position"),
    "kit_focus": ("kit_id", "criterion_id", "position"),
    "kit_question": ("id", "kit_id", "kind", "ask", "follow_ups", "position"),
    "candidate": ("id", "name", "email", "created_at"),
    "application": ("id", "opening_id", "candidate_id", "applied_at", "stage", "stage_since", "pseudonym"),
    "standing": ("application_id", "user_id", "state"),
    "interview": ("id", "opening_id", "application_id", "kit_id", "starts_at", "ends_at", "created_at"),
    "panelist": ("id", "interview_id", "user_id", "shadow"),
    "scorecard": ("id", "panelist_id", "state", "due_at", "edition", "notes", "submitted_at", "recused_reason"),
    "personal_text": ("id", "body", "digest"),
    "scorecard_version": ("id", "scorecard_id", "number", "at", "reason", "after_reading", "recommendation", "why_id"),
    "rating": ("version_id", "criterion_id", "level", "evidence_id"),
}
GIVEN = (
    "Ana",
    "Łukasz",
    "Zeynep",
    "Tomé",
    "Mei",
    "Rania",
    "Kofi",
    "Inês",
    "Bảo",
    "Şirin",
    "Jo",
    "Hana",
    "Nikhil",
    "Élodie",
    "Dmytro",
    "Aino",
    "Farid",
    "Grace",
    "Ciara",
    "Babajide",
)
FAMILY = (
    "Virtanen",
    "Ola",
    "Ní",
    "Kovalenko",
    "Marchand",
    "Rahimi",
    "Mutua",
    "Çağlar",
    "Wiśniewski",
    "Nguyễn",
    "Verma",
    "Whetu",
    "Boateng",
    "Sabbagh",
    "Arakawa",
    "Azevedo",
    "Iturbe",
    "Kulkarni",
)
SAID = (
    "Drew the states of a booking before writing a line, and struck out two moves that must not happen.",
    "Wrote the failing test first, halved the range of commits, and had the fault in six minutes.",
    "Read the plan I handed out and named the missing index; said why the two others would not be used.",
    "Estimated twelve bookings a second from the yearly figures, within a factor of two of ours.",
    "Proposed a cache before asking how often the price is asked for; measured once I suggested it.",
    "Asked who calls this before drawing it, and split the quote from the booking.",
)
CHOICES = tuple(each.value for each in Recommendation)


@dataclass(frozen=True, slots=True)
class KitPlan:
    """A kit as an opening takes it from its rubric. `focus` are ids of criteria, `questions` (kind, ask, follow-ups)."""

    key: str
    name: str
    minutes: int
    focus: tuple[uuid.UUID, ...]
    questions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """An opening that was written, with its kits' ids in the order of the plan."""

    id: uuid.UUID
    slug: str
    plan: tuple[KitPlan, ...]
    kits: tuple[uuid.UUID, ...]
    opened: dt.datetime


@dataclass(frozen=True, slots=True)
class CardRow:
    """One panelist's scorecard and what it hangs on."""

    id: uuid.UUID
    user: uuid.UUID
    interview: uuid.UUID
    application: uuid.UUID


class Rows:
    """Gathers rows and copies them. Equal seeds give equal rows, identifiers included."""

    def __init__(self, seed: int, now: dt.datetime) -> None:
        self.random = random.Random(seed)
        self.now = now
        self.waiting: dict[str, list[tuple[Any, ...]]] = {name: [] for name in COLUMNS}
        self.written = dict.fromkeys(COLUMNS, 0)
        self._made = int((now - dt.timedelta(days=40)).timestamp() * 1000) << 4
        self._standings: dict[tuple[uuid.UUID, uuid.UUID], State] = {}

    def id(self) -> uuid.UUID:
        """Return an identifier like the product's (version 7): later ones sort after earlier ones."""
        self._made += 1
        low = self.random.getrandbits(62)
        return uuid.UUID(int=(self._made >> 4) << 80 | 0x7 << 76 | (self._made & 15) << 64 | 0b10 << 62 | low)

    def person(self, role: Role) -> uuid.UUID:
        """Add somebody with a role over all openings."""
        made, number = self.id(), len(self.waiting["user"]) + self.written["user"]
        self._add(
            "user", made, f"person{number}@bench.example", self._name(), role.words, "Europe/Berlin", True, self.now
        )
        self._add("role_grant", self.id(), made, role.value, None)
        return made

    def opening(self, slug: str, version: uuid.UUID, plan: Sequence[KitPlan], days: int = 60) -> OpeningRow:
        """Add an opening with its plan, opened so many days ago."""
        made, opened, kits = self.id(), self.now - dt.timedelta(days=days), []
        self._add("opening", made, slug, "Backend Developer", "Lending", "Bench", version, opened)
        for position, kit in enumerate(plan):
            kits.append(self.id())
            self._add("kit", kits[-1], made, kit.key, kit.name, kit.minutes, "Let them type.", position)
            for place, criterion in enumerate(kit.focus):
                self._add("kit_focus", kits[-1], criterion, place)
            for place, (kind, ask, follow_ups) in enumerate(kit.questions):
                self._add("kit_question", self.id(), kits[-1], kind, ask, list(follow_ups), place)
        return OpeningRow(made, slug, tuple(plan), tuple(kits), opened)

    def application(self, opening: OpeningRow, stage: Stage, days: int) -> uuid.UUID:
        """Add a candidate with an application that has stood in its stage for so many days."""
        candidate, made = self.id(), self.id()
        since = self.now - dt.timedelta(days=days, minutes=self.random.randrange(600))
        self._add("candidate", candidate, self._name(), f"{candidate.hex}@post.example", since)
        applied = max(opening.opened, since - dt.timedelta(days=5))
        self._add("application", made, opening.id, candidate, applied, stage.value, since, made.hex[-16:])
        return made

    def interview(
        self,
        opening: OpeningRow,
        application: uuid.UUID,
        kit: int,
        panel: Iterable[tuple[uuid.UUID, CardState]],
        starts: dt.datetime,
    ) -> list[CardRow]:
        """Add an interview and its panel's scorecards, submitted with a level on each criterion, or open."""
        made, plan = self.id(), opening.plan[kit]
        ends, cards = starts + dt.timedelta(minutes=plan.minutes), []
        self._add(
            "interview", made, opening.id, application, opening.kits[kit], starts, ends, starts - dt.timedelta(days=3)
        )
        for user, state in panel:
            panelist, card, filed = self.id(), self.id(), state is CardState.SUBMITTED
            self._add("panelist", panelist, made, user, False)
            at = ends + dt.timedelta(hours=2)
            self._add("scorecard", card, panelist, state.value, ends + DUE_AFTER, 0, "", at if filed else None, "")
            if filed:
                self._file(card, plan.focus, at)
            before = self._standings.get((application, user))
            self._standings[application, user] = State.FILED if filed and before is not State.OWES else State.OWES
            cards.append(CardRow(card, user, made, application))
        return cards

    def _file(self, card: uuid.UUID, focus: Iterable[uuid.UUID], at: dt.datetime) -> None:
        version = self.id()
        self._add(
            "scorecard_version",
            version,
            card,
            1,
            at,
            "",
            False,
            self.random.choice(CHOICES),
            self._text("Steady hands."),
        )
        for criterion in focus:
            level = self.random.choice((1, 2, 2, 3, 3, 3, 4, 4, None))
            evidence = self._text(self.random.choice(SAID)) if level else None
            self._add("rating", version, criterion, level, evidence)

    def _text(self, body: str) -> uuid.UUID:
        made = self.id()
        self._add("personal_text", made, f"{body} ({self.random.getrandbits(32):x})", self.random.randbytes(32))
        return made

    def _name(self) -> str:
        return f"{self.random.choice(GIVEN)} {self.random.choice(FAMILY)}"

    def _add(self, table: str, *values: Any) -> None:
        self.waiting[table].append(values)

    async def copy(self, connection: asyncpg.Connection) -> None:
        """Write what has been gathered. Keys are right by construction: where we may, nobody looks each of them up again."""
        with contextlib.suppress(asyncpg.InsufficientPrivilegeError):
            await connection.execute("SET session_replication_role = replica")
        for (application, user), state in self._standings.items():
            self._add("standing", application, user, state.value)
        self._standings.clear()
        for table, columns in COLUMNS.items():
            if self.waiting[table]:
                await connection.copy_records_to_table(table, records=self.waiting[table], columns=columns)
                self.written[table] += len(self.waiting[table])
                self.waiting[table].clear()
