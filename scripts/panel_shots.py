"""Draw the panel's pages from sample data, look at them, and check them.

    python scripts/panel_shots.py [name...]

Writes PNGs at 1440 and 360 px in both themes to .data/shots, and prints what axe, the sideways scroll, the smallest
targets and the count of primary buttons have to say. Needs Chromium and built assets; no product, no database.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from axe_playwright_python.sync_playwright import Axe
from panel_samples import PAGES
from playwright.sync_api import Browser, Page, sync_playwright

from cablegram.panel import language
from cablegram.panel.environment import STATIC, make_environment

ROOT = Path(__file__).parent.parent
SHOTS = ROOT / ".data" / "shots"
SIZES = ((1440, 900), (360, 780))
THEMES = ("paper", "ink")
CHROMIUM_ARGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# What the eye may miss: what sticks out to the right, targets under 24 px, more than one primary button.
LOOK = (Path(__file__).parent / "panel_look.js").read_text()


ENVIRONMENT = make_environment()


def render(name: str, theme: str, speaks: str = language.ENGLISH) -> str:
    """Render a sample page in a language."""
    template, context = PAGES[name]
    with language.spoken(speaks):
        return ENVIRONMENT.get_template(template).render({**context, "theme": theme})


class Handler(BaseHTTPRequestHandler):
    """Serves the sample pages by name, and the built assets."""

    def do_GET(self) -> None:
        """Answer with a page, an asset, or 404."""
        url = urlsplit(self.path)
        if url.path.startswith("/static/"):
            self._send((STATIC / url.path.removeprefix("/static/")).read_bytes(), TYPES[Path(url.path).suffix])
        elif (name := url.path.strip("/")) in PAGES:
            asked = parse_qs(url.query)
            theme, speaks = asked.get("theme", ["system"])[0], asked.get("language", [language.ENGLISH])[0]
            self._send(render(name, theme, speaks).encode(), "text/html; charset=utf-8")
        elif name.endswith("/size"):  # how many people a segment finds
            self._send(b"4,120 people", "text/html; charset=utf-8")
        elif name.endswith("/live"):
            self._send(b": nothing new\n\n", "text/event-stream")
        else:
            self.send_error(404)

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", "default-src 'self'; style-src 'self' 'unsafe-inline'")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing."""


def main() -> int:
    """Shoot the named pages, or all; answer 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="pages of panel_samples.py; all when none is named")
    parser.add_argument("--serve", type=int, metavar="PORT", help="only serve the pages, to look around in a browser")
    parser.add_argument("--language", choices=language.LANGUAGES, default=language.ENGLISH, help="that the pages speak")
    chosen = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", chosen.serve or 0), Handler)
    if chosen.serve:
        server.serve_forever()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    SHOTS.mkdir(parents=True, exist_ok=True)
    found = 0
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_ARGS)
        for name in chosen.names or [name for name in PAGES if "/" not in name]:
            render(name, "paper")  # a fault of the template is best told here
            found += shoot(browser, f"http://127.0.0.1:{server.server_port}/{name}?language={chosen.language}", name)
        browser.close()
    server.shutdown()
    print("clean" if not found else f"{found} findings")
    return 1 if found else 0


def shoot(browser: Browser, url: str, name: str) -> int:
    """Take the pictures of one page and print what is wrong with it."""
    found = 0
    for width, height in SIZES:
        for theme in THEMES:
            page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
            problems: list[str] = []
            page.on(
                "console",
                lambda message, heard=problems: heard.append(message.text) if message.type == "error" else None,
            )
            page.on("pageerror", lambda error, heard=problems: heard.append(str(error)))
            page.goto(f"{url}&theme={theme}")
            page.evaluate("document.fonts.ready")
            problems += page.evaluate(LOOK)
            problems += axe(page)
            for problem in problems:
                print(f"{name} {width} {theme}: {problem}")
            found += len(problems)
            page.set_viewport_size(
                {"width": width, "height": max(height, page.evaluate("document.documentElement.scrollHeight"))}
            )
            page.screenshot(path=SHOTS / f"{name}-{width}-{theme}.png")
            page.close()
    return found


def axe(page: Page) -> list[str]:
    """Return what axe-core finds, one line a rule."""
    answer = cast("Any", Axe()).run(page, options=RULES).response
    return [f"{found['id']}: {[node['target'] for node in found['nodes']][:3]}" for found in answer["violations"]]


if __name__ == "__main__":
    sys.exit(main())
