"""The hall's screen in a real browser: for days, after its server is lost, and without a script."""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import replace
from itertools import count

import pytest
from flask import Flask
from playwright.sync_api import CDPSession, Page, Route, expect
from playwright.sync_api import Error as BrowserError
from sqlalchemy.orm import Session

from tests.board import world
from tests.e2e.conftest import Visitor, Visitors
from tests.e2e.test_pages import PHONE_WIDTH, check_shown
from workforce.board import service, snapshot
from workforce.config import Settings
from workforce.platform import clock
from workforce.platform.audit import CLI
from workforce.platform.exhibits import exhibit_sources

pytestmark = [pytest.mark.browser, pytest.mark.feature("BASE-5")]

ROUNDS = int(os.environ.get("BOARD_ROUNDS", "200"))
"""`make board-days` turns as often as a screen does in days."""
WARM_UP = 30
"""So many new contents: until then a browser is still compiling and filling its caches."""
SCENE_MS, REFRESH_MS = 15_000, 60_000
REFRESH_EVERY, NEW_EVERY = 10, 50
MORE_BYTES = 500_000
_began = clock.now() - dt.timedelta(minutes=10)
_instants = (_began + dt.timedelta(seconds=second) for second in count())
"""Each file of the worker has an instant of its own."""
SCENES, DRAWINGS = 4, 3


@pytest.fixture
def shown(app: Flask, session: Session, settings: Settings) -> Settings:
    """An installation that shows all of the tests' exhibits."""
    world.use_exhibits(app)
    world.publish_september(session)
    service.refresh(session, settings.instance)
    service.mark(dict.fromkeys(exhibit_sources(), True), CLI, settings.instance)
    session.rollback()
    return settings


def open_hall(visitors: Visitors) -> Visitor:
    visitor = visitors.visit(width=1920)
    visitor.page.set_viewport_size({"width": 1920, "height": 1080})
    visitor.page.emulate_media(reduced_motion="reduce")
    # Days pass in seconds: timers are due when the test says so.
    visitor.page.clock.install()
    assert visitor.open("/board") == 200
    return visitor


def write_anew(settings: Settings, *, at: dt.datetime, number: int = 0) -> None:
    """Let the worker have refreshed, with other figures where a number is given."""
    path = snapshot.public_path(settings.instance)
    found = snapshot.read(snapshot.kept(path))
    assert found is not None
    changed = found.shown
    if number:
        figures = replace(world.NUMBERS, rows=(world.row("岗位", number), *world.NUMBERS.rows[1:]))
        changed = (replace(changed[0], exhibit=figures), *changed[1:])
    snapshot.write(path, replace(found, generated_at=at, shown=changed))


def test_one_scene_after_another_fits_the_screen(visitors: Visitors, shown: Settings) -> None:
    del shown
    visitor = open_hall(visitors)
    page = visitor.page
    scene = page.locator(".scene:not([hidden])")
    for number, name in enumerate(("就业", "发展", "来自哪里", "目标", "就业")):
        expect(page.locator("#scene-name")).to_have_text(name)
        expect(scene).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert page.evaluate(
            "[...document.querySelectorAll('.scene:not([hidden]) .panel, .head, .facts, #topics')]"
            ".every((one) => one.scrollHeight <= one.clientHeight + 1 && one.scrollWidth <= one.clientWidth + 1)"
        )
        # Legible at five metres: nothing smaller than 24 pixels of a screen of 1080 lines.
        sizes = page.evaluate(
            "[...document.querySelectorAll('.scene:not([hidden]) .drawing text, .scene:not([hidden]) h3, .facts, .brief')]"
            ".map((one) => parseFloat(getComputedStyle(one).fontSize))"
        )
        assert min(sizes) >= 24
        drawn = page.locator(".scene:not([hidden]) .drawing svg").count()
        assert drawn == page.locator(".scene:not([hidden]) .drawing").count()
        if number == 0:
            check_shown(visitor)
        page.clock.fast_forward(SCENE_MS)
    # A hand on the keyboard: back, and stop.
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#scene-name")).to_have_text("就业")
    page.locator("#pause").click()
    page.clock.fast_forward(4 * SCENE_MS)
    expect(page.locator("#scene-name")).to_have_text("就业")
    page.locator("#topics a", has_text="目标").click()
    expect(page.locator(".bullet-reached")).to_have_count(1)
    # More topics, with longer names, push nothing off the screen.
    right = page.evaluate(
        """() => {
          const topics = document.querySelector("#topics ul");
          for (const one of [...topics.children, ...topics.children]) topics.append(one.cloneNode(true));
          for (const link of topics.querySelectorAll("a")) link.textContent += " and a long name";
          return document.querySelector(".clock").getBoundingClientRect().right;
        }"""
    )
    assert right <= 1920
    assert not visitor.complaints


def test_it_goes_on_without_its_server_and_says_so(visitors: Visitors, shown: Settings) -> None:
    visitor = open_hall(visitors)
    page = visitor.page
    facts = page.locator("#facts")
    expect(facts).not_to_have_class(re.compile("stale"))
    write_anew(shown, at=clock.now(), number=42)
    pass_until(page, ".counters dd", "42")

    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/board", refuse)
    asked: list[str] = []
    page.on("requestfailed", lambda request: asked.append(request.url))
    for _ in range(30):
        page.clock.fast_forward(REFRESH_MS)
        page.evaluate("new Promise((done) => requestIdleCallback(done, { timeout: 50 }))")
    expect(page.locator("#trouble")).to_have_text("连接中断，继续显示已有的内容")
    expect(facts).to_have_class(re.compile("stale"))
    # It waits longer and longer: half an hour has not thirty questions.
    assert 3 <= len(asked) <= 12
    # A page of somebody else, such as a network's sign-in, is not taken for its own.
    page.unroute("**/board", refuse)
    page.route("**/board", lambda route: route.fulfill(body="<html>sign in here</html>"))
    page.clock.fast_forward(15 * REFRESH_MS)
    expect(page.locator("#trouble")).to_have_text("连接中断，继续显示已有的内容")
    expect(page.locator(".scene")).to_have_count(SCENES)
    page.unroute_all(behavior="ignoreErrors")
    write_anew(shown, at=clock.now() - dt.timedelta(hours=5))
    pass_until(page, "#trouble", "内容已旧")
    expect(page.locator("#age")).to_have_text("5 小时前")
    write_anew(shown, at=clock.now())
    pass_until(page, "#trouble", "")
    expect(facts).not_to_have_class(re.compile("stale"))


def test_switched_on_again_without_its_server_it_shows_what_it_showed_last(
    visitors: Visitors, shown: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    del shown
    monkeypatch.setattr("workforce.board.rendering.REFRESH_SECONDS", 1)
    visitor = visitors.visit(width=1920)
    page = visitor.page
    assert visitor.open("/board") == 200
    # The page keeps itself when it has asked for something newer, all or nothing.
    page.evaluate(
        """async () => {
          await navigator.serviceWorker.ready;
          while (!await caches.match("/board/en")) await new Promise((done) => requestAnimationFrame(done));
        }"""
    )
    page.context.set_offline(True)
    assert visitor.open("/board?seconds=30") == 200
    expect(page.locator(".counters dd").first).to_have_text("1,234,567")
    page.locator("#topics a", has_text="来自哪里").click()
    expect(page.locator(".scene:not([hidden]) .drawing svg")).to_have_count(1)
    expect(page.locator("#trouble")).to_have_text("连接中断，继续显示已有的内容")
    page.locator(".language").click()
    expect(page.get_by_role("heading", name="English 数字")).to_be_visible()
    addresses = page.evaluate(
        "caches.open('board').then((kept) => kept.keys()).then((all) => all.map((one) => one.url))"
    )
    paths = {address.removeprefix(visitor.address).split("?")[0] for address in addresses}
    assert {"/board", "/board/en"} <= paths
    assert all(path.startswith(("/board", "/static/")) for path in paths)
    # Of other pages nothing is kept.
    with pytest.raises(BrowserError):
        visitor.open("/board/exhibits")


def test_nothing_grows_in_days(visitors: Visitors, shown: Settings) -> None:
    visitor = open_hall(visitors)
    page = visitor.page
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable")
    for number in range(WARM_UP):
        refresh(page, shown, number)
    # Browsers keep what they compile, less and less of it: by four thousand turns the heap gains a megabyte, by the
    # next sixteen thousand nearly nothing. So what comes after half as many turns is what must not grow, the page by nothing at all.
    turn(page, shown, max(ROUNDS // 2, 2 * SCENES))
    before = held(tools)
    turn(page, shown, ROUNDS)
    after = held(tools)
    for name, more in (("Nodes", 50), ("JSEventListeners", 5), ("JSHeapUsedSize", MORE_BYTES)):
        assert after[name] <= before[name] + more, (name, before[name], after[name])
    assert page.locator(".drawing svg").count() <= DRAWINGS
    assert not visitor.complaints


def turn(page: Page, settings: Settings, rounds: int) -> None:
    """Let so many scenes pass; now and then the worker has refreshed, seldom there are other figures."""
    for number in range(rounds):
        if number % REFRESH_EVERY == 0:
            refresh(page, settings, number // NEW_EVERY)
        else:
            page.clock.fast_forward(SCENE_MS)


def refresh(page: Page, settings: Settings, number: int) -> None:
    figure = 100 + number % 7
    write_anew(settings, number=figure, at=next(_instants))
    pass_until(page, ".counters dd", str(figure))


def pass_until(page: Page, selector: str, words: str) -> None:
    """Let minutes pass until the page has asked and says this: an answer takes a moment of its own."""
    element = page.locator(selector).first
    for _ in range(30):
        page.clock.fast_forward(REFRESH_MS)
        for _ in range(25):
            if element.text_content() == words:
                return
            page.evaluate("new Promise((done) => requestIdleCallback(done, { timeout: 20 }))")
    expect(element).to_have_text(words)


def held(tools: CDPSession) -> dict[str, float]:
    """Return what the page holds once all that is given up is collected."""
    for _ in range(3):
        tools.send("HeapProfiler.collectGarbage")
    metrics = tools.send("Performance.getMetrics")["metrics"]
    return {one["name"]: one["value"] for one in metrics}


@pytest.mark.parametrize("has_script", [True, False])
def test_a_phone_reads_it_as_a_list(
    visitors: Visitors, shown: Settings, *, has_script: bool
) -> None:
    del shown
    visitor = visitors.visit(width=PHONE_WIDTH, has_script=has_script)
    assert visitor.open("/board/en") == 200
    page = visitor.page
    for title in ("English 数字", "English 曲线", "English 乡镇", "English 男女", "English 目标"):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.locator(".drawing svg")).to_have_count(3 if has_script else 0)
    if has_script:
        check_shown(visitor)
    else:
        expect(page.get_by_role("cell", name="4,531.44")).to_be_visible()
