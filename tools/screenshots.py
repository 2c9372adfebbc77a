"""Picture the main pages and documents of the demo, for whoever changes them and for the README.

    .venv/bin/python tools/screenshots.py

Makes the demo data in a temporary folder, serves it on this machine, signs in with the demo's accounts
and writes docs/pictures/*.png. Needs Chromium and poppler-utils (`make dev` as root brings both).
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.e2e.chromium import launch
from workforce.demo.telling import PASSWORD

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
WORKFORCE = ROOT / ".venv" / "bin" / "workforce"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
START_SECONDS = 30


@dataclass(frozen=True)
class Picture:
    """One page: whose, where it is, and which link leads further, if one is followed."""

    name: str
    account: str
    path: str
    size: dict[str, int]
    link: str = ""


PAGES = [
    Picture("payslip-page", "annotator", "/payslips", PHONE, "main a[href*='/payslips/']"),
    Picture("team-month", "supervisor", "/attendance/team-month?period=2026-10", DESK),
    Picture("payroll-run", "finance", "/payroll/runs", DESK, "main a[href*='/payroll/runs/']"),
    Picture("statistics", "official", "/statistics/employment?period=2026-10", DESK),
]
# Picture → the first page of the first of these files of the demo.
DOCUMENTS = {
    "payslip": "produced/2026-10/*/payslips/*.pdf",
    "report": "produced/2026-10/就业报表_基地_*.pdf",
}


@contextmanager
def served(instance: Path) -> Iterator[str]:
    """Serve an instance on a free port of this machine; give its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen([WORKFORCE, "--instance", instance, "serve", "--port", str(port)])
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def wait_for(port: int) -> None:
    """Return as soon as something listens."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("the server did not start")


def take(browser: Browser, address: str, picture: Picture) -> None:
    """Sign in, go to the page and picture what is seen of it without scrolling."""
    context = browser.new_context(
        viewport={"width": picture.size["width"], "height": picture.size["height"]},
        device_scale_factor=2 if picture.size is PHONE else 1,
        locale="zh-CN",
    )
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("input[name=login_name]", picture.account)
    page.fill("input[name=password]", PASSWORD)
    page.click("main [type=submit]")
    page.goto(f"{address}{picture.path}")
    if picture.link:
        page.locator(picture.link).first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{picture.name}.png", animations="disabled")
    context.close()


def draw(instance: Path, name: str, pattern: str) -> None:
    """Picture the first page of a document."""
    document = min(instance.glob(pattern))
    options = ["-png", "-r", "120", "-singlefile"]
    subprocess.run(["pdftoppm", *options, document, PICTURES / name], check=True)


def main() -> None:
    """Make every picture anew."""
    for program in ("chromium", "pdftoppm"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is missing: sudo apt-get install chromium poppler-utils")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder)
        subprocess.run([WORKFORCE, "--instance", instance, "demo"], check=True)
        with served(instance) as address, sync_playwright() as playwright:
            browser = launch(playwright)
            for picture in PAGES:
                take(browser, address, picture)
            browser.close()
        for name, pattern in DOCUMENTS.items():
            draw(instance, name, pattern)
    for path in sorted(PICTURES.iterdir()):
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
