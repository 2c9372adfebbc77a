"""The chain's output on the web: by link and place, month by month, against targets and the reference curve."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from flask import render_template, send_file

from workforce.bureau import issues
from workforce.chain import output, queries
from workforce.chain.consolidation import line_codes
from workforce.chain.growth import growth_chart, growth_of
from workforce.chain.reference import reference
from workforce.chain.routes import ROUTES, asked_month
from workforce.chain.sheet import TITLE, write_output, written
from workforce.core.chart import decimal_text
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.files import XLSX, made_name
from workforce.platform.i18n import current_locale
from workforce.platform.web import may, principal
from workforce.statistics.cube import CellRef
from workforce.statistics.disclosure.rules import RULES
from workforce.statistics.tables import Cell, CellState

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.chain.consolidation import Year
    from workforce.platform.scope import Scope

_READ: Final = Permission.CHAIN_READ


def _is_protected() -> bool:
    """Tell whether the visitor is told no sums of few companies."""
    return not may(Permission.STATISTICS_READ)


@ROUTES.page("/chain/output", permission=_READ)
def figures(scope: Scope) -> ResponseReturnValue:
    """Show the chain's figures of the year up to a month: ``?period=``."""
    del scope
    session, last = db.session(), asked_month()
    signed = queries.agreement(session)
    targets = queries.targets(session)
    first = min(
        [PayPeriod(last.year, 1), *(PayPeriod(one.year, 1) for one in targets)]
        + ([] if signed is None else [signed])
    )
    years = output.read_years(session, first, last, is_protected=_is_protected())
    year = years[last.year]
    growth = None if signed is None else growth_of(years, signed)
    return render_template(
        "chain/output.html",
        last=last,
        year=year,
        lines=[
            (code, output.line_label(code), output.line_decimals(code)) for code in line_codes()
        ],
        shown_cell=written,
        # A year is judged once the page goes to its end: an earlier month says nothing of the whole.
        standings=output.target_standings(session, years, min(clock.today(), last.end_on)),
        contracts=output.read_contracts(session, last, is_protected=_is_protected()),
        chart=growth_chart(growth) if growth is not None else None,
        signed=signed,
        reference=reference(),
        returnees=returnees(session, last),
        rules=RULES.statement,
        is_protected=_is_protected(),
        plain=decimal_text,
    )


@dataclass(frozen=True, slots=True)
class Returnees:
    """People who came back from elsewhere, as published: of which month, and the cell."""

    month: PayPeriod
    cell: Cell


def returnees(session: Session, last: PayPeriod) -> Returnees | None:
    """Return the newest published number of returnees up to a month; None: none is published."""
    ref = CellRef("key_group", "jobs_end", ("returnee",))
    months = [month for month in issues.published_months(session) if month <= last]
    if not months:
        return None
    cubes = issues.newest(session, [max(months)])[max(months)].cubes
    table = cubes.tables.get(ref.cube)
    if table is None or ref.measure not in table.figures:
        return None
    try:
        return Returnees(max(months), cubes.cell(ref))
    except KeyError:
        return Returnees(max(months), Cell(CellState.SHOWN, 0))


@ROUTES.page("/chain/output.xlsx", permission=_READ)
def figures_file(scope: Scope) -> ResponseReturnValue:
    """Send the figures of the page as a spreadsheet."""
    del scope
    session, last = db.session(), asked_month()
    year: Year = output.read_year(session, last, is_protected=_is_protected())
    contracts = output.read_contracts(session, last, is_protected=_is_protected())
    locale = current_locale()
    content = write_output(year, contracts, principal().display_name, locale)
    name = made_name(TITLE.in_locale(locale), str(last), ending="xlsx")
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)
