"""The public screen: what it says, to whom, and that it needs nothing but its file."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.board import world
from tests.factories import create_account
from tests.factories.web import FormClient
from tests.queries import counted
from workforce import slices
from workforce.accounts.models import Account
from workforce.board import queries, service
from workforce.board.jobs import REFRESH_BOARD
from workforce.board.screen import panel_of, screen_of
from workforce.board.snapshot import Shown, Snapshot
from workforce.cli.main import main
from workforce.config import Settings
from workforce.core.permissions import Role
from workforce.core.report_period import ReportPeriod
from workforce.platform import clock
from workforce.platform.audit import CLI
from workforce.platform.db import db
from workforce.platform.exhibits import YUAN, Shape, Topic, Value, exhibit_sources, readable
from workforce.platform.jobs import Job

ClientAs = Callable[[Account], FormClient]
MADE = dt.datetime(2026, 10, 20, 9, 0, tzinfo=clock.BASE_ZONE)


@pytest.fixture(autouse=True)
def at() -> Iterator[None]:
    with clock.fixed(MADE):
        yield


@pytest.fixture
def shown(app: Flask, session: Session, settings: Settings) -> Settings:
    """An installation that shows all of the tests' exhibits."""
    world.use_exhibits(app)
    world.publish_september(session)
    service.refresh(session, settings.instance)
    service.mark(dict.fromkeys(exhibit_sources(), True), CLI, settings.instance)
    session.rollback()
    return settings


@pytest.mark.feature("OFF-15")
@pytest.mark.usefixtures("shown")
def test_everybody_reads_what_is_public_in_two_languages(client: FormClient) -> None:
    page = client.get("/board")
    text = page.text
    assert page.status_code == 200
    assert 'lang="zh-CN"' in text
    assert "1,234,567" in text
    assert "4,531.44" in text
    assert text.count("※ 不公布") >= 2
    assert '<dd class="untold">—</dd>' in text
    assert "数据截至 2026-09" in text
    assert "更新于 2026-10-20 09:00" in text
    assert "刚刚" in text
    assert "数字的口径。后一句" in text
    assert "数字的来源" in text
    # Of what nothing can be told there is no empty chart.
    assert "全不公布" not in text
    # What was reached, the target and the widths of 950 that show them.
    assert "<strong>700</strong>" in text
    assert 'width="665"' in text
    assert 'x="950"' in text
    # A label is text, in the table and in what the script draws.
    assert "<b>" not in text
    drawings = re.findall(r'application/json" id="drawing-(\w+)">(.*?)</script>', text)
    told = {code: json.loads(drawing) for code, drawing in drawings}
    assert list(told) == ["parts", "curves", "bars"]
    assert told["curves"]["series"][1] == {
        "name": "参照",
        "is_reference": True,
        "values": ["3900.00", None],
        "texts": ["3,900.00", "※ 不公布"],
    }
    english = client.get("/board/en").text
    assert 'lang="en"' in english
    assert "English 数字" in english
    assert "※ not shown" in english
    assert 'href="/board"' in english


@pytest.mark.feature("OFF-15")
@pytest.mark.usefixtures("shown")
def test_caches_may_keep_it_and_nobody_is_followed(client: FormClient) -> None:
    for path in ("/board", "/board/en", "/board.json"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=30, stale-if-error=86400"
        assert "Set-Cookie" not in answer.headers
        again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    # No address leads elsewhere.
    assert not re.findall(r"(?:src|href)=\"(?!/|#)", client.get("/board").text)
    figures = client.get("/board.json").get_json()
    assert figures["period"] == "2026-09"
    assert figures["exhibits"][0]["rows"][1]["values"] == ["withheld"]


@pytest.mark.feature("BASE-5")
def test_without_the_database_it_answers_and_says_how_old_it_is(
    app: Flask, session: Session, shown: Settings, client_as: ClientAs
) -> None:
    # Whoever is signed in gets the same page, without being looked for.
    visitor = client_as(create_account(session, Role.BASE_ADMIN))
    session.rollback()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
        engine = db.engine
    for file in shown.instance.glob("workforce.sqlite3*"):
        file.unlink()

    def refuse(*_asked: object) -> None:
        raise AssertionError("the database was asked")

    event.listen(engine, "do_connect", refuse)
    try:
        for minutes, age, is_stale in (
            (0, "刚刚", False),
            (29, "29 分钟前", False),
            (31, "31 分钟前", True),
            (125, "2 小时前", True),
            (3 * 24 * 60, "3 天前", True),
        ):
            with clock.fixed(MADE + dt.timedelta(minutes=minutes)), counted(app) as statements:
                for client in (app.test_client(), visitor):
                    page = client.get("/board")
                    assert page.status_code == 200
                    assert "1,234,567" in page.text
                    assert f'<span id="age">{age}</span>' in page.text
                    assert ('class="facts stale"' in page.text) is is_stale
            assert statements == []
    finally:
        event.remove(engine, "do_connect", refuse)


def test_before_anything_is_public_it_says_so(client: FormClient) -> None:
    page = client.get("/board")
    assert page.status_code == 200
    assert "暂时没有公开的内容" in page.text
    assert client.get("/board.json").status_code == 404


def test_an_administrator_changes_only_what_he_ticked(
    app: Flask, session: Session, shown: Settings, client_as: ClientAs
) -> None:
    admin = create_account(session, Role.BASE_ADMIN)
    session.commit()
    client = client_as(admin)
    page = client.get("/board/exhibits").text
    assert page.count('name="was_public"') == 6
    assert "没有可公布的数，大屏略过" in page
    # Another withdrew "bars" after this page was made: it stays withdrawn.
    service.mark({"bars": False}, CLI, shown.instance)
    official = create_account(session, Role.OFFICIAL)
    session.commit()
    codes = ["numbers", "parts", "curves", "bars", "untold", "progress"]
    answer = client.post_form("/board/exhibits", {"was_public": codes, "public": codes[2:]})
    assert answer.headers["Location"] == "/board/exhibits"
    session.rollback()
    assert queries.public_codes(session) == {"curves", "untold", "progress", "nothing"}
    assert "1,234,567" not in client.get("/board").text
    # The preview has everything, and one of them alone; nothing else.
    assert "1,234,567" in client.get("/board/preview").text
    alone = client.get("/board/preview?code=numbers&lang=en").text
    assert "1,234,567" in alone
    assert "4,531.44" not in alone
    assert client.get("/board/preview?code=nothing").status_code == 404
    unknown = client.post_form("/board/exhibits", {"public": ["nonsense"]})
    assert unknown.status_code == 302
    assert "nonsense" in client.get("/board/exhibits").text
    job = client.post_form("/board/refresh")
    with app.app_context():
        kinds = [one.kind for one in db.session().query(Job)]
    assert (job.status_code, kinds) == (302, [REFRESH_BOARD.code])
    other = client_as(official)
    assert other.get("/board/exhibits").status_code == 403
    assert other.get("/board/preview").status_code == 403


@pytest.mark.feature("BASE-5")
def test_a_copy_needs_no_server(
    session: Session,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The template has the tables but no revision of migrations.
    monkeypatch.setattr("workforce.migrations.is_current", lambda _engine: True)
    sources = [world.source(code, topic, one) for code, (topic, one) in world.KNOWN.items()]
    monkeypatch.setattr(slices, "EXHIBITS", tuple(sources))
    out = tmp_path / "hall"

    def board(*words: str) -> tuple[int, str]:
        arguments = ["--instance", str(settings.instance), "board", *words]
        done = CliRunner().invoke(main, arguments, env={"LC_ALL": "en"}, catch_exceptions=False)
        return done.exit_code, done.output

    assert board()[0] == 2
    world.publish_september(session)
    code, said = board("--out", str(out))
    assert (code, out.exists()) == (2, False)
    assert "No exhibit is marked public" in said
    code, said = board("--show", "numbers", "--show", "bars", "--out", str(out))
    assert code == 0
    assert re.search(r"numbers +Jobs +English 数字 +yes", said)
    assert re.search(r"curves +Growth +English 曲线 +no", said)
    for name, other in (("index.html", "en.html"), ("en.html", "index.html")):
        page = (out / name).read_text("utf-8")
        assert "1,234,567" in page
        assert "4,531.44" not in page
        assert 'data-refresh=""' in page
        addresses = set(re.findall(r"(?:src|href)=\"([^\"#]+)", page))
        assert other in addresses
        assert all((out / address).is_file() for address in addresses)
    style = (out / "files/css/board.css").read_text("utf-8")
    for address in re.findall(r"url\(\"([^\"]+)", style):
        assert (out / "files/css" / address).is_file()
    assert board("--withdraw", "nonsense")[0] == 2


def test_a_panel_fits_what_it_tells() -> None:
    ring, narrow = (
        panel_of(Shown("parts", Topic.JOBS, world.exhibit("男女", Shape.PARTS, ("",), *rows)))
        for rows in (
            (world.row("男", 4), world.row("女", 96)),
            (world.row("男", 3), world.row("女", 97)),
        )
    )
    assert ring.drawing is not None
    assert narrow.drawing is not None
    # Of 100 four can be seen in a ring, of three the name covers its neighbour.
    assert (ring.drawing["kind"], narrow.drawing["kind"]) == ("parts", "bars")
    few, many = (
        panel_of(Shown("numbers", Topic.JOBS, world.exhibit("产量", Shape.NUMBERS, ("",), *rows)))
        for rows in (
            [world.row(str(number), 18_059_994) for number in range(2)],
            [world.row(str(number), 18_059_994) for number in range(3)],
        )
    )
    assert (few.is_crowded, many.is_crowded) == (False, True)


def test_scenes_of_a_topic_are_equally_full() -> None:
    target = world.exhibit(
        "目标", Shape.PROGRESS, ("岗位",), world.row("完成", 7), world.row("目标", 9)
    )
    shown = [Shown(f"targets-{number}", Topic.TARGETS, target) for number in range(5)]
    numbers = world.exhibit("数", Shape.NUMBERS, ("",), world.row("岗位", 1))
    shown.append(Shown("seats", Topic.SEATS, numbers))
    snapshot = Snapshot(MADE, ReportPeriod(world.SEPTEMBER), tuple(shown))
    scenes = screen_of(snapshot).scenes
    assert [(scene.id, len(scene.numbers), len(scene.drawings)) for scene in scenes] == [
        ("targets-1", 0, 3),
        ("targets-2", 0, 2),
        ("seats-1", 1, 0),
    ]


def test_a_month_alone_is_no_line() -> None:
    alone = world.exhibit(
        "培训", Shape.CURVES, ("2026-09",), world.row("培训", 24), world.row("合格", 18)
    )
    drawing = panel_of(Shown("training", Topic.TRAINING, alone)).drawing
    assert drawing is not None
    assert (drawing["kind"], drawing["categories"]) == ("bars", ["培训", "合格"])
    assert [(one["name"], one["texts"]) for one in drawing["series"]] == [("2026-09", ["24", "18"])]


def test_the_script_that_opens_the_screen_without_its_server_may_answer_for_the_screen(
    client: FormClient,
) -> None:
    answer = client.get("/board/worker.js")
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert answer.headers["Service-Worker-Allowed"] == "/board"
    assert 'data-worker="/board/worker.js"' in client.get("/board").text


def test_large_amounts_are_told_in_ten_thousands() -> None:
    """From a million yuan on: 1,000,000.00 − 0.01 is told in yuan, 1,000,050.00 is 100.01 of them."""
    yuan = world.exhibit("工资", Shape.CURVES, ("8", "9"), world.row("", 0, 99_999_999), decimals=2)
    yuan = replace(yuan, unit=YUAN)
    assert readable(yuan) is yuan
    large = readable(replace(yuan, rows=(world.row("", world.WITHHELD, 100_005_000),)))
    assert large.unit.zh == "万元"
    assert large.rows[0].values == (world.WITHHELD, Value(100_01))
    # What is no money is as it is.
    assert readable(replace(yuan, unit=world.text("个"))).unit == world.text("个")
