"""Writes of scorecards: drafts, submission, revisions, recusals, and the standings that follow from them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.blindness.core import Card, State, standing_of
from hiring.blindness.service import lock_standing, set_standing
from hiring.db.base import UTCDateTime, new_id
from hiring.errors import Conflict, Invalid, NotFound
from hiring.interviews import service as interviews
from hiring.interviews.core import Panel
from hiring.pages import in_zone, short_day
from hiring.people.core import Viewer
from hiring.records.service import audit, request_id
from hiring.scorecards import queries
from hiring.scorecards.core import (
    REASON_MOST,
    CardState,
    Entry,
    Missing,
    Sheet,
    changed,
    clean_text,
    draft_of,
    due,
    missing,
    text_digest,
    too_long,
)
from hiring.scorecards.queries import Focus, OwnCard
from hiring.scorecards.tables import Scorecard

NO_INTERVIEW = "There is no such interview, or you are not on its panel."
KEPT = "Your draft is saved as it stands."


class DraftConflict(Conflict):
    """Another browser has saved this draft since. `stored` is what it saved; nothing was overwritten."""

    def __init__(self, stored: OwnCard) -> None:
        super().__init__(
            "This scorecard was changed in another browser. Nothing is lost: both texts are shown, and yours is not saved yet."
        )
        self.stored = stored


class AlreadyFiled(Conflict):
    """The scorecard was submitted meanwhile with other words than these."""


class TooEarly(Conflict):
    """The interview has not begun. The draft was saved: the caller lets the transaction commit."""


class Incomplete(Invalid):
    """Something is missing. The draft was saved: the caller lets the transaction commit."""

    def __init__(self, sentence: str, lacks: Sequence[Missing]) -> None:
        super().__init__(sentence, {each.field: each.sentence for each in lacks})
        self.lacks = tuple(lacks)


# --- interviews and their scorecards -------------------------------------------------------------------------------


async def open_interview(
    session: AsyncSession,
    viewer: Viewer,
    *,
    application_id: uuid.UUID,
    kit_id: uuid.UUID,
    starts_at: dt.datetime,
    panel: Panel,
    now: dt.datetime,
    minutes: int | None = None,
) -> uuid.UUID:
    """Schedule an interview, open a scorecard for each panelist, and blind them; return the interview's id."""
    interview_id = await interviews.schedule(
        session,
        viewer,
        application_id=application_id,
        kit_id=kit_id,
        starts_at=starts_at,
        panel=panel,
        now=now,
        minutes=minutes,
    )
    ends_at = await queries.end_of(session, interview_id)
    for user_id, panelist_id in await queries.panel_of(session, interview_id=interview_id):
        await open_card(session, panelist_id, ends_at)
        await refresh_standing(session, application_id, user_id, now)
    return interview_id


async def cancel_interview(
    session: AsyncSession, viewer: Viewer, interview_id: uuid.UUID, now: dt.datetime
) -> uuid.UUID:
    """Cancel an interview, waive its open scorecards, and return its application's id.

    Raises Conflict once a scorecard was submitted: the interview was held then, and its feedback stays.
    """
    application_id = await interviews.cancel(session, viewer, interview_id, now)
    panel = await queries.panel_of(session, interview_id=interview_id)
    for user_id, _ in panel:
        await lock_standing(session, application_id, user_id)
    filed = await queries.submitted_in(session, interview_id)
    if filed:
        raise Conflict(f"The interview was held: {filed[0]} has submitted a scorecard. It can no longer be cancelled.")
    await _waive(session, [panelist for _, panelist in panel])
    for user_id, _ in panel:
        await refresh_standing(session, application_id, user_id, now)
    return application_id


async def open_card(session: AsyncSession, panelist_id: uuid.UUID, ends_at: dt.datetime) -> uuid.UUID:
    """Open the scorecard that a panelist owes, due 24 hours after the interview's end; return its id."""
    card_id = new_id()
    await session.execute(
        sa.insert(Scorecard).values(id=card_id, panelist_id=panelist_id, state=CardState.DRAFT, due_at=due(ends_at))
    )
    return card_id


async def waive_open_cards(
    session: AsyncSession, application_id: uuid.UUID, now: dt.datetime, by: uuid.UUID | None = None
) -> int:
    """Waive what is still owed on an application after a decision, release everyone, and return how many were waived."""
    panel = await queries.panel_of(session, application_id=application_id)
    users = list(dict.fromkeys(user for user, _ in panel))
    for user_id in users:
        await lock_standing(session, application_id, user_id)
    waived = await _waive(session, [panelist for _, panelist in panel])
    for user_id in users:
        await set_standing(
            session, application_id, user_id, await queries.cards_of(session, application_id, user_id), decided=True
        )
    await audit(
        session, now, by, "scorecards.waived", "application", application_id, waived=waived, released=len(users)
    )
    return waived


async def _waive(session: AsyncSession, panelists: Sequence[uuid.UUID]) -> int:
    """Waive the open scorecards among these; what was typed into them is forgotten, their author's notes stay."""
    waived = await session.execute(
        sa.update(Scorecard)
        .where(Scorecard.panelist_id.in_(panelists), Scorecard.state == CardState.DRAFT)
        .values(state=CardState.WAIVED, draft={})
        .returning(Scorecard.id)
    )
    return len(waived.all())


async def refresh_standing(
    session: AsyncSession,
    application_id: uuid.UUID,
    user_id: uuid.UUID,
    now: dt.datetime,  # noqa: ARG001 - every write takes the moment
) -> State | None:
    """Recompute what a person may know of an application from their scorecards there, and return it."""
    await lock_standing(session, application_id, user_id)
    cards = await queries.cards_of(session, application_id, user_id)
    return await set_standing(
        session, application_id, user_id, cards, decided=await queries.is_decided(session, application_id)
    )


# --- drafts ----------------------------------------------------------------------------------------------------------

_SAVE = sa.text("""
    WITH saved AS (
        UPDATE scorecard SET draft = :draft, notes = :notes, edition = scorecard.edition + 1, saved_at = :now
        FROM panelist, interview
        WHERE panelist.id = scorecard.panelist_id AND interview.id = panelist.interview_id
            AND interview.id = :interview AND interview.cancelled_at IS NULL AND panelist.user_id = :viewer
            AND scorecard.state = 'draft'
            AND (scorecard.edition = :edition OR (:page <> '' AND scorecard.draft ->> 'page' = :page))
        RETURNING scorecard.id, scorecard.edition
    ), event AS (
        INSERT INTO audit_event (id, at, actor_id, action, subject, subject_id, details, request_id)
        SELECT :event, :now, :viewer, 'scorecard.saved', 'scorecard', saved.id, jsonb_build_object('edition', saved.edition), :request
        FROM saved
    )
    SELECT edition FROM saved
""").bindparams(
    sa.bindparam("draft", type_=JSONB),
    sa.bindparam("notes", type_=sa.Text),
    sa.bindparam("now", type_=UTCDateTime),
    sa.bindparam("interview", type_=sa.Uuid),
    sa.bindparam("viewer", type_=sa.Uuid),
    sa.bindparam("edition", type_=sa.Integer),
    sa.bindparam("page", type_=sa.Text),
    sa.bindparam("event", type_=sa.Uuid),
    sa.bindparam("request", type_=sa.Text),
)


async def save_draft(
    session: AsyncSession,
    viewer: Viewer,
    interview_id: uuid.UUID,
    sheet: Sheet,
    notes: str,
    asked: Sequence[str],
    edition: int,
    now: dt.datetime,
    page: str = "",
) -> int:
    """Save what was typed so far, and return the draft's new edition. One statement, since it runs at every pause.

    `edition` is the one that the page was made from; `page` names the open page, which never collides with itself.
    Raises DraftConflict where another browser has saved since, Invalid where a text is too long to keep.
    """
    faults = too_long(sheet, notes)
    if faults:
        raise Invalid("Not saved: a text is too long.", faults)
    draft = draft_of(sheet, asked, page)
    saved = await session.scalar(
        _SAVE,
        {
            "draft": draft,
            "notes": clean_text(notes),
            "now": now,
            "interview": interview_id,
            "viewer": viewer.id,
            "edition": edition,
            "page": page,
            "event": new_id(),
            "request": request_id.get(),
        },
    )
    if saved is not None:
        return int(saved)
    card = await queries.own_card(session, viewer.id, interview_id)
    card = _open(card)
    if _same(card, sheet, notes, asked):
        return card.edition  # the answer to an earlier try was lost on its way
    raise DraftConflict(card)


def _same(card: OwnCard, sheet: Sheet, notes: str, asked: Sequence[str]) -> bool:
    return not changed(card.sheet, sheet) and card.notes == clean_text(notes) and set(card.asked) == set(asked)


def _open(card: OwnCard | None) -> OwnCard:
    """Return the card where it may still be written to, or raise what the person should know."""
    if card is None:
        raise NotFound(NO_INTERVIEW)
    if card.cancelled_at is not None:
        raise Conflict("This interview was cancelled: no scorecard is needed.")
    if card.state is CardState.RECUSED:
        raise Conflict("You stepped back from this interview: there is no scorecard to file.")
    if card.state is CardState.WAIVED:
        raise Conflict("A decision was recorded meanwhile: no scorecard is needed any more.")
    if card.state is CardState.SUBMITTED:
        raise AlreadyFiled("This scorecard was submitted already. Revise it, with a reason, to change it.")
    return card


async def _locked(session: AsyncSession, viewer: Viewer, interview_id: uuid.UUID) -> OwnCard | None:
    """Return the viewer's card, after taking turns on what they may know of the application, and on the row."""
    application_id = await queries.application_of(session, viewer.id, interview_id)
    if application_id is None:
        return None
    await lock_standing(session, application_id, viewer.id)
    return await queries.own_card(session, viewer.id, interview_id, lock=True)


# --- submission and revision ------------------------------------------------------------------------------------------

# One statement for a version with its texts and ratings, the scorecard, the standing and the audit event.
# A revision leaves the scorecard's row and the standing as they are; they are written again with the same values.
_FILE = sa.text("""
    WITH card AS (
        UPDATE scorecard SET state = 'submitted', submitted_at = coalesce(submitted_at, :now), draft = :draft, notes = :notes,
            edition = edition + 1, saved_at = :now
        WHERE id = :card
        RETURNING id
    ), texts AS (
        INSERT INTO personal_text (id, body, digest)
        SELECT new.id, new.body, new.digest FROM unnest(:text_ids, :bodies, :digests) AS new (id, body, digest)
    ), version AS (
        INSERT INTO scorecard_version
            (id, scorecard_id, number, at, reason, after_reading, recommendation, why_id, strength_id, concern_id)
        SELECT :version, card.id, :number, :now, :reason, :after_reading, :recommendation, :why, :strength, :concern FROM card
        RETURNING id
    ), marks AS (
        INSERT INTO rating (version_id, criterion_id, level, evidence_id)
        SELECT version.id, new.criterion_id, new.level, new.evidence_id
        FROM version, unnest(:criteria, :levels, :evidence) AS new (criterion_id, level, evidence_id)
    ), place AS (
        INSERT INTO standing (application_id, user_id, state) VALUES (:application, :viewer, :standing)
        ON CONFLICT (application_id, user_id) DO UPDATE SET state = excluded.state
    ), event AS (
        INSERT INTO audit_event (id, at, actor_id, action, subject, subject_id, details, request_id)
        SELECT :event, :now, :viewer, :action, 'scorecard', card.id, :details, :request FROM card
    )
    SELECT id FROM version
""").bindparams(
    sa.bindparam("draft", type_=JSONB),
    sa.bindparam("details", type_=JSONB),
    sa.bindparam("now", type_=UTCDateTime),
    *(
        sa.bindparam(name, type_=sa.Text)
        for name in ("notes", "reason", "recommendation", "standing", "action", "request")
    ),
    *(
        sa.bindparam(name, type_=sa.Uuid)
        for name in ("card", "version", "why", "strength", "concern", "application", "viewer", "event")
    ),
    *(sa.bindparam(name, type_=ARRAY(sa.Uuid)) for name in ("text_ids", "criteria", "evidence")),
    sa.bindparam("bodies", type_=ARRAY(sa.Text)),
    sa.bindparam("digests", type_=ARRAY(sa.LargeBinary)),
    sa.bindparam("levels", type_=ARRAY(sa.Integer)),
    sa.bindparam("number", type_=sa.Integer),
    sa.bindparam("after_reading", type_=sa.Boolean),
)


async def submit_scorecard(
    session: AsyncSession,
    viewer: Viewer,
    interview_id: uuid.UUID,
    sheet: Sheet,
    notes: str,
    asked: Sequence[str],
    edition: int | None,
    now: dt.datetime,
    key: bytes,
    page: str = "",
) -> uuid.UUID:
    """Submit the viewer's scorecard for an interview and return the id of its first version.

    Submitting the same once more returns the same version. What was typed is saved first: on Incomplete and TooEarly the
    caller lets the transaction commit. `key` keys the hash of the texts; without `edition` nothing is compared.
    """
    card = await _locked(session, viewer, interview_id)
    if card is not None and card.state is CardState.SUBMITTED:
        first = (await queries.own_versions(session, card.id))[-1]
        if changed(first.sheet, sheet):
            raise AlreadyFiled(
                "This scorecard was submitted already, with other words. Yours stand below: revise it to keep them."
            )
        return first.id
    card = _open(card)
    ours = edition is None or card.edition == edition or (page and card.draft.get("page") == page)
    if not ours and not _same(card, sheet, notes, asked):
        raise DraftConflict(card)
    focus = await queries.focus_of(session, card.kit_id)
    lacks = _lacks(card, sheet, focus)
    if lacks or now < card.starts_at:
        await save_draft(session, viewer, interview_id, sheet, notes, asked, card.edition, now, page)
    if now < card.starts_at:
        starts = in_zone(card.starts_at, viewer.time_zone)
        raise TooEarly(f"The interview begins on {short_day(starts)} at {starts:%H:%M}: submit from then on. {KEPT}")
    if lacks:
        raise Incomplete(KEPT, lacks)
    faults = too_long(sheet, notes)
    if faults:
        raise Invalid("Not submitted: a text is too long.", faults)
    draft = {"schema": draft_of(sheet, asked)["schema"], "asked": list(asked)}
    return await _file(session, viewer, card, sheet, focus, now, key, number=1, draft=draft, notes=clean_text(notes))


async def revise_scorecard(
    session: AsyncSession,
    viewer: Viewer,
    interview_id: uuid.UUID,
    sheet: Sheet,
    reason: str,
    now: dt.datetime,
    key: bytes,
    base: int | None = None,
) -> uuid.UUID:
    """Add a version to the viewer's submitted scorecard and return its id; the earlier ones stay.

    It needs a reason and a change. `base`: the number of the version that the page was made from. Sending the same revision once
    more returns the same version.
    """
    card = await _locked(session, viewer, interview_id)
    if card is None:
        raise NotFound(NO_INTERVIEW)
    if card.state is not CardState.SUBMITTED:
        raise Conflict("There is nothing to revise: this scorecard was not submitted.")
    versions = await queries.own_versions(session, card.id)
    latest, reason = versions[0], clean_text(reason)
    if not changed(latest.sheet, sheet):
        if latest.number > 1 and latest.reason == reason:
            return latest.id
        raise Invalid(
            "Nothing differs from the version that stands. Change a level or a text first, or leave it as it is.",
            {"": "Nothing was changed."},
        )
    if base is not None and base != latest.number:
        raise Conflict(
            f"Version {latest.number} was filed in another browser meanwhile. It is shown above; yours is not filed yet."
        )
    focus = await queries.focus_of(session, card.kit_id)
    lacks = _lacks(card, sheet, focus)
    if not reason:
        lacks.append(Missing("reason", None, "Give the reason for this revision"))
    elif len(reason) > REASON_MOST:
        lacks.append(Missing("reason", None, f"Shorten the reason to {REASON_MOST:,} characters"))
    if lacks:
        raise Incomplete("The version that was filed stands unchanged.", lacks)
    return await _file(
        session,
        viewer,
        card,
        sheet,
        focus,
        now,
        key,
        number=latest.number + 1,
        draft=dict(card.draft),
        notes=card.notes,
        reason=reason,
    )


def _lacks(card: OwnCard, sheet: Sheet, focus: Sequence[Focus]) -> list[Missing]:
    if set(sheet.entries) - {each.key for each in focus}:
        raise Invalid("A criterion was rated that this interview does not assess. Load the page again.")
    return missing(sheet, [(each.key, each.name, len(card.scale)) for each in focus])


async def _file(
    session: AsyncSession,
    viewer: Viewer,
    card: OwnCard,
    sheet: Sheet,
    focus: Sequence[Focus],
    now: dt.datetime,
    key: bytes,
    *,
    number: int,
    draft: dict[str, object],
    notes: str,
    reason: str = "",
) -> uuid.UUID:
    texts: list[tuple[uuid.UUID, str]] = []

    def kept(text: str) -> uuid.UUID | None:
        body = clean_text(text)
        if not body:
            return None
        texts.append((new_id(), body))
        return texts[-1][0]

    marks = []
    for each in focus:
        entry = sheet.entries.get(each.key, Entry())
        marks.append((each.id, entry.level or None, kept(entry.evidence)))
    why, strength, concern = kept(sheet.why), kept(sheet.strength), kept(sheet.concern)
    others = await queries.cards_of(session, card.application_id, viewer.id, but=card.id)
    standing = standing_of([*others, Card.FILED], decided=await queries.is_decided(session, card.application_id))
    assert sheet.recommendation is not None  # noqa: S101 - `missing` asks for it
    version_id = new_id()
    await session.execute(
        _FILE,
        {
            "card": card.id,
            "now": now,
            "draft": draft,
            "notes": notes,
            "text_ids": [text_id for text_id, _ in texts],
            "bodies": [body for _, body in texts],
            "digests": [text_digest(key, body) for _, body in texts],
            "version": version_id,
            "number": number,
            "reason": reason,
            "after_reading": card.first_read_at is not None,
            "recommendation": sheet.recommendation.value,
            "why": why,
            "strength": strength,
            "concern": concern,
            "criteria": [criterion for criterion, _, _ in marks],
            "levels": [level for _, level, _ in marks],
            "evidence": [text_id for _, _, text_id in marks],
            "application": card.application_id,
            "viewer": viewer.id,
            "standing": standing.value if standing else None,
            "event": new_id(),
            "action": "scorecard.submitted" if number == 1 else "scorecard.revised",
            "details": {
                "interview": str(card.interview_id),
                "number": number,
                "ratings": len(marks),
                "texts": len(texts),
            },
            "request": request_id.get(),
        },
    )
    return version_id


# --- recusal -----------------------------------------------------------------------------------------------------------


async def recuse(session: AsyncSession, viewer: Viewer, interview_id: uuid.UUID, reason: str, now: dt.datetime) -> None:
    """Step back from an interview, with a reason. What was typed into the draft is forgotten; doing it twice changes nothing."""
    card = await _locked(session, viewer, interview_id)
    if card is not None and card.state is CardState.RECUSED:
        return
    if card is not None and card.state is CardState.SUBMITTED:
        raise Conflict(
            "You have submitted this scorecard, so you cannot step back any more. Revise it if something changed."
        )
    card = _open(card)
    reason = clean_text(reason)
    if not reason or len(reason) > REASON_MOST:
        raise Invalid(
            "You have not stepped back yet.",
            {
                "reason": f"Shorten the reason to {REASON_MOST:,} characters."
                if reason
                else "Give a reason: the recruiter reads it and finds somebody else."
            },
        )
    await session.execute(
        sa.update(Scorecard)
        .where(Scorecard.id == card.id)
        .values(state=CardState.RECUSED, recused_at=now, recused_reason=reason, draft={}, edition=card.edition + 1)
    )
    await audit(session, now, viewer.id, "scorecard.recused", "scorecard", card.id, interview=interview_id)
    await refresh_standing(session, card.application_id, viewer.id, now)
