from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.candidates.core import Stage
from hiring.candidates.service import add_candidate, import_csv, move
from hiring.candidates.tables import Application, Candidate, StageMove
from hiring.errors import Conflict, Forbidden, Invalid, NotFound
from hiring.records.tables import AuditEvent
from tests.conftest import ClientFor
from tests.factories import World

LoadViewer = Callable[[uuid.UUID], Any]
NEW, IMPORT = "/openings/backend/candidates/new", "/openings/backend/candidates/import"
READERS, STRANGERS = ["committee", "auditor"], ["ada", "outsider"]


async def count(session: AsyncSession, table: Any) -> int:
    return int(await session.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


# --- one -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["recruiter", "manager", "administrator"])
async def test_a_candidate_is_added(
    session: AsyncSession, world: World, now: dt.datetime, client: ClientFor, name: str
) -> None:
    browser = await client(getattr(world, name))

    answer = await browser.post_form(NEW, {"name": " Zoë  Nguyễn ", "email": "Zoe@Post.example", "applied_on": ""})

    row = (
        await session.execute(
            sa.select(Application, Candidate)
            .join(Candidate, Candidate.id == Application.candidate_id)
            .where(Candidate.email == "zoe@post.example")
        )
    ).one()
    assert (answer.status_code, answer.headers["location"]) == (303, f"/applications/{row[0].id}?done=added")
    assert (row[1].name, row[0].stage, row[0].applied_at, row[0].stage_since) == ("Zoë Nguyễn", Stage.APPLIED, now, now)
    assert len(row[0].pseudonym) == 6
    event = (
        await session.execute(
            sa.select(AuditEvent.actor_id, AuditEvent.details).where(AuditEvent.subject_id == row[0].id)
        )
    ).one()
    assert event == (getattr(world, name).id, {"opening": str(world.opening.id)})


async def test_a_day_in_the_past_is_kept(session: AsyncSession, world: World, client: ClientFor) -> None:
    browser = await client(world.recruiter)

    await browser.post_form(NEW, {"name": "Zoë", "email": "zoe@post.example", "applied_on": "2026-11-02"})

    applied = await session.scalar(
        sa.select(Application.applied_at)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(Candidate.email == "zoe@post.example")
    )
    assert applied == dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " ", "email": "zoe@post.example"}, "name"),
        ({"name": "Zoë", "email": "zoe"}, "email"),
        ({"name": "Zoë", "email": "zoe@post.example", "applied_on": "soon"}, "applied_on"),
        ({"name": "Zoë", "email": "zoe@post.example", "applied_on": "2027-01-01"}, "applied_on"),
    ],
)
async def test_a_fault_stands_beside_its_field(
    session: AsyncSession, world: World, client: ClientFor, fields: dict[str, str], field: str
) -> None:
    browser = await client(world.recruiter)

    answer = await browser.post_form(NEW, fields)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'value="{fields["email"]}"' in answer.text
    assert await count(session, Application) == 2


async def test_the_same_person_applies_once_in_an_opening(
    session: AsyncSession, world: World, client: ClientFor
) -> None:
    browser = await client(world.recruiter)
    known = world.candidates[world.ines.id]

    answer = await browser.post_form(NEW, {"name": "Another name", "email": known.email})

    assert answer.status_code == 409
    assert "Inês Duarte has applied in this opening already." in answer.text
    assert await count(session, Application) == 2


@pytest.mark.parametrize(("name", "status"), [*((each, 403) for each in READERS), *((each, 404) for each in STRANGERS)])
async def test_others_add_nobody(
    session: AsyncSession, world: World, client: ClientFor, name: str, status: int
) -> None:
    browser = await client(getattr(world, name))

    answers = [
        await browser.page(NEW),
        await browser.post_form(NEW, {"name": "Zoë", "email": "zoe@post.example"}),
        await browser.page(IMPORT),
        await browser.post_form(IMPORT, {"pasted": "name,email\nZoë,zoe@post.example"}),
    ]

    assert [answer.status_code for answer in answers] == [status] * 4
    assert await count(session, Candidate) == 2


async def test_the_service_asks_for_the_right_itself(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    recruiter, auditor = await viewer(world.recruiter.id), await viewer(world.auditor.id)

    with pytest.raises(Forbidden):
        await add_candidate(
            session, auditor, world.opening.id, name="Zoë", email="zoe@post.example", applied_at=now, now=now
        )
    with pytest.raises(NotFound):
        await add_candidate(
            session, recruiter, uuid.uuid4(), name="Zoë", email="zoe@post.example", applied_at=now, now=now
        )
    with pytest.raises(Forbidden):
        await import_csv(session, auditor, world.opening.id, b"name,email\nZoe,zoe@post.example", now)


# --- many ----------------------------------------------------------------------------------------------------------


async def test_a_list_is_imported_whole(
    session: AsyncSession, world: World, now: dt.datetime, client: ClientFor
) -> None:
    browser = await client(world.recruiter)
    known = world.candidates[world.ines.id].email
    lines = f"name,email,applied\nZoë,zoe@post.example,2026-11-01\nInês,{known},\nÅsa,asa@post.example,\n"

    answer = await browser.post_form(IMPORT, {"pasted": lines})

    assert answer.status_code == 200
    assert "2 candidates added." in answer.text
    assert "1 person has applied here already" in answer.text
    rows = await session.execute(
        sa.select(Candidate.name, Application.applied_at, Application.stage)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(Candidate.email.in_(["zoe@post.example", "asa@post.example"]))
        .order_by(Application.applied_at)
    )
    assert [tuple(row) for row in rows] == [
        ("Zoë", dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC), Stage.APPLIED),
        ("Åsa", now, Stage.APPLIED),
    ]
    details = (
        await session.execute(sa.select(AuditEvent.details).where(AuditEvent.action == "applications.imported"))
    ).scalar_one()
    assert (details["count"], len(details["applications"])) == (2, 2)


async def test_a_file_is_taken_before_pasted_lines(session: AsyncSession, world: World, client: ClientFor) -> None:
    browser = await client(world.recruiter)
    upload = {"file": ("list.csv", b"name,email\nZoe,zoe@post.example\n", "text/csv")}

    answer = await browser.post_form(IMPORT, {"pasted": "name,email\nNo,no@post.example"}, files=upload)

    assert "1 candidate added." in answer.text
    assert await session.scalar(sa.select(Candidate.name).where(Candidate.email == "zoe@post.example")) == "Zoe"
    assert await count(session, Candidate) == 3


async def test_one_fault_keeps_everybody_out(session: AsyncSession, world: World, client: ClientFor) -> None:
    browser = await client(world.recruiter)

    answer = await browser.post_form(
        IMPORT, {"pasted": "name,email,applied\nZoë,zoe@post.example,\nÅsa,asa,\nBo,bo@post.example,2027-01-01\n"}
    )

    assert answer.status_code == 422
    assert "Nothing was imported: 2 faults" in answer.text
    assert "Line 3:" in answer.text
    assert "Line 4:" in answer.text
    assert "zoe@post.example" in answer.text
    assert await count(session, Candidate) == 2


async def test_a_thousand_candidates_take_as_many_queries_as_one(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    recruiter = await viewer(world.recruiter.id)
    lines = "\n".join(f"Person {number},p{number}@post.example" for number in range(1000))

    first = await import_csv(session, recruiter, world.opening.id, f"name,email\n{lines}".encode(), now)
    again = await import_csv(session, recruiter, world.opening.id, f"name,email\n{lines}".encode(), now)

    assert (first.added, first.already, again.added, len(again.already)) == (1000, (), 0, 1000)
    taken = await session.scalar(
        sa.select(sa.func.count(sa.distinct(Application.pseudonym))).where(Application.opening_id == world.opening.id)
    )
    assert taken == 1002


# --- moves ---------------------------------------------------------------------------------------------------------


async def test_a_move_is_recorded(session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer) -> None:
    await move(session, await viewer(world.manager.id), world.ines.id, Stage.DEBRIEF, "", now, hire_decided=False)

    row = (
        await session.execute(
            sa.select(Application.stage, Application.stage_since).where(Application.id == world.ines.id)
        )
    ).one()
    moved = (await session.execute(sa.select(StageMove.from_stage, StageMove.to_stage, StageMove.moved_by))).one()
    assert (tuple(row), tuple(moved)) == ((Stage.DEBRIEF, now), (Stage.INTERVIEWS, Stage.DEBRIEF, world.manager.id))


async def test_what_a_move_needs(session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer) -> None:
    recruiter = await viewer(world.recruiter.id)

    with pytest.raises(Conflict, match="already stands in interviews"):
        await move(session, recruiter, world.ines.id, Stage.INTERVIEWS, "", now, hire_decided=False)
    with pytest.raises(Invalid) as refused:
        await move(session, recruiter, world.ines.id, Stage.REJECTED, " ", now, hire_decided=False)
    with pytest.raises(Conflict, match="Hired needs a decision to hire"):
        await move(session, recruiter, world.ines.id, Stage.HIRED, "", now, hire_decided=False)
    with pytest.raises(Invalid):
        await move(session, recruiter, world.ines.id, Stage.REJECTED, "x" * 2001, now, hire_decided=False)
    await move(session, recruiter, world.ines.id, Stage.HIRED, "", now, hire_decided=True)
    with pytest.raises(Conflict, match="cannot be undone"):
        await move(session, recruiter, world.ines.id, Stage.DEBRIEF, "Too early.", now, hire_decided=False)

    assert list(refused.value.fields) == ["reason"]
    assert await count(session, StageMove) == 1


@pytest.mark.parametrize(("name", "refusal"), [("committee", Forbidden), ("auditor", Forbidden), ("ada", NotFound)])
async def test_others_move_nobody(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer, name: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await move(
            session, await viewer(getattr(world, name).id), world.ines.id, Stage.DEBRIEF, "", now, hire_decided=False
        )

    assert await count(session, StageMove) == 0
