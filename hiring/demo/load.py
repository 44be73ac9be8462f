"""Loads the demonstration company: the same derivation, services and rules as any user's, with an older clock."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.blindness.service import record_first_reading
from hiring.candidates.core import Stage
from hiring.candidates.service import add_candidate, move
from hiring.decisions.core import Outcome
from hiring.decisions.service import record_decision
from hiring.demo.queries import has_opening, is_used
from hiring.errors import Broken
from hiring.openings.queries import PlanKit, plan_of
from hiring.openings.service import open_opening
from hiring.people.core import Role, Viewer
from hiring.people.queries import viewer_of
from hiring.people.service import add_user, set_passwords
from hiring.rubrics.core.content import content_from
from hiring.rubrics.core.derive import derive
from hiring.rubrics.core.shapes import OUR_SCALE
from hiring.rubrics.library import load_library, load_roles, load_sources, posting_text, sources_of
from hiring.rubrics.service import publish
from hiring.scorecards.core import Entry, Recommendation, Sheet
from hiring.scorecards.service import open_interview, recuse, revise_scorecard, save_draft, submit_scorecard

COMPANY = Path(__file__).with_name("company.yaml")
Say = Callable[[str], None]
SATURDAY = 6


@dataclass(frozen=True, slots=True)
class Account:
    """Who can sign in as what."""

    email: str
    role: str
    name: str


@dataclass(slots=True)
class _Load:
    session: AsyncSession
    now: dt.datetime
    key: bytes
    company: Mapping[str, Any]
    people: dict[str, Viewer] = field(default_factory=dict)
    kits: dict[str, PlanKit] = field(default_factory=dict)
    events: list[tuple[dt.datetime, int, Callable[[dt.datetime], Awaitable[None]]]] = field(default_factory=list)

    def at(self, moment: dt.datetime, work: Callable[[dt.datetime], Awaitable[None]]) -> None:
        self.events.append((min(moment, self.now), len(self.events), work))

    def day(self, offset: int, clock: str = "09:00") -> dt.datetime:
        """Return a moment so many days from now; what would fall on a weekend moves to a free afternoon beside it."""
        date = self.now.date() + dt.timedelta(days=offset)
        if date.isoweekday() >= SATURDAY:
            date += dt.timedelta(days=-1 if date.isoweekday() == SATURDAY else 1)
            clock = "15:30"
        hour, minute = (int(part) for part in clock.split(":"))
        return dt.datetime.combine(date, dt.time(hour, minute), dt.UTC)


def company() -> dict[str, Any]:
    """Return the demonstration company as its file tells it."""
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(COMPANY.read_text(encoding="utf-8"))
    return found


def accounts(told: Mapping[str, Any]) -> list[Account]:
    """Return the demonstration's accounts, those that run openings first."""
    order = [Role.RECRUITER, Role.INTERVIEWER, Role.COMMITTEE, Role.HIRING_MANAGER, Role.ADMINISTRATOR, Role.AUDITOR]
    found = [Account(person["email"], person["role"], person["name"]) for person in told["people"]]
    return sorted(found, key=lambda account: order.index(Role(account.role)))


async def is_loaded(session: AsyncSession, told: Mapping[str, Any]) -> bool:
    """Say whether the demonstration company is there. Raises Broken where the database belongs to somebody else."""
    if await has_opening(session, told["opening"]["slug"], told["organisation"]):
        return True
    if await is_used(session):
        raise Broken("This database holds another organisation’s people: the demonstration wants an empty one.")
    return False


async def load(session: AsyncSession, told: Mapping[str, Any], now: dt.datetime, key: bytes, say: Say) -> None:
    """Write the demonstration company: postings in, scorecards and decisions out."""
    job = _Load(session, now, key, told)
    start = job.day(-46)
    say("Deriving the rubric from five postings")
    version_id = await _publish_rubric(session, start)
    say("Adding people and the opening")
    for person in told["people"]:
        made = await add_user(
            session, start, email=person["email"], name=person["name"], role=Role(person["role"]), title=person["title"], time_zone=person["time_zone"]
        )  # fmt: skip
        viewer = await viewer_of(session, made.id)
        if viewer is not None:
            job.people[person["id"]] = viewer
    opening = told["opening"]
    opening_id = await open_opening(
        session,
        job.people[opening["recruiter"]],
        slug=opening["slug"],
        title=opening["title"],
        team=opening["team"],
        organisation=told["organisation"],
        version_id=version_id,
        recruiter=job.people[opening["recruiter"]].id,
        hiring_manager=job.people[opening["hiring_manager"]].id,
        committee=[job.people[each].id for each in opening["committee"]],
        now=start + dt.timedelta(days=1),
    )
    for name, viewer in list(job.people.items()):
        job.people[name] = await viewer_of(session, viewer.id) or viewer
    job.kits = {kit.key: kit for kit in await plan_of(session, opening_id)}
    say("Replaying six weeks of interviews")
    for candidate in told["candidates"]:
        await _plan_candidate(job, opening_id, candidate)
    for moment, _, work in sorted(job.events, key=lambda event: event[:2]):
        await work(moment)


async def _publish_rubric(session: AsyncSession, moment: dt.datetime) -> uuid.UUID:
    library, roles = load_library(), load_roles()
    sources = sources_of(next(role for role in roles if role.id == "backend-developer"), load_sources())
    texts = [(f"{source.id}.txt", posting_text(source)) for source in sources]
    content = content_from(
        derive(texts, library, roles),
        roles,
        library,
        slug="backend-developer",
        title="Backend Developer",
        scale=OUR_SCALE,
        titles={f"{source.id}.txt": source.title for source in sources},
    )
    return (await publish(session, content, moment, note="Derived from five postings."))[0]


async def _plan_candidate(job: _Load, opening_id: uuid.UUID, told: Mapping[str, Any]) -> None:
    """Queue everything that happened to one candidate."""
    recruiter = job.people[job.company["opening"]["recruiter"]]
    applied = job.day(told["applied"], "08:40")
    ids: dict[str, uuid.UUID] = {}

    async def apply(moment: dt.datetime) -> None:
        ids["application"] = await add_candidate(
            job.session, recruiter, opening_id, name=told["name"], email=told["email"], applied_at=moment, now=moment
        )

    job.at(applied, apply)
    stage = Stage(told["stage"])

    def queue_move(moment: dt.datetime, to: Stage, reason: str = "") -> None:
        async def work(when: dt.datetime) -> None:
            await move(job.session, recruiter, ids["application"], to, reason, when, hire_decided=False)

        job.at(moment, work)

    if stage is not Stage.APPLIED:
        queue_move(applied + dt.timedelta(days=1, hours=2), Stage.SCREENING)
    if told.get("interviews"):
        queue_move(applied + dt.timedelta(days=4, hours=1), Stage.INTERVIEWS)
    last = applied
    for interview in told.get("interviews", ()):
        last = max(last, _plan_interview(job, recruiter, ids, applied, interview))
    if stage in {Stage.DEBRIEF, Stage.REJECTED}:
        queue_move(last + dt.timedelta(hours=2), Stage.DEBRIEF)
    if "withdrawn" in told:
        queue_move(job.day(told["withdrawn"]["after_days"], "16:20"), Stage.WITHDRAWN, told["withdrawn"]["reason"])
    if "decision" in told:
        _plan_decision(job, ids, told["decision"])


def _plan_decision(job: _Load, ids: Mapping[str, uuid.UUID], told: Mapping[str, Any]) -> None:
    async def decide(moment: dt.datetime) -> None:
        await record_decision(
            job.session,
            job.people[told["by"]],
            ids["application"],
            moment,
            outcome=Outcome(told["outcome"]),
            reasons=told["reasons"],
            evidence_wanted=told.get("evidence_wanted", ""),
            criteria=told.get("criteria", ()),
        )

    job.at(job.day(told["day"], "15:10"), decide)


def _plan_interview(
    job: _Load, recruiter: Viewer, ids: dict[str, uuid.UUID], applied: dt.datetime, told: Mapping[str, Any]
) -> dt.datetime:
    """Queue an interview and what became of its scorecards; return when the last of these was filed."""
    if "hours" in told:
        starts = (job.now + dt.timedelta(hours=told["hours"])).replace(minute=0, second=0, microsecond=0)
    else:
        starts = job.day(told["day"], told["at"])
    kit = job.kits[told["kit"]]
    ends = starts + dt.timedelta(minutes=kit.minutes)
    place = f"{told['kit']}@{starts.isoformat()}"

    async def arrange(moment: dt.datetime) -> None:
        panel = [(job.people[each["person"]].id, bool(each.get("shadow"))) for each in told["panel"]]
        ids[place] = await open_interview(
            job.session, recruiter, application_id=ids["application"], kit_id=kit.id, starts_at=starts, panel=panel, now=moment
        )  # fmt: skip

    job.at(max(applied + dt.timedelta(days=4, hours=2), min(starts, job.now) - dt.timedelta(days=3)), arrange)
    last = applied
    for card in told["panel"]:
        last = max(last, _plan_card(job, ids, place, starts, ends, card))
    return last


def _sheet(told: Mapping[str, Any], ratings: Mapping[str, Any] | None = None) -> Sheet:
    entries = {
        key: Entry(each["level"] or 0, each["evidence"]) for key, each in (ratings or told.get("ratings") or {}).items()
    }
    recommendation = told.get("recommendation")
    return Sheet(
        entries=entries,
        recommendation=Recommendation(recommendation) if recommendation else None,
        why=told.get("why") or "",
        strength=told.get("strength") or "",
        concern=told.get("concern") or "",
    )


def _plan_card(
    job: _Load,
    ids: Mapping[str, uuid.UUID],
    place: str,
    starts: dt.datetime,
    ends: dt.datetime,
    told: Mapping[str, Any],
) -> dt.datetime:
    """Queue what a panelist did with a scorecard; return when it was filed (or the interview's start)."""
    person, state = job.people[told["person"]], told["state"]
    sheet, notes = _sheet(told), told.get("notes") or ""

    async def draft(moment: dt.datetime) -> None:
        await save_draft(job.session, person, ids[place], sheet, notes, [], 0, moment)

    async def submit(moment: dt.datetime) -> None:
        await submit_scorecard(job.session, person, ids[place], sheet, notes, [], None, moment, key=job.key)

    async def step_back(moment: dt.datetime) -> None:
        await recuse(job.session, person, ids[place], told["recused_reason"], moment)

    if state == "draft":
        job.at(ends + dt.timedelta(minutes=20), draft)
    elif state == "recused":
        job.at(starts - dt.timedelta(days=1), step_back)
    elif state == "submitted":
        filed = ends + dt.timedelta(hours=told["submitted_after_hours"])
        job.at(filed, submit)
        if "revision" in told:
            _plan_revision(job, ids, place, ends, person, told)
        return filed
    return starts


def _plan_revision(
    job: _Load, ids: Mapping[str, uuid.UUID], place: str, ends: dt.datetime, person: Viewer, told: Mapping[str, Any]
) -> None:
    change = told["revision"]
    merged = {
        **told,
        **{name: change[name] for name in ("recommendation", "why", "strength", "concern") if name in change},
    }
    sheet = _sheet(merged, {**told["ratings"], **change.get("ratings", {})})

    async def revise(moment: dt.datetime) -> None:
        if change["read_first"]:
            await record_first_reading(job.session, person.id, [ids["application"]], moment - dt.timedelta(hours=1))
        await revise_scorecard(job.session, person, ids[place], sheet, change["reason"], moment, key=job.key)

    job.at(ends + dt.timedelta(hours=change["after_hours"]), revise)


async def let_in(session: AsyncSession, told: Mapping[str, Any], password: str, now: dt.datetime) -> None:
    """Give every account of the demonstration this password."""
    await set_passwords(session, [person["email"] for person in told["people"]], password, now)
