"""What the named registers share: one list, signed by the company, for its own use and the bureau's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workforce.bureau.report import Listing, ListKind, ListValue, Report
from workforce.companies import queries as companies
from workforce.core.text import Text
from workforce.platform import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from workforce.bureau.form import ReportForm
    from workforce.bureau.report import ListColumn
    from workforce.core.report_period import ReportPeriod
    from workforce.platform.scope import Scope

_NOTE: Final = Text(
    "本表有姓名和证件号码，只供本企业办理用工备案使用，不上传到基地统计。",
    "This list has names and ID numbers: it is for the company's own filings and goes into no statistics.",
)
TEXT: Final[ListKind] = "text"
DATE: Final[ListKind] = "date"


def register(
    session: Session,
    form: ReportForm,
    scope: Scope,
    period: ReportPeriod,
    columns: Sequence[ListColumn],
    rows: Sequence[tuple[ListValue, ...]],
) -> Report:
    """Return a register as a report of one list."""
    name = session.execute(companies.company_facts(scope)).one().company_name
    listing = Listing(code=form.code, title=form.title, columns=tuple(columns), rows=tuple(rows))
    return Report(
        code=form.code,
        form_number=form.numbers[period.span],
        title=form.title,
        period=period,
        reporter=Text(name, name),
        filled_on=clock.today(),
        is_protected=False,
        unit=Text("人", "people"),
        listings=(listing,),
        notes=(_NOTE,),
    )
