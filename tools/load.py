"""Load a server as a morning at the base does, and tell how fast each page answers.

    make load                                                        # the demo of instance/
    make load ARGS="--instance /tmp/load --users 50 --seconds 180"  # the demo of --size load
    .venv/bin/python tools/load.py --instance /tmp/load --strict
    .venv/bin/python tools/load.py --instance /tmp/load --users 100 --role official

Starts ``workforce serve``, the production server, on this machine, signs in with the demo's accounts and lets
``--users`` visitors walk through the pages of their role, thinking ``--think`` seconds on average between
two pages. Of ten visitors six are annotators, two supervisors (who also save cells of the present month),
one works in finance and one is an official or administrator. A page counts from the first byte sent to
the last byte read; what is static is kept by browsers for a year and is not fetched.

Only a demo is loaded, because cells are saved, and only on this machine. Exit code 1: an answer was an
error; with ``--strict`` also where a page was slower than its limit.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import platform
import random
import re
import resource
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

from workforce.config import DEMO_MARK, default_instance
from workforce.core.period import PayPeriod
from workforce.demo.telling import PASSWORD
from workforce.platform import clock

HOST: Final = "127.0.0.1"
MOST_USERS: Final = 500
MOST_SECONDS: Final = 3600
LIMIT_MS: Final = {"annotator": 150, "official": 500}
OTHER_LIMIT_MS: Final = 300
"""The 95th percentile of a page may take so long: annotators hold phones and are the most."""
_PROGRAM: Final = "from workforce.cli.main import main; main()"
_TIMEOUT_S: Final = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request brought."""

    status: int
    location: str
    text: str


class Browser:
    """One visitor's browser: keeps its connection and its cookies."""

    def __init__(self, port: int) -> None:
        """Begin without a cookie."""
        self._connection = http.client.HTTPConnection(HOST, port, timeout=_TIMEOUT_S)
        self._cookies: dict[str, str] = {}

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        kind: str = "",
        token: str = "",
    ) -> Answer:
        """Send one request and read the whole answer."""
        headers = {"Accept-Encoding": "gzip"}
        if self._cookies:
            headers["Cookie"] = "; ".join(
                f"{name}={value}" for name, value in self._cookies.items()
            )
        if kind:
            headers["Content-Type"] = kind
        if token:
            headers["X-CSRFToken"] = token
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if response.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        return Answer(
            response.status,
            response.headers.get("Location") or "",
            content.decode("utf-8", errors="replace"),
        )

    def get(self, path: str) -> Answer:
        """Get a page."""
        return self.send("GET", path)

    def post(self, path: str, form: dict[str, str]) -> Answer:
        """Send a form."""
        return self.send(
            "POST", path, urlencode(form).encode(), "application/x-www-form-urlencoded"
        )

    def sign_in(self, login_name: str) -> Answer:
        """Sign in with the password of all demo accounts."""
        token = _token(self.get("/sign-in").text)
        return self.post(
            "/sign-in", {"csrf_token": token, "login_name": login_name, "password": PASSWORD}
        )

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    return found[1] if found else ""


@dataclass
class Visitor:
    """Somebody who walks: what he saw last, and what he has measured."""

    role: str
    browser: Browser
    dice: random.Random
    last: Answer = field(default_factory=lambda: Answer(0, "", ""))
    times: list[tuple[str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def take(self, name: str, request: Callable[[], Answer]) -> Answer:
        """Send a request under the name of its page, and measure it."""
        began = time.perf_counter()
        try:
            self.last = request()
        except (OSError, http.client.HTTPException) as error:
            self.errors.append(f"{name}: {type(error).__name__}")
            self.browser.close()
            return self.last
        self.times.append((name, (time.perf_counter() - began) * 1000))
        if self.last.status >= http.client.BAD_REQUEST:
            self.errors.append(f"{name}: {self.last.status}")
        elif self.last.location and urlsplit(self.last.location).path == "/sign-in":
            self.errors.append(f"{name}: signed out")
        return self.last


Step = Callable[[Visitor], None]


def page(path: str) -> Step:
    """Open a page; ``{month}`` stands for the present month."""
    return lambda visitor: _open(visitor, path.format(month=PayPeriod.of(clock.today())))


def follow(pattern: str) -> Step:
    """Open one of the links of the last page whose address fits whole; none: stay."""

    def step(visitor: Visitor) -> None:
        links = re.findall(r'href="([^"]+)"', visitor.last.text)
        fitting = sorted({link for link in links if re.fullmatch(pattern, link)})
        if fitting:
            _open(visitor, visitor.dice.choice(fitting).replace("&amp;", "&"))

    return step


def _open(visitor: Visitor, path: str) -> None:
    visitor.take(name_of(path), lambda: visitor.browser.get(path))


def name_of(path: str) -> str:
    """Return an address without its keys: all payslips are one page."""
    return re.sub(r"/\d+", "/…", urlsplit(path).path)


def save_cells(visitor: Visitor) -> None:
    """Type hours into some cells of the grid just opened, as whoever goes down a column does."""
    token = re.search(r'id="grid-token" value="([^"]+)"', visitor.last.text)
    config = re.search(r'"saveUrl": ?"([^"]+)"', visitor.last.text)
    period = re.search(r'"period": ?"([^"]+)"', visitor.last.text)
    people = re.findall(r'data-e="(\d+)"', visitor.last.text)
    if not (token and config and period and people):
        return
    day = visitor.dice.randint(1, 28)
    for person in visitor.dice.sample(people, min(3, len(people))):
        text = visitor.dice.choice(("8", "7.5", "8"))
        cell = [int(person), day, None, text, None]
        sent = json.dumps({"period": period[1], "cells": [cell], "reason": "", "preview": False})
        visitor.take(
            "(save a cell)",
            lambda sent=sent: visitor.browser.send(  # type: ignore[misc]
                "POST", config[1], sent.encode(), "application/json", token[1]
            ),
        )


WALKS: Final[dict[str, tuple[str, Sequence[Step]]]] = {
    "annotator": (
        "annotator",
        (
            page("/"),
            page("/earnings"),
            page("/earnings/estimate"),
            page("/payslips"),
            follow(r"/payslips/\d+"),
            follow(r"/payslips/\d+/lines/\d+"),
            page("/my-month"),
            page("/my-quality"),
            page("/attendance/requests/mine"),
            page("/disputes"),
            page("/declarations"),
            page("/earnings/what-if"),
        ),
    ),
    "supervisor": (
        "supervisor",
        (
            page("/"),
            page("/today"),
            page("/attendance/team-month?period={month}"),
            save_cells,
            follow(r"/attendance/teams/\d+/day\?.*"),
            page("/attendance/requests"),
            page("/attendance/balances"),
            page("/people"),
            follow(r"/people/\d+"),
            page("/output"),
            follow(r"/output/batches/\d+"),
            page("/quality"),
            page("/imports"),
        ),
    ),
    "finance": (
        "finance",
        (
            page("/"),
            page("/payroll/runs"),
            follow(r"/payroll/runs/\d+"),
            follow(r"/payroll/runs/\d+/people"),
            follow(r"/payroll/payslips/\d+"),
            page("/payroll/disputes"),
            page("/settings/prices"),
            page("/settings/profiles"),
            page("/jobs"),
            page("/reports/employment"),
            page("/law"),
        ),
    ),
    "official": (
        "official",
        (
            page("/"),
            page("/bureau/overview"),
            page("/statistics/forms/employment"),
            page("/statistics/explorer"),
            follow(r"/statistics/explorer\?.*"),
            follow(r"/statistics/cell\?.*"),
            page("/statistics/explorer?rows=township&columns=months&measure=jobs_end&span=13"),
            follow(r"/statistics/explorer\.xlsx\?.*"),
            page("/law"),
        ),
    ),
    "administrator": (
        "admin",
        (page("/"), page("/accounts"), page("/companies"), page("/schedules"), page("/audit")),
    ),
}
"""For each role the demo's account and the way through its pages."""

TEN: Final = (*["annotator"] * 6, *["supervisor"] * 2, "finance", "official")
"""Ten visitors; of every second ten the last one is an administrator."""


def crowd(users: int, role: str | None = None) -> list[str]:
    """Return the role of each visitor: as at a base, or the same for all."""
    if role is not None:
        return [role] * users
    roles = [TEN[number % len(TEN)] for number in range(users)]
    roles[len(TEN) * 2 - 1 :: len(TEN) * 2] = ["administrator"] * (users // (len(TEN) * 2))
    return roles


@dataclass(frozen=True, slots=True)
class Load:
    """How many visitors, for how long, thinking how long between two pages."""

    users: int
    seconds: float
    think_s: float
    seed: int = 1
    role: str | None = None
    """All visitors have it; None: they come as at a base."""


def walk(visitor: Visitor, load: Load, until: float) -> None:
    """Let one visitor walk until the time is over."""
    login_name, steps = WALKS[visitor.role]
    dice, pause = visitor.dice, threading.Event()
    # Nobody arrives at the same moment, nor begins with the same page.
    pause.wait(dice.uniform(0, load.think_s * 2))
    visitor.take("/sign-in", lambda: visitor.browser.sign_in(login_name))
    for step in _endless(steps, dice.randrange(len(steps))):
        pause.wait(dice.uniform(0, load.think_s * 2))
        if time.monotonic() >= until:
            break
        step(visitor)
    visitor.browser.close()


def _endless(steps: Sequence[Step], start: int) -> Iterator[Step]:
    """Begin anywhere, then go round: a link is followed only from the page that has it."""
    place = start
    while True:
        yield steps[place % len(steps)]
        place += 1


def run(port: int, load: Load) -> list[Visitor]:
    """Let all visitors walk at the same time; return them with what they measured."""
    roles = crowd(load.users, load.role)
    for role in sorted(set(roles)):
        tour(port, role)
    visitors = [
        Visitor(role, Browser(port), random.Random(f"{load.seed}:{number}"))  # noqa: S311 - a walk that can be repeated, no secret
        for number, role in enumerate(roles)
    ]
    until = time.monotonic() + load.seconds
    threads = [threading.Thread(target=walk, args=(visitor, load, until)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return visitors


def tour(port: int, role: str) -> Visitor:
    """Let one visitor go once round without thinking; what a process reads only once is read then."""
    visitor = Visitor(role, Browser(port), random.Random(role))  # noqa: S311 - no secret
    login_name, steps = WALKS[role]
    visitor.take("/sign-in", lambda: visitor.browser.sign_in(login_name))
    for step in steps:
        step(visitor)
    visitor.browser.close()
    return visitor


def percentile(values: Sequence[float], per_cent: int) -> float:
    """Return the nearest-rank percentile of sorted values."""
    return values[max(-(-len(values) * per_cent // 100), 1) - 1]


def report(visitors: Sequence[Visitor], load: Load) -> bool:
    """Print how fast each page answered and what went wrong; tell whether all kept their limits."""
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    for visitor in visitors:
        for name, spent in visitor.times:
            times[visitor.role, name].append(spent)
    print(f"{'role':14} {'page':44} {'count':>6} {'p50':>7} {'p95':>7} {'p99':>7}  ms")
    is_kept = True
    for role, name in sorted(times):
        is_kept &= _tell(role, name, sorted(times[role, name]))
    for role in sorted({role for role, _ in times}):
        together = sorted(
            spent for (each, _), spents in times.items() if each == role for spent in spents
        )
        is_kept &= _tell(role, "ALL PAGES", together)
    count = sum(len(spents) for spents in times.values())
    errors = [error for visitor in visitors for error in visitor.errors]
    print(
        f"{count} pages by {load.users} visitors in {load.seconds:.0f} s "
        f"({count / load.seconds:.1f} a second), {len(errors)} errors"
    )
    for error in sorted(set(errors)):
        print(f"  error: {error} ({errors.count(error)})")
    return is_kept


def _tell(role: str, name: str, spents: Sequence[float]) -> bool:
    p50, p95, p99 = (percentile(spents, each) for each in (50, 95, 99))
    limit = LIMIT_MS.get(role, OTHER_LIMIT_MS)
    # Signing in hashes the password, slowly on purpose.
    is_kept = p95 < limit or name == "/sign-in"
    mark = "" if is_kept else f"  over {limit}"
    print(f"{role:14} {name:44} {len(spents):6} {p50:7.0f} {p95:7.0f} {p99:7.0f}{mark}")
    return is_kept


@contextmanager
def served(instance: Path, *options: str) -> Iterator[int]:
    """Serve an installation as in production; give the port."""
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
    words = [sys.executable, "-c", _PROGRAM, "--instance", str(instance), "serve"]
    environment = {**os.environ, "LC_ALL": "en_US.UTF-8", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*words, "--host", HOST, "--port", str(port), *options],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as server:
        try:
            line = server.stdout.readline() if server.stdout else ""
            if server.stdout is None or not line.startswith("Serving"):
                message = f"the server did not start: {line}"
                raise SystemExit(message)
            # Read on, so that the server never waits for somebody to listen.
            threading.Thread(target=server.stdout.read, daemon=True).start()
            yield port
        finally:
            server.terminate()


def main() -> int:
    """Load a demo and report; return the exit code."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--instance", type=Path, default=default_instance(), help="a demo's folder")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--role", choices=sorted(WALKS), help="all visitors have this role")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--think", type=float, default=5.0, help="seconds between two pages")
    parser.add_argument("--strict", action="store_true", help="fail where a limit is passed")
    options = parser.parse_args()
    if not 1 <= options.users <= MOST_USERS or not 1 <= options.seconds <= MOST_SECONDS:
        parser.error(f"at most {MOST_USERS} users and {MOST_SECONDS} seconds")
    if not (options.instance / DEMO_MARK).is_file():
        parser.error(f"{options.instance} is no demo: cells would be saved in somebody's books")
    load = Load(options.users, options.seconds, options.think, role=options.role)
    with served(options.instance) as port:
        visitors = run(port, load)
    # All of the server's and the worker's time, whatever else this machine does meanwhile.
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent, count = used.ru_utime + used.ru_stime, sum(len(each.times) for each in visitors)
    print(f"server and worker: {spent:.1f} s of CPU, {spent / max(count, 1) * 1000:.0f} ms a page")
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores")
    is_kept = report(visitors, load)
    has_errors = any(visitor.errors for visitor in visitors)
    return 1 if has_errors or (options.strict and not is_kept) else 0


if __name__ == "__main__":
    sys.exit(main())
