"""Photographs the desk for the documentation: a demo of its own, seeded afresh, and the pages that docs show.

`make screenshots` writes docs/images/*.png. The demo lives fourteen months up to today, so pictures of two days differ
in their dates and amounts, and in nothing else.
"""

import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
WIDTH, HEIGHT = 1200, 800
LARGEST = 150_000
# Letters smoothed in grey: fewer colours, half the bytes.
ARGUMENTS = ("--no-sandbox", "--disable-lcd-text")
PATIENCE = 300


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.stderr.write("There is no Chromium to take pictures with: make browser\n")
        return 2
    with (
        tempfile.TemporaryDirectory(prefix="countersign-") as var,
        demo(Path(var)) as access,
        sync_playwright() as player,
    ):
        browser = player.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        sizes = []
        for name, (person, go) in PICTURES.items():
            page = browser.new_page(base_url=access["COUNTERSIGN_URL"], viewport={"width": WIDTH, "height": HEIGHT})
            log_in(page, access[person], access["STAFF_PASSWORD"])
            go(page)
            sizes.append(take(page, IMAGES / f"{name}.png"))
        browser.close()
    return 1 if max(sizes) > LARGEST else 0


@contextmanager
def demo(var: Path) -> Iterator[dict[str, str]]:
    """A demo of nobody else's, and its ways in; gone with all its data afterwards."""
    port = free_port()
    given = os.environ | {"VAR_DIR": str(var), "PORT": str(port), "LOG_LEVEL": "WARNING"}
    server = subprocess.Popen([sys.executable, "manage.py", "demo"], cwd=ROOT, env=given, stdout=subprocess.DEVNULL)
    try:
        wait_for(server, f"http://127.0.0.1:{port}/readyz")
        lines = (var / "demo.env").read_text().splitlines()
        yield {name: shlex.split(value)[0] for name, _, value in (line.partition("=") for line in lines)}
    finally:
        server.terminate()
        server.wait(timeout=60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(server: subprocess.Popen[bytes], address: str) -> None:
    """Return once the demo answers. Raises RuntimeError when it ends before that, or takes too long."""
    for _ in range(PATIENCE):
        if server.poll() is not None:
            raise RuntimeError("The demo ended before it answered.")
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(1)
    raise RuntimeError("The demo does not answer.")


def log_in(page: Page, username: str, password: str) -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_load_state()


def take(page: Page, path: Path) -> int:
    """One picture of what a screen shows, without the id of the request; its size in bytes."""
    page.evaluate("document.querySelector('#footer')?.remove()")
    page.screenshot(path=path, animations="disabled")
    size = path.stat().st_size
    too_large = f", more than {LARGEST // 1000}: show less of the page" if size > LARGEST else ""
    sys.stdout.write(f"{path.relative_to(ROOT)}: {size // 1000} KB{too_large}\n")
    return size


def desk(page: Page) -> None:
    page.goto("/admin/")


def orders(page: Page) -> None:
    page.goto("/admin/orders/order/")


def approval(page: Page) -> None:
    """The waiting order of the largest schedule that this person may approve."""
    page.goto("/admin/orders/order/?state=mine")
    addresses = page.locator("#result_list a[href*='/change/']").evaluate_all("links => links.map(link => link.href)")
    page.goto(max(sorted(set(addresses)), key=lambda address: bars_of(page, address)))


def bars_of(page: Page, address: str) -> int:
    """How much there is to see in the schedule of an order that may be approved."""
    page.goto(address)
    may = page.get_by_role("heading", name="You can approve this").count()
    return page.locator("svg rect").count() if may else -1


def draft(page: Page) -> None:
    page.goto("/admin/orders/order/?state=draft")
    page.locator("#result_list a[href*='/change/']").first.click()
    page.wait_for_load_state()


PICTURES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "approve": ("STAFF_APPROVER", approval),
    "desk": ("STAFF_APPROVER", desk),
    "orders": ("STAFF_APPROVER", orders),
    "draft": ("STAFF_DRAFTER", draft),
}

if __name__ == "__main__":
    sys.exit(main())
