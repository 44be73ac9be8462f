"""Kinds of viewer before, during and after submission: a word of its own stands in every text, and the pages are searched for it."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from hiring.errors import NotFound
from hiring.people.queries import viewer_of
from hiring.reports.service import Asked, make_packet
from hiring.scorecards.service import save_draft, submit_scorecard
from tests.blindness.asking import JSON, Place, asks_of, place, routes_of
from tests.blindness.company import BLIND_ON, OPENING, SEATED, SECRET, SIGNED_OUT, STRANGERS, Company, sheet
from tests.blindness.twin import Marker, mark
from tests.conftest import NOW, fresh_database

PHASES = ("before", "during", "after")
# May this person read what others thought of Siobhán, while "owing" and "owing recruiter" have nothing, have a draft, have submitted?
READS: Mapping[str, tuple[bool, bool, bool]] = {
    SIGNED_OUT: (False, False, False),
    "uninvolved": (False, False, False),
    "owing": (False, False, True),
    "filed": (True, True, True),
    "recused": (False, False, False),
    "recruiter": (True, True, True),
    "owing recruiter": (False, False, True),
    "manager": (True, True, True),
    "committee": (True, True, True),
    "administrator": (True, True, True),
    "auditor": (True, True, True),
}
WRITES = {"owing": ("held", "coding"), "owing recruiter": ("roles", "design")}
WORD = re.compile(rb"mk[0-9a-f]{10}")


@dataclass(frozen=True, slots=True)
class Phase:
    """A database with marked texts at one moment, and every word in it."""

    place: Place
    words: Mapping[str, Marker]


@pytest.fixture(scope="module")
async def phases(
    server_url: Callable[[str], str], company: Company, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[str, Phase]]:
    folder = tmp_path_factory.mktemp("phases")
    marked = await fresh_database(server_url, "blindness_marked", template=company.name)
    known = {each.word: each for each in await mark(marked)}
    async with AsyncExitStack() as stack:
        made: dict[str, Phase] = {}
        for phase in PHASES:
            url = await fresh_database(server_url, f"blindness_{phase}", template="blindness_marked")
            words = dict(known)
            opened = await stack.enter_async_context(place(company, url, folder))
            if phase != "before":
                await _write(opened, company, words, submit=phase == "after")
            made[phase] = Phase(opened, words)
        yield made


async def _write(opened: Place, company: Company, words: dict[str, Marker], *, submit: bool) -> None:
    """Let those of WRITES save a draft on Siobhán, or submit; their words join the others."""
    siobhan = company.applications["siobhan"]
    for number, (label, (interview, kit)) in enumerate(WRITES.items()):
        person, word = company.people[label], f"mk{number:010x}"
        words[word] = Marker("text" if submit else "private", word, siobhan, person.id)
        typed = sheet(company.focus[kit], word)
        async with opened.maker() as session, session.begin():
            viewer = await viewer_of(session, person.id)
            assert viewer is not None
            where = company.interviews[f"siobhan/{interview}"]
            if submit:
                await submit_scorecard(session, viewer, where, typed, "", [], None, NOW - dt.timedelta(hours=1), SECRET)
            else:
                await save_draft(session, viewer, where, typed, "", [], 0, NOW - dt.timedelta(hours=1))
    await opened.connection.commit()


async def crawl(opened: Place, viewer: str, routes: Iterable[str]) -> set[str]:
    """Return the marked words that any page, file or export shows to a viewer."""
    company, found = opened.company, set[bytes]()
    for route in routes:
        asks = [ask for _, ask in asks_of(company, viewer, [route])]
        for ask in [*asks[:2], *(each for each in asks[2:] if each.accept == JSON)]:
            for seen in await opened.answers(viewer, ask, ()):
                found |= set(WORD.findall(seen.body)) | {
                    word for _, value in seen.headers for word in WORD.findall(value.encode())
                }
    if viewer in company.people:
        found |= await _exported(opened, viewer)
    return {word.decode() for word in found}


async def _exported(opened: Place, viewer: str) -> set[bytes]:
    """Return the words in what `hiring report --as --json` prints."""
    found: set[bytes] = set()
    async with opened.session() as session:
        person = await viewer_of(session, opened.company.people[viewer].id)
        for anonymous in (False, True):
            with contextlib.suppress(NotFound):
                made = await make_packet(session, Asked(OPENING, anonymous=anonymous), NOW, viewer=person, pdf=False)
                found |= set(WORD.findall(repr(made.data).encode()))
    return found


def pages_of(opened: Place) -> list[str]:
    return sorted(each for each in routes_of(opened.app) if each.startswith("GET "))


# Whom the phases do not change is looked at in each of them by the trial, and here in the last one, in which most is written.
_EVERY = [
    pytest.param(kind, phase, marks=[] if kind in WRITES or phase == "after" else pytest.mark.trial)
    for kind in READS
    for phase in PHASES
]


@pytest.mark.parametrize(("kind", "phase"), _EVERY)
async def test_pages_show_others_feedback_to_the_permitted_alone(
    kind: str, phase: str, phases: dict[str, Phase], company: Company, plain_packets: None
) -> None:
    opened, words = phases[phase].place, phases[phase].words
    me = company.people[kind].id if kind in company.people else uuid.UUID(int=0)
    shown = {words[word] for word in await crawl(opened, kind, pages_of(opened))}
    others = {each for each in shown if each.author != me}
    siobhan = company.applications["siobhan"]

    assert {each for each in others if each.kind == "private"} == set()
    if kind in SEATED:
        assert {
            each
            for each in others
            if each.application in {company.applications[name] for name in BLIND_ON if name != "siobhan"}
        } == set()
    if kind in STRANGERS:
        assert shown == set()
    if READS[kind][PHASES.index(phase)]:
        about = {each for each in words.values() if each.application == siobhan and each.author != me}
        written = {each for each in about if each.kind in {"text", "revision", "move"}}
        assert len(written) > 15
        assert written <= others
    else:
        assert {each for each in others if each.application == siobhan} == set()


async def test_control_the_crawl_finds_what_is_shown_by_mistake(
    phases: dict[str, Phase], company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, words = phases["before"].place, phases["before"].words
    monkeypatch.setattr("hiring.dashboards.queries.visible_feedback", lambda *_: sa.true())
    monkeypatch.setattr("hiring.candidates.queries.BLIND", frozenset())
    shown = {words[word] for word in await crawl(opened, "owing", ["GET /applications/{application_id}"])}
    assert {each.kind for each in shown if each.author != company.people["owing"].id} >= {"text", "revision", "move"}
