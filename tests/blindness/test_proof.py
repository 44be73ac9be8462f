"""Blind until submitted, proven: two databases that differ in nothing but what others thought look the same to everyone who is blind."""

from __future__ import annotations

import ast
import asyncio
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from litestar import Litestar, get

import hiring
from hiring.people.queries import viewer_of
from hiring.reports.core import PacketOptions
from hiring.reports.markup import document
from hiring.reports.queries import anonymous, load_facts
from hiring.reports.service import Asked, make_packet
from tests.blindness.asking import Ask, Difference, Place, asks_of, differences, routes_of, unknown_to_the_proof
from tests.blindness.company import BLIND_ON, OPENING, SEATED, SIGNED_OUT, STRANGERS, Company
from tests.blindness.conftest import blind_on, twin_for
from tests.blindness.twin import rows_apart
from tests.conftest import NOW

BLIND = (*STRANGERS, *SEATED)
READS_BY_ROLE_BUT_SEATED = tuple(each for each in SEATED if each.startswith("owing ") or each == "recused recruiter")
THOROUGHLY = ("half", "owing recruiter", "owing manager")
"""Who sends every form; everybody else sends one of each kind here, and every one in the trial."""
IN_THE_TRIAL = ("coming", "owing auditor")
"""Who is looked at by the trial alone, since others stand for them here."""

# Each route whose answer depends on what others thought, and which of the permitted it tells.
_BY_ROLE = frozenset({"recruiter", "manager", "committee", "administrator", "auditor"})
FEEDBACK: Mapping[str, frozenset[str]] = {
    "GET /openings": _BY_ROLE,  # how many stand in which stage
    "GET /openings/{slug}": _BY_ROLE,
    "GET /openings/{slug}/comparison": _BY_ROLE,
    "GET /openings/{slug}/packet.pdf": _BY_ROLE,
    "GET /applications/{application_id}": _BY_ROLE | {"filed", "released", "waived"},
    "GET /applications/{application_id}/decision": frozenset({"manager"}),
    "GET /interviews/{interview_id}": frozenset({"filed", "released"}),  # the stage
}
# Forms whose answer depends on it: a page shown again, or a stage that allows no more.
FEEDBACK_FORMS = {
    "POST /applications/{application_id}/stage",
    "POST /applications/{application_id}/interviews",
    "POST /applications/{application_id}/decision",
    "POST /interviews/{interview_id}/revision",
    "POST /interviews/{interview_id}/scorecard",
}


def told(found: list[Difference]) -> str:
    return "\n".join([*map(str, found[:6]), f"{len(found)} differences"])


# --- the two databases, and the routes --------------------------------------------------------------------------------


async def test_the_two_databases_differ_in_opinions_and_in_nothing_else(
    server_url: Callable[[str], str], company: Company, twins: dict[str, str]
) -> None:
    opinions = {
        "application",
        "audit_event",
        "decision",
        "decision_criterion",
        "personal_text",
        "rating",
        "scorecard",
        "scorecard_version",
        "stage_move",
    }
    for url in twins.values():
        apart = await rows_apart(server_url(company.name), url)
        assert set(apart) == opinions
        assert apart["rating"] > 40
        assert apart["personal_text"] > 40


async def test_in_both_databases_the_same_people_have_the_same_standings_and_filings(
    places: dict[str, Place], company: Company
) -> None:
    filed = "SELECT id, panelist_id, state, due_at, edition, submitted_at, recused_at FROM scorecard ORDER BY id"
    standings = "SELECT * FROM standing ORDER BY application_id, user_id"
    for query in (filed, standings):
        one, *others = [(await each.connection.execute(sa.text(query))).all() for each in places.values()]
        assert one
        assert all(other == one for other in others)
    for each in places.values():
        await each.connection.rollback()


async def test_who_should_be_blind_is_blind(places: dict[str, Place], company: Company) -> None:
    rows = await places["one"].connection.execute(sa.text("SELECT user_id, application_id, state FROM standing"))
    state = {(user, application): state for user, application, state in rows}
    await places["one"].connection.rollback()
    for viewer in SEATED:
        expected = "recused" if viewer.startswith("recused") else "owes"
        assert {state[company.people[viewer].id, company.applications[each]] for each in BLIND_ON} == {expected}, viewer
    for viewer in STRANGERS:
        user = company.people[viewer].id if viewer != SIGNED_OUT else None
        assert {state.get((user, each)) for each in company.applications.values()} == {None}, viewer


def test_the_proof_knows_every_route(places: dict[str, Place]) -> None:
    known = routes_of(places["one"].app)
    assert len(known) > 60
    assert unknown_to_the_proof(known) == set()


def test_control_a_new_route_does_not_slip_by() -> None:
    @get("/applications/{application_id:uuid}/gossip", sync_to_thread=False)
    def gossip() -> str:
        return "They all said no."

    found = unknown_to_the_proof(routes_of(Litestar([gossip])))
    assert "GET /applications/{application_id}/gossip" in found


# --- the proof ----------------------------------------------------------------------------------------------------------


async def _same(viewer: str, places: dict[str, Place], company: Company, most: int) -> None:
    one, two = places["one"], places[twin_for(viewer)]
    asks = asks_of(company, viewer, routes_of(one.app), most=most)
    found = await differences(one, two, viewer, asks, blind_on(company, viewer))
    assert not found, told(found)


@pytest.mark.parametrize("viewer", [each for each in BLIND if each not in IN_THE_TRIAL])
async def test_who_is_blind_is_answered_the_same(
    viewer: str, places: dict[str, Place], company: Company, plain_packets: None
) -> None:
    await _same(viewer, places, company, 0 if viewer in THOROUGHLY else 1)


@pytest.mark.trial
@pytest.mark.parametrize("viewer", [each for each in BLIND if each not in THOROUGHLY])
async def test_who_is_blind_is_answered_the_same_by_every_form(
    viewer: str, places: dict[str, Place], company: Company, plain_packets: None
) -> None:
    await _same(viewer, places, company, 0)


@pytest.mark.parametrize(
    "viewer",
    ["owing recruiter", *(pytest.param(each, marks=pytest.mark.trial) for each in READS_BY_ROLE_BUT_SEATED[1:])],
)
async def test_packets_as_files_are_the_same_bytes(viewer: str, places: dict[str, Place], company: Company) -> None:
    ask = Ask("GET", f"/openings/{OPENING}/packet.pdf")
    one, two = await asyncio.gather(*(places[name].answers(viewer, ask, ()) for name in ("one", twin_for(viewer))))
    assert one[0].status == 200
    assert one[0].body.startswith(b"%PDF")
    assert one == two


def exports_of(company: Company) -> list[Asked]:
    """What can be asked of `hiring report`: everybody or some, by name or not."""
    some = tuple(str(company.applications[each]) for each in ("siobhan", "kofi"))
    return [Asked(OPENING, anonymous=hidden, candidates=chosen) for chosen in ((), some) for hidden in (False, True)]


async def _exports(place: Place, viewer: str) -> list[object]:
    """What `hiring report --as` gives: the data, the code, and the markup of each packet."""
    found: list[object] = []
    async with place.session() as session:
        person = await viewer_of(session, place.company.people[viewer].id)
        for each in exports_of(place.company):
            made = await make_packet(session, each, NOW, viewer=person, pdf=False)
            loaded = await load_facts(session, OPENING, person)
            assert loaded is not None
            options = PacketOptions(anonymous=each.anonymous, candidates=each.candidates)
            found.append(
                (made.code, made.data, document((anonymous(loaded) if each.anonymous else loaded).facts, options))
            )
    return found


_OTHER_READERS = [each for each in READS_BY_ROLE_BUT_SEATED if each not in {"owing committee", "recused recruiter"}]


@pytest.mark.parametrize(
    "viewer",
    ["owing committee", "recused recruiter", *(pytest.param(each, marks=pytest.mark.trial) for each in _OTHER_READERS)],
)
async def test_exports_for_who_is_blind_are_the_same(viewer: str, places: dict[str, Place]) -> None:
    one, two = [await _exports(places[name], viewer) for name in ("one", twin_for(viewer))]
    assert one == two


# --- not vacuous --------------------------------------------------------------------------------------------------------


async def test_each_feedback_route_tells_the_permitted_what_others_thought(
    places: dict[str, Place], company: Company, plain_packets: None
) -> None:
    one, two = places["one"], places["every"]
    nowhere = [
        company.applications["lam"]
    ]  # nobody here is blind on him, so that no answer is followed: each route answers for itself
    pages = {each for each in routes_of(one.app) if each.startswith("GET ")}
    shown: dict[str, set[str]] = defaultdict(set)
    for viewer in (*sorted(_BY_ROLE), "filed", "released", "waived"):
        for found in await differences(one, two, viewer, asks_of(company, viewer, pages, most=1), nowhere, once=True):
            if {found.one[0].status, found.two[0].status} == {200}:
                shown[found.route].add(viewer)
            else:
                shown[f"{found.route} ({found.one[0].status}, {found.two[0].status})"].add(viewer)
    assert shown == FEEDBACK


async def test_each_feedback_form_tells_the_permitted_what_others_thought(
    places: dict[str, Place], company: Company
) -> None:
    one, two = places["one"], places["every"]
    forms = {each for each in routes_of(one.app) if each.startswith("POST ")}
    nowhere = [company.applications["lam"]]
    found = [
        each
        for viewer in ("manager", "filed")
        for each in await differences(one, two, viewer, asks_of(company, viewer, forms, most=6), nowhere, once=True)
    ]
    assert {each.route for each in found} == FEEDBACK_FORMS


async def test_exports_for_the_permitted_differ(places: dict[str, Place]) -> None:
    one, two = [await _exports(places[name], "committee") for name in ("one", "every")]
    assert all(first != second for first, second in zip(one, two, strict=True))


# --- controls: break the rule in each channel, and the proof sees it ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Control:
    """One place that keeps the rule. With `broken` there in its stead, `viewer` is told something on `route`.

    Where the rule is kept twice, `beside` is broken together with it, and `says` is what only this place kept.
    """

    name: str
    place: str
    broken: Any
    viewer: str
    route: str
    beside: tuple[tuple[str, Any], ...] = ()
    says: bytes = b""


def _everybody_reads(*_: Any) -> sa.ColumnElement[bool]:
    return sa.true()


def _nobody_is_blind(*_: Any) -> sa.ColumnElement[bool]:
    return sa.false()


async def _may(*_: Any) -> bool:
    return True


async def _no_standings(*_: Any) -> dict[Any, Any]:
    return {}


def _as_it_is(candidate: Any) -> Any:
    return candidate


_HIDDEN = "hiring.reports.core.facts.blinded"
_OTHER_WORDS = b"Quite otherwise, and at more length"
CONTROLS = [
    Control(
        "board",
        "hiring.dashboards.queries.visible_feedback",
        _everybody_reads,
        "owing recruiter",
        "GET /openings/{slug}",
    ),
    Control(
        "application",
        "hiring.dashboards.queries.visible_feedback",
        _everybody_reads,
        "owing",
        "GET /applications/{application_id}",
    ),
    Control(
        "list of openings", "hiring.dashboards.queries.is_blind", _nobody_is_blind, "owing recruiter", "GET /openings"
    ),
    Control(
        "stage on the board",
        "hiring.dashboards.queries.shown_stage",
        lambda stage, _: stage,
        "owing recruiter",
        "GET /openings/{slug}",
    ),
    Control(
        "stage on the application",
        "hiring.dashboards.web.shown_stage",
        lambda stage, _: stage,
        "owing",
        "GET /applications/{application_id}",
    ),
    Control(
        "stage on the scorecard",
        "hiring.scorecards.web.shown_stage",
        lambda stage, _: stage,
        "owing",
        "GET /interviews/{interview_id}",
    ),
    Control(
        "application's head",
        "hiring.candidates.queries.BLIND",
        frozenset(),
        "owing recruiter",
        "GET /applications/{application_id}",
    ),
    Control(
        "arranging",
        "hiring.candidates.queries.BLIND",
        frozenset(),
        "owing recruiter",
        "POST /applications/{application_id}/interviews",
    ),
    Control(
        "moving",
        "hiring.candidates.service.BLIND",
        frozenset(),
        "owing recruiter",
        "POST /applications/{application_id}/stage",
    ),
    Control(
        "moving by standings",
        "hiring.candidates.service.standings_of",
        _no_standings,
        "owing recruiter",
        "POST /applications/{application_id}/stage",
    ),
    Control(
        "decision page",
        "hiring.decisions.queries.visible_feedback",
        _everybody_reads,
        "owing manager",
        "GET /applications/{application_id}/decision",
    ),
    Control(
        "deciding",
        "hiring.decisions.service.may_read_feedback",
        _may,
        "owing manager",
        "POST /applications/{application_id}/decision",
    ),
    Control(
        "comparison",
        "hiring.reports.queries.is_blind",
        _nobody_is_blind,
        "owing committee",
        "GET /openings/{slug}/comparison",
    ),
    Control(
        "packet",
        "hiring.reports.queries.is_blind",
        _nobody_is_blind,
        "owing committee",
        "GET /openings/{slug}/packet.pdf",
    ),
    Control("packet's hidden", _HIDDEN, _as_it_is, "owing committee", "GET /openings/{slug}/packet.pdf"),
    Control(
        "packet's scorecards",
        "hiring.reports.queries.visible_feedback",
        _everybody_reads,
        "owing committee",
        "GET /openings/{slug}/packet.pdf",
        beside=(("hiring.reports.queries.is_blind", _nobody_is_blind),),
        says=_OTHER_WORDS,
    ),
]


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
async def test_control_the_proof_sees_the_rule_broken(
    control: Control, places: dict[str, Place], company: Company, plain_packets: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = asks_of(company, control.viewer, [control.route])
    for path, broken in control.beside:
        monkeypatch.setattr(path, broken)
    kept = await differences(
        places["one"], places["blind"], control.viewer, asks[:3], blind_on(company, control.viewer)
    )
    assert not control.says or all(control.says not in seen.body for each in kept for seen in each.two)
    monkeypatch.setattr(control.place, control.broken)
    found = await differences(
        places["one"], places["blind"], control.viewer, asks, blind_on(company, control.viewer), once=True
    )
    assert [each.route for each in found] == [control.route]
    assert any(control.says in seen.body for seen in found[0].two)


RULES = {"BLIND", "is_blind", "may_read", "may_read_feedback", "shown_stage", "standings_of", "visible_feedback"}
# Named elsewhere without keeping anything from anybody there.
HARMLESS = {
    "hiring.decisions.service.BLIND": "chooses the words of a refusal",
    "hiring.decisions.service.standings_of": "chooses the words of a refusal",
    "hiring.scorecards.web.BLIND": "chooses whether to offer a link",
}


def test_each_place_that_keeps_the_rule_has_a_control() -> None:
    root = Path(hiring.__file__).parent
    found = set()
    for path in root.rglob("*.py"):
        module = ".".join(path.relative_to(root.parent).with_suffix("").parts)
        if module.startswith("hiring.blindness."):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("hiring.blindness"):
                found |= {f"{module}.{name.asname or name.name}" for name in node.names if name.name in RULES}
    broken = {place for control in CONTROLS for place in (control.place, *(path for path, _ in control.beside))}
    assert found - set(HARMLESS) == broken - {_HIDDEN}
    assert set(HARMLESS) <= found


OPINIONS = {"PersonalText", "Rating", "ScorecardVersion", "Decision", "DecisionCriterion", "StageMove"}


def test_whoever_reads_opinions_asks_who_may_see_them() -> None:
    root = Path(hiring.__file__).parent
    silent = set()
    for path in root.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        imported = {
            name.name
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.ImportFrom) and re.search(r"\.tables$", node.module or "")
            for name in node.names
        }
        if imported & OPINIONS and "visible_feedback" not in source:
            silent.add(".".join(path.relative_to(root.parent).with_suffix("").parts))
    assert silent == {
        "hiring.candidates.service",  # writes moves
        "hiring.decisions.service",  # writes decisions
        "hiring.scorecards.counting",  # a subquery: whoever joins it asks
        "hiring.scorecards.queries",  # one's own scorecard
    }
