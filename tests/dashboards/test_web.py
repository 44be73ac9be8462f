from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hiring.blindness.tables import Standing
from hiring.candidates.core import Stage
from hiring.candidates.tables import Application, StageMove
from hiring.decisions.core import Outcome
from hiring.decisions.service import record_decision
from hiring.interviews.tables import Interview, Panelist
from hiring.openings.tables import Opening
from hiring.people.core import Role
from hiring.scorecards.core import CardState, Recommendation
from hiring.scorecards.service import recuse, revise_scorecard, submit_scorecard
from hiring.scorecards.tables import Scorecard
from tests import factories
from tests.conftest import NOW, ClientFor
from tests.factories import World
from tests.scorecards.arrange import KEY, interview, sheet
from tests.scorecards.test_web import counted

LoadViewer = Callable[[uuid.UUID], Any]
BOARD = "/openings/backend"
LONG_AGO = NOW - dt.timedelta(days=3)
READERS = ["recruiter", "administrator", "manager", "committee", "auditor"]
RUNNERS = ["recruiter", "administrator", "manager"]


async def filed(
    session: AsyncSession, world: World, viewer: LoadViewer, *panel: Any, evidence: str = "MARK-EVIDENCE", **told: Any
) -> uuid.UUID:
    """An interview held three days ago, with a submitted scorecard of each panelist."""
    made = await interview(session, world, *panel, starts_at=told.pop("starts_at", LONG_AGO), **told)
    for each in panel:
        await submit_scorecard(
            session, await viewer(each.id), made, sheet(f"{evidence} {each.name}"), "", [], None, NOW, key=KEY
        )
    await session.commit()
    return made


async def first_reading(session: AsyncSession, user: Any, application: Any) -> dt.datetime | None:
    return await session.scalar(
        sa.select(Standing.first_read_at).where(Standing.user_id == user.id, Standing.application_id == application.id)
    )


def row_of(page: str, name: str) -> str:
    """The table row of a candidate, without mark-up."""
    found = re.search(rf'<tr role="row">\s*<th role="rowheader" scope="row"><a [^>]*>{name}.*?</tr>', page, re.DOTALL)
    assert found is not None
    labels = " ".join(re.findall(r'aria-label="([^"]*)"', found[0]))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]) + " " + labels)


# --- the list of openings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", READERS)
async def test_the_list_counts_stages_and_says_what_is_stuck(
    session: AsyncSession, world: World, client: ClientFor, name: str
) -> None:
    await interview(session, world, world.ada, starts_at=LONG_AGO)

    answer = await (await client(getattr(world, name))).page("/openings")

    assert answer.status_code == 200
    assert "<b>2</b> interviews" in answer.text
    assert "1 scorecard overdue" in answer.text
    assert "1 statement nobody assesses" in answer.text
    assert ('href="/openings/new"' in answer.text) is (name in {"recruiter", "administrator"})


async def test_an_interviewer_has_no_list_of_openings(world: World, client: ClientFor) -> None:
    browser = await client(world.ada)

    assert (await browser.page("/openings")).status_code == 403


async def test_who_sees_one_opening_is_shown_only_that(
    session: AsyncSession, world: World, now: dt.datetime, client: ClientFor
) -> None:
    other, _, _ = await factories.version(session, now, "other")
    session.add(Opening(slug="elsewhere", title="Elsewhere", version_id=other.id, created_at=now))
    await session.commit()

    manager, recruiter = await client(world.manager), await client(world.recruiter)

    assert "Elsewhere" not in (await manager.page("/openings")).text
    assert "Elsewhere" in (await recruiter.page("/openings")).text
    assert (await manager.page("/openings/elsewhere")).status_code == 404


async def test_an_empty_list_teaches_what_to_do(session: AsyncSession, now: dt.datetime, client: ClientFor) -> None:
    recruiter = await factories.user(session, now, "Rosa", Role.RECRUITER)
    await session.commit()

    answer = await (await client(recruiter)).page("/openings")

    assert "No opening yet" in answer.text
    assert 'href="/openings/new"' in answer.text


# --- the board -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", READERS)
async def test_the_board_shows_what_was_given(
    session: AsyncSession, world: World, viewer: LoadViewer, client: ClientFor, name: str
) -> None:
    await filed(session, world, viewer, world.ada, world.ben)

    answer = await (await client(getattr(world, name))).page(BOARD)

    assert answer.status_code == 200
    assert "Code: 2 rated 3" in row_of(answer.text, "Inês Duarte")
    assert "2 yes" in row_of(answer.text, "Inês Duarte")
    assert "No interview yet" in row_of(answer.text, "João Vale")
    assert "“Write the handbook”" in answer.text
    assert ("/candidates/new" in answer.text) is (name in RUNNERS)
    assert ("mailto:" in answer.text) is False
    assert await first_reading(session, getattr(world, name), world.ines) == NOW
    assert await first_reading(session, getattr(world, name), world.joao) is None


@pytest.mark.parametrize("name", ["ada", "outsider"])
async def test_an_interviewer_has_no_board(
    session: AsyncSession, world: World, viewer: LoadViewer, client: ClientFor, name: str
) -> None:
    await filed(session, world, viewer, world.ada)

    browser = await client(getattr(world, name))

    assert (await browser.page(BOARD)).status_code == 404
    assert (await browser.page("/openings/none")).status_code == 404


async def test_what_is_overdue_stands_first_with_its_remedy(
    session: AsyncSession, world: World, client: ClientFor
) -> None:
    await interview(session, world, world.ada, starts_at=LONG_AGO)

    recruiter, committee = await client(world.recruiter), await client(world.committee)
    page, read_only = (await recruiter.page(BOARD)).text, (await committee.page(BOARD)).text

    assert page.index("Ada Panel owes a scorecard") < page.index("Nobody assesses one statement")
    assert "1 day late" in page
    assert "mailto:ada.panel@seedbank.example" in page
    assert "Ada Panel owes a scorecard" in read_only
    assert "mailto:" not in read_only


@pytest.mark.parametrize("name", ["recruiter", "manager", "administrator", "committee"])
async def test_who_owes_sees_neither_levels_nor_stage_nor_decision(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer, client: ClientFor, name: str
) -> None:
    person = getattr(world, name)
    await filed(session, world, viewer, world.ada)
    await interview(session, world, person, kit="design", starts_at=NOW - dt.timedelta(hours=5))
    await session.execute(
        sa.update(Application).where(Application.id == world.ines.id).values(stage=Stage.REJECTED, stage_since=now)
    )
    await session.commit()

    browser = await client(person)
    board, candidate = (await browser.page(BOARD)).text, (await browser.page(f"/applications/{world.ines.id}")).text

    row = row_of(board, "Inês Duarte")
    assert "Hidden until you file yours." in row
    assert "rated" not in row
    assert "yes" not in row
    assert board.index('id="st-interviews"') < board.index(f'/applications/{world.ines.id}">Inês')
    assert 'id="ended"' not in board
    assert "<b>2</b> interviews" in (await browser.page("/openings")).text
    for page in (board, candidate):
        assert "MARK-EVIDENCE" not in page
        assert "ejected" not in re.sub(r"<(option|p class=\"hint\").*?</", "", page)
    assert await first_reading(session, person, world.ines) is None


async def test_who_stepped_back_stays_blind(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer, client: ClientFor
) -> None:
    await filed(session, world, viewer, world.ada)
    made = await interview(session, world, world.recruiter, kit="design", starts_at=NOW - dt.timedelta(hours=5))
    await recuse(session, await viewer(world.recruiter.id), made, "We were colleagues.", now)
    await session.commit()

    browser = await client(world.recruiter)
    board, candidate = await browser.page(BOARD), await browser.page(f"/applications/{world.ines.id}")

    assert "you stepped back from this candidate" in row_of(board.text, "Inês Duarte")
    assert "MARK-EVIDENCE" not in candidate.text
    assert "We were colleagues." not in board.text


@pytest.mark.parametrize("rows", [1, 3])
async def test_the_board_takes_six_queries_whatever_the_rows_and_two_more_at_the_first_reading(
    session: AsyncSession, world: World, viewer: LoadViewer, client: ClientFor, connection: AsyncConnection, rows: int
) -> None:
    for number in range(rows):
        application = world.ines
        if number:
            application, _ = await factories.application(
                session, world.opening.id, f"Person {number}", NOW - dt.timedelta(days=10)
            )
        at = LONG_AGO - dt.timedelta(hours=3 * number)
        await filed(session, world, viewer, world.ada, world.ben, application=application, starts_at=at)
    browser = await client(world.recruiter)

    with counted(connection) as first:
        assert (await browser.page(BOARD)).status_code == 200
    with counted(connection) as again:
        assert (await browser.page(BOARD)).status_code == 200

    assert (len(first), len(again)) == (8, 6)


async def test_an_opening_without_candidates_teaches_what_to_do(
    session: AsyncSession, world: World, client: ClientFor
) -> None:
    await session.execute(sa.delete(Application))
    await session.commit()

    recruiter, committee = await client(world.recruiter), await client(world.committee)
    page, read_only = (await recruiter.page(BOARD)).text, (await committee.page(BOARD)).text

    assert f"{BOARD}/candidates/import" in page
    assert "Nobody has applied yet" in read_only
    assert "/candidates/" not in read_only


# --- a candidate's page ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", READERS)
async def test_who_reads_by_role_sees_the_evidence(
    session: AsyncSession, world: World, viewer: LoadViewer, client: ClientFor, name: str
) -> None:
    await filed(session, world, viewer, world.ada)

    answer = await (await client(getattr(world, name))).page(f"/applications/{world.ines.id}")

    assert answer.status_code == 200
    assert "MARK-EVIDENCE Ada Panel" in answer.text
    assert "Code: what level 3 looks like." in answer.text
    assert world.candidates[world.ines.id].email in answer.text
    assert ('name="stage"' in answer.text) is (name in RUNNERS)
    assert (f"/applications/{world.ines.id}/interviews" in answer.text) is (name in RUNNERS)
    assert (f"/applications/{world.ines.id}/decision" in answer.text) is (name == "manager")
    assert await first_reading(session, getattr(world, name), world.ines) == NOW


async def test_a_panelist_reads_others_only_after_filing(
    session: AsyncSession, world: World, viewer: LoadViewer, client: ClientFor
) -> None:
    await filed(session, world, viewer, world.ada)
    made = await interview(session, world, world.ben, starts_at=NOW - dt.timedelta(hours=5))
    browser, address = await client(world.ben), f"/applications/{world.ines.id}"

    before = (await browser.page(address)).text
    assert await first_reading(session, world.ben, world.ines) is None
    await submit_scorecard(session, await viewer(world.ben.id), made, sheet("Mine."), "", [], None, NOW, key=KEY)
    await session.commit()
    after = (await browser.page(address)).text

    assert ("MARK-EVIDENCE" in before, "MARK-EVIDENCE" in after) == (False, True)
    assert "Hidden until you have filed" in before
    assert world.candidates[world.ines.id].email not in before + after
    assert 'name="stage"' not in before + after
    assert await first_reading(session, world.ben, world.ines) == NOW


async def test_ones_own_scorecard_is_no_reading_of_others(
    session: AsyncSession, world: World, viewer: LoadViewer, client: ClientFor
) -> None:
    await filed(session, world, viewer, world.ada)

    answer = await (await client(world.ada)).page(f"/applications/{world.ines.id}")

    assert "MARK-EVIDENCE Ada Panel" in answer.text
    assert await first_reading(session, world.ada, world.ines) is None


@pytest.mark.parametrize("name", ["ben", "outsider"])
async def test_who_has_nothing_to_do_with_it_finds_no_candidate(
    session: AsyncSession, world: World, viewer: LoadViewer, client: ClientFor, name: str
) -> None:
    await filed(session, world, viewer, world.ada)
    browser = await client(getattr(world, name))

    answers = [
        await browser.page(f"/applications/{world.ines.id}"),
        await browser.page(f"/applications/{uuid.uuid4()}"),
        await browser.page(f"/applications/{world.ines.id}/interviews"),
        await browser.post_form(f"/applications/{world.ines.id}/stage", {"stage": "debrief"}),
        await browser.post_form(f"/applications/{world.ines.id}/interviews", {}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5


async def test_revisions_are_marked_and_earlier_versions_kept(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer, client: ClientFor
) -> None:
    made = await filed(session, world, viewer, world.ada, evidence="FIRST")
    browser = await client(world.ada)
    await filed(session, world, viewer, world.ben, starts_at=LONG_AGO - dt.timedelta(hours=9))
    await browser.page(f"/applications/{world.ines.id}")
    await revise_scorecard(
        session,
        await viewer(world.ada.id),
        made,
        sheet("SECOND", 1, Recommendation.NO),
        "BECAUSE",
        now + dt.timedelta(hours=1),
        key=KEY,
    )
    await session.commit()

    page = (await (await client(world.recruiter)).page(f"/applications/{world.ines.id}")).text

    assert all(
        words in page for words in ("SECOND", "FIRST Ada Panel", "BECAUSE", "1 earlier version", "its levels count")
    )
    assert "written after reading others’ feedback" in page
    assert "Code: 2 rated 3" in page


async def test_moves_and_decisions_stand_in_the_history(
    session: AsyncSession, world: World, now: dt.datetime, viewer: LoadViewer, client: ClientFor
) -> None:
    await record_decision(
        session, await viewer(world.manager.id), world.ines.id, now,
        outcome=Outcome.HOLD, reasons="REASONS", evidence_wanted="WANTED", criteria=["api"],
    )  # fmt: skip
    await session.commit()

    page = (await (await client(world.committee)).page(f"/applications/{world.ines.id}")).text

    assert "Decided: hold" in page
    assert "REASONS" in page
    assert "Evidence wanted on APIs:" in page
    assert await first_reading(session, world.committee, world.ines) == now


@pytest.mark.parametrize("rows", [1, 3])
async def test_a_candidates_page_takes_six_queries_whatever_the_rows_and_two_more_at_the_first_reading(
    session: AsyncSession, world: World, viewer: LoadViewer, client: ClientFor, connection: AsyncConnection, rows: int
) -> None:
    for number in range(rows):
        await filed(session, world, viewer, world.ada, world.ben, starts_at=LONG_AGO - dt.timedelta(hours=3 * number))
    browser, address = await client(world.recruiter), f"/applications/{world.ines.id}"

    with counted(connection) as first:
        assert (await browser.page(address)).status_code == 200
    with counted(connection) as again:
        assert (await browser.page(address)).status_code == 200

    assert (len(first), len(again)) == (8, 6)


# --- moves -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RUNNERS)
async def test_an_application_is_moved(session: AsyncSession, world: World, client: ClientFor, name: str) -> None:
    browser, address = await client(getattr(world, name)), f"/applications/{world.ines.id}"

    from_page = await browser.post_form(f"{address}/stage", {"stage": "debrief"})
    from_board = await browser.post_form(
        f"{address}/stage", {"stage": "withdrawn", "reason": "Took another offer.", "back": "board"}
    )

    assert (from_page.status_code, from_page.headers["location"]) == (303, f"{address}?done=moved")
    assert (from_board.status_code, from_board.headers["location"]) == (303, f"{BOARD}?done=moved")
    moves = await session.execute(sa.select(StageMove.to_stage, StageMove.reason).order_by(StageMove.id))
    assert [tuple(move) for move in moves] == [(Stage.DEBRIEF, ""), (Stage.WITHDRAWN, "Took another offer.")]


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({"stage": "rejected", "reason": " "}, 422, "reason"),
        ({"stage": "nowhere"}, 422, "stage"),
        ({"stage": "interviews"}, 409, "stage"),
        ({"stage": "hired"}, 409, "stage"),
    ],
)
async def test_a_refused_move_says_why(
    session: AsyncSession, world: World, client: ClientFor, fields: dict[str, str], status: int, field: str
) -> None:
    browser = await client(world.recruiter)

    answer = await browser.post_form(f"/applications/{world.ines.id}/stage", fields)

    assert answer.status_code == status
    assert f'id="{field}-error"' in answer.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(StageMove)) == 0


@pytest.mark.parametrize("name", ["committee", "auditor"])
async def test_readers_move_nobody(session: AsyncSession, world: World, client: ClientFor, name: str) -> None:
    browser = await client(getattr(world, name))

    answer = await browser.post_form(f"/applications/{world.ines.id}/stage", {"stage": "debrief"})

    assert answer.status_code == 403
    assert await session.scalar(sa.select(Application.stage).where(Application.id == world.ines.id)) == Stage.INTERVIEWS


@pytest.mark.parametrize("stage", [Stage.INTERVIEWS, Stage.REJECTED])
async def test_who_owes_is_refused_every_move_alike(
    session: AsyncSession, world: World, client: ClientFor, stage: Stage
) -> None:
    await interview(session, world, world.recruiter)
    await session.execute(sa.update(Application).where(Application.id == world.ines.id).values(stage=stage))
    await session.commit()
    browser = await client(world.recruiter)

    answers = [
        await browser.post_form(f"/applications/{world.ines.id}/stage", {"stage": each, "reason": "So."})
        for each in ("debrief", "rejected")
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert all("The stage stays hidden from you" in answer.text for answer in answers)


# --- interviews ------------------------------------------------------------------------------------------------------


def plan(world: World, *panel: Any, **fields: Any) -> dict[str, Any]:
    return {
        "kit": str(world.kits["coding"].id),
        "day": "2026-11-23",
        "time": "10:00",
        "minutes": "",
        "panel": [str(each.id) for each in panel],
    } | fields


@pytest.mark.parametrize("name", RUNNERS)
async def test_an_interview_is_arranged_and_its_panel_blinded(
    session: AsyncSession, world: World, client: ClientFor, name: str
) -> None:
    browser, address = await client(getattr(world, name)), f"/applications/{world.ines.id}"

    shown = await browser.page(f"{address}/interviews?kit={world.kits['coding'].id}")
    answer = await browser.post_form(
        f"{address}/interviews", plan(world, world.ada, world.ben, shadow=[str(world.ben.id)])
    )

    assert shown.status_code == 200
    assert f'value="{world.kits["coding"].id}" selected' in shown.text
    assert (answer.status_code, answer.headers["location"]) == (303, f"{address}?done=arranged")
    rows = await session.execute(
        sa.select(
            Panelist.user_id, Panelist.shadow, Interview.starts_at, Scorecard.state, Scorecard.due_at, Standing.state
        )
        .join(Interview, Interview.id == Panelist.interview_id)
        .join(Scorecard, Scorecard.panelist_id == Panelist.id)
        .join(
            Standing, sa.and_(Standing.user_id == Panelist.user_id, Standing.application_id == Interview.application_id)
        )
    )
    starts = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
    due = starts + dt.timedelta(minutes=90, hours=24)
    assert {tuple(row) for row in rows} == {
        (world.ada.id, False, starts, CardState.DRAFT, due, "owes"),
        (world.ben.id, True, starts, CardState.DRAFT, due, "owes"),
    }


async def test_times_are_typed_and_shown_in_the_viewers_zone(
    session: AsyncSession, world: World, client: ClientFor
) -> None:
    world.recruiter.time_zone = "Africa/Nairobi"
    await session.merge(world.recruiter)
    await session.commit()
    browser, address = await client(world.recruiter), f"/applications/{world.ines.id}"

    await browser.post_form(f"{address}/interviews", plan(world, world.ada, day="2026-11-23", time="14:30"))

    starts = list(await session.scalars(sa.select(Interview.starts_at)))
    assert starts == [dt.datetime(2026, 11, 23, 11, 30, tzinfo=dt.UTC)]
    page = (await browser.page(address)).text
    assert "Nairobi" in page
    assert "14:30" in page


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kit": ""}, "kit"),
        ({"kit": str(uuid.uuid4())}, "kit"),
        ({"day": "soon"}, "day"),
        ({"day": "2031-01-01"}, "day"),
        ({"minutes": "600"}, "minutes"),
        ({"panel": []}, "panel"),
    ],
)
async def test_a_fault_stands_beside_its_field(
    session: AsyncSession, world: World, client: ClientFor, fields: dict[str, Any], field: str
) -> None:
    browser = await client(world.recruiter)

    answer = await browser.post_form(f"/applications/{world.ines.id}/interviews", plan(world, world.ada) | fields)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(Interview)) == 0


async def test_who_is_busy_is_named(session: AsyncSession, world: World, client: ClientFor) -> None:
    browser = await client(world.recruiter)
    await browser.post_form(f"/applications/{world.ines.id}/interviews", plan(world, world.ada))

    answer = await browser.post_form(f"/applications/{world.joao.id}/interviews", plan(world, world.ada))

    assert answer.status_code == 409
    assert "Ada Panel is in another interview on Mon 23 Nov from 10:00 to 11:30." in answer.text


@pytest.mark.parametrize("name", ["committee", "auditor"])
async def test_readers_arrange_and_cancel_nothing(
    session: AsyncSession, world: World, client: ClientFor, name: str
) -> None:
    made = await interview(session, world, world.ada)
    browser = await client(getattr(world, name))

    answers = [
        await browser.page(f"/applications/{world.ines.id}/interviews"),
        await browser.post_form(f"/applications/{world.ines.id}/interviews", plan(world, world.ben)),
        await browser.post_form(f"/interviews/{made}/cancellation"),
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert (
        await session.scalar(sa.select(sa.func.count()).select_from(Interview).where(Interview.cancelled_at.is_(None)))
        == 1
    )


@pytest.mark.parametrize("name", ["ada", "outsider"])
async def test_interviewers_cancel_nothing(session: AsyncSession, world: World, client: ClientFor, name: str) -> None:
    made = await interview(session, world, world.ada)

    answer = await (await client(getattr(world, name))).post_form(f"/interviews/{made}/cancellation")

    assert answer.status_code == 404


@pytest.mark.parametrize("name", RUNNERS)
async def test_a_cancelled_interview_is_gone_and_its_scorecards_are_waived(
    session: AsyncSession, world: World, client: ClientFor, name: str
) -> None:
    made = await interview(session, world, world.ada, starts_at=LONG_AGO)
    browser = await client(getattr(world, name))

    answer = await browser.post_form(f"/interviews/{made}/cancellation")

    assert (answer.status_code, answer.headers["location"]) == (303, f"/applications/{world.ines.id}?done=cancelled")
    assert await session.scalar(sa.select(Scorecard.state)) == CardState.WAIVED
    assert "owes a scorecard" not in (await browser.page(BOARD)).text


async def test_a_held_interview_is_not_cancelled(
    session: AsyncSession, world: World, viewer: LoadViewer, client: ClientFor
) -> None:
    made = await filed(session, world, viewer, world.ada)

    answer = await (await client(world.recruiter)).post_form(f"/interviews/{made}/cancellation")

    assert answer.status_code == 409
    assert await session.scalar(sa.select(Interview.cancelled_at)) is None
