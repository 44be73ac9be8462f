"""The renderer, in a process of its own: XHTML on standard input, the PDF on standard output.

    python -m hiring.reports.render IDENTIFIER SECONDS BYTES

Standard error holds one line where it fails. It reads what is bundled and nothing else: no network, no other file,
no font of the system. Whoever starts it watches the clock (see `hiring.reports.pdf`); the renderer bounds its own
processor time and memory.
"""

from __future__ import annotations

import gc
import logging
import resource
import sys
from collections.abc import Iterator
from typing import Any, Final
from xml.etree import ElementTree as ET

from hiring.places import shipped
from hiring.reports import charts
from hiring.reports.legible import FONTS

FONT_FILES: Final = (
    "Inter_400Regular.ttf",
    "Inter_400Regular_Italic.ttf",
    "Inter_500Medium.ttf",
    "Inter_600SemiBold.ttf",
)
EXIT_NO_PANGO, EXIT_NO_MEMORY, EXIT_REFUSED = 3, 4, 5


def bundled(url: str) -> tuple[bytes, str] | None:
    """Return what an address of the private scheme `packet:` names and its type; None for every other address."""
    if url == "packet:packet.css":
        return (shipped("templates") / "reports" / "packet.css").read_bytes(), "text/css; charset=utf-8"
    if (name := url.removeprefix("packet:fonts/")) in FONT_FILES:
        return (FONTS / name).read_bytes(), "font/ttf"
    svg = charts.drawing(url)
    return (svg.encode(), "image/svg+xml") if svg else None


def render(xhtml: bytes, identifier: bytes) -> bytes:
    """Return the tagged PDF of well-formed XHTML. Raises FatalURLFetchingError for an address that is not bundled."""
    import cssselect2
    import weasyprint
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Bundled(URLFetcher):  # type: ignore[misc] # WeasyPrint is untyped
        """Serves the packet's own assets. Anything else ends the rendering: ordinary errors would be swallowed."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:  # noqa: ARG002 - WeasyPrint's signature
            found = bundled(url)
            if found is None:
                raise FatalURLFetchingError(f"the packet asks for {url[:80]!r}, which is not bundled")
            return URLFetcherResponse(url, found[0], {"Content-Type": found[1]})

    class Page(weasyprint.HTML):  # type: ignore[misc] # WeasyPrint is untyped
        """Markup that is well-formed already, parsed by ElementTree: quicker than by the HTML parser."""

        def __init__(self, markup: bytes) -> None:
            root = ET.fromstring(markup)  # noqa: S314 - our own template's; expat refuses entity bombs
            self.base_url, self.url_fetcher, self.media_type = "packet:", Bundled(), "print"
            self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
            self.etree_element = self.wrapper_element.etree_element

    options = {"pdf_variant": "pdf/ua-1", "pdf_identifier": identifier, "cache": {}, "finisher": name_scopes}
    pdf: bytes = Page(xhtml).write_pdf(**options)
    return pdf


def name_scopes(_document: object, pdf: Any) -> None:
    """Say of each header cell what it heads: PDF/UA asks for it, and WeasyPrint leaves it out.

    A header in a table's head is a column's, any other a row's.
    """
    elements = {entry.reference: entry for entry in pdf.objects if _is_element(entry)}
    for entry in elements.values():
        if entry["S"] == "/TH":
            within = {elements[parent]["S"] for parent in _ancestors(entry, elements)}
            entry["A"]["Scope"] = "/Column" if "/THead" in within else "/Row"


def _ancestors(entry: Any, elements: dict[bytes, Any]) -> Iterator[bytes]:
    """Return the references above a structure element, up to its table."""
    parent = entry["P"]
    while parent in elements and elements[parent]["S"] != "/Table":
        yield parent
        parent = elements[parent]["P"]


def _is_element(entry: Any) -> bool:
    return isinstance(entry, dict) and entry.get("Type") == "/StructElem"


def _bound(seconds: int, memory: int) -> None:
    """Bound processor time and address space. macOS knows no limit of the latter; the parent's clock remains."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (OSError, ValueError):
        if sys.platform == "linux":
            raise


def main(arguments: list[str]) -> int:
    """Render standard input to standard output; return the exit code."""
    identifier = bytes.fromhex(arguments[0])
    _bound(int(arguments[1]), int(arguments[2]))
    # Nothing is freed before the end anyway, and collecting grows with the document.
    gc.disable()
    logging.getLogger("weasyprint").addHandler(logging.NullHandler())
    markup = sys.stdin.buffer.read()
    try:
        pdf = render(markup, identifier)
    except MemoryError:
        return EXIT_NO_MEMORY
    except OSError as error:
        if "cannot load library" not in str(error):
            raise
        return EXIT_NO_PANGO
    except BaseException as error:
        if type(error).__name__ != "FatalURLFetchingError":
            raise
        sys.stderr.write(f"{error}\n")
        return EXIT_REFUSED
    sys.stdout.buffer.write(pdf)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
