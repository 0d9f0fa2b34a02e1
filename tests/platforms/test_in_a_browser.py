"""A browser reads what was made for it; runs where Chromium is installed."""

from __future__ import annotations

import functools
import json
import queue
import shutil
import subprocess
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Shop

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SECONDS = 90

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
    pytest.mark.timeout(SECONDS + 60),
]

# What a page finds out: the icons that it links, the icons that its manifest names, and
# which file of a <picture> it chose.
ASK = """
<script>
const ICONS = 'link[rel~=icon],link[rel=apple-touch-icon]';
async function size(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return [image.naturalWidth, image.naturalHeight];
}
async function ask(told) {
  for (const link of document.querySelectorAll(ICONS))
    told.links[link.getAttribute('href')] = await size(link.href);
  const manifest = document.querySelector('link[rel=manifest]').href;
  const found = await (await fetch(manifest)).json();
  for (const icon of found.icons) {
    const url = new URL(icon.src, manifest);
    told.icons[icon.purpose + ' ' + icon.sizes] = await size(url);
  }
  const shown = document.querySelector('picture img');
  await shown.decode();
  told.chosen = new URL(shown.currentSrc).pathname;
  told.alt = shown.alt;
}
addEventListener('load', async () => {
  const told = {links: {}, icons: {}, errors: []};
  try { await ask(told); } catch (error) { told.errors.push(String(error)); }
  await fetch('/told', {method: 'POST', body: JSON.stringify(told)});
});
</script>
"""


class Site(ThreadingHTTPServer):
    """Serves a folder, and keeps what a page tells it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            ("127.0.0.1", 0), functools.partial(Pages, directory=str(folder))
        )
        self.told: queue.Queue[dict[str, Any]] = queue.Queue()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Pages(SimpleHTTPRequestHandler):
    """Serves files, hears what a page tells, and says nothing."""

    server: Site

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.put(json.loads(body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(shop: Shop) -> Iterator[Site]:
    """Publish a site's pictures and serve them."""
    shop.write(
        "version: 1\nassets:\n"
        "  app: {source: coin.png, variants: [favicon, pwa], alt: A coin}\n"
        "  hero: {source: scene.png, variants: {set: srcset, sizes: 300px}, "
        "alt: Dusk}\n"
    )
    shop.run("build")
    parts = [shop.text(name) for name in ("favicon.html", "pwa.html", "hero.html")]
    page = "<!doctype html>" + "".join(parts) + ASK
    (shop.output / "page.html").write_text(page.replace('loading="lazy" ', ""))
    with Site(shop.output) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def told(site: Site, profile: Path) -> dict[str, Any]:
    """Return what a browser finds out about a page."""
    browser = subprocess.Popen(
        [
            str(CHROMIUM),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--no-first-run",
            f"--user-data-dir={profile}",
            "--remote-debugging-port=0",
            f"{site.address}/page.html",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        return site.told.get(timeout=SECONDS)
    finally:
        browser.terminate()
        browser.wait(SECONDS)


def test_a_browser_finds_every_icon_and_chooses_a_picture(
    site: Site, tmp_path: Path
) -> None:
    """The ico, the touch icon, the manifest's icons, and AVIF at the right width."""
    found = told(site, tmp_path / "profile")
    assert found["errors"] == []
    assert found["links"]["/apple-touch-icon.png"] == [180, 180]
    assert found["links"]["/favicon-96x96.png"] == [96, 96]
    assert found["links"]["/favicon.ico"][0] in {16, 32, 48}
    assert found["icons"] == {
        "any 192x192": [192, 192],
        "any 512x512": [512, 512],
        "maskable 192x192": [192, 192],
        "maskable 512x512": [512, 512],
        "monochrome 512x512": [512, 512],
    }
    assert found["chosen"] == "/hero-320w.avif"
    assert found["alt"] == "Dusk"
