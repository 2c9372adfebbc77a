"""The payslip PDF, read back: every figure to the fen, rare names, several pages, refusals."""

from __future__ import annotations

import dataclasses
import json
import re
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from tests.documents.reading import info_of, text_of
from tests.documents.samples import long_payslip, worked_payslip
from workforce.core.engine import pay_items
from workforce.core.lifecycle import RunState
from workforce.core.text import Locale
from workforce.documents.fonts import FontError, Fonts
from workforce.documents.layouts.payslip import draw_payslip
from workforce.documents.views import LineView, PayslipView
from workforce.platform.formatting import money

URL = "https://example.org/v/7f3c0a9be1d24c58a6f0e2b97d1c4a35"


def read(view: PayslipView, fonts: Fonts, folder: Path, locale: Locale = "zh") -> str:
    return text_of(draw_payslip(view, fonts, URL, locale), folder)


@pytest.mark.poppler
@pytest.mark.feature("ANN-11")
def test_every_figure_is_on_the_paper(fonts: Fonts, tmp_path: Path) -> None:
    text = read(worked_payslip(), fonts, tmp_path)
    for label, figure in {
        "计件工资": "1,924.60",
        "平日加班费": "18.75",
        "法定节假日加班费": "100.00",
        "误餐补助": "50.00",
        "最低工资补足": "369.15",
        "质量扣减": "−6.25",
        "应发工资": "2,471.25",
        "养老保险 +4,553 × 8%": "−364.24",
        "医疗保险 +4,553 × 2%": "−91.06",
        "大额医疗互助": "−5.00",
        "失业保险 +4,553 × 0.5%": "−22.77",
        "个人所得税": "0.00",
        "扣款合计": "−483.07",
        "单位用工成本": "3,691.47",
    }.items():
        assert re.search(rf"{label}\s+{re.escape(figure)}(?![\d,])", text), label
    assert "¥ 1,988.18" in text
    assert "人民币壹仟玖佰捌拾捌元壹角捌分" in text
    assert re.search(r"2D 框\s+2,600 个\s+0.125\s+325.00", text)
    assert re.search(r"多边形\s+1,200 个\s+1.333\s+1,599.60", text)
    assert re.search(r"b1 · 2D 框\s+2026-10-12\s+准确率 95.5%\s+系数 0.95", text)


@pytest.mark.poppler
@pytest.mark.feature("ANN-6", "ANN-7", "ANN-8")
def test_floor_year_and_tax_are_on_the_paper(fonts: Fonts, tmp_path: Path) -> None:
    text = read(worked_payslip(), fonts, tmp_path)
    assert "月最低工资 2200.00 元 × 计薪 21 天 ÷ 本月计薪日 21 天 = 2200.00 元" in text
    assert "1830.85" in text
    assert re.search(r"累计应发工资\s+2,471.25", text)
    assert re.search(r"减除费用（1 个月）\s+−5,000.00", text)
    assert re.search(r"税率 / 速算扣除数\s+3% / 0.00", text)
    assert re.search(r"估计\s+使用了未经核实的法规参数:失业保险单位费率", text)


@pytest.mark.poppler
def test_english(fonts: Fonts, tmp_path: Path) -> None:
    content = draw_payslip(worked_payslip(), fonts, URL, "en")
    text = text_of(content, tmp_path)
    assert re.search(r"Gross pay\s+2,471.25", text)
    assert "October 2026" in text
    assert info_of(content, tmp_path)["Title"] == "Payslip October 2026 张𬭎㛃"


@pytest.mark.poppler
@pytest.mark.parametrize("name", ["张𬭎㛃", "李䶮", "陈喆堃", "欧阳犇翀", "O'Brien·买买提"])
def test_rare_names_are_copied_as_they_are_drawn(name: str, fonts: Fonts, tmp_path: Path) -> None:
    content = draw_payslip(worked_payslip(person_name=name), fonts, URL)
    assert name in text_of(content, tmp_path)
    with pikepdf.open(BytesIO(content)) as pdf:
        assert pdf.Root.Lang == "zh-CN"
        assert str(pdf.docinfo.Title) == f"工资条 2026年10月 {name}"


def test_a_character_that_no_font_has_is_refused_by_name(fonts: Fonts) -> None:
    private = "\ue000"
    with pytest.raises(FontError) as refused:
        draw_payslip(worked_payslip(person_name=f"张{private}"), fonts, URL)
    assert refused.value.params["code_point"] == "U+E000"
    assert f"张{private}" in refused.value.message("zh")
    assert refused.value.hint("zh")


@pytest.mark.poppler
def test_many_task_types_flow_to_a_second_sheet(fonts: Fonts, tmp_path: Path) -> None:
    view = long_payslip(task_types=40)
    content = draw_payslip(view, fonts, URL)
    info = info_of(content, tmp_path)
    assert info["Pages"] == "3"
    assert info["Page size"].startswith("419.528 x 595.276 pts")
    text = text_of(content, tmp_path)
    pages = text.split("\f")
    for line in view.output:
        assert line.detail is not None
        assert re.search(rf"{re.escape(line.detail.zh)}\s.*{money(line.amount)}", text)
    assert "第 1 页，共 3 页" in pages[0]
    assert "2026年10月（续）" in pages[1]
    assert "任务类型" in pages[1]
    assert "本年累计与个人所得税" in pages[1]
    assert "最低工资补足" in pages[2]


@pytest.mark.poppler
def test_a_slip_of_ordinary_length_is_one_sheet(fonts: Fonts, tmp_path: Path) -> None:
    assert info_of(draw_payslip(worked_payslip(), fonts, URL), tmp_path)["Pages"] == "1"


@pytest.mark.parametrize("name", ["张三", "张𬭎㛃"])
def test_same_slip_same_bytes(name: str, fonts: Fonts) -> None:
    view = worked_payslip(person_name=name)
    assert draw_payslip(view, fonts, URL) == draw_payslip(view, fonts, URL)


@pytest.mark.poppler
def test_a_draft_says_so(fonts: Fonts, tmp_path: Path) -> None:
    assert "试算稿" in read(worked_payslip(state=RunState.CALCULATED), fonts, tmp_path)
    assert "试算稿" not in read(worked_payslip(), fonts, tmp_path)


@pytest.mark.poppler
def test_a_slip_with_hardly_anything(fonts: Fonts, tmp_path: Path) -> None:
    full = worked_payslip()
    view = dataclasses.replace(
        full,
        lines=(),
        gross_pay=0,
        net_pay=0,
        employer_cost=0,
        checks=(),
        tax=None,
        notes=(),
        position=None,
        team=None,
    )
    text = read(view, fonts, tmp_path)
    assert "本月没有扣款" in text
    assert "人民币零元整" in text


@pytest.mark.poppler
@pytest.mark.feature("ANN-11")
def test_lines_of_an_earlier_version_are_on_the_paper(fonts: Fonts, tmp_path: Path) -> None:
    """Stored lines may lack the numbers that a later explanation writes."""
    full = worked_payslip()
    old = tuple(dataclasses.replace(line, operands="{}") for line in full.lines)
    text = read(dataclasses.replace(full, lines=old), fonts, tmp_path)
    assert re.search(r"最低工资补足\s+369.15", text)
    assert "¥ 1,988.18" in text


@pytest.mark.poppler
@pytest.mark.feature("FIN-39")
def test_severance_and_differences_say_why_on_the_paper(fonts: Fonts, tmp_path: Path) -> None:
    full = worked_payslip()
    severance = {
        "hired_day": 20_148,  # 2025-03-01
        "last_day": 20_757,  # 2026-10-31
        "year_count": 1,
        "month_count": 8,
        "paid_months_micro": 2_000_000,
        "average_fen": 300_000,
        "due_fen": 600_000,
    }
    difference = {
        "for_month": 2026 * 12 + 6,
        "charged_base_fen": 440_400,
        "owed_base_fen": 455_300,
        "pension_insurance_fen": 1_192,
        "medical_insurance_fen": 298,
        "unemployment_insurance_fen": 75,
    }
    lines = [
        LineView(
            seq=90 + place,
            position=item.position,
            code=item.code,
            kind=item.kind,
            label=item.label,
            amount=amount,
            reference=item.reference,
            operands=json.dumps({"day_count": 0, **operands}),
        )
        for place, (item, amount, operands) in enumerate(
            [
                (pay_items()["severance_pay"], 600_000, severance),
                (pay_items()["insurance_difference"], 1_565, difference),
            ]
        )
    ]
    view = dataclasses.replace(
        full,
        lines=(*full.lines, *lines),
        gross_pay=full.gross_pay + 600_000,
        net_pay=full.net_pay + 600_000 - 1_565,
        employer_cost=full.employer_cost + 600_000,
    )
    text = read(view, fonts, tmp_path).replace("\n", "")
    assert re.search(r"离职经济补偿\s+6,000.00", text)
    assert re.search(r"社保补差（个人）\s+−15.65", text)
    for said in ("2025-03-01 至 2026-10-31", "折 2 个月工资", "2026-07 应按缴费基数 4553.00 元"):
        assert said in text, said


def test_totals_that_do_not_add_up_are_no_payslip() -> None:
    with pytest.raises(ValueError, match="net_pay"):
        worked_payslip(net_pay=198817)
    with pytest.raises(ValueError, match="gross_pay"):
        worked_payslip(gross_pay=247126)


def test_no_pay_data_in_the_qr_code(fonts: Fonts) -> None:
    """The only thing the code holds is the address that the caller gave."""
    assert "1988" not in URL
    assert draw_payslip(worked_payslip(), fonts, URL) != draw_payslip(
        worked_payslip(), fonts, URL[:-1] + "6"
    )
