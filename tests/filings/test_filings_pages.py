"""What came back, on finance's pages."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.filings.results import STRANGER, ClientAs, found, state
from tests.payroll.world import World, actor, create_world
from workforce.core.errors import NotFoundError
from workforce.filings import service


@pytest.mark.feature("FIN-37")
def test_finance_answers_on_the_pages(read_back: World, client_as: ClientAs) -> None:
    world, desk = read_back, client_as(read_back.maker)
    result = state(world).result
    assert result is not None
    ids = {name: one.id for name, one in found(world).items()}

    assert "4 处未说明" in desk.get("/payroll/filings?period=2026-10").text
    page = desk.get("/payroll/filings/2026-10/tax").text
    assert "对方收入更多" in page
    assert "6,000.00 → 6,500.00" in page
    assert STRANGER not in page
    answer = desk.post_form(
        f"/payroll/filings/results/{result.id}/explain",
        {"cause": "rounding", "reason": "rounding", "note": "尾差"},
    )
    assert answer.status_code == 302
    path = f"/payroll/filings/differences/{ids['外人']}"
    refused = desk.post_form(path, {"act": "explain", "reason": "", "note": "核实"})
    assert refused.status_code == 422
    assert "请选一个原因" in refused.text
    task = {
        "act": "assign",
        "assignee_id": str(world.approver.id),
        "due_on": "2026-11-12",
        "note": "查人员采集",
    }
    assert desk.post_form(path, task).status_code == 302
    assert desk.post_form(path, {"act": "finish", "note": "已删除采集"}).status_code == 302
    assert found(world)["外人"].state == "settled"

    sent = desk.get("/payroll/filings/2026-10/tax/differences.xlsx").data
    sheet = openpyxl.load_workbook(io.BytesIO(sent)).active
    assert sheet is not None
    texts = [cell.value for row in sheet.iter_rows() for cell in row]
    assert {"外人", 6_500, "已删除采集"} <= set(texts)
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_nobody_reaches_another_companys_result(read_back: World, client_as: ClientAs) -> None:
    world = read_back
    result = state(world).result
    assert result is not None
    one = found(world)["外人"].id
    other = create_world(world.session, world.book, code="XX")
    world.session.commit()
    away = client_as(other.maker)

    assert away.get(f"/payroll/filings/differences/{one}").status_code == 404
    assert away.post_form(f"/payroll/filings/results/{result.id}/compare").status_code == 404
    assert "外人" not in away.get("/payroll/filings/2026-10/tax").text
    for act in (
        lambda: service.compare_again(other.scope, result.id, actor(other.maker)),
        lambda: service.finish(other.scope, one, actor(other.maker), note="好了"),
    ):
        with pytest.raises(NotFoundError):
            act()
