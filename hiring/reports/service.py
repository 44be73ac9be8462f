"""Making packets: facts, code, PDF, and an entry in the register of issued files."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from hiring.blindness.service import record_first_reading
from hiring.errors import NotFound
from hiring.people.core import Viewer
from hiring.people.queries import user_by_email, viewer_of
from hiring.records.service import audit, register_file
from hiring.reports.core import Packet, PacketOptions, as_json, build_packet, canonical, verification_code
from hiring.reports.markup import document, template_version
from hiring.reports.pdf import render_pdf
from hiring.reports.queries import Loaded, anonymous, issued_file, load_facts, opening_slugs


@dataclass(frozen=True, slots=True)
class Asked:
    """Which packet is wanted. `candidates`: names or ids of applications; none means all."""

    slug: str
    anonymous: bool = False
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A packet: its verification code, its facts as data, and its PDF where one was wanted."""

    code: str
    data: dict[str, Any]
    pdf: bytes | None


async def show_comparison(
    session: AsyncSession, viewer: Viewer, slug: str, now: dt.datetime
) -> tuple[Packet, PacketOptions]:
    """Return the comparison for the screen, and record that the viewer has read the feedback in it."""
    loaded = await _load(session, Asked(slug), viewer)
    await record_first_reading(session, viewer.id, loaded.shows_feedback_on, now)
    return build_packet(loaded.facts, PacketOptions()), PacketOptions()


async def make_packet(
    session: AsyncSession,
    asked: Asked,
    now: dt.datetime,
    *,
    viewer: Viewer | None = None,
    as_email: str = "",
    seconds: int = 60,
    pdf: bool = True,
) -> Made:
    """Make a packet as the viewer may see it; without one, the operator's, with everything.

    A PDF is entered in the register, and what it shows counts as read by the viewer. Raises NotFound for an opening or a
    candidate that is unknown to the viewer, and Broken where the PDF cannot be rendered.
    """
    if as_email:
        viewer = await _viewer(session, as_email)
    loaded = await _load(session, asked, viewer)
    options = PacketOptions(anonymous=asked.anonymous, candidates=_chosen(loaded, asked.candidates))
    if asked.anonymous:
        loaded = anonymous(loaded)
    packet = build_packet(loaded.facts, options)
    code = verification_code(loaded.facts, options, template_version())
    if not pdf:
        await audit(
            session, now, viewer.id if viewer else None, "facts.exported", "opening", loaded.opening_id,
            code=code, anonymous=options.anonymous, candidates=list(options.candidates),
        )  # fmt: skip
        await _record_reading(session, viewer, loaded, options, now)
        return Made(code, as_json(packet), None)
    made = document(loaded.facts, options)
    data = await render_pdf(made.xhtml, identifier=made.identifier, seconds=seconds)
    # Not before: a packet that could not be rendered has shown nothing.
    await _record_reading(session, viewer, loaded, options, now)
    await register_file(
        session,
        now,
        opening_id=loaded.opening_id,
        issued_to=viewer.id if viewer else None,
        code=code,
        facts_sha256=hashlib.sha256(canonical(loaded.facts, options)).hexdigest(),
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        options={
            "anonymous": options.anonymous,
            "candidates": list(options.candidates),
            "template": template_version(),
        },
    )
    return Made(code, as_json(packet), data)


async def is_current(session: AsyncSession, asked: Asked, data: bytes) -> bool:
    """Say whether a file is the packet that the operator would get now: issued here, of the same facts and template."""
    issued = await issued_file(session, hashlib.sha256(data).hexdigest())
    if issued is None:
        return False
    loaded = await _load(session, asked, None)
    options = PacketOptions(anonymous=asked.anonymous, candidates=_chosen(loaded, asked.candidates))
    if asked.anonymous:
        loaded = anonymous(loaded)
    return verification_code(loaded.facts, options, template_version()) == issued.code


async def _record_reading(
    session: AsyncSession, viewer: Viewer | None, loaded: Loaded, options: PacketOptions, now: dt.datetime
) -> None:
    """Record that the viewer has read the feedback in a packet of these candidates."""
    if viewer is not None:
        chosen = set(options.candidates)
        read = [each for each in loaded.shows_feedback_on if not chosen or str(each) in chosen]
        await record_first_reading(session, viewer.id, read, now)


async def _viewer(session: AsyncSession, email: str) -> Viewer:
    user = await user_by_email(session, email.strip().lower())
    viewer = await viewer_of(session, user.id) if user else None
    if viewer is None:
        raise NotFound(f"Nobody has the address {email}: see `hiring user add`.")
    return viewer


async def _load(session: AsyncSession, asked: Asked, viewer: Viewer | None) -> Loaded:
    loaded = await load_facts(session, asked.slug, viewer)
    if loaded is None:
        known = "" if viewer is not None else await _known(session)
        raise NotFound(f"There is no opening {asked.slug!r}{known}.")
    return loaded


async def _known(session: AsyncSession) -> str:
    slugs = await opening_slugs(session)
    return f"; there are {', '.join(slugs)}" if slugs else "; there is none yet, `hiring demo` makes one"


def _chosen(loaded: Loaded, wanted: tuple[str, ...]) -> tuple[str, ...]:
    found = []
    for each in wanted:
        match = [one.application for one in loaded.facts.candidates if each in {one.application, one.name}]
        if not match:
            raise NotFound(f"No candidate of this opening is called {each!r}.")
        found.append(match[0])
    return tuple(dict.fromkeys(found))


async def verify(session: AsyncSession, data: bytes) -> list[str]:
    """Say in sentences whether a file was issued here, when and to whom, and whether facts have changed since."""
    issued = await issued_file(session, hashlib.sha256(data).hexdigest())
    if issued is None:
        raise NotFound("This file was not issued here, or a byte of it has changed since.")
    lines = [
        f"Issued on {issued.at:%Y-%m-%d %H:%M} UTC to {issued.name or 'the operator'}, for the opening {issued.slug}.",
        f"Verification code {issued.code}.",
    ]
    viewer = await viewer_of(session, issued.issued_to) if issued.issued_to else None
    if issued.issued_to and viewer is None:
        return [*lines, "Whoever it was issued to is no longer here, so it cannot be compared with today’s facts."]
    options = PacketOptions(anonymous=issued.options["anonymous"], candidates=tuple(issued.options["candidates"]))
    loaded = await load_facts(session, issued.slug, viewer)
    if loaded is None:
        return [*lines, "Whoever it was issued to may no longer see this opening."]
    if options.anonymous:
        loaded = anonymous(loaded)
    same = hashlib.sha256(canonical(loaded.facts, options)).hexdigest() == issued.facts_sha256
    return [
        *lines,
        "The facts in it are those of today."
        if same
        else "Facts have changed since: a new packet would say something else.",
    ]
