"""What the board makes of its facts. The mock's order: what holds up most comes first, and many of one kind share a row."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from hiring.blindness.core import State
from hiring.candidates.core import Stage
from hiring.dashboards.core import (
    ApplicationLine,
    Board,
    CardLine,
    CriterionLine,
    Given,
    InterviewLine,
    Kind,
    KitLine,
    Mark,
    Plan,
    StatementLine,
    build_board,
)
from hiring.decisions.core import Outcome
from hiring.scorecards.core import CardState, Recommendation
from tests.conftest import NOW

CODE, API, PEOPLE = (
    CriterionLine(uuid.UUID(int=number), number, name) for number, name in ((1, "Code"), (2, "APIs"), (3, "People"))
)
CODING = KitLine(uuid.UUID(int=11), "coding", "Coding", 90, frozenset({CODE.id}))
DESIGN = KitLine(uuid.UUID(int=12), "design", "Design", 60, frozenset({CODE.id, API.id}))
PLAN = Plan(
    (CODE, API, PEOPLE),
    (
        StatementLine("s1", "Write the rules", (CODE.id,)),
        StatementLine("s2", "Design the API", (API.id, CODE.id)),
        StatementLine("s3", "Explain", (PEOPLE.id,)),
        StatementLine("s4", "Document", ()),
    ),
    (CODING, DESIGN),
)
ADA, BEN, ME = (uuid.UUID(int=number) for number in (21, 22, 23))
NAMES = {ADA: "Ada", BEN: "Ben", ME: "Me"}
DAY = dt.timedelta(days=1)


def applied(number: int, stage: Stage = Stage.INTERVIEWS, days: float = 1, **told: Any) -> ApplicationLine:
    given: dict[str, Any] = {"since": NOW - days * DAY, "state": None, "masked": False} | told
    return ApplicationLine(uuid.UUID(int=100 + number), f"Candidate {number}", NOW - 30 * DAY, stage, **given)


def held(application: ApplicationLine, kit: KitLine, ends: dt.timedelta, **cards: CardState) -> InterviewLine:
    """An interview that ended so long before now (or will end, where negative), with its panel's cards by name."""
    ends_at = NOW - ends
    seats = tuple(
        CardLine(user, NAMES[user], f"{name}@seedbank.example", name.endswith("_shadow"), state, ends_at + DAY)
        for name, state in cards.items()
        for user in [{"ada": ADA, "ben": BEN, "me": ME}[name.removesuffix("_shadow")]]
    )
    return InterviewLine(
        uuid.uuid4(), application.id, kit.id, kit.name, ends_at - dt.timedelta(hours=1), ends_at, seats
    )


def gave(
    application: ApplicationLine, user: uuid.UUID, levels: Mapping[uuid.UUID, int | None], yes: bool = True
) -> Given:
    return Given(application.id, user, Recommendation.YES if yes else Recommendation.NO, levels)


def board(
    applications: Sequence[ApplicationLine], interviews: Sequence[InterviewLine] = (), given: Sequence[Given] = ()
) -> Board:
    return build_board(PLAN, applications, interviews, given, steps=4, viewer=ME, now=NOW)


def kinds(made: Board) -> list[Kind]:
    return [each.kind for each in made.stuck]


def test_cells_say_levels_not_assessed_planned_or_nobody() -> None:
    ines = applied(1)
    made = board(
        [ines],
        [held(ines, CODING, 2 * DAY, ada=CardState.SUBMITTED, ben=CardState.SUBMITTED)],
        [gave(ines, ADA, {CODE.id: 2}), gave(ines, BEN, {CODE.id: 4}, yes=False)],
    )

    (row,) = made.groups[1].rows
    assert [cell.mark for cell in row.cells] == [Mark.RATED, Mark.PLANNED, Mark.NOBODY]
    assert (row.cells[0].counts, row.cells[0].apart, row.cells[0].raters) == ((0, 1, 0, 1), 2, frozenset({ADA, BEN}))
    assert row.recommendations == ((Recommendation.NO, 1), (Recommendation.YES, 1))


def test_what_was_asked_without_a_level_is_not_assessed() -> None:
    ines = applied(1)
    interviews = [held(ines, kit, 2 * DAY, ada=CardState.SUBMITTED) for kit in (CODING, DESIGN)]
    made = board([ines], interviews, [gave(ines, ADA, {CODE.id: None}), gave(ines, ADA, {CODE.id: None, API.id: 3})])

    (row,) = made.groups[1].rows
    assert [cell.mark for cell in row.cells] == [Mark.NOT_ASSESSED, Mark.RATED, Mark.NOBODY]


def test_while_masked_a_row_has_no_figure() -> None:
    ines = applied(1, since=None, masked=True, state=State.OWES)
    made = board([ines], [held(ines, CODING, 2 * DAY, me=CardState.DRAFT, ada=CardState.SUBMITTED)])

    (row,) = made.groups[1].rows
    assert (row.cells, row.recommendations, row.waits.what, row.waits.late) == ((), (), "Your scorecard", True)
    assert {cell.mark for line in made.coverage if line.kits for cell in line.cells} == {Mark.HIDDEN}


def test_overdue_scorecards_come_first_one_row_a_person() -> None:
    one, two = applied(1), applied(2)
    made = board(
        [one, two],
        [
            held(one, CODING, 3 * DAY, ada=CardState.DRAFT),
            held(two, CODING, 5 * DAY, ben=CardState.DRAFT),
            held(two, DESIGN, 4 * DAY, ada=CardState.DRAFT),
        ],
    )

    late = [each for each in made.stuck if each.kind is Kind.LATE]
    assert [(each.person.name if each.person else "", [card.candidate for card in each.owed]) for each in late] == [
        ("Ben", ["Candidate 2"]),
        ("Ada", ["Candidate 2", "Candidate 1"]),
    ]
    assert (made.overdue, late[0].since, kinds(made)[0]) == (3, NOW - 4 * DAY, Kind.LATE)


def test_a_scorecard_is_overdue_from_its_due_time_on() -> None:
    ines = applied(1)

    at_due = board([ines], [held(ines, CODING, DAY, ada=CardState.DRAFT)])
    before = board([ines], [held(ines, CODING, DAY - dt.timedelta(seconds=1), ada=CardState.DRAFT)])

    assert (at_due.overdue, before.overdue) == (1, 0)


def test_a_shadow_holds_nothing_up() -> None:
    ines = applied(1)
    made = board(
        [ines],
        [held(ines, kit, 3 * DAY, ada=CardState.SUBMITTED, ben_shadow=CardState.DRAFT) for kit in (CODING, DESIGN)],
    )

    assert (made.overdue, kinds(made)) == (0, [Kind.GAP, Kind.READY])


def test_what_nobody_assesses_is_one_row() -> None:
    made = board([])

    assert kinds(made) == [Kind.GAP]
    assert [each.text for each in made.stuck[0].statements] == ["Explain", "Document"]


def test_interviews_to_arrange_and_who_is_ready() -> None:
    one, two = applied(1, days=3), applied(2)
    made = board([one, two], [held(two, kit, 2 * DAY, ada=CardState.SUBMITTED) for kit in (CODING, DESIGN)])

    assert kinds(made) == [Kind.GAP, Kind.ARRANGE, Kind.READY]
    assert ([kit.name for kit in made.stuck[1].kits], made.to_arrange) == (["Coding", "Design"], 2)
    assert [row.waits.what for row in made.groups[1].rows] == ["Coding", "The debrief"]


def test_many_of_a_kind_share_a_row_the_longest_waiting_first() -> None:
    three = board([applied(number, days=number) for number in range(3)])
    four = board([applied(number, days=number) for number in range(4)])

    assert kinds(three) == [Kind.GAP, *[Kind.ARRANGE] * 3]
    assert kinds(four) == [Kind.GAP, Kind.ARRANGE]
    assert [each.name for each in four.stuck[1].applications] == [f"Candidate {number}" for number in (3, 2, 1, 0)]


def test_stages_have_their_limits() -> None:
    made = board(
        [
            applied(1, Stage.APPLIED, 5.1),
            applied(2, Stage.APPLIED, 4.9),
            applied(3, Stage.SCREENING, 7.1),
            applied(4, Stage.DEBRIEF, 5.1),
            applied(5, Stage.DEBRIEF, 1),
        ]
    )

    assert [(each.kind, each.applications[0].name) for each in made.stuck[1:]] == [
        (Kind.DECIDE, "Candidate 4"),
        (Kind.WAITS, "Candidate 3"),
        (Kind.WAITS, "Candidate 1"),
    ]
    assert (made.open, made.held_up) == (5, 3)
    assert [(group.stage, group.days, group.late) for group in made.groups] == [
        (Stage.DEBRIEF, 5, 1),
        (Stage.INTERVIEWS, None, 0),
        (Stage.SCREENING, 7, 1),
        (Stage.APPLIED, 5, 1),
    ]


def test_a_hold_waits_for_evidence_until_an_interview_is_arranged() -> None:
    ines = applied(1, Stage.DEBRIEF, 9, outcome=Outcome.HOLD, decided_at=NOW - 2 * DAY)

    without = board([ines])
    arranged = board([ines], [held(ines, DESIGN, -DAY, ada=CardState.DRAFT)])

    assert kinds(without) == [Kind.GAP, Kind.HOLD]
    assert kinds(arranged) == [Kind.GAP]
    assert (without.groups[0].rows[0].waits.what, arranged.groups[0].rows[0].waits.what) == ("More evidence", "Design")


def test_ended_applications_are_apart_and_hold_nothing_up() -> None:
    ines = applied(1, Stage.WITHDRAWN)
    made = board([ines], [held(ines, CODING, 5 * DAY, ada=CardState.DRAFT)])

    assert ([each.name for each in made.ended], made.open, made.overdue, made.coming) == (["Candidate 1"], 0, 0, ())


def test_coming_interviews_by_time() -> None:
    one, two = applied(1), applied(2)
    made = board(
        [one, two], [held(one, CODING, -3 * DAY, ada=CardState.DRAFT), held(two, CODING, -DAY, ben=CardState.DRAFT)]
    )

    assert [application.name for _, application in made.coming] == ["Candidate 2", "Candidate 1"]


def test_coverage_counts_people_and_shows_gaps_first() -> None:
    ines = applied(1)
    made = board(
        [ines],
        [held(ines, kit, 2 * DAY, ada=CardState.SUBMITTED, ben=CardState.SUBMITTED) for kit in (CODING, DESIGN)],
        [
            gave(ines, ADA, {CODE.id: 3}),
            gave(ines, ADA, {CODE.id: 4, API.id: 3}),
            gave(ines, BEN, {CODE.id: None, API.id: 2}),
        ],
    )

    assert [
        ([each.key for each in line.statements], line.kits, line.cells[0].mark, len(line.cells[0].raters))
        for line in made.coverage
    ] == [
        (["s4"], (), Mark.NOBODY, 0),
        (["s3"], (), Mark.NOBODY, 0),
        (["s1"], ("Coding", "Design"), Mark.RATED, 1),
        (["s2"], ("Coding", "Design"), Mark.RATED, 2),
    ]


def test_groups_keep_the_order_of_application() -> None:
    names = [row.application.name for row in board([applied(number) for number in (3, 1, 2)]).groups[1].rows]

    assert names == ["Candidate 3", "Candidate 1", "Candidate 2"]
