"""收入证明: what somebody earned, month by month and on average, in figures and in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from workforce.core.capitals import capitals
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.documents import labels
from workforce.documents.certificate_facts import Figures
from workforce.documents.drawing import INK, MUTED, RULE, STRIPE, TINT, Block, Paper
from workforce.documents.fonts import Fonts
from workforce.documents.layouts.certificate_sheet import (
    MARGIN,
    RIGHT,
    WIDTH,
    date,
    draw_certificate,
    paragraph,
)
from workforce.platform.formatting import money

_ROW: Final = 17.0
_SIZE: Final = 10.0
_EDGES: Final = tuple(MARGIN + WIDTH * share for share in (0.40, 0.62, 0.80, 1))
_AVERAGE: Final = Text("月平均", "Average of a month")
_HEADS: Final = (
    Text("月份", "Month"),
    Text("应发工资（元）", "Gross pay (yuan)"),
    Text("个人社保公积金", "Own insurance, fund"),
    Text("个人所得税", "Income tax"),
    Text("实发工资（元）", "Net pay (yuan)"),
)


def draw_income_certificate(figures: Figures, fonts: Fonts, check_url: str, mark: str) -> bytes:
    """Return a certificate of income as PDF.

    Args:
        figures: what it says; ``months`` is not empty.
        fonts: the fonts of documents.
        check_url: address of the public check page.
        mark: the fingerprint as it is shown.

    Raises:
        FontError: a name holds a character that no font has.

    """
    locale = figures.language
    who, income, end = _words(figures)
    blocks = [
        paragraph(fonts, who, locale),
        paragraph(fonts, income, locale, glued=True),
        *_table(figures),
        Block(10, lambda _paper, _y: None, glued=True),
        paragraph(fonts, end, locale, glued=True),
    ]
    return draw_certificate(figures, fonts, check_url, mark, blocks=blocks)


def _words(figures: Figures) -> tuple[str, str, str]:
    """Return who it is, what was earned, and the closing words."""
    locale = figures.language
    kind = term(f"employment_type.{figures.employment_type}").in_locale(locale)
    first, last = (
        labels.month(month).in_locale(locale) for month in (figures.first_month, figures.last_month)
    )
    count, hired = len(figures.months), date(figures.hired_on, locale)
    left = date(figures.separated_on, locale) if figures.separated_on else None
    if locale == "zh":
        worked = f"自{hired}至{left}在我单位工作" if left else f"自{hired}起在我单位工作"
        return (
            (
                f"兹证明 {figures.person_name}（居民身份证号码 {figures.id_number}，"
                f"工号 {figures.employee_no}）{worked}，岗位为{figures.position}（{kind}）。"
            ),
            (
                f"{first}至{last}共 {count} 个月，其应发工资（税前）合计人民币 "
                f"{money(figures.gross_pay)} 元（大写：{capitals(figures.gross_pay)}），月平均 "
                f"{money(figures.average_gross_pay)} 元（大写：{capitals(figures.average_gross_pay)}）；"
                f"扣除个人缴纳的社会保险费、住房公积金、个人所得税等以后，实发工资合计人民币 "
                f"{money(figures.net_pay)} 元（大写：{capitals(figures.net_pay)}），月平均 "
                f"{money(figures.average_net_pay)} 元。各月如下："
            ),
            "以上金额取自经批准的工资条。"
            + (f"本证明仅用于{figures.purpose}。" if figures.purpose else "")
            + "特此证明。",
        )
    worked = f"worked for us from {hired} to {left}" if left else f"has worked for us since {hired}"
    return (
        (
            f"This is to certify that {figures.person_name} (ID number {figures.id_number}, "
            f"employee number {figures.employee_no}) {worked}, as {figures.position} ({kind})."
        ),
        (
            f"From {first} to {last} ({labels.months(count).en}) the gross pay was "
            f"CNY {money(figures.gross_pay)} in total, CNY {money(figures.average_gross_pay)} a month on "
            f"average; after the employee's own social insurance, housing fund, income tax and other "
            f"deductions the net pay was CNY {money(figures.net_pay)} in total, "
            f"CNY {money(figures.average_net_pay)} a month on average. Month by month:"
        ),
        "These amounts are those of the approved payslips."
        + (
            f" This certificate is for this use only: {figures.purpose}." if figures.purpose else ""
        ),
    )


def _table(figures: Figures) -> list[Block]:
    locale = figures.language
    header = _row([head.in_locale(locale) for head in _HEADS], kind="head")
    rows = [
        _row(
            [
                month.month,
                *_cells(month.gross_pay, month.insurance_and_fund, month.income_tax, month.net_pay),
            ],
            kind="stripe" if index % 2 else "plain",
            repeat=header,
        )
        for index, month in enumerate(figures.months)
    ]
    total = _row(
        [
            labels.TOTAL.in_locale(locale),
            *_cells(
                figures.gross_pay,
                figures.insurance_and_fund,
                figures.income_tax,
                figures.net_pay,
            ),
        ],
        kind="total",
        repeat=header,
    )
    averages = [
        _AVERAGE.in_locale(locale),
        money(figures.average_gross_pay),
        "",
        "",
        money(figures.average_net_pay),
    ]
    return [header, *rows, total, _row(averages, kind="average")]


def _cells(*amounts: int) -> list[str]:
    return [money(amount) for amount in amounts]


def _row(texts: Sequence[str], *, kind: str, repeat: Block | None = None) -> Block:
    """Return a row of the table: the month at the left, the amounts at their right edges."""
    is_bold = kind in {"total", "average"}

    def draw(paper: Paper, y: float) -> None:
        if kind in {"head", "stripe"}:
            paper.box(MARGIN, y, WIDTH, _ROW, fill=TINT if kind == "head" else STRIPE)
        if kind == "total":
            paper.rule(MARGIN, y, RIGHT, color=INK, thickness=0.8)
        color = MUTED if kind == "head" else INK
        size = _SIZE - 1 if kind == "head" else _SIZE
        paper.text(MARGIN + 6, y + 12, texts[0], size, color=color, bold=is_bold)
        for text, edge in zip(texts[1:], _EDGES, strict=True):
            paper.text(edge - 6, y + 12, text, size, color=color, bold=is_bold, align="right")
        if kind == "average":
            paper.rule(MARGIN, y + _ROW, RIGHT, color=RULE)

    return Block(_ROW, draw, repeat=repeat, glued=kind in {"head", "total", "average"})
