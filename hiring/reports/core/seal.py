"""What a packet vouches for: the canonical form of its facts, and the code printed on every page."""

from __future__ import annotations

import base64
import hashlib

from hiring.canonical import canonical_json
from hiring.reports.core.facts import PacketFacts, PacketOptions, shown


def canonical(facts: PacketFacts, options: PacketOptions) -> bytes:
    """Return the facts that the packet shows, and its options, as the one JSON text that says exactly this."""
    return canonical_json({"facts": shown(facts, options), "options": options})


def verification_code(facts: PacketFacts, options: PacketOptions, template_version: str) -> str:
    """Return 20 base-32 characters of the SHA-256 over canonical facts, options and template version."""
    digest = hashlib.sha256(canonical(facts, options) + b"\0" + template_version.encode()).digest()
    return base64.b32encode(digest).decode()[:20]
