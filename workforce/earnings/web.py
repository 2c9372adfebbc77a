"""What one earns, on a phone: this month so far, where it may end, what if, attendance and quality.

Every page is read by GET and takes its subject from the sign-in only. A person with two employments
chooses one of the own by ``?job=``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import current_app, render_template, request, url_for

from workforce.attendance import queries as attendance
from workforce.core import explain
from workforce.core.errors import DomainError, InputError
from workforce.core.money import MICRO, parse_decimal
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.results import LineKind
from workforce.core.terms import term
from workforce.delivery.queries import unsigned_own
from workforce.documents.facts import product
from workforce.earnings import daily, queries
from workforce.earnings.calendar import read_calendar
from workforce.earnings.estimate import LEAST_DAYS, Estimate, TooEarly, estimate
from workforce.earnings.forms import WhatIfForm
from workforce.earnings.month import lines_by_key, read_open_month
from workforce.earnings.quality import read_trend
from workforce.earnings.what_if import WhatIf, compute_what_if, month_days
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.forms import choices_of, place_fault
from workforce.platform.i18n import current_locale
from workforce.platform.law_book import law_book
from workforce.platform.web import SliceRoutes
from workforce.production import queries as production
from workforce.production import trends
from workforce.seating.own import own_seats

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.earnings.month import OpenMonth
    from workforce.earnings.queries import Workplace
    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("earnings", __name__)

_PAY: Final = Permission.PAYSLIP_READ_OWN
_PAID_LEAVE: Final = ("annual_leave", "sick_leave", "marriage_leave", "bereavement_leave")
_ACCURACY_DECIMALS: Final = 2
_REQUEST_PAGE: Final = "requests.new"


@ROUTES.page("/earnings", permission=_PAY)
def so_far(scope: Scope) -> ResponseReturnValue:
    """Show what an open month comes to so far, what waits, and what has changed since yesterday."""
    session = db.session()
    jobs, job = _jobs(scope)
    unsigned = unsigned_own(session, scope.person_id, clock.now())
    if job is None:
        return render_template("earnings/nothing.html", unsigned=unsigned)
    periods = queries.open_periods(session, job, clock.today())
    if not periods:
        return render_template("earnings/nothing.html", is_all_paid=True, unsigned=unsigned)
    period = _chosen(periods)
    month = _month(job, period)
    kept = queries.last_kept_day(session, job.employment_id, period, clock.today())
    waiting = [
        row
        for row in session.execute(production.output_by_state(scope, period))
        if row.employment_id == job.employment_id and row.waiting_qty
    ]
    return render_template(
        "earnings/so_far.html",
        jobs=jobs,
        job=job,
        periods=periods,
        month=month,
        changes=daily.changes_since(session, scope, month, kept),
        waiting=waiting,
        unsigned=unsigned,
        task_types=month.task_types or queries.task_types(session),
        as_of=clock.now(),
        product=product,
    )


@ROUTES.page("/earnings/estimate", permission=_PAY)
def month_end(scope: Scope) -> ResponseReturnValue:
    """Show what an open month may come to at the present pace, and how that is reckoned."""
    jobs, job = _jobs(scope)
    periods = queries.open_periods(db.session(), job, clock.today()) if job else []
    if job is None or not periods:
        return render_template("earnings/nothing.html", is_all_paid=job is not None)
    month = _month(job, _chosen(periods))
    found = estimate(month, law_book())
    return render_template(
        "earnings/estimate.html",
        jobs=jobs,
        job=job,
        month=month,
        found=found if isinstance(found, Estimate) else None,
        too_early=found if isinstance(found, TooEarly) else None,
        least_days=LEAST_DAYS,
        lines=_side_by_side(found) if isinstance(found, Estimate) else [],
        as_of=clock.now(),
        product=product,
    )


def _side_by_side(found: Estimate) -> list[tuple[Any, int]]:
    """Return the lines of the estimate, each with what it comes to so far (fen, signed)."""
    now = lines_by_key(found.now.lines)
    return [
        (line, now[key].signed_amount if key in now else 0)
        for key, line in lines_by_key(found.middle.lines).items()
        if line.kind is not LineKind.EMPLOYER
    ]


@ROUTES.page("/earnings/what-if", permission=_PAY)
def what_if(scope: Scope) -> ResponseReturnValue:
    """Try out another month, by the same engine; nothing is stored."""
    jobs, job = _jobs(scope)
    periods = queries.open_periods(db.session(), job, clock.today()) if job else []
    if job is None or not periods:
        return render_template("earnings/nothing.html", is_all_paid=job is not None)
    # Of half months the month around them: people think in months.
    month = _month(job, periods[0])
    if month.row is None:
        raise InputError("earnings.not_computable")
    form, prices = _what_if_form(job, month)
    paid = None
    is_asked = "worked_days" in request.args
    if is_asked and form.validate():
        try:
            paid = compute_what_if(month, _wish(form, prices), law_book())
        except DomainError as error:
            place_fault(form, error, "accuracy" if error.code.startswith("money.") else None)
    page = render_template(
        "earnings/what_if.html",
        jobs=jobs,
        job=job,
        month=month,
        form=form,
        paid=paid,
        lines=[line for line in paid.lines if line.kind is not LineKind.EMPLOYER] if paid else [],
        label=explain.label,
        has_rule=bool(month.assembled and month.assembled.policy.agreed.quality_tiers),
        language=current_locale(),
    )
    return page, 422 if is_asked and (form.errors or form.form_errors) else 200


def _what_if_form(job: Workplace, month: OpenMonth) -> tuple[WhatIfForm, dict[str, int]]:
    """Return the form, filled from the own profile the first time, and the prices it offers."""
    rows = db.session().execute(trends.prices_on(job.company_id, clock.today())).all()
    days = len(month_days(month, law_book()).workdays)
    own = (
        next((line for line in month.figures.lines if line.detail_code), None)
        if (month.figures)
        else None
    )
    form = WhatIfForm(
        request.args if "worked_days" in request.args else None,
        worked_days=days,
        task_type=own.detail_code if own else "",
    )
    zh = current_locale() == "zh"
    form.task_type.choices = choices_of(
        [
            ("", "—"),
            *((row.task_type_code, row.name_zh if zh else row.name_en) for row in rows),
        ]
    )
    form.leave_kind.choices = choices_of(
        [
            ("", "—"),
            *((kind, term(f"leave.{kind}").in_locale(current_locale())) for kind in _PAID_LEAVE),
        ]
    )
    return form, {row.task_type_code: row.unit_price for row in rows}


def _wish(form: WhatIfForm, prices: dict[str, int]) -> WhatIf:
    accuracy = (form.accuracy.data or "").strip().rstrip("%")
    hundredths = parse_decimal(accuracy, _ACCURACY_DECIMALS) if accuracy else None
    if hundredths is not None and not 0 <= hundredths <= 100**2:
        raise InputError("money.not_exact", place="accuracy", text=accuracy)
    code = form.task_type.data or None
    return WhatIf(
        task_type=code,
        unit_price=prices[code] if code else 0,
        daily_qty=form.daily_qty.data or 0,
        worked_days=form.worked_days.data or 0,
        weekday_overtime_hours=form.weekday_overtime_hours.data or 0,
        rest_day_hours=form.rest_day_hours.data or 0,
        leave_kind=form.leave_kind.data or None,
        leave_days=(form.leave_days.data or 0) if form.leave_kind.data else 0,
        accuracy_rate=None if hundredths is None else hundredths * MICRO // 100**2,
    )


@ROUTES.page("/my-month", permission=Permission.ATTENDANCE_READ_OWN)
def my_month(scope: Scope) -> ResponseReturnValue:
    """Show one's own attendance of a month as a calendar."""
    session = db.session()
    jobs, job = _jobs(scope)
    if job is None:
        return render_template("earnings/nothing.html")
    text = request.args.get("period")
    if text:
        period = PayPeriod.parse_month(text)
    else:
        latest = session.scalar(attendance.latest_work_day(scope))
        this = PayPeriod.of(clock.today())
        period = min(this, max(PayPeriod.of(latest), this.previous())) if latest else this
    view = read_calendar(session, job, period, law_book().calendar(), clock.today())
    return render_template(
        "earnings/my_month.html",
        jobs=jobs,
        job=job,
        period=period,
        view=view,
        weekdays=[term(f"weekday.{day}") for day in range(1, 8)],
        request_url=_request_url,
        own_seats=own_seats(session, scope, clock.today()),
    )


def _request_url(**arguments: object) -> str | None:
    """Return the address of a new request about attendance, where this service takes them."""
    if _REQUEST_PAGE not in current_app.view_functions:
        return None
    return url_for(_REQUEST_PAGE, **arguments)  # type: ignore[arg-type]


@ROUTES.page("/my-quality", permission=Permission.OUTPUT_READ_OWN)
def my_quality(scope: Scope) -> ResponseReturnValue:
    """Show acceptance and rework of one's own work over time, by task type."""
    session = db.session()
    jobs, job = _jobs(scope)
    if job is None:
        return render_template("earnings/nothing.html")
    by_week = request.args.get("by") == "week"
    trend = read_trend(
        session,
        scope,
        job.employment_id,
        queries.task_types(session),
        clock.today(),
        by_week=by_week,
    )
    return render_template(
        "earnings/my_quality.html", jobs=jobs, job=job, trend=trend, by_week=by_week
    )


def _jobs(scope: Scope) -> tuple[list[Workplace], Workplace | None]:
    """Return the own employments, and the one that the address chooses, else the newest."""
    jobs = queries.workplaces(db.session(), scope, clock.today())
    wanted = request.args.get("job", type=int)
    chosen = next((job for job in jobs if job.employment_id == wanted), None)
    return jobs, chosen or next(iter(jobs), None)


def _chosen(periods: list[PayPeriod]) -> PayPeriod:
    """Return the open period that the address names, else the newest."""
    wanted = request.args.get("period")
    return next((period for period in periods if str(period) == wanted), periods[0])


def _month(job: Workplace, period: PayPeriod) -> OpenMonth:
    session = db.session()
    types = queries.task_types(session)
    return read_open_month(session, job, period, law_book(), types, clock.today())
