"""What must be known of a report's figures, printed on it."""

from __future__ import annotations

from collections.abc import Sequence

from workforce.bureau.faces import words
from workforce.bureau.form import Filling
from workforce.bureau.report import Table
from workforce.core.report_period import Span
from workforce.core.text import Text
from workforce.statistics.cube import CubeSet, PayrollCoverage
from workforce.statistics.disclosure import RULES
from workforce.statistics.measure import Unit
from workforce.statistics.tables import CellState


def notes_of(filling: Filling) -> list[Text]:
    """Return the notes that every public form has."""
    months = [month for month in filling.now.sets if month is not None]
    return [
        *_missing_notes(filling),
        *(_payroll_notes(filling, months) if months else ()),
        *(_uncounted_notes(months[-1]) if months else ()),
        *_protection_notes(filling),
    ]


def sign_notes(tables: Sequence[Table]) -> list[Text]:
    """Return what the signs mean that stand in tables; protection says what ※ means."""
    lines = [(table, row) for table in tables for row in table.lines]
    figures = [figure for _table, row in lines for figure in row.figures]
    notes = []
    if any(figure.state is CellState.UNDEFINED for figure in figures):
        notes.append(
            Text(
                "— 表示没有这个数，不是零。", "— says that there is no such figure; it is not zero."
            )
        )
    rates = [table for table, row in lines if row.figures and row.figures[0].unit is Unit.PERCENT]
    if any(column.label == words.CHANGE for table in rates for column in table.columns):
        notes.append(
            Text(
                "以 % 计的指标，增减是百分点。",
                "Of an indicator in per cent the change is in percentage points.",
            )
        )
    return notes


def _missing_notes(filling: Filling) -> list[Text]:
    now = filling.now
    if now.is_complete or now.period.span is Span.MONTH:
        return []
    missing = [
        str(month) for month, found in zip(now.period.months, now.sets, strict=True) if not found
    ]
    return [
        Text(
            f"缺 {'、'.join(missing)} 的数字：由各月合成的数不能得出，写作 —。",
            f"No figures of {', '.join(missing)}: what the months make together cannot be told (—).",
        )
    ]


def _payroll_notes(filling: Filling, months: Sequence[CubeSet]) -> list[Text]:
    if filling.period.span is Span.MONTH:
        return _month_notes(months[-1].payroll)
    unknown = [str(one.period) for one in months if one.payroll.with_result < one.payroll.companies]
    notes = []
    if unknown:
        notes.append(
            Text(
                f"{'、'.join(unknown)} 有企业没有工资结果：工资只含有结果的企业，平均工资不列出。",
                f"In {', '.join(unknown)} some companies have no payroll result: wages are those of "
                "the others, and no average wage is told.",
            )
        )
    if any(one.payroll.approved < one.payroll.with_result for one in months):
        notes.append(_PROVISIONAL)
    return notes


_PROVISIONAL = Text(
    "工资数字为暂定数，批准前可能变化。",
    "Wage figures are provisional: they may change until they are approved.",
)


def _month_notes(payroll: PayrollCoverage) -> list[Text]:
    if payroll.companies == 1:
        return [_own_payroll_note(payroll)]
    notes = [
        Text(
            f"{payroll.companies} 家企业中 {payroll.with_result} 家有本月工资结果，"
            f"其中 {payroll.approved} 家已批准。",
            f"{payroll.with_result} of {payroll.companies} companies have a payroll result of the "
            f"month, {payroll.approved} of them approved.",
        )
    ]
    if payroll.with_result < payroll.companies:
        notes.append(
            Text(
                "没有工资结果的企业不计入工资和参保率。",
                "Companies without a result are left out of wages and coverage.",
            )
        )
    if payroll.approved < payroll.with_result:
        notes.append(_PROVISIONAL)
    return notes


def _own_payroll_note(payroll: PayrollCoverage) -> Text:
    """Say how sure the wages of one company are."""
    if payroll.approved:
        return Text("本月工资已批准。", "The month's payroll is approved.")
    if payroll.with_result:
        return Text(
            "本月工资尚未批准，工资数字为暂定数。",
            "The month's payroll is not approved: wage figures are provisional.",
        )
    return Text("本月还没有工资结果。", "There is no payroll result of the month yet.")


def _uncounted_notes(month: CubeSet) -> list[Text]:
    count = month.uncounted.value
    if not count:
        return []
    return [
        Text(
            f"另有实习生、学员和劳务提供者 {count} 人，不计入本表。",
            f"Interns, trainees and labour-service providers: {count}, not in this report.",
        )
    ]


def _protection_notes(filling: Filling) -> list[Text]:
    return [RULES.statement] if filling.is_protected else []
