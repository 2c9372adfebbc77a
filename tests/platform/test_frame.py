"""The frame's parts: charts on a page, and a navigation that leads somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask, render_template_string

from workforce import app as app_module
from workforce import slices
from workforce.config import Settings
from workforce.core.chart import Chart, Series
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.platform.scope import Scope
from workforce.platform.web import NavEntry, SliceRoutes

CHART = Chart(
    code="wage",
    title=Text("人均月收入</script>", "Average wage"),
    kind="line",
    categories=(Text("9月", "Sep"), Text("10月", "Oct")),
    series=(Series(Text("人均", "Average"), (352000, None)),),
    unit=Text("元", "yuan"),
    definition=Text("应发合计除以人数", "gross pay by heads"),
    decimals=2,
)


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """An app that the tests of this file change."""
    return own_app


@pytest.fixture
def drawn(app: Flask) -> str:
    with app.test_request_context():
        source = '{% from "components/chart.html" import chart %}{{ chart(value) }}'
        return render_template_string(source, value=CHART)


def test_the_drawing_and_the_table_of_a_chart_show_the_same(drawn: str) -> None:
    island = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', drawn, re.DOTALL)
    assert island is not None
    assert json.loads(island[1]) == {
        "kind": "line",
        "unit": "元",
        "decimals": 2,
        "categories": ["9月", "10月"],
        "series": [{"name": "人均", "values": ["3520.00", None]}],
    }
    cells = re.findall(r'<td class="number">(.*?)</td>', drawn)
    assert cells == ["3,520.00", "–"]
    assert "应发合计除以人数" in drawn


def test_a_text_in_a_chart_cannot_become_code(drawn: str) -> None:
    assert "收入</script>" not in drawn


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (NavEntry("home.nowhere", "nav.home", Permission.HOME_READ, "home"), "no page"),
        (NavEntry("home.show_home", "nav.home", Permission.LAW_READ, "home"), "permissions"),
        (NavEntry("home.show_home", "nav.nonsense", Permission.HOME_READ, "home"), "no label"),
    ],
)
def test_an_entry_that_leads_nowhere_stops_the_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, entry: NavEntry, reason: str
) -> None:
    monkeypatch.setattr(slices, "NAVIGATION", (entry,))
    with pytest.raises((RuntimeError, LookupError), match=reason):
        app_module.create_app(settings)


def test_every_entry_has_its_drawing(app: Flask) -> None:
    drawings = Path(str(app.static_folder)) / "img" / "icons.svg"
    symbols = set(re.findall(r'<symbol id="(\w+)"', drawings.read_text("utf-8")))
    assert {entry.icon for entry in slices.NAVIGATION} <= symbols


def test_a_role_has_at_most_five_tabs() -> None:
    assert sum(entry.is_tab for entry in slices.NAVIGATION) <= 5


def test_routes_keep_the_name_of_their_slice() -> None:
    routes = SliceRoutes("extra", __name__, prefix="/extra")

    @routes.form("/form", permission=Permission.HOME_READ)
    def form(_scope: Scope) -> str:
        return "form"

    app = Flask("extra")
    routes.register(app)
    (rule,) = (rule for rule in app.url_map.iter_rules() if rule.endpoint == "extra.form")
    assert rule.rule == "/extra/form"
    assert {"GET", "POST"} <= (rule.methods or set())
