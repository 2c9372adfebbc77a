"""A team's month: looked at, filled in cell by cell, and confirmed day by day.

The grid's script sends cells to ``save`` and gets each one's result, with the cell as the page draws it.
Without script the same is done by the forms of ``grid_forms_web``.
"""

from __future__ import annotations

import datetime as dt
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
from workforce.attendance.cell_markup import draw, hours_of
from workforce.attendance.cell_text import FULL_LETTER, LEAVE_LETTERS
from workforce.attendance.confirmations import complete_days, confirm, state_of
from workforce.attendance.day_record import day_text
from workforce.attendance.grid import MOST_CELLS, SUBJECT, CellEdit, Outcome, save_cells, subject_of
from workforce.attendance.team_days import TeamDays, team_in
from workforce.attendance.team_month import (
    LEAVE_MARKS,
    LETTERS,
    CellKind,
    TeamMonth,
    read_team_month,
)
from workforce.core.errors import DomainError, InputError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.platform import audit, clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.errors import status_of
from workforce.platform.formatting import moment
from workforce.platform.i18n import current_locale
from workforce.platform.i18n import gettext as _
from workforce.platform.law_book import law_book
from workforce.platform.web import LARGEST_KEY, SliceRoutes, actor, key_of, may, safe_next

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.attendance.grid import SaveReport
    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("attendance", __name__)

_CELL_PARTS: Final = 5


@ROUTES.page("/attendance/team-month", permission=Permission.ATTENDANCE_READ)
def team_month(scope: Scope) -> ResponseReturnValue:
    """Show the month of one team: ``?team=`` a team in reach, else the first; ``?period=2026-10``.

    ``?plain=1``: with a link to the details in every cell, for browsers without script.
    """
    period = _period(scope)
    grid = read_team_month(
        db.session(),
        scope,
        period,
        law_book().calendar(),
        team_id=_team_id(),
        today=clock.today(),
    )
    is_plain = request.args.get("plain") == "1"
    return render_template(
        "attendance/team_month.html",
        grid=grid,
        period=period,
        kinds=CellKind,
        draw=draw,
        hours_of=hours_of,
        letters=LETTERS,
        leave_marks=LEAVE_MARKS,
        leave_letters=LEAVE_LETTERS,
        is_plain=is_plain,
        day_shown=_day_shown(period),
        config=None if grid is None or is_plain else _config(grid),
    )


@ROUTES.action("/attendance/teams/<int:team_id>/cells", permission=Permission.ATTENDANCE_RECORD)
def save(scope: Scope, team_id: int) -> ResponseReturnValue:
    """Save or only try cells: JSON in, each cell's result out.

    In: ``period``, ``cells`` as lists of employment, day of the month, the record seen (null:
    whatever there is), typed text and whole record (one of these null), ``reason``, ``preview``.
    """
    team = team_in(db.session(), scope, team_id)
    try:
        period, edits, reason, is_preview = _edits(request.get_json(silent=True))
        with unit_of_work() as session:
            report = save_cells(
                session,
                actor(),
                team,
                period,
                law_book().calendar(),
                edits,
                today=clock.today(),
                reason=reason,
                is_preview=is_preview,
            )
            meanwhile = _meanwhile(session, report)
    except DomainError as error:
        locale = current_locale()
        said = {"message": error.message(locale), "hint": error.hint(locale)}
        return jsonify(said), status_of(error)
    return jsonify(_answer(report, period, team_id, meanwhile))


@ROUTES.action("/attendance/teams/<int:team_id>/confirm", permission=Permission.ATTENDANCE_CONFIRM)
def confirm_days(scope: Scope, team_id: int) -> ResponseReturnValue:
    """Confirm one day (``on``) as it was seen, or all complete days of a month (``period``)."""
    team = team_in(db.session(), scope, team_id)
    on = day_of(request.form.get("on"))
    period = PayPeriod.of(on) if on else month_of(request.form.get("period"))
    with unit_of_work() as session:
        days = TeamDays(
            session,
            team,
            period,
            law_book().calendar(),
            today=clock.today(),
            first_on=on,
            last_on=on,
        )
        if on and request.form.get("seen") not in {None, state_of(days, on)}:
            flash(_("这一天在您打开以后有改动，请看过再确认。"), "warning")
            return redirect(url_for(".team_day", team_id=team_id, on=on))
        wanted = [on] if on else complete_days(days)
        fresh = confirm(session, actor(), days, wanted)
    if fresh:
        flash(_("已确认 %(count)s 天。", count=len(fresh)), "success")
    elif wanted:
        flash(_("这些天早已确认，没有变化。"), "info")
    else:
        flash(_("没有可以确认的日子：先补齐缺少的记录。"), "warning")
    back = safe_next(request.form.get("next"))
    return redirect(back or url_for(".team_month", team=team_id, period=str(period)))


def time_of_day() -> str:
    """Return the wall-clock time at which something is saved."""
    return clock.to_base(clock.now()).strftime("%H:%M")


def day_of(text: str | None) -> dt.date | None:
    """Return the day that a form or address names, None if it names none.

    Raises:
        InputError: it is no day.
    """
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InputError("grid.not_a_day", text=text[:20]) from None


def month_of(text: str | None) -> PayPeriod:
    """Return the month that a form or address names, else this one."""
    return PayPeriod.parse_month(text) if text else PayPeriod.of(clock.today())


def _team_id() -> int | None:
    text = request.args.get("team")
    return key_of(text) if text else None


def _period(scope: Scope) -> PayPeriod:
    """Return the month asked for, else the last one with a recorded shift, else this one."""
    text = request.args.get("period")
    if text:
        return PayPeriod.parse_month(text)
    latest = db.session().scalar(queries.latest_work_day(scope))
    return PayPeriod.of(latest or clock.today())


def _day_shown(period: PayPeriod) -> dt.date:
    """Return the day that the list of one day opens at: today, else the month's last."""
    return min(max(clock.today(), period.first_on), period.last_on)


def _config(grid: TeamMonth) -> dict[str, Any]:
    """Return what the grid's script needs to know, beside the table itself."""
    today = clock.today()
    locale = current_locale()
    return {
        "period": str(grid.period),
        "saveUrl": url_for(".save", team_id=grid.team_id),
        "dayUrl": url_for(".person_day", employment_id=0).replace("/0/", "/{}/"),
        "isEditable": may(Permission.ATTENDANCE_RECORD),
        "today": today.day if grid.period == PayPeriod.of(today) else 0,
        "full": FULL_LETTER,
        "most": MOST_CELLS,
        "leave": [
            [letter, LEAVE_MARKS[kind].zh, term(f"leave.{kind}").in_locale(locale)]
            for letter, kind in LEAVE_LETTERS.items()
        ],
        "words": _words(),
    }


def _words() -> dict[str, str]:
    """Return the script's texts in the visitor's language; ``{0}`` stands for what it fills in."""
    return {
        "saved": _("已保存 {0}"),
        "saving": _("正在保存…"),
        "failed": _("保存失败，{0} 个未保存"),
        "offline": _("网络断开，{0} 个未保存，恢复后自动保存"),
        "signedOut": _("登录已过期：请在新窗口登录，再回到这里重试；{0} 个未保存的内容还在"),
        "refused": _("{0} 个没有保存"),
        "conflict": _("{0} 个已被别人改过，请选择"),
        "undone": _("已撤销 {0} 个"),
        "redone": _("已重做 {0} 个"),
        "nothingToUndo": _("没有可撤销的"),
        "copied": _("已复制 {0} 个"),
        "pasteFrom": _("把 {0} 行 × {1} 列贴到 {2}，从 {3} 开始"),
        "willChange": _("将改动 {0} 个"),
        "same": _("{0} 个没有变化"),
        "notUnderstood": _("{0} 个不能填"),
        "outside": _("超出表格的 {0} 个不贴"),
        "unsaved": _("未保存：{0}"),
        "withdrawn": _("{0} 日已改，确认已撤回，请重新确认"),
        "yours": _("我填的"),
        "theirs": _("{0} 填的"),
        "somebody": _("别人"),
        "at": _("{0} 于 {1}"),
        "nothing": _("空"),
        "before": _("改动之前的记录"),
        "keepMine": _("用我的"),
        "keepTheirs": _("用现在的"),
        "allFull": _("{0} 日没有可填全勤的人：都有记录、休息或不在班组"),
        "selected": _("已选 {0} 个单元格"),
        "loading": _("正在打开…"),
        "cannotOpen": _("打不开这一天，请稍后再试"),
        "close": _("关闭"),
        "lost": _("改动后未重新确认"),
        "lock_out": _("不在本班组，不能登记"),
        "lock_closed": _("已关账，不能再改；有误请提交申请"),
        "lock_source": _("锁定：来自打卡、导入或申请，按空格打开详情写明原因后更正"),
        "lock_leave": _("锁定：已批准的假，按空格打开详情写明原因后更正"),
    }


def _edits(sent: Any) -> tuple[PayPeriod, list[CellEdit], str, bool]:
    if not isinstance(sent, dict) or not isinstance(sent.get("cells"), list):
        raise InputError("grid.not_cells")
    reason = sent.get("reason", "")
    if not isinstance(reason, str):
        raise InputError("grid.not_cells")
    period = PayPeriod.parse_month(str(sent.get("period", "")))
    edits = [_edit(cell, period) for cell in sent["cells"]]
    return period, edits, reason, sent.get("preview") is True


def _edit(cell: Any, period: PayPeriod) -> CellEdit:
    if not isinstance(cell, list) or len(cell) != _CELL_PARTS:
        raise InputError("grid.not_cells")
    employment_id, day, *texts = cell
    is_whole = all(type(number) is int for number in (employment_id, day))
    if not is_whole or not all(text is None or isinstance(text, str) for text in texts):
        raise InputError("grid.not_cells")
    if not (0 < employment_id <= LARGEST_KEY and 1 <= day <= period.days):
        raise InputError("grid.not_cells")
    seen, text, record = texts
    on = period.first_on.replace(day=day)
    return CellEdit((employment_id, on), text=text, record=record, seen=seen)


def _meanwhile(session: Session, report: SaveReport) -> dict[str, audit.AuditEntry]:
    """Return who made the days of conflicts what they are, by the audit's id of the day.

    A day that an import has changed since is nobody's by name.
    """
    now = {subject_of(r.day): r.cell.text for r in report.results if r.outcome is Outcome.CONFLICT}
    return {
        subject: entry
        for subject, entry in audit.latest_about(session, SUBJECT, list(now)).items()
        if day_text(entry.after) == now[subject]
    }


def _answer(
    report: SaveReport, period: PayPeriod, team_id: int, meanwhile: dict[str, audit.AuditEntry]
) -> dict[str, Any]:
    locale, today = current_locale(), clock.today()
    results = []
    for result in report.results:
        said: dict[str, Any] = {
            "cell": [result.day[0], result.day[1].day],
            "outcome": result.outcome,
            "before": result.before,
            "html": draw(result.cell, locale, is_today=result.day[1] == today),
        }
        if result.error is not None:
            said |= {"message": result.error.message(locale), "hint": result.error.hint(locale)}
        entry = meanwhile.get(subject_of(result.day))
        if entry is not None:
            said |= {"who": entry.actor_name, "at": moment(entry.at)}
        results.append(said)
    return {
        "results": results,
        "withdrawn": [on.day for on in report.withdrawn],
        "at": time_of_day(),
        "period": str(period),
        "team": team_id,
    }
