"""A real Chromium, and what it must never tell of: errors, other hosts, broken policies, failed requests."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, async_playwright

from hiring.system import command, find_chromium
from tests.journeys.served import PASSWORD, Site, email_of

Theme = Literal["light", "dark"]
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 15_000  # milliseconds to wait for what must come: long enough for a machine that does other things too
HEIGHTS = {1280: 900, 375: 812, 320: 640}
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
AXE_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
POLICY_BROKEN = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy broken: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));"""
STATUS_TOLD = re.compile(r"Failed to load resource: the server responded with a status of \d+")


def missing() -> str:
    """Return why there is no browser here, or nothing."""
    return "" if find_chromium() else f"there is no Chromium here; type: {command('chromium')}"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start the browser once."""
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), headless=True, args=flags)
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Visitor:
    """One person's browser: its page, and all that went wrong in it."""

    context: BrowserContext
    page: Page
    site: Site
    faults: list[str] = field(default_factory=list)
    answers: int = 0
    tolerate_refused_pages: bool = False
    _awaited: Counter[int] = field(default_factory=Counter)
    _outage: bool = False

    def expects(self, *statuses: int) -> None:
        """Let one answer of each of these statuses come, such as a refused form's 422."""
        self._awaited.update(statuses)

    @asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """Tolerate while the block runs that the server is away."""
        self._outage = True
        yield
        self._outage = False

    def check(self) -> None:
        """Fail where the browser told of anything that must not be."""
        due = [f"an answer {status} was expected and did not come" for status in self._awaited.elements()]
        assert self.answers, "the browser asked for nothing: the watch does not work"
        assert not [*self.faults, *due], "\n".join([*self.faults, *due, self.site.log()])

    async def goto(self, path: str, status: int = 200) -> None:
        """Load a page of ours; any status but the expected one is a fault."""
        if status != 200:
            self.expects(status)
        answer = await self.page.goto(self.site.base + path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"

    async def sign_in(self, person: str, password: str = PASSWORD) -> None:
        """Fill the sign-in form on the page and send it."""
        await self.page.locator("[name=email]").fill(email_of(person) if "@" not in person else person)
        await self.page.locator("[name=password]").fill(password)
        await self.page.locator("main button[type=submit]").click()

    def on_console(self, message: ConsoleMessage) -> None:
        known = STATUS_TOLD.match(message.text) or (self._outage and "net::ERR_" in message.text)
        if message.type in {"error", "warning"} and not known:
            self.faults.append(f"console {message.type} on {message.page.url if message.page else '?'}: {message.text}")

    def on_request(self, request: Request) -> None:
        if request.url.startswith(("data:", "blob:")):
            return
        if urlsplit(request.url).netloc != urlsplit(self.site.base).netloc:
            self.faults.append(f"request to another host: {request.url}")

    def on_failed(self, request: Request) -> None:
        # Whoever walks on before the tab's picture has come, or is handed a file, aborts a request: no fault of ours.
        left = request.failure == "net::ERR_ABORTED" and request.url.split("?")[0].endswith(
            ("/img/mark.svg", ".pdf", ".yaml")
        )
        if not self._outage and not left:
            self.faults.append(f"request failed: {request.method} {request.url}: {request.failure}")

    def on_response(self, response: Response) -> None:
        self.answers += 1
        if response.status < 400:
            return
        if self._awaited[response.status]:
            self._awaited[response.status] -= 1
        elif self.tolerate_refused_pages and response.status in {403, 404} and response.request.is_navigation_request():
            pass
        elif not self._outage:
            self.faults.append(f"{response.status} for {response.request.method} {response.url}")


async def visitor(
    browser: Browser,
    site: Site,
    person: str | None = None,
    *,
    width: int = 1280,
    touch: bool = False,
    mobile: bool | None = None,
    scripts: bool = True,
    theme: Theme = "light",
    with_axe: bool = False,
) -> Visitor:
    """Open a browser window of its own; `person` is signed in already.

    A touched window is a phone's: it zooms out where a page is too wide. `mobile=False` keeps it from that, so that it can be measured.
    """
    context = await browser.new_context(
        viewport={"width": width, "height": HEIGHTS[width]},
        has_touch=touch,
        is_mobile=touch if mobile is None else mobile,
        java_script_enabled=scripts,
        color_scheme=theme,
        reduced_motion="reduce",
        accept_downloads=True,
    )
    context.set_default_timeout(PATIENCE)
    await context.add_init_script(POLICY_BROKEN)
    if with_axe:
        await context.add_init_script(AXE)  # once for all pages, instead of half a megabyte for each
    if person is not None:
        await context.add_cookies(
            [
                {
                    "name": "hiring",
                    "value": await site.session_of(person),
                    "url": site.base,
                    "httpOnly": True,
                    "sameSite": "Lax",
                }
            ]
        )
    found = Visitor(context, await context.new_page(), site)
    context.on("console", found.on_console)
    context.on("weberror", lambda error: found.faults.append(f"script error: {error.error}"))
    context.on("request", found.on_request)
    context.on("requestfailed", found.on_failed)
    context.on("response", found.on_response)
    return found


async def violations(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """Return what axe-core finds on the page as it stands: one line per rule and element. `rules`: only these."""
    if not await page.evaluate("typeof window.axe === 'object'"):
        await page.evaluate(AXE)  # by the debugger, which the page's policy does not bind
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": list(AXE_RULES)}
    found: list[dict[str, Any]] = await page.evaluate(
        "(only) => axe.run(document, {runOnly: only, resultTypes: ['violations'], elementRef: false}).then((result) => result.violations)",
        only,
    )
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')!r}" for each in found for node in each["nodes"]
    ]


async def sideways(page: Page, width: int) -> int:
    """Return by how many pixels the page is wider than the window: 0 where all is well."""
    found: int = await page.evaluate("(width) => Math.max(0, document.scrollingElement.scrollWidth - width)", width)
    return found
