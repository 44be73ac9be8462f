"""Rows for tests: small, literal, and made by the same services as the product's where there is one."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from hiring.candidates.core import Stage
from hiring.candidates.tables import Application, Candidate
from hiring.db.base import new_id
from hiring.openings.tables import Kit, KitFocus, KitQuestion, Opening
from hiring.people.core import Role
from hiring.people.tables import RoleGrant, User
from hiring.rubrics.tables import Anchor, Criterion, CriterionStatement, Posting, Rubric, RubricVersion, Statement

SCALE = ["far below the bar", "below the bar", "meets the bar", "well above the bar"]
CRITERIA = (("code", "Code", "0.50"), ("api", "APIs", "0.30"), ("people", "Collaboration", "0.20"))
STATEMENTS = (
    ("s1", "Write the rules of the loan desk in Python", "responsibility", "code"),
    ("s2", "Design the API that branch terminals use", "responsibility", "api"),
    ("s3", "Explain a trade-off to librarians", "trait", "people"),
    ("s4", "Write the handbook", "responsibility", None),
)


@dataclass(frozen=True, slots=True)
class World:
    """What `world()` made. Users have `id`, `name`, `email`; kits and criteria are found by key."""

    opening: Opening
    version: RubricVersion
    criteria: dict[str, Criterion]
    statements: dict[str, Statement]
    kits: dict[str, Kit]
    administrator: User
    recruiter: User
    manager: User
    committee: User
    auditor: User
    ada: User
    ben: User
    cleo: User
    outsider: User
    ines: Application
    joao: Application
    candidates: dict[uuid.UUID, Candidate]


async def user(
    session: AsyncSession, now: dt.datetime, name: str, role: Role, *, opening_id: uuid.UUID | None = None
) -> User:
    """Add a user with one role."""
    email = name.lower().replace(" ", ".") + "@seedbank.example"
    made = User(id=new_id(), email=email, name=name, title=role.words, time_zone="UTC", created_at=now)
    session.add(made)
    await session.flush()
    session.add(RoleGrant(user_id=made.id, role=role, opening_id=opening_id))
    await session.flush()
    return made


async def version(
    session: AsyncSession, now: dt.datetime, slug: str = "backend"
) -> tuple[RubricVersion, dict[str, Criterion], dict[str, Statement]]:
    """Publish a rubric of three criteria and four statements, one of them covered by none."""
    rubric = Rubric(id=new_id(), slug=slug, title="Backend Developer")
    session.add(rubric)
    await session.flush()
    plan = {
        "schema": 1,
        "kits": [
            {
                "id": "coding",
                "name": "Coding",
                "minutes": 90,
                "instructions": "Let them type.",
                "focus": ["code"],
                "questions": [
                    {"kind": "work", "ask": "Fix this loan rule.", "follow_ups": ["Which test would you add?"]}
                ],
            },
            {
                "id": "design",
                "name": "Design",
                "minutes": 60,
                "instructions": "Let them draw.",
                "focus": ["api", "people"],
                "questions": [{"kind": "situation", "ask": "A branch loses its line for an hour.", "follow_ups": []}],
            },
        ],
    }
    made = RubricVersion(
        id=new_id(),
        rubric_id=rubric.id,
        number=1,
        title=rubric.title,
        content_hash="0" * 64,
        scale=SCALE,
        bar=3,
        plan=plan,
        published_at=now,
    )
    session.add(made)
    await session.flush()
    text = "\n".join(each[1] for each in STATEMENTS)
    posting = Posting(
        id=new_id(), version_id=made.id, key="posting.txt", title="Backend Developer", text=text, position=0
    )
    session.add(posting)
    await session.flush()
    criteria = {}
    for position, (key, name, weight) in enumerate(CRITERIA):
        criteria[key] = Criterion(
            id=new_id(), version_id=made.id, key=key, name=name, definition=f"What {name.lower()} means here.", weight=Decimal(weight),
            competencies=[key], listen_for=["A number", "A reason"], position=position,
        )  # fmt: skip
    session.add_all(criteria.values())
    await session.flush()
    session.add_all(
        Anchor(criterion_id=each.id, level=level, text=f"{each.name}: what level {level} looks like.")
        for each in criteria.values()
        for level in (1, 2, 3, 4)
    )
    statements = {}
    for position, (key, words, kind, _) in enumerate(STATEMENTS):
        start = text.index(words)
        statements[key] = Statement(
            id=new_id(), version_id=made.id, posting_id=posting.id, key=key, text=words, start_at=start, end_at=start + len(words), kind=kind, position=position
        )  # fmt: skip
    session.add_all(statements.values())
    await session.flush()
    session.add_all(
        CriterionStatement(criterion_id=criteria[owner].id, statement_id=statements[key].id)
        for key, _, _, owner in STATEMENTS
        if owner
    )
    await session.flush()
    return made, criteria, statements


async def application(
    session: AsyncSession, opening_id: uuid.UUID, name: str, applied_at: dt.datetime, stage: Stage = Stage.INTERVIEWS
) -> tuple[Application, Candidate]:
    """Add a candidate with an application in a stage."""
    candidate = Candidate(
        id=new_id(),
        name=name,
        email=name.lower().replace(" ", ".").encode("ascii", "ignore").decode() + "@post.example",
        created_at=applied_at,
    )
    session.add(candidate)
    await session.flush()
    made = Application(
        id=new_id(), opening_id=opening_id, candidate_id=candidate.id, applied_at=applied_at, stage=stage, stage_since=applied_at, pseudonym=uuid.uuid4().hex[:8]
    )  # fmt: skip
    session.add(made)
    await session.flush()
    return made, candidate


async def world(session: AsyncSession, now: dt.datetime) -> World:
    """Make the small company of the tests."""
    published, criteria, statements = await version(session, now - dt.timedelta(days=40))
    opening = Opening(
        id=new_id(),
        slug="backend",
        title="Backend Developer",
        team="Lending",
        organisation="Seed Bank",
        version_id=published.id,
        created_at=now - dt.timedelta(days=30),
    )
    session.add(opening)
    await session.flush()
    kits = {}
    for position, kit in enumerate(published.plan["kits"]):
        kits[kit["id"]] = Kit(
            id=new_id(),
            opening_id=opening.id,
            key=kit["id"],
            name=kit["name"],
            minutes=kit["minutes"],
            instructions=kit["instructions"],
            position=position,
        )
    session.add_all(kits.values())
    await session.flush()
    for kit in published.plan["kits"]:
        session.add_all(
            KitFocus(kit_id=kits[kit["id"]].id, criterion_id=criteria[key].id, position=at)
            for at, key in enumerate(kit["focus"])
        )
        session.add_all(
            KitQuestion(id=new_id(), kit_id=kits[kit["id"]].id, position=at, **question)
            for at, question in enumerate(kit["questions"])
        )
    ines, ines_person = await application(session, opening.id, "Inês Duarte", now - dt.timedelta(days=20))
    joao, joao_person = await application(session, opening.id, "João Vale", now - dt.timedelta(days=18))
    return World(
        opening=opening,
        version=published,
        criteria=criteria,
        statements=statements,
        kits=kits,
        administrator=await user(session, now, "Alma Administrator", Role.ADMINISTRATOR),
        recruiter=await user(session, now, "Rosa Recruiter", Role.RECRUITER),
        manager=await user(session, now, "Hugo Manager", Role.HIRING_MANAGER, opening_id=opening.id),
        committee=await user(session, now, "Cora Committee", Role.COMMITTEE, opening_id=opening.id),
        auditor=await user(session, now, "Aldo Auditor", Role.AUDITOR),
        ada=await user(session, now, "Ada Panel", Role.INTERVIEWER),
        ben=await user(session, now, "Ben Panel", Role.INTERVIEWER),
        cleo=await user(session, now, "Cleo Panel", Role.INTERVIEWER),
        outsider=await user(session, now, "Otto Outside", Role.INTERVIEWER),
        ines=ines,
        joao=joao,
        candidates={ines.id: ines_person, joao.id: joao_person},
    )
