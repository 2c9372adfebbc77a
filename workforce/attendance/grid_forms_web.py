"""Days by forms: one person's day, a team's day, and many people over many days.

These are the details of a cell, the page that a phone uses, and the way without script. All of them save
by ``grid.save_cells`` and show each row's result.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import (
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)

from workforce.attendance import queries
from workforce.attendance.cell_markup import draw, inner
from workforce.attendance.cell_text import (
    FULL_LETTER,
    LEAVE_LETTERS,
    EntryKind,
    parse_cell,
)
from workforce.attendance.confirmations import (
    OPEN_WORDS,
    asks_for_confirmation,
    open_points,
    state_of,
)
from workforce.attendance.day_form import DayForm
from workforce.attendance.day_record import words_of_entry
from workforce.attendance.grid import (
    CellEdit,
    CellResult,
    Outcome,
    fill_text,
    history,
    save_cells,
    source_name,
    source_words,
)
from workforce.attendance.team_days import Lock, Team, TeamDays, team_in, team_on
from workforce.attendance.team_month import cell_of, head_of
from workforce.attendance.web import ROUTES, day_of, month_of, time_of_day
from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.i18n import current_locale
from workforce.platform.i18n import gettext as _
from workforce.platform.law_book import law_book
from workforce.platform.web import actor, key_of, may, principal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.attendance.grid import SaveReport
    from workforce.attendance.service import Day
    from workforce.platform.scope import Scope

__all__ = ["ROUTES"]

_DAY: Final = dt.timedelta(days=1)
_HOURS: Final = "hours"
"""The choice of many days' status that says: as many hours as stand beside it."""


def _days(session: Session, team: Team, on: dt.date, only: Iterable[int] | None = None) -> TeamDays:
    return TeamDays(
        session,
        team,
        PayPeriod.of(on),
        law_book().calendar(),
        today=clock.today(),
        first_on=on,
        last_on=on,
        only=None if only is None else set(only),
    )


def _save(
    session: Session, team: Team, edits: Sequence[CellEdit], on: dt.date, **how: Any
) -> SaveReport:
    return save_cells(
        session,
        actor(),
        team,
        PayPeriod.of(on),
        law_book().calendar(),
        edits,
        today=clock.today(),
        **how,
    )


# --- One person's day ---------------------------------------------------------------------------


@ROUTES.form("/attendance/people/<int:employment_id>/day", permission=Permission.ATTENDANCE_RECORD)
def person_day(scope: Scope, employment_id: int) -> ResponseReturnValue:
    """Show and change one person's day (``?on=``): times of day, leave, absence, why, and what it was.

    The grid's panel asks with the header ``X-Panel`` and gets the form alone, or the cell once saved.
    """
    on = day_of(request.values.get("on")) or clock.today()
    is_panel = request.headers.get("X-Panel") == "1"
    team = team_on(db.session(), scope, employment_id, on)
    if request.method != "POST":
        days = _person_days(db.session(), team, on, employment_id)
        return _show_day(days, (employment_id, on), DayForm.of(days, (employment_id, on)))
    form = DayForm.sent(request.form)
    with unit_of_work() as session:
        days = _person_days(session, team, on, employment_id)
        record = form.read(days, (employment_id, on))
        report: SaveReport | None = None
        if record is not None:
            edit = CellEdit((employment_id, on), record=record, seen=form.seen)
            is_own = _is_own(days, employment_id)
            report = _save(session, team, [edit], on, reason=form.reason, is_correction=not is_own)
            form.take(report.results[0], days, is_own=is_own)
    if report is None or report.results[0].error is not None:
        return _show_day(days, (employment_id, on), form, HTTPStatus.UNPROCESSABLE_ENTITY)
    (result,) = report.results
    if is_panel:
        return jsonify(
            outcome=result.outcome,
            before=result.before,
            html=draw(result.cell, current_locale(), is_today=on == clock.today()),
            withdrawn=[day.day for day in report.withdrawn],
            at=time_of_day(),
        )
    _tell_withdrawn(report)
    name = days.employments[employment_id].name
    if result.outcome is Outcome.SAVED:
        flash(_("已保存：%(name)s %(on)s", name=name, on=on), "success")
    else:
        flash(_("没有变化：%(name)s %(on)s", name=name, on=on), "info")
    return redirect(url_for(".team_day", team_id=team.id, on=on))


def _person_days(session: Session, team: Team, on: dt.date, employment_id: int) -> TeamDays:
    days = _days(session, team, on, [employment_id])
    if employment_id not in days.employments:
        # In the team by its list, but not employed any more, or not yet.
        raise NotFoundError("web.not_found")
    return days


def _is_own(days: TeamDays, employment_id: int) -> bool:
    """Tell whether the days are the visitor's own: what a clock or an approval says of them stands."""
    return bool(days.employments[employment_id].person_id == principal().person_id)


def _show_day(
    days: TeamDays, day: Day, form: DayForm, status: HTTPStatus = HTTPStatus.OK
) -> ResponseReturnValue:
    employment_id, on = day
    lock = days.lock(day)
    record = days.record(day)
    template = "person_day_form" if request.headers.get("X-Panel") == "1" else "person_day"
    page = render_template(
        f"attendance/{template}.html",
        team=days.team,
        person=days.employments[employment_id],
        on=on,
        head=head_of(days, on, None),
        day_class=days.day_class(employment_id, on),
        record=record,
        lock=lock,
        locks=Lock,
        is_own=_is_own(days, employment_id),
        closed=days.closed_period(employment_id, on),
        source=source_words(record.sources),
        form=form,
        leave_letters=LEAVE_LETTERS,
        kinds=days.shift_plan.kinds(days.team.company_id, on),
        entries=[_told(entry, day) for entry in history(db.session(), day)],
        period=PayPeriod.of(on),
        source_url=_source_url(record.sources),
    )
    return page, status


def _source_url(sources: Sequence[str]) -> str:
    """Return where one sees what told the day: the requests, or the imports."""
    if "request" in sources:
        return url_for("requests.listing") if may(Permission.ATTENDANCE_REQUEST_DECIDE) else ""
    return url_for("imports.sources") if may(Permission.IMPORT_USE) else ""


@dataclass(frozen=True, slots=True)
class _Told:
    """One change of a day, in words."""

    at: dt.datetime
    who: str
    before: str
    after: str
    reason: str


def _told(entry: Any, day: Day) -> _Told:
    locale = current_locale()
    before, after = words_of_entry(entry.before, day), words_of_entry(entry.after, day)
    return _Told(
        entry.at,
        entry.actor_name,
        before.in_locale(locale),
        after.in_locale(locale),
        entry.reason or "",
    )


# --- A team's day -------------------------------------------------------------------------------


@ROUTES.page("/attendance/teams/<int:team_id>/day", permission=Permission.ATTENDANCE_READ)
def team_day(scope: Scope, team_id: int) -> ResponseReturnValue:
    """List a team's people on one day (``?on=``), with what is still open, to mark and to confirm."""
    return _show_team_day(team_in(db.session(), scope, team_id), _on(), {})


@ROUTES.action("/attendance/teams/<int:team_id>/day/mark", permission=Permission.ATTENDANCE_RECORD)
def mark_day(scope: Scope, team_id: int) -> ResponseReturnValue:
    """Give one status to the chosen people of a day, to one of them, or "full" to all without a record."""
    team = team_in(db.session(), scope, team_id)
    on = _on()
    try:
        with unit_of_work() as session:
            days = _days(session, team, on)
            edits = _marks(days, on)
            report = _save(session, team, edits, on, reason=request.form.get("reason", ""))
    except InputError as error:
        return _show_team_day(team, on, {}, error)
    refused = {r.day[0]: r for r in report.results if r.error is not None}
    saved, same = report.count(Outcome.SAVED), report.count(Outcome.UNCHANGED)
    if saved or not refused:
        said = _("已保存 %(saved)s 人，%(same)s 人没有变化。", saved=saved, same=same)
        flash(said, "success" if saved else "info")
    _tell_withdrawn(report)
    if refused:
        return _show_team_day(team, on, refused)
    return redirect(url_for(".team_day", team_id=team_id, on=on))


def _tell_withdrawn(report: SaveReport) -> None:
    for on in report.withdrawn:
        flash(_("%(on)s 的确认已撤回，请重新确认。", on=on), "warning")


def _on() -> dt.date:
    return day_of(request.values.get("on")) or clock.today()


def _marks(days: TeamDays, on: dt.date) -> list[CellEdit]:
    """Return what the buttons of a team's day ask for."""
    if request.form.get("all") == "full":
        everybody = [(employment_id, on) for employment_id in days.employments]
        return [
            CellEdit(day, text=text, seen="")
            for day in everybody
            for text in [fill_text(days, day)]
            if text is not None
        ]
    one = request.form.get("one")
    if one:
        key, _colon, text = one.partition(":")
        return [_mark(key, on, text)]
    chosen = request.form.getlist("people")
    if not chosen:
        raise InputError("grid.nobody")
    return [_mark(key, on, request.form.get("text", "")) for key in chosen]


def _mark(key: str, on: dt.date, text: str) -> CellEdit:
    return CellEdit((key_of(key), on), text=text, seen=request.form.get(f"seen-{key}"))


def _show_team_day(
    team: Team,
    on: dt.date,
    refused: dict[int, CellResult],
    error: InputError | None = None,
) -> ResponseReturnValue:
    """Show the page; where something was refused, with what was chosen and typed for it."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused or error else HTTPStatus.OK
    days = _days(db.session(), team, on)
    people = [row for row in days.employments.values() if days.is_in_team(row.employment_id, on)]
    confirmation = db.session().execute(queries.day_confirmations(team.scope, on, on)).first()
    points = open_points(days, [on])
    page = render_template(
        "attendance/team_day.html",
        team=team,
        on=on,
        period=PayPeriod.of(on),
        before=on - _DAY,
        after=on + _DAY,
        today=clock.today(),
        head=head_of(days, on, None),
        people=[(row, cell_of(days, (row.employment_id, on))) for row in people],
        points=points,
        open_words=OPEN_WORDS,
        blocking=[point for point in points if point.is_blocking],
        is_asked=asks_for_confirmation(days, on),
        state=state_of(days, on),
        full_count=sum(fill_text(days, (row.employment_id, on)) is not None for row in people),
        confirmation=confirmation,
        changed_by=source_name(confirmation.withdrawn_source)
        if confirmation is not None and confirmation.withdrawn_source
        else None,
        refused=refused,
        error=error,
        sent=request.form,
        inner=inner,
        leave_letters=LEAVE_LETTERS,
    )
    return page, status


# --- Many people over many days -----------------------------------------------------------------


@ROUTES.form("/attendance/teams/<int:team_id>/fill", permission=Permission.ATTENDANCE_RECORD)
def fill(scope: Scope, team_id: int) -> ResponseReturnValue:
    """Give one status to many people over a range of days: tried first, then saved, row by row."""
    team = team_in(db.session(), scope, team_id)
    period = month_of(request.values.get("period"))
    whole = TeamDays(db.session(), team, period, law_book().calendar(), today=clock.today())
    sent = _Fill.sent(period)
    report: SaveReport | None = None
    error: DomainError | None = None
    is_saved = request.method == "POST" and request.form.get("step") == "save"
    if request.method == "POST":
        try:
            edits = sent.edits(whole)
            with unit_of_work() as session:
                report = _save(
                    session,
                    team,
                    edits,
                    period.first_on,
                    reason=sent.reason,
                    is_preview=not is_saved,
                )
        except DomainError as fault:
            error = fault
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    page = render_template(
        "attendance/fill.html",
        team=team,
        period=period,
        people=list(whole.employments.values()),
        sent=sent,
        report=report,
        outcomes=Outcome,
        is_saved=is_saved and report is not None,
        error=error,
        leave_letters=LEAVE_LETTERS,
        names={row.employment_id: row for row in whole.employments.values()},
    )
    return page, status


@dataclass(frozen=True, slots=True)
class _Fill:
    """What the form of many days says, as it was typed."""

    people: frozenset[str]
    first_on: str
    last_on: str
    text: str
    hours: str
    keeps_records: bool
    workdays_only: bool
    reason: str

    @classmethod
    def sent(cls, period: PayPeriod) -> _Fill:
        form = request.form
        is_new = request.method != "POST"
        last_on = min(period.last_on, max(clock.today(), period.first_on))
        return cls(
            people=frozenset(form.getlist("people")),
            first_on=form.get("first_on", str(period.first_on)),
            last_on=form.get("last_on", str(last_on)),
            text=form.get("text", FULL_LETTER),
            hours=form.get("hours", ""),
            keeps_records=is_new or form.get("keeps_records") == "1",
            workdays_only=is_new or form.get("workdays_only") == "1",
            reason=form.get("reason", ""),
        )

    def edits(self, days: TeamDays) -> list[CellEdit]:
        """Return the entries that it asks for.

        Raises:
            InputError: nobody is chosen, or the days do not fit.
            NotFoundError: somebody is not of the team.
        """
        if not self.people:
            raise InputError("grid.nobody")
        chosen = sorted(key_of(key) for key in self.people)
        if not days.employments.keys() >= set(chosen):
            raise NotFoundError("web.not_found")
        first_on, last_on = day_of(self.first_on), day_of(self.last_on)
        period = days.period
        if (
            first_on is None
            or last_on is None
            or not period.first_on <= first_on <= last_on <= period.last_on
        ):
            raise InputError(
                "grid.range", first_on=self.first_on, last_on=self.last_on, period=period
            )
        text = self.hours if self.text == _HOURS else self.text
        if self.text == _HOURS and parse_cell(text).kind is not EntryKind.HOURS:
            raise InputError("grid.hours_needed")
        # What somebody enters meanwhile is kept, too.
        seen = "" if self.keeps_records else None
        dates = [first_on + number * _DAY for number in range((last_on - first_on).days + 1)]
        return [
            CellEdit((employment_id, on), text=text, seen=seen)
            for employment_id in chosen
            for on in dates
            if self._is_wanted(days, (employment_id, on))
        ]

    def _is_wanted(self, days: TeamDays, day: Day) -> bool:
        if self.keeps_records and not days.record(day).is_empty:
            return False
        return not self.workdays_only or not days.day_class(*day)
