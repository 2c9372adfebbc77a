"""The page of seats for officials: built, usable and in use, by site, floor and company, of published months."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from flask import render_template, request, send_file

from workforce.bureau import issues, seats
from workforce.bureau.report import WITHHELD
from workforce.bureau.routes import ROUTES
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.files import XLSX, made_name
from workforce.platform.i18n import current_locale, gettext, in_current
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope
from workforce.platform.sheets import Cell, CellKind, Indented, SheetColumn, Workbook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from workforce.bureau.seats import ProtectedLine, SeatTable


@ROUTES.page("/statistics/seats", permission=Permission.STATISTICS_PUBLISH)
def seat_use(scope: Scope) -> ResponseReturnValue:
    """Show the seats of a published month (``?period=``), the newest if none is named."""
    del scope
    months = issues.published_months(db.session())
    month = _asked(months)
    return render_template(
        "bureau/seats.html",
        months=months,
        month=month,
        table=None if month is None else _table(month),
        withheld=WITHHELD,
        statement=seats.STATEMENT,
        definition=seats.DEFINITION,
    )


@ROUTES.page("/statistics/seats.xlsx", permission=Permission.STATISTICS_PUBLISH)
def seat_use_file(scope: Scope) -> ResponseReturnValue:
    """Send the same as a spreadsheet."""
    del scope
    month = _asked(issues.published_months(db.session()))
    if month is None:
        raise NotFoundError("web.not_found")
    return send_file(
        BytesIO(_sheet(_table(month))),
        mimetype=XLSX,
        as_attachment=True,
        download_name=made_name("seats", str(month), ending="xlsx"),
    )


def _asked(months: Sequence[PayPeriod]) -> PayPeriod | None:
    text = request.args.get("period", "")
    if not text:
        return next(iter(months), None)
    month = PayPeriod.parse_month(text)
    if month not in months:
        raise NotFoundError("web.not_found")
    return month


def _table(month: PayPeriod) -> SeatTable:
    now = clock.to_base(clock.now()).replace(tzinfo=None)
    figures = seats.month_figures(db.session(), Scope.base(), month, now, law_book().calendar())
    return seats.protected(month, figures)


def _sheet(table: SeatTable) -> bytes:
    title = term("nav.seat_figures").in_locale(current_locale())
    book = Workbook(title=title, author="", created=clock.now())
    columns = [
        SheetColumn(gettext("地点")),
        *(
            SheetColumn(label, CellKind.COUNT, 14)
            for label in (
                gettext("已建"),
                gettext("可用"),
                gettext("平均使用"),
                gettext("最多同时使用"),
                gettext("使用率（%）"),
            )
        ),
    ]
    for name, lines in (
        (gettext("按园区和楼层"), table.places),
        (gettext("按企业"), table.companies),
    ):
        sheet = book.sheet(name)
        sheet.line(f"{title} {table.period}", "title")
        sheet.table(columns, [_cells(line) for line in lines], freeze_columns=1)
        sheet.gap()
        for text in (seats.DEFINITION, seats.STATEMENT):
            sheet.line(in_current(text), "note", span=len(columns))
    return book.finish()


def _cells(line: ProtectedLine) -> list[Cell]:
    gap = WITHHELD if line.is_withheld else gettext("不详")
    told = (line.average, line.peak, line.percent)
    return [
        Indented(line.name or gettext("全园区合计"), line.level),
        line.built,
        line.usable,
        *(gap if value is None else value for value in told),
    ]
