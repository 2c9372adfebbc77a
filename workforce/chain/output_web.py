"""The chain's output on the web: by link and place, month by month, against targets and the reference curve."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from flask import render_template, send_file

from workforce.bureau.issues import issues
from workforce.chain import output, published, queries
from workforce.chain.consolidation import line_codes
from workforce.chain.growth import growth_chart, growth_of
from workforce.chain.reference import reference
from workforce.chain.routes import ROUTES, asked_month
from workforce.chain.sheet import TITLE, write_output, written
from workforce.core.chart import decimal_text
from workforce.core.errors import InputError
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
    from workforce.chain.output import Contracts
    from workforce.platform.scope import Scope

_READ: Final = Permission.CHAIN_READ


def _is_protected() -> bool:
    """Tell whether the visitor is told no sums of few companies."""
    return not may(Permission.STATISTICS_READ)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figures:
    """What a visitor is told: all of it, or what was told of published months."""

    years: dict[int, Year]
    contracts: Contracts


def _read(session: Session, first: PayPeriod, last: PayPeriod) -> _Figures:
    """Read the years from a month to the last one, which may be January of its year at the latest."""
    if not _is_protected():
        return _Figures(
            years=output.read_years(session, first, last),
            contracts=output.read_contracts(session, last),
        )
    told = published.told_months(session, first, last)
    return _Figures(
        years=published.years_told(told, last), contracts=published.contracts_told(told, last.year)
    )


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
    found = _read(session, first, last)
    year = found.years.get(last.year)
    growth = None if signed is None else growth_of(found.years, signed)
    return render_template(
        "chain/output.html",
        asked=last,
        last=last if year is None else year.last,
        year=year,
        lines=[
            (code, output.line_label(code), output.line_decimals(code)) for code in line_codes()
        ],
        shown_cell=written,
        # A year is judged once the page goes to its end: an earlier month says nothing of the whole.
        standings=output.target_standings(session, found.years, min(clock.today(), last.end_on)),
        contracts=found.contracts,
        chart=growth_chart(growth) if growth is not None else None,
        signed=signed,
        reference=reference(),
        returnees=returnees(session, last),
        rules=RULES.statement,
        is_protected=_is_protected(),
        waits=published.WAITS,
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
    found = _read(session, PayPeriod(last.year, 1), last)
    if last.year not in found.years:
        raise InputError("chain.not_told", period=last)
    locale = current_locale()
    content = write_output(
        found.years[last.year], found.contracts, principal().display_name, locale
    )
    name = made_name(TITLE.in_locale(locale), str(last), ending="xlsx")
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)
