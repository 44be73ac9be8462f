"""The comparison on screen, and the packet as a download."""

from __future__ import annotations

import datetime as dt

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from hiring.errors import Broken
from hiring.pages import AnyRequest, page
from hiring.people.core import Viewer
from hiring.reports import service
from hiring.reports.screen import comparison_context


@get("/openings/{slug:str}/comparison")
async def comparison(
    request: AnyRequest,
    slug: FromPath[str],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[str]:
    """Show the packet's comparison on screen: the same code, the same figures."""
    packet, _ = await service.show_comparison(session, viewer, slug, now)
    return page(request, "comparison/comparison.html", **comparison_context(packet))


@get("/openings/{slug:str}/packet.pdf")
async def packet(
    request: AnyRequest,
    slug: FromPath[str],
    viewer: NamedDependency[Viewer],
    session: NamedDependency[AsyncSession],
    now: NamedDependency[dt.datetime],
) -> Response[bytes] | Response[str]:
    """Make the committee's packet as the viewer may see it, and hand it out."""
    settings = request.app.state["settings"]
    try:
        made = await service.make_packet(
            session, service.Asked(slug), now, viewer=viewer, seconds=settings.packet_seconds
        )
    except Broken as fault:
        return page(
            request, "pages/refusal.html", status=503, heading="No packet this time", sentence=str(fault), request_id=""
        )
    return Response(
        made.pdf or b"",
        media_type="application/pdf",
        headers={"content-disposition": f'attachment; filename="{slug}.pdf"', "x-verification-code": made.code},
    )


router = Router("/", route_handlers=[comparison, packet])
