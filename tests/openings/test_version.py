"""An opening moves to another version of its rubric until its first interview starts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hiring.errors import Conflict, Forbidden, NotFound, Refusal
from hiring.interviews.service import cancel, move_version, schedule
from hiring.interviews.tables import Interview
from hiring.openings.core import KeptKit, KitUse, PlannedKit, lost_kit_fault
from hiring.openings.queries import plan_of, questions_of
from hiring.openings.tables import Kit, KitQuestion, Opening
from hiring.records.tables import AuditEvent
from hiring.rubrics.queries import content_of_version
from hiring.rubrics.service import publish
from hiring.rubrics.tables import Criterion
from tests import factories
from tests.conftest import ClientFor
from tests.factories import World
from tests.scorecards.test_web import counted

LoadViewer = Callable[[uuid.UUID], Any]
PAGE = "/openings/backend/version"
FAR = dt.timedelta(days=365 * 200)  # later than the clock of the database, whenever the tests run


async def second_version(session: AsyncSession, world: World, now: dt.datetime, **kit: Any) -> uuid.UUID:
    """Publish version 2: other weights, `code` renamed; the plan without the kit `design` and with `pairing`."""
    content = await content_of_version(session, world.version.id)
    assert content is not None
    first, second, *rest = content.criteria
    criteria = (replace(first, name="Programs", weight=Decimal("0.45")), replace(second, weight=Decimal("0.35")), *rest)
    coding, design = content.plan["kits"]
    kits = [
        {**coding, "name": "Coding again", "minutes": 75, "focus": ["api", "code"], **kit},
        {**design, "id": "pairing", "name": "Pairing", "focus": ["people"]},
    ]
    made, _ = await publish(session, replace(content, criteria=criteria, plan={"schema": 1, "kits": kits}), now)
    await session.commit()
    return made


async def booked(
    session: AsyncSession, world: World, viewer: LoadViewer, now: dt.datetime, kit: str, after: dt.timedelta
) -> uuid.UUID:
    made = await schedule(
        session, await viewer(world.recruiter.id), application_id=world.ines.id, kit_id=world.kits[kit].id,
        starts_at=now + after, panel=[(world.ada.id, False)], now=now,
    )  # fmt: skip
    await session.commit()
    return made


async def pinned(session: AsyncSession, world: World) -> uuid.UUID:
    return (await session.execute(sa.select(Opening.version_id).where(Opening.id == world.opening.id))).scalar_one()


async def test_the_plan_of_the_new_version_is_taken_over(
    session: AsyncSession, world: World, now: dt.datetime, client: ClientFor, viewer: LoadViewer
) -> None:
    second = await second_version(session, world, now)
    browser = await client(world.manager)
    await browser.page(PAGE)

    answer = await browser.post_form(PAGE, {"version": str(second)})

    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=moved")
    assert await pinned(session, world) == second
    criteria = {
        row.key: row.id
        for row in await session.execute(sa.select(Criterion.key, Criterion.id).where(Criterion.version_id == second))
    }
    kits = await plan_of(session, world.opening.id)
    assert [(kit.key, kit.name, kit.minutes, kit.focus) for kit in kits] == [
        ("coding", "Coding again", 75, ((criteria["api"], "APIs"), (criteria["code"], "Programs"))),
        ("pairing", "Pairing", 60, ((criteria["people"], "Collaboration"),)),
    ]
    assert kits[0].id == world.kits["coding"].id
    asked = await questions_of(session, world.opening.id)
    assert [each.ask for kit in kits for each in asked[kit.id]] == [
        "Fix this loan rule.",
        "A branch loses its line for an hour.",
    ]
    event = (
        await session.execute(
            sa.select(AuditEvent.actor_id, AuditEvent.subject_id, AuditEvent.details).where(
                AuditEvent.action == "opening.version_moved"
            )
        )
    ).one()
    assert event == (world.manager.id, world.opening.id, {"from": str(world.version.id), "to": str(second)})
    shown = await browser.page(f"{PAGE}?done=moved")
    assert "The opening now holds to version 2." in shown.text
    assert "What differs in version 1" in shown.text


async def test_the_page_says_what_would_change(
    session: AsyncSession, world: World, now: dt.datetime, client: ClientFor
) -> None:
    await second_version(session, world, now)
    browser = await client(world.recruiter)

    answer = await browser.page(PAGE)

    assert answer.status_code == 200
    for words in (
        "Backend Developer, version 1",
        "What differs in version 2",
        "Code is now called Programs",
        "Weight of Programs from 0.50 to 0.45",
        "Kit Coding is now called Coding again",
        "Minutes of kit Coding again from 90 to 75",
        "Kit removed: Design",
        "Kit added: Pairing",
        "Move to version 2",
    ):
        assert words in answer.text
    board = await browser.page("/openings/backend")
    assert f'href="{PAGE}"' in board.text


async def test_without_another_version_there_is_nothing_to_choose(world: World, client: ClientFor) -> None:
    answer = await (await client(world.recruiter)).page(PAGE)

    assert answer.status_code == 200
    assert "No other version is published" in answer.text


async def test_back_to_an_older_version(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    second = await second_version(session, world, now)
    manager = await viewer(world.manager.id)
    before = [(kit.key, kit.name, kit.minutes, kit.focus) for kit in await plan_of(session, world.opening.id)]

    await move_version(session, manager, "backend", second, now)
    _, number = await move_version(session, manager, "backend", world.version.id, now)

    assert number == 1
    assert [(kit.key, kit.name, kit.minutes, kit.focus) for kit in await plan_of(session, world.opening.id)] == before


async def test_after_the_first_start_it_stays(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer, client: ClientFor
) -> None:
    second = await second_version(session, world, now)
    await booked(session, world, viewer, now, "coding", dt.timedelta(0))
    browser = await client(world.recruiter)
    sentence = "The opening keeps version 1 of its rubric: its first interview started on 20 November 2026 at 12:00."

    shown = await browser.page(PAGE)
    sent = await browser.post_form(PAGE, {"version": str(second)})

    assert (shown.status_code, sent.status_code) == (200, 409)
    assert sentence in shown.text
    assert sentence in sent.text
    assert "Move to version" not in shown.text
    assert await pinned(session, world) == world.version.id


async def test_the_database_refuses_after_the_first_start_too(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    second = await second_version(session, world, now)
    move = sa.update(Opening).where(Opening.id == world.opening.id).values(version_id=second)
    back = sa.update(Opening).where(Opening.id == world.opening.id).values(version_id=world.version.id)
    await session.execute(move)
    await session.execute(back)
    await booked(session, world, viewer, now, "coding", -dt.timedelta(days=1))

    with pytest.raises(DBAPIError, match="its first interview has started"):
        async with session.begin_nested():
            await session.execute(move)


async def test_a_cancelled_interview_has_not_started(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    second = await second_version(session, world, now)
    held = await booked(session, world, viewer, now, "coding", -dt.timedelta(days=1))
    recruiter = await viewer(world.recruiter.id)
    await cancel(session, recruiter, held, now)

    await move_version(session, recruiter, "backend", second, now)

    assert await pinned(session, world) == second


async def test_an_interview_that_is_planned_keeps_its_kit(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    second = await second_version(session, world, now, questions=[{"kind": "past", "ask": "Which one?"}])
    planned = await booked(session, world, viewer, now, "coding", FAR)

    await move_version(session, await viewer(world.recruiter.id), "backend", second, now)

    kit_id = await session.scalar(sa.select(Interview.kit_id).where(Interview.id == planned))
    kit = next(each for each in await plan_of(session, world.opening.id) if each.id == kit_id)
    assert (kit.key, [name for _, name in kit.focus]) == ("coding", ["APIs", "Programs"])
    assert [each.ask for each in (await questions_of(session, world.opening.id))[kit.id]] == ["Which one?"]


async def test_questions_that_stay_keep_their_rows(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    second = await second_version(session, world, now)
    question = sa.select(KitQuestion.id).where(KitQuestion.kit_id == world.kits["coding"].id)
    before = await session.scalar(question)

    await move_version(session, await viewer(world.recruiter.id), "backend", second, now)

    assert await session.scalar(question) == before


@pytest.mark.parametrize(
    ("cancelled", "says"),
    [
        (False, "Version 2 has no kit “design”, and 1 interview is planned with Design. Cancel what is planned"),
        (True, "Version 2 has no kit “design”, and an interview that was cancelled names Design. Choose a version"),
    ],
)
async def test_a_kit_that_an_interview_names_stays(
    session: AsyncSession,
    world: World,
    now: dt.datetime,
    viewer: LoadViewer,
    client: ClientFor,
    cancelled: bool,
    says: str,
) -> None:
    second = await second_version(session, world, now)
    planned = await booked(session, world, viewer, now, "design", FAR)
    if cancelled:
        await cancel(session, await viewer(world.recruiter.id), planned, now)
        await session.commit()
    browser = await client(world.recruiter)

    shown = await browser.page(PAGE)
    sent = await browser.post_form(PAGE, {"version": str(second)})

    assert (shown.status_code, sent.status_code) == (200, 409)
    assert says in shown.text
    assert says in sent.text
    assert "Inês" not in sent.text
    assert "Move to version" not in shown.text
    assert await pinned(session, world) == world.version.id
    assert await session.scalar(sa.select(sa.func.count()).select_from(Kit)) == 2


async def test_a_version_of_another_rubric_is_refused(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer
) -> None:
    foreign, *_ = await factories.version(session, now, "frontend")
    recruiter = await viewer(world.recruiter.id)

    for version_id in (foreign.id, uuid.uuid4()):
        with pytest.raises(NotFound, match="There is no such version of the rubric backend"):
            await move_version(session, recruiter, "backend", version_id, now)
    with pytest.raises(Conflict, match="The opening holds to version 1 already"):
        await move_version(session, recruiter, "backend", world.version.id, now)
    assert await pinned(session, world) == world.version.id


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("committee", Forbidden),
        ("auditor", Forbidden),
        ("ada", NotFound),
        ("outsider", NotFound),
        ("recruiter", None),
        ("manager", None),
        ("administrator", None),
    ],
)
async def test_who_runs_the_opening_moves_it(
    session: AsyncSession,
    world: World,
    now: dt.datetime,
    viewer: LoadViewer,
    client: ClientFor,
    name: str,
    refusal: type[Refusal] | None,
) -> None:
    second = await second_version(session, world, now)
    person = getattr(world, name)
    browser = await client(person)

    shown = await browser.page(PAGE)

    assert shown.status_code == (refusal.status if refusal else 200)
    if refusal is None:
        await move_version(session, await viewer(person.id), "backend", second, now)
        assert await pinned(session, world) == second
        return
    with pytest.raises(refusal):
        await move_version(session, await viewer(person.id), "backend", second, now)
    assert (await browser.post_form(PAGE, {"version": str(second)})).status_code == refusal.status
    assert await pinned(session, world) == world.version.id


@pytest.mark.parametrize("typed", [{}, {"version": "none"}, {"version": str(uuid.UUID(int=0))}])
async def test_a_version_that_is_none_is_not_found(world: World, client: ClientFor, typed: dict[str, str]) -> None:
    browser = await client(world.recruiter)
    await browser.page(PAGE)

    answer = await browser.post_form(PAGE, typed)

    assert answer.status_code == 404


@pytest.mark.parametrize("more", [0, 2])
async def test_the_page_makes_as_many_queries_however_many_versions(
    session: AsyncSession, connection: AsyncConnection, world: World, now: dt.datetime, client: ClientFor, more: int
) -> None:
    await second_version(session, world, now)
    for number in range(more):
        await second_version(session, world, now, minutes=30 + number)
    browser = await client(world.recruiter)

    with counted(connection) as seen:
        answer = await browser.get(f"{PAGE}?to=2")

    assert answer.text.count("?to=") == more
    assert len(seen) == 17


def test_a_kit_that_no_interview_names_may_go() -> None:
    old = [KeptKit(uuid.uuid4(), key, key.title()) for key in ("coding", "design")]
    plan = [PlannedKit("coding", "Coding", 60, "", (), ())]

    assert lost_kit_fault(old, {old[0].id: KitUse(3, 0)}, plan, 2) is None
    assert lost_kit_fault(old, {old[1].id: KitUse(2, 1)}, plan, 2) == (
        "Version 2 has no kit “design”, and 2 interviews are planned with Design. "
        "Cancel what is planned, or choose a version with that kit."
    )
