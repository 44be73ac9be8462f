"""Which scorecards count, and in which of their versions: the one definition that the board and the packet share."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from hiring.interviews.queries import counting_seats
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
    seat = counting_seats(*narrower)
    return (
        sa.select(
            Scorecard.id.label("scorecard_id"),
            ScorecardVersion.id.label("version_id"),
            ScorecardVersion.number,
            ScorecardVersion.at,
            ScorecardVersion.recommendation,
            *seat.c,
        )
        .ext(distinct_on(Scorecard.id))
        .join(Scorecard, Scorecard.id == ScorecardVersion.scorecard_id)
        .join(seat, seat.c.panelist_id == Scorecard.panelist_id)
        .where(Scorecard.state == CardState.SUBMITTED, sa.not_(ScorecardVersion.after_reading))
        .order_by(Scorecard.id, ScorecardVersion.number.desc())
        .subquery(name)
    )
