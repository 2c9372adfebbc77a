"""Picture the main pages and documents of the demo: for the manual, for the README, for a look at a change.

    .venv/bin/python tools/screenshots.py                   # static/pictures/<language>/<name>.webp
    .venv/bin/python tools/screenshots.py --all FOLDER      # every page at both sizes, as PNG, to look at
    .venv/bin/python tools/screenshots.py grid run          # only these

Makes the demo data in a temporary folder (or takes ``--instance``, a folder that has them), serves it on
this machine, signs in with the demo's accounts and pictures each of ``PAGES`` in both languages. Needs
Chromium and poppler-utils (`make dev` as root brings both); with Debian's chromium-l10n date fields, too,
speak the language of the picture.

To add a picture: one ``Picture`` in ``PAGES``. ``path`` is the page; ``link`` a selector of a link on it
that is followed (so that no key of the demo stands here; "; " stands between links of one page after another); ``size`` ``DESK``, ``PHONE`` or ``HALL``; ``part`` a
selector, where a part of the page is enough. The manual shows it as ``![what one sees](picture:<name>)``.
"""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.e2e.chromium import launch
from tools.load import HOST, served
from workforce.demo.telling import PASSWORD

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "static" / "pictures"
WORKFORCE = ROOT / ".venv" / "bin" / "workforce"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
HALL = {"width": 1920, "height": 1080}
LOCALES = {"zh": "zh_CN", "en": "en_US"}
"""Languages of pages, with what Chromium calls them."""
QUALITY = 62
"""Of WebP: letters stay sharp, and a picture takes about 30 kB."""
PAGE_MS = 10_000


@dataclass(frozen=True)
class Picture:
    """One page: whose, where it is, and which link leads further, if one is followed."""

    name: str
    account: str
    path: str
    size: dict[str, int]
    link: str = ""
    part: str = ""
    english: str = ""
    """Its address in English, where that is another one."""

    def path_in(self, locale: str) -> str:
        """Return its address in a language."""
        return self.english if locale == "en" and self.english else self.path


PAGES = [
    Picture("sign-in", "", "/sign-in", PHONE),
    Picture("board", "", "/board", HALL, english="/board/en"),
    Picture("earnings", "annotator", "/earnings", PHONE),
    Picture("payslip-page", "annotator", "/payslips", PHONE, "main a[href*='/payslips/']"),
    Picture("my-month", "annotator", "/my-month", PHONE),
    Picture("my-quality", "annotator", "/my-quality", PHONE),
    Picture("my-requests", "annotator", "/attendance/requests/mine", PHONE),
    Picture("my-declarations", "annotator", "/declarations", PHONE),
    Picture("my-disputes", "annotator", "/disputes", PHONE),
    Picture("team-month", "supervisor", "/attendance/team-month?period=2026-10", DESK),
    Picture(
        "team-day",
        "supervisor",
        "/attendance/team-month",
        PHONE,
        "main a[href*='/day?']",
    ),
    Picture(
        "request",
        "supervisor",
        "/attendance/requests",
        DESK,
        "main th a[href*='/attendance/requests/']",
    ),
    Picture("today", "supervisor", "/today", DESK),
    Picture("seats", "supervisor", "/seats", DESK, part=".seats-plan"),
    Picture("my-seat", "annotator", "/seats/mine", PHONE),
    Picture("balances", "supervisor", "/attendance/balances", DESK),
    Picture("payroll-month", "finance", "/payroll/month/2026-11", DESK),
    Picture("payroll-run", "finance", "/payroll/runs", DESK, "main a[href*='/payroll/runs/']"),
    Picture(
        "payment-batch",
        "finance",
        "/payroll/payments",
        DESK,
        "main th a[href*='/payroll/payments/']",
    ),
    Picture(
        "delivery",
        "finance",
        "/payroll/runs",
        DESK,
        "main a[href*='/payroll/runs/']; main a[href$='/delivery']",
    ),
    Picture("order-new", "finance", "/payroll/orders/new", DESK),
    Picture("late-new", "finance", "/payroll/late/new?kind=shift", DESK),
    Picture("files", "finance", "/payroll/month/2026-10/files", DESK),
    Picture("filings", "finance", "/payroll/filings?period=2026-10", DESK),
    Picture("control", "finance", "/payroll/month/2026-10/control", DESK),
    Picture("arrears", "finance", "/payroll/payments/arrears", DESK),
    Picture("dispute", "finance", "/payroll/disputes", DESK, "main a[href*='/payroll/disputes/']"),
    Picture(
        "declaration",
        "finance",
        "/payroll/declarations",
        DESK,
        "main a[href*='/payroll/declarations/']",
    ),
    Picture("imports", "supervisor", "/imports", DESK),
    Picture("output", "supervisor", "/output", DESK),
    Picture("inspect", "finance", "/quality/inspections/new", DESK),
    Picture("overview", "official", "/bureau/overview", DESK),
    Picture("statistics", "official", "/statistics/forms/wages?period=2026-09", DESK),
    Picture("explorer", "official", "/statistics/explorer?period=2026-09", DESK),
    Picture("issues", "official", "/statistics/issues", DESK),
    Picture(
        "figure",
        "official",
        "/statistics/cell?period=2026-09&cube=sex&measure=jobs_end&groups=1",
        DESK,
    ),
    Picture("start", "admin", "/start", DESK),
    Picture("companies", "admin", "/companies", DESK),
    Picture(
        "floor",
        "admin",
        "/premises",
        DESK,
        "main th a[href*='/premises/floors/']",
        part=".plan-box",
    ),
    Picture("new-company", "admin", "/companies/new", DESK),
    Picture("people", "finance", "/people", DESK),
    Picture("my-account", "annotator", "/me", PHONE),
    Picture("accounts", "admin", "/accounts", DESK),
    Picture("account-slips", "admin", "/accounts/people?company=1", DESK),
    Picture("audit", "admin", "/audit", DESK),
    Picture("schedules", "admin", "/schedules", DESK),
]
# Picture → the first of these files of the demo, and which of its pages.
DOCUMENTS = {
    "payslip": ("produced/2026-10/*/payslips/*.pdf", 1),
    "report": ("produced/2026-10/从业人员及工资总额_基地_*.pdf", 1),
    "book": ("produced/季度报告_*.pdf", 3),
}


def sign_in(
    browser: Browser, address: str, account: str, size: dict[str, int], locale: str
) -> BrowserContext:
    """Return a browser of this size and language in which an account is signed in."""
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        device_scale_factor=2 if size is PHONE else 1,
        locale="zh-CN" if locale == "zh" else "en",
        # What moves is pictured where it has come to.
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "locale", "value": locale, "url": address}])
    if account:
        page = context.new_page()
        page.goto(f"{address}/sign-in")
        page.fill("input[name=login_name]", account)
        page.fill("input[name=password]", PASSWORD)
        page.click("main [type=submit]")
        # A click does not wait for what it leads to, and a page on its way is never closed.
        page.wait_for_url(lambda url: not url.endswith("/sign-in"))
        page.close()
    return context


def take(
    context: BrowserContext, address: str, picture: Picture, locale: str, *, whole: bool
) -> bytes:
    """Go to the page and return a PNG of what is seen of it, or of all of it."""
    page = context.new_page()
    page.set_default_timeout(PAGE_MS)
    answers: list[int] = []
    # An error has a page, too, which nobody wants in a manual.
    page.on(
        "response",
        lambda one: answers.append(one.status) if one.request.is_navigation_request() else None,
    )
    page.goto(f"{address}{picture.path_in(locale)}")
    for link in filter(None, picture.link.split("; ")):
        page.locator(link).first.click()
    page.wait_for_load_state("networkidle")
    if max(answers) >= HTTPStatus.BAD_REQUEST:
        message = f"the page answers {max(answers)}"
        raise RuntimeError(message)
    if picture.part:
        # Where nothing is scrolled the top bar covers none of it.
        size = picture.size
        page.set_viewport_size({"width": size["width"], "height": 2 * size["height"]})
        found = page.locator(picture.part).first.screenshot(animations="disabled")
    else:
        found = page.screenshot(animations="disabled", full_page=whole)
    page.close()
    return found


def keep(png: bytes, locale: str, name: str) -> None:
    """Write a picture small enough for a phone and for git."""
    folder = PICTURES / locale
    folder.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").save(folder / f"{name}.webp", quality=QUALITY, method=6)


def draw(instance: Path, name: str, pattern: str, number: int) -> None:
    """Picture a page of a document, which is in Chinese in either language's manual."""
    document = min(instance.glob(pattern))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / name
        options = ["-png", "-r", "100", "-f", str(number), "-singlefile"]
        subprocess.run(["pdftoppm", *options, document, target], check=True)
        png = target.with_suffix(".png").read_bytes()
    for locale in LOCALES:
        keep(png, locale, name)


def take_all(
    browser: Browser, locale: str, address: str, wanted: list[Picture], folder: Path | None
) -> None:
    """Take pictures account by account: signing in costs more than a picture."""
    sizes = {"desk": DESK, "phone": PHONE, "hall": HALL}
    for account in dict.fromkeys(picture.account for picture in wanted):
        for shape, size in sizes.items():
            own = [
                picture
                for picture in wanted
                if picture.account == account
                and (picture.size is size or (folder and size is not HALL))
            ]
            if not own:
                continue
            context = sign_in(browser, address, account, size, locale)
            for picture in own:
                try:
                    png = take(context, address, picture, locale, whole=folder is not None)
                except Exception as error:  # noqa: BLE001 - one page must not cost the others
                    print(f"{picture.name} ({locale}, {shape}): {error}", file=sys.stderr)
                    continue
                if folder:
                    path = folder / f"{picture.name}-{locale}-{shape}.png"
                    path.write_bytes(png)
                else:
                    keep(png, locale, picture.name)
            context.close()


def main() -> None:
    """Make the pictures anew."""
    parser = argparse.ArgumentParser(description="Picture the demo's pages.")
    parser.add_argument("names", nargs="*", help="only these pictures")
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="all sizes, whole pages, as PNG")
    parser.add_argument("--instance", type=Path, help="a folder that holds the demo already")
    chosen = parser.parse_args()
    for program in ("chromium", "pdftoppm"):
        if shutil.which(program) is None:
            sys.exit(f"{program} is missing: sudo apt-get install chromium poppler-utils")
    wanted = [picture for picture in PAGES if not chosen.names or picture.name in chosen.names]
    if chosen.all:
        chosen.all.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        instance = chosen.instance or Path(folder)
        if chosen.instance is None:
            subprocess.run([WORKFORCE, "--instance", instance, "demo"], check=True)
        with served(instance) as port, sync_playwright() as playwright:
            address = f"http://{HOST}:{port}"
            for locale, language in LOCALES.items():
                browser = launch(playwright, language)
                take_all(browser, locale, address, wanted, chosen.all)
                browser.close()
        if not chosen.all and not chosen.names:
            for name, (pattern, number) in DOCUMENTS.items():
                draw(instance, name, pattern, number)


if __name__ == "__main__":
    main()
