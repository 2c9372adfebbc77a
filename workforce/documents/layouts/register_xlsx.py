"""The payroll register as a spreadsheet: a row for each person, a column for each pay item."""

from __future__ import annotations

from itertools import groupby

from workforce.core.capitals import capitals
from workforce.core.text import Locale, Text
from workforce.documents import labels
from workforce.documents.register_table import register_columns
from workforce.documents.views import RegisterView
from workforce.platform.formatting import money
from workforce.platform.sheets import SheetColumn, Workbook

_FROZEN = 3


def write_register(view: RegisterView, locale: Locale = "zh") -> bytes:
    """Return a register as xlsx; its last row holds the run's own totals."""

    def say(text: Text) -> str:
        return text.in_locale(locale)

    title = f"{say(labels.month(view.period))} {say(labels.REGISTER)}"
    book = Workbook(title=title, author=view.company_name, created=view.prepared_at)
    sheet = book.sheet(title)
    columns = register_columns(view)
    sheet.line(f"{view.company_name} · {title}", "title")
    sheet.line(" · ".join(labels.run_facts(view, locale)))
    sheet.gap()
    sheet.table(
        [SheetColumn(say(column.title), column.kind) for column in columns],
        zip(*(column.cells for column in columns), strict=True),
        total=[say(labels.TOTAL), *(column.total for column in columns[1:])],
        groups=[
            (say(group), len(list(members)))
            for group, members in groupby(columns, key=lambda column: column.group)
        ],
        freeze_columns=_FROZEN,
    )
    sheet.gap()
    net = f"{say(labels.NET_PAY)} ¥{money(view.net_pay)} 人民币{capitals(view.net_pay)}"
    sheet.line(net, "heading")
    if view.reversed_payslips:
        sheet.line(f"{say(labels.REVERSED_SLIPS)}: {labels.reversed_people(view)}")
    signers = (
        (labels.PREPARED_BY, view.prepared_by),
        (labels.REVIEWED_BY, view.reviewed_by),
        (labels.APPROVED_BY, view.approved_by),
    )
    sheet.line("    ".join(f"{say(label)}: {name or '—'}" for label, name in signers))
    sheet.line(f"{say(labels.CONTROL)}: {view.result_hash}", "note", span=len(columns))
    return book.finish()
