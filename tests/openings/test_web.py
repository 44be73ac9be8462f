from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.errors import Forbidden, Invalid
from hiring.openings.queries import choices, opening_head, plan_of
from hiring.openings.service import open_opening
from hiring.openings.tables import KitQuestion, Opening
from hiring.people.core import Role
from hiring.people.tables import RoleGrant
from hiring.records.tables import AuditEvent
from tests.conftest import ClientFor
from tests.factories import World

LoadViewer = Callable[[uuid.UUID], Any]


def typed(world: World, **fields: Any) -> dict[str, Any]:
    return {
        "title": "Second Developer",
        "team": "Lending",
        "organisation": "Seed Bank",
        "slug": "",
        "version_id": str(world.version.id),
        "recruiter": str(world.recruiter.id),
        "hiring_manager": str(world.manager.id),
        "committee": [str(world.committee.id), str(world.auditor.id)],
    } | fields


async def test_an_opening_takes_over_plan_and_team(
    session: AsyncSession, world: World, now: dt.datetime, client: ClientFor, viewer: LoadViewer
) -> None:
    browser = await client(world.recruiter)

    answer = await browser.post_form("/openings/new", typed(world))

    assert (answer.status_code, answer.headers["location"]) == (303, "/openings/second-developer?done=opened")
    recruiter = await viewer(world.recruiter.id)
    head = await opening_head(session, recruiter, slug="second-developer")
    assert (head.title, head.team_name, head.organisation, head.created_at) == (
        "Second Developer",
        "Lending",
        "Seed Bank",
        now,
    )
    assert head.team == (
        (Role.RECRUITER, "Rosa Recruiter"),
        (Role.HIRING_MANAGER, "Hugo Manager"),
        (Role.COMMITTEE, "Aldo Auditor"),
        (Role.COMMITTEE, "Cora Committee"),
    )
    kits = await plan_of(session, head.id)
    assert [(kit.key, kit.minutes, [name for _, name in kit.focus]) for kit in kits] == [
        ("coding", 90, ["Code"]),
        ("design", 60, ["APIs", "Collaboration"]),
    ]
    asked = await session.scalars(sa.select(KitQuestion.ask).where(KitQuestion.kit_id == kits[0].id))
    assert list(asked) == ["Fix this loan rule."]
    event = (
        await session.execute(
            sa.select(AuditEvent.actor_id, AuditEvent.details).where(AuditEvent.action == "opening.opened")
        )
    ).one()
    assert event == (world.recruiter.id, {"version": str(world.version.id)})


async def test_an_opening_that_is_opened_says_what_comes_next(world: World, client: ClientFor) -> None:
    browser = await client(world.recruiter)
    await browser.post_form("/openings/new", typed(world))

    answer = await browser.page("/openings/second-developer?done=opened")

    assert answer.status_code == 200
    assert "The opening is open." in answer.text
    assert "Nobody has applied yet" in answer.text


async def test_faults_stand_beside_what_was_typed(session: AsyncSession, world: World, client: ClientFor) -> None:
    browser = await client(world.recruiter)

    answer = await browser.post_form(
        "/openings/new", typed(world, title="  ", slug="A B", version_id="none", team="Kept <team>")
    )

    assert answer.status_code == 422
    assert 'id="title-error"' in answer.text
    assert 'id="slug-error"' in answer.text
    assert 'id="version_id-error"' in answer.text
    assert "Kept &lt;team&gt;" in answer.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(Opening)) == 1


async def test_a_taken_short_name_is_told(world: World, client: ClientFor) -> None:
    browser = await client(world.administrator)

    answer = await browser.post_form("/openings/new", typed(world, slug="backend"))

    assert answer.status_code == 409
    assert "There is an opening called backend already." in answer.text


@pytest.mark.parametrize("name", ["manager", "committee", "auditor", "ada"])
async def test_others_open_no_opening(session: AsyncSession, world: World, client: ClientFor, name: str) -> None:
    browser = await client(getattr(world, name))

    shown = await browser.page("/openings/new")
    sent = await browser.post_form("/openings/new", typed(world))

    assert (shown.status_code, sent.status_code) == (403, 403)
    assert await session.scalar(sa.select(sa.func.count()).select_from(Opening)) == 1


async def test_who_is_switched_off_joins_no_team(session: AsyncSession, world: World, now: dt.datetime) -> None:
    world.manager.active = False
    await session.flush()

    with pytest.raises(Invalid) as refused:
        await open_opening(
            session, None, slug="x", title="X", team="", organisation="", version_id=world.version.id,
            recruiter=None, hiring_manager=world.manager.id, committee=[], now=now,
        )  # fmt: skip

    assert refused.value.fields == {"hiring_manager": "Choose people who can sign in."}
    assert world.manager.id not in {choice.id for choice in await choices(session)}


async def test_the_operator_opens_without_a_viewer_and_an_interviewer_does_not(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    told: dict[str, Any] = {
        "title": "X", "team": "", "organisation": "", "version_id": world.version.id,
        "recruiter": None, "hiring_manager": None, "committee": [], "now": now,
    }  # fmt: skip

    made = await open_opening(session, None, slug="x", **told)
    with pytest.raises(Forbidden):
        await open_opening(session, await viewer(world.ada.id), slug="y", **told)

    assert (
        await session.scalar(sa.select(sa.func.count()).select_from(RoleGrant).where(RoleGrant.opening_id == made)) == 0
    )
