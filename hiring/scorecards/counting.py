"""Which scorecards count, and in which of their versions: the one definition that the board and the packet share."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from hiring.interviews.tables import Interview, Panelist
from hiring.scorecards.core import CardState
from hiring.scorecards.tables import Scorecard, ScorecardVersion


def counting_versions(*narrower: sa.ColumnElement[bool], name: str = "counting") -> sa.Subquery:
    """Return a subquery of the scorecards that count, one row each with the version that does.

    A scorecard counts when it is submitted, not by a shadow, and its interview was not cancelled. Its levels count as they stood before its
    author first read others' feedback: the last version that is not `after_reading`. One whose first version was written after reading
    counts with no level, so it has no row here.

    Columns: scorecard_id, version_id, number, at, recommendation, panelist_id, user_id, interview_id, kit_id, application_id, opening_id.
    `narrower` are conditions on Interview, for instance `Interview.opening_id == opening`, so that the index is used.
    """
    return (
        sa.select(
            Scorecard.id.label("scorecard_id"),
            ScorecardVersion.id.label("version_id"),
            ScorecardVersion.number,
            ScorecardVersion.at,
            ScorecardVersion.recommendation,
            Panelist.id.label("panelist_id"),
            Panelist.user_id,
            Interview.id.label("interview_id"),
            Interview.kit_id,
            Interview.application_id,
            Interview.opening_id,
        )
        .ext(distinct_on(Scorecard.id))
        .join(Scorecard, Scorecard.id == ScorecardVersion.scorecard_id)
        .join(Panelist, Panelist.id == Scorecard.panelist_id)
        .join(Interview, Interview.id == Panelist.interview_id)
        .where(
            Scorecard.state == CardState.SUBMITTED,
            sa.not_(Panelist.shadow),
            Interview.cancelled_at.is_(None),
            sa.not_(ScorecardVersion.after_reading),
            *narrower,
        )
        .order_by(Scorecard.id, ScorecardVersion.number.desc())
        .subquery(name)
    )
