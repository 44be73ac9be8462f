from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from hiring.candidates.core import Stage
from hiring.candidates.tables import Application
from hiring.scorecards import service
from hiring.scorecards.core import CardState, Entry, Recommendation, Sheet
from hiring.scorecards.tables import PersonalText, Rating, Scorecard, ScorecardVersion
from tests.conftest import ClientFor
from tests.factories import World
from tests.scorecards.arrange import KEY, interview, sheet, typed

LoadViewer = Callable[[uuid.UUID], Any]
OTHERS = ["recruiter", "administrator", "manager", "committee", "auditor", "outsider", "ben"]


@contextmanager
def counted(connection: AsyncConnection) -> Iterator[list[str]]:
    """The statements that a block runs, without those of savepoints."""
    seen: list[str] = []

    def note(*given: Any) -> None:
        if not given[2].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(given[2])

    sa.event.listen(connection.sync_connection, "before_cursor_execute", note)
    yield seen
    sa.event.remove(connection.sync_connection, "before_cursor_execute", note)


async def draft_of(session: AsyncSession) -> dict[str, Any]:
    return dict((await session.execute(sa.select(Scorecard.draft))).scalar_one())


async def versions(session: AsyncSession) -> int:
    return int((await session.execute(sa.select(sa.func.count()).select_from(ScorecardVersion))).scalar_one())


# --- the list -------------------------------------------------------------------------------------------------------


async def test_who_is_signed_out_is_led_to_the_sign_in_and_back(client: ClientFor) -> None:
    answer = await (await client()).get("/interviews")

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/interviews")


async def test_the_list_shows_what_is_due_first(
    session: AsyncSession, world: World, now: dt.datetime, client: ClientFor
) -> None:
    await interview(session, world, world.ada, starts_at=now - dt.timedelta(days=3), application=world.joao)
    await interview(session, world, world.ada)
    await interview(session, world, world.ada, kit="design", starts_at=now + dt.timedelta(days=1))

    page = (await (await client(world.ada)).get("/interviews")).text

    assert re.findall(r'<h2 id="g-\w+">(\w+)', page) == ["Overdue", "Due", "Coming"]
    assert re.findall(r'<h3><a href="/interviews/[0-9a-f-]+">([^<]+)', page) == [
        "João Vale",
        "Inês Duarte",
        "Inês Duarte",
    ]
    assert "You owe 2 scorecards" in page
    assert "1 day late" in page


async def test_the_list_of_who_has_none_teaches(session: AsyncSession, world: World, client: ClientFor) -> None:
    await interview(session, world, world.ada)

    page = (await (await client(world.ben)).get("/interviews")).text

    assert "No interview yet" in page
    assert "Inês Duarte" not in page


@pytest.mark.parametrize("rows", [1, 3])
async def test_the_list_takes_two_queries(
    session: AsyncSession, world: World, now: dt.datetime, client: ClientFor, connection: AsyncConnection, rows: int
) -> None:
    for at in range(rows):
        await interview(session, world, world.ada, starts_at=now - dt.timedelta(hours=3 * (at + 1)))
    browser = await client(world.ada)

    with counted(connection) as seen:
        answer = await browser.get("/interviews")

    assert answer.text.count('class="due-what"') == rows
    assert len(seen) == 2


# --- one interview -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", OTHERS)
async def test_an_interview_is_its_panels_alone(
    session: AsyncSession, world: World, client: ClientFor, person: str
) -> None:
    which = await interview(session, world, world.ada)
    browser = await client(getattr(world, person))
    await browser.page("/interviews")

    answers = [
        await browser.get(f"/interviews/{which}"),
        await browser.post_form(f"/interviews/{which}/scorecard", typed()),
        await browser.post_form(
            f"/interviews/{which}/scorecard", typed(do="save"), headers={"accept": "application/json"}
        ),
        await browser.post_form(f"/interviews/{which}/revision", typed(reason="because")),
        await browser.post_form(f"/interviews/{which}/recusal", {"reason": "because"}),
        await browser.get(f"/interviews/{uuid.uuid4()}"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert not any("Inês" in answer.text for answer in answers)


async def test_the_kit_and_the_scorecard_stand_on_one_page(
    session: AsyncSession, world: World, client: ClientFor
) -> None:
    which = await interview(session, world, world.ada, world.ben, shadows=(world.cleo,))

    answer = await (await client(world.ada)).get(f"/interviews/{which}")

    assert answer.status_code == 200
    for words in (
        "Coding with Inês Duarte", "You, Ben Panel", "Cleo Panel as shadow", "(not filed yet)", "Let them type.", "Fix this loan rule.", "Which test would you add?",
        "Code: what level 4 looks like.", "Write the rules of the loan desk in Python", "A number", "Scorecard due tomorrow", "10:30", "2 things left", "Not assessed",
    ):  # fmt: skip
        assert words in answer.text
    assert "APIs" not in answer.text  # another kit’s criterion
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("panel", [1, 3])
async def test_the_page_takes_five_queries(
    session: AsyncSession, world: World, client: ClientFor, connection: AsyncConnection, panel: int
) -> None:
    which = await interview(session, world, *[world.ada, world.ben, world.cleo][:panel], kit="design")
    browser = await client(world.ada)

    with counted(connection) as seen:
        answer = await browser.get(f"/interviews/{which}")

    assert answer.status_code == 200
    assert len(seen) == 5


async def test_saving_answers_the_script_with_the_new_edition(
    session: AsyncSession, world: World, now: dt.datetime, client: ClientFor
) -> None:
    which = await interview(session, world, world.ada)
    browser = await client(world.ada)
    await browser.page(f"/interviews/{which}")

    answer = await browser.post_form(
        f"/interviews/{which}/scorecard",
        typed(do="save", level_code="", notes="14:06"),
        headers={"accept": "application/json"},
    )

    assert (answer.status_code, answer.json()) == (200, {"edition": 1, "saved_at": now.isoformat(), "clock": "12:00"})
    assert (await draft_of(session))["entries"] == {
        "code": {"level": None, "evidence": "Wrote the failing test first."}
    }
    again = await browser.get(f"/interviews/{which}")
    assert "Wrote the failing test first." in again.text
    assert "14:06" in again.text
    assert "Saved <time" in again.text


async def test_two_browsers_are_shown_both_texts(session: AsyncSession, world: World, client: ClientFor) -> None:
    which = await interview(session, world, world.ada)
    laptop, phone = await client(world.ada), await client(world.ada)
    for browser in (laptop, phone):
        await browser.page(f"/interviews/{which}")
    await laptop.post_form(f"/interviews/{which}/scorecard", typed(do="save", evidence_code="From the laptop."))

    page = await phone.post_form(f"/interviews/{which}/scorecard", typed(do="save", evidence_code="From the phone."))
    quiet = await phone.post_form(
        f"/interviews/{which}/scorecard",
        typed(do="save", evidence_code="From the phone."),
        headers={"accept": "application/json"},
    )
    submitted = await phone.post_form(f"/interviews/{which}/scorecard", typed(evidence_code="From the phone."))

    assert [page.status_code, quiet.status_code, submitted.status_code] == [409, 409, 409]
    assert "From the phone.</textarea>" in page.text
    assert '<p class="prose">From the laptop.</p>' in page.text
    assert 'name="edition" value="1"' in page.text  # so that the next save keeps what stands in the fields
    assert quiet.json()["edition"] == 1
    assert quiet.json()["typed"]["evidence_code"] == "From the laptop."
    assert (await draft_of(session))["entries"]["code"]["evidence"] == "From the laptop."
    kept = await phone.post_form(
        f"/interviews/{which}/scorecard", typed(do="save", evidence_code="From the phone.", edition="1")
    )
    assert kept.status_code == 303


async def test_an_incomplete_submit_keeps_the_draft_and_links_each_fault(
    session: AsyncSession, world: World, client: ClientFor
) -> None:
    which = await interview(session, world, world.ada)
    browser = await client(world.ada)
    await browser.page(f"/interviews/{which}")

    answer = await browser.post_form(f"/interviews/{which}/scorecard", typed(evidence_code="", recommendation=""))

    assert answer.status_code == 422
    assert "Not submitted: 2 things are missing" in answer.text
    assert '<a href="#evidence_code">Code: give the evidence for level 3</a>' in answer.text
    assert '<a href="#recommendation-strong_no">' in answer.text
    assert "Give the evidence for level 3." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert (await draft_of(session))["entries"]["code"]["level"] == 3
    assert await versions(session) == 0


async def test_submitting_before_the_beginning_says_when_it_may_and_keeps_the_draft(
    session: AsyncSession, world: World, now: dt.datetime, client: ClientFor
) -> None:
    which = await interview(session, world, world.ada, starts_at=now + dt.timedelta(hours=1))
    browser = await client(world.ada)
    await browser.page(f"/interviews/{which}")

    answer = await browser.post_form(f"/interviews/{which}/scorecard", typed())

    assert answer.status_code == 409
    assert "The interview begins on Fri 20 Nov at 13:00: submit from then on." in answer.text
    assert (await draft_of(session))["entries"]["code"]["evidence"] == "Wrote the failing test first."


async def test_a_double_click_submits_once(session: AsyncSession, world: World, client: ClientFor) -> None:
    which = await interview(session, world, world.ada)
    browser = await client(world.ada)
    await browser.page(f"/interviews/{which}")

    first = await browser.post_form(f"/interviews/{which}/scorecard", typed())
    second = await browser.post_form(f"/interviews/{which}/scorecard", typed())

    assert [first.status_code, second.status_code] == [303, 303]
    assert first.headers["location"] == second.headers["location"] == f"/interviews/{which}"
    assert await versions(session) == 1
    page = (await browser.get(f"/interviews/{which}")).text
    assert "Your scorecard is filed." in page
    assert "Wrote the failing test first." in page
    assert f'href="/applications/{world.ines.id}"' in page


async def test_other_words_after_the_submission_are_kept_for_a_revision(
    session: AsyncSession, world: World, client: ClientFor
) -> None:
    which = await interview(session, world, world.ada)
    browser = await client(world.ada)
    await browser.page(f"/interviews/{which}")
    await browser.post_form(f"/interviews/{which}/scorecard", typed())

    answer = await browser.post_form(f"/interviews/{which}/scorecard", typed(evidence_code="From another tab."))

    assert answer.status_code == 409
    assert "From another tab.</textarea>" in answer.text
    assert await versions(session) == 1


async def test_a_revision_needs_a_reason_and_shows_both_versions(
    session: AsyncSession, world: World, client: ClientFor, connection: AsyncConnection
) -> None:
    which = await interview(session, world, world.ada)
    browser = await client(world.ada)
    await browser.page(f"/interviews/{which}")
    early = await browser.post_form(f"/interviews/{which}/revision", typed(reason="too soon"))
    await browser.post_form(f"/interviews/{which}/scorecard", typed())

    without = await browser.post_form(f"/interviews/{which}/revision", typed(level_code="4", reason="", base="1"))
    unchanged = await browser.post_form(f"/interviews/{which}/revision", typed(reason="No change.", base="1"))
    done = await browser.post_form(
        f"/interviews/{which}/revision", typed(level_code="4", reason="Found my notes.", base="1")
    )

    assert [early.status_code, without.status_code, unchanged.status_code, done.status_code] == [409, 422, 422, 303]
    assert '<a href="#reason">Give the reason for this revision</a>' in without.text
    with counted(connection) as seen:
        page = (await browser.get(f"/interviews/{which}")).text
    assert len(seen) == 7
    assert "Version 2, as it stands" in page
    assert "Found my notes." in page
    assert "Version 1, today" in page


async def test_stepping_back_needs_a_reason(session: AsyncSession, world: World, client: ClientFor) -> None:
    which = await interview(session, world, world.ada)
    browser = await client(world.ada)
    await browser.page(f"/interviews/{which}")

    without = await browser.post_form(f"/interviews/{which}/recusal", {"reason": " "})
    done = await browser.post_form(f"/interviews/{which}/recusal", {"reason": "We shared a flat."})

    assert [without.status_code, done.status_code] == [422, 303]
    assert "Give a reason" in without.text
    page = (await browser.get(f"/interviews/{which}")).text
    assert "You stepped back from this interview" in page
    assert (await browser.post_form(f"/interviews/{which}/scorecard", typed())).status_code == 409


async def test_a_cancelled_or_waived_interview_asks_for_nothing(
    session: AsyncSession, world: World, now: dt.datetime, client: ClientFor, viewer: LoadViewer
) -> None:
    cancelled = await interview(session, world, world.ada, starts_at=now + dt.timedelta(days=2))
    waived = await interview(session, world, world.ada, application=world.joao)
    await service.cancel_interview(session, await viewer(world.recruiter.id), cancelled, now)
    await service.waive_open_cards(session, world.joao.id, now)
    await session.commit()
    browser = await client(world.ada)

    assert "This interview was cancelled" in (await browser.get(f"/interviews/{cancelled}")).text
    assert "No scorecard is needed any more" in (await browser.get(f"/interviews/{waived}")).text
    assert str(cancelled) not in (await browser.get("/interviews")).text
    assert (await browser.post_form(f"/interviews/{cancelled}/scorecard", typed())).status_code == 409


# --- blind until submitted -------------------------------------------------------------------------------------------


@pytest.fixture
async def pages_of_ada(
    session: AsyncSession,
    world: World,
    now: dt.datetime,
    client: ClientFor,
    viewer: LoadViewer,
    connection: AsyncConnection,
) -> Callable[[Sheet, Stage], Any]:
    """The owing panelist's pages after a colleague has filed this sheet, without what differs by chance."""
    which = await interview(session, world, world.ada, world.ben)

    async def read(colleagues: Sheet, stage: Stage) -> list[str]:
        await connection.execute(sa.text("SAVEPOINT one_world"))
        await service.submit_scorecard(session, await viewer(world.ben.id), which, colleagues, "", [], None, now, KEY)
        await session.execute(sa.update(Application).where(Application.id == world.ines.id).values(stage=stage))
        await session.commit()
        browser = await client(world.ada)
        await browser.page("/interviews")
        answers = [
            await browser.get("/interviews"),
            await browser.get(f"/interviews/{which}"),
            await browser.post_form(f"/interviews/{which}/scorecard", typed(level_code="9", do="submit")),
            await browser.post_form(f"/interviews/{which}/recusal", {"reason": ""}),
        ]
        await connection.execute(sa.text("ROLLBACK TO SAVEPOINT one_world"))
        return [f"{answer.status_code} {re.sub('[0-9a-f]{64}', '', answer.text)}" for answer in answers]

    return read


async def test_nothing_that_a_colleague_thought_shows_before_filing(
    pages_of_ada: Callable[[Sheet, Stage], Any],
) -> None:
    harsh = await pages_of_ada(Sheet({"code": Entry(1, "Could not start.")}, Recommendation.STRONG_NO), Stage.REJECTED)
    kind = await pages_of_ada(
        Sheet({"code": Entry(4, "Taught me something.")}, Recommendation.STRONG_YES, "Hire."), Stage.DEBRIEF
    )

    assert harsh == kind
    assert 'Ben Panel <span class="panel-state">(filed)</span>' in harsh[1]
    assert "Stage: interviews" in harsh[1]


async def test_the_stage_shows_once_one_has_filed(session: AsyncSession, world: World, client: ClientFor) -> None:
    which = await interview(session, world, world.ada)
    await session.execute(sa.update(Application).where(Application.id == world.ines.id).values(stage=Stage.DEBRIEF))
    await session.commit()
    browser = await client(world.ada)
    before = await browser.page(f"/interviews/{which}")

    await browser.post_form(f"/interviews/{which}/scorecard", typed())

    assert "Stage: interviews" in before.text
    assert "Stage: debrief" in (await browser.get(f"/interviews/{which}")).text


async def test_a_colleagues_texts_never_stand_here_even_after_filing(
    session: AsyncSession, world: World, now: dt.datetime, client: ClientFor, viewer: LoadViewer
) -> None:
    which = await interview(session, world, world.ada, world.ben)
    await service.submit_scorecard(
        session, await viewer(world.ben.id), which, sheet("A marker of Ben’s."), "Ben’s note", [], None, now, KEY
    )
    await service.submit_scorecard(session, await viewer(world.ada.id), which, sheet(), "", [], None, now, KEY)
    await session.commit()

    page = (await (await client(world.ada)).get(f"/interviews/{which}")).text

    assert "Ben’s" not in page


# --- what is sent that should not be ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"evidence_code": "nul \0 and \ud800bell \a"},
        {"level_code": "-1"},
        {"level_code": "99999999999999999999"},
        {"level_code": "３"},
        {"edition": "99999999999999999999"},
        {"edition": ""},
        {"recommendation": "maybe"},
        {"evidence_code": "x" * 10_001},
        {"notes": "n" * 20_001},
        {"level_" + "a" * 70: "3"},
        {"level_../../etc": "3"},
        {"level_api": "3", "evidence_api": "Not this kit’s."},
        {"asked": ["x'; drop table", "1" * 500]},
        {"page": "\0"},
        {"do": "something"},
    ],
)
async def test_strange_input_is_refused_or_cleaned(
    session: AsyncSession, world: World, client: ClientFor, fields: dict[str, Any]
) -> None:
    which = await interview(session, world, world.ada)
    browser = await client(world.ada)
    await browser.page(f"/interviews/{which}")
    fields = {
        name: text.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if isinstance(text, str) else text
        for name, text in fields.items()
    }

    answer = await browser.post_form(f"/interviews/{which}/scorecard", typed(**fields))

    assert answer.status_code in {303, 409, 422}
    bodies = (await session.scalars(sa.select(PersonalText.body))).all()
    assert not any("\0" in (body or "") for body in bodies)
    levels = (await session.scalars(sa.select(Rating.level))).all()
    assert set(levels) <= {3}


async def test_a_form_without_its_token_is_not_taken(session: AsyncSession, world: World, client: ClientFor) -> None:
    which = await interview(session, world, world.ada)
    browser = await client(world.ada)

    answer = await browser.post(f"/interviews/{which}/scorecard", data=typed())

    assert answer.status_code == 403
    assert (await session.execute(sa.select(Scorecard.state))).scalar_one() == CardState.DRAFT


async def test_markup_in_what_people_write_is_text(session: AsyncSession, world: World, client: ClientFor) -> None:
    which = await interview(session, world, world.ada)
    browser = await client(world.ada)
    await browser.page(f"/interviews/{which}")

    await browser.post_form(
        f"/interviews/{which}/scorecard", typed(evidence_code="</textarea><script>alert(1)</script>")
    )

    page = (await browser.get(f"/interviews/{which}")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
