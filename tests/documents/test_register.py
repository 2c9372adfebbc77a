"""The payroll register: both writers set the same columns, and the total is the run's."""

from __future__ import annotations

import dataclasses
import re
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests.documents.reading import info_of, text_of
from tests.documents.samples import EARNING, line, register, worked_payslip
from workforce.core.text import Text
from workforce.documents.fonts import Fonts
from workforce.documents.layouts.register_pdf import draw_register
from workforce.documents.layouts.register_xlsx import write_register
from workforce.documents.register_table import register_columns
from workforce.documents.views import PayslipView, RegisterView


def sheet_rows(view: RegisterView) -> list[list[object]]:
    sheet = openpyxl.load_workbook(BytesIO(write_register(view))).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def crowded_payslip(number: int, kinds: int = 20) -> PayslipView:
    """A slip with many agreed earnings, more than a sheet of paper has columns for."""
    base = worked_payslip()
    extra = tuple(
        dataclasses.replace(
            line(30 + index, "missed_meal_subsidy", EARNING, 100 + index),
            code=f"agreed_{index:02d}",
            position=100 + index,
            label=Text(f"约定项目{index}", f"Agreed {index}"),
        )
        for index in range(kinds)
    )
    added = sum(one.amount for one in extra)
    return worked_payslip(
        payslip_id=number,
        employee_no=f"XH{number:04d}",
        lines=base.lines + extra,
        gross_pay=base.gross_pay + added,
        net_pay=base.net_pay + added,
        employer_cost=base.employer_cost + added,
    )


@pytest.mark.feature("FIN-32")
def test_spreadsheet_has_a_row_for_each_person_and_the_totals_of_the_run() -> None:
    rows = sheet_rows(register())
    head = next(row for row in rows if "应发工资" in row)
    body = rows[rows.index(head) + 1 :]
    total = body[3]
    assert [row[2] for row in body[:3]] == ["张𬭎㛃", "=SUM(A1:A9)", "李娟"]
    assert [row[1] for row in body[:3]] == ["XH0017", "0018", "+19"]
    assert body[0][head.index("计件工资")] == 1924.6
    assert body[0][head.index("质量扣减")] == 6.25
    assert total[0] == "合计"
    # By hand: 3 × 2471.25, 3 × 1988.18, 3 × 3691.47.
    assert total[head.index("应发工资")] == 7413.75
    assert total[head.index("实发工资")] == 5964.54
    assert total[head.index("单位用工成本")] == 11074.41
    text = [str(cell) for row in body[4:] for cell in row if cell]
    assert "实发工资 ¥5,964.54 人民币伍仟玖佰陆拾肆元伍角肆分" in text
    assert "制单: 陈会计    审核: 刘审核    批准: 周经理" in text


@pytest.mark.poppler
def test_paper_says_what_the_spreadsheet_says(fonts: Fonts, tmp_path: Path) -> None:
    slips = tuple(
        worked_payslip(payslip_id=number, employee_no=f"XH{number:04d}") for number in range(1, 51)
    )
    content = draw_register(register(slips), fonts)
    text = text_of(content, tmp_path)
    pages = text.split("\f")
    assert info_of(content, tmp_path)["Pages"] == "2"
    assert all("工资册" in page and "应发工资" in page for page in pages[:2])
    assert "第 1 页，共 2 页" in pages[0]
    assert "第 2 页，共 2 页" in pages[1]
    row = re.search(r"^\s*50 XH0050 .*$", text, re.MULTILINE)
    assert row is not None
    assert "1,924.60" in row[0]
    assert row[0].rstrip().endswith("1,988.18")
    # By hand: 50 × 2471.25 and 50 × 1988.18.
    total = re.search(r"^\s*合计.*$", text, re.MULTILINE)
    assert total is not None
    assert "123,562.50" in total[0]
    assert total[0].rstrip().endswith("99,409.00")
    assert "人民币玖万玖仟肆佰零玖元整" in text


@pytest.mark.poppler
def test_small_items_stand_together_where_paper_has_no_room(fonts: Fonts, tmp_path: Path) -> None:
    view = register(tuple(crowded_payslip(number) for number in (1, 2)))
    text = text_of(draw_register(view, fonts), tmp_path)
    assert "其他收入" in text
    # 6 + 20 earnings, 1 reduction, 5 deductions, 5 of the employer.
    assert len([column for column in register_columns(view) if column.item]) == 37
    total = re.search(r"^\s*合计.*$", text, re.MULTILINE)
    assert total is not None
    figures = [
        int(figure.replace(",", "").replace(".", ""))
        for figure in re.findall(r"[\d,]+\.\d\d", total[0])
    ]
    gross = figures.index(view.gross_pay)
    quality = 625 * 2
    assert sum(figures[:gross]) - 2 * quality == view.gross_pay
    assert view.gross_pay - sum(figures[gross + 1 : -1]) == figures[-1] == view.net_pay


def test_a_register_that_does_not_add_up_to_its_run_is_refused() -> None:
    with pytest.raises(ValueError, match="net_pay"):
        dataclasses.replace(register(), net_pay=1)


def test_same_register_same_bytes(fonts: Fonts) -> None:
    assert draw_register(register(), fonts) == draw_register(register(), fonts)
    assert write_register(register()) == write_register(register())
