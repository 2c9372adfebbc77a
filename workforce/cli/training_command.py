"""``workforce training``: classes, what people have reached in one, and a year's figures as officials read them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workforce.cli.support import State, pass_state
from workforce.cli.tables import print_table
from workforce.core.chart import decimal_text
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.platform.files import READABLE, write_bytes

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope

_COMPANY = click.option(
    "--company",
    metavar="CODE",
    help="A company's code: as it sees them; default: as the base does.",
)
_BY = click.option("--by", metavar="ACCOUNT", help="Login name of who acts; default: nobody named.")
_CLASS, _COURSE = Text("班级", "Class"), Text("课程", "Course")
_NUMBER, _NAME = Text("工号", "Number"), Text("姓名", "Name")
_RESULT, _STATE = Text("结果", "Result"), Text("状态", "State")
_MONTH, _TOTAL = Text("月份", "Month"), Text("合计", "Total")
_PASSES = Text("可以合格", "passes")
_CLASSES = (
    _CLASS,
    _COURSE,
    Text("谁办的", "Kept by"),
    Text("开始", "From"),
    Text("结束", "To"),
    Text("名额", "Places"),
    Text("占用", "Taken"),
    Text("候补", "Waiting"),
    Text("合格", "Passed"),
    _STATE,
)
_PEOPLE = (
    _NUMBER,
    _NAME,
    Text("到课", "Attended"),
    Text("上过的课", "Held"),
    Text("练习", "Practice"),
    Text("考试", "Exam"),
    _RESULT,
    Text("还差什么", "Missing"),
)


def _reach(session: Session, by: str | None, company: str | None, permission: Permission) -> Scope:
    # The slices take a second to load.
    from workforce.cli.acting import acting  # noqa: PLC0415
    from workforce.companies.service import company_named  # noqa: PLC0415
    from workforce.platform.scope import Scope  # noqa: PLC0415

    _actor, reach = acting(session, by, permission)
    return reach if company is None else Scope.company(company_named(session, reach, company).id)


def _points(score: int | None) -> str:
    return "—" if score is None else decimal_text(score, 2)


@click.group("training")
def COMMAND() -> None:  # noqa: N802 - the name that the registry looks for
    """List classes and what people have reached, and tell a year's figures."""


@COMMAND.command("classes", epilog="Example: workforce training classes --company QZ")
@_COMPANY
@_BY
@pass_state
def list_classes(state: State, company: str | None, by: str | None) -> None:
    """List the classes in sight, the newest first."""
    with state.app():
        from workforce.platform import clock  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415
        from workforce.training import queries  # noqa: PLC0415

        session, today = db.session(), clock.today()
        scope = _reach(session, by, company, Permission.TRAINING_MANAGE)
        base = Text("基地", "the base").in_locale(state.locale)
        print_table(
            state.locale,
            _CLASSES,
            [
                (
                    row.one.code,
                    row.title,
                    row.company_name or base,
                    str(row.one.starts_on),
                    str(row.one.ends_on),
                    *map(str, (row.one.capacity, row.enrolled, row.waiting, row.passed)),
                    term(f"class_state.{row.state(today)}").in_locale(state.locale),
                )
                for row in queries.class_rows(session, scope)
            ],
        )


@COMMAND.command("people", epilog="Example: workforce training people BX2611 --company QZ")
@click.argument("code", metavar="CLASS")
@_COMPANY
@_BY
@pass_state
def list_people(state: State, code: str, company: str | None, by: str | None) -> None:
    """List what the people of CLASS have reached so far, and what they lack to pass."""
    with state.app():
        from workforce.platform.db import db  # noqa: PLC0415
        from workforce.training import deciding, queries  # noqa: PLC0415

        session = db.session()
        scope = _reach(session, by, company, Permission.TRAINING_MANAGE)
        class_id = queries.class_named(session, scope, code).one.id
        rows = []
        for verdict in deciding.preview(session, scope, class_id).verdicts:
            one, at = verdict.person, verdict.person.standing
            lacks = [term(f"training_missing.{why}") for why in verdict.missing] or [_PASSES]
            result = "—" if one.result is None else term(f"training_result.{one.result}")
            rows.append(
                (
                    one.employee_no,
                    one.name,
                    str(at.attended),
                    str(at.lessons),
                    _points(at.practice_score),
                    _points(at.exam_best),
                    result if isinstance(result, str) else result.in_locale(state.locale),
                    "—"
                    if one.result == "passed"
                    else "、".join(why.in_locale(state.locale) for why in lacks),
                )
            )
        print_table(state.locale, _PEOPLE, rows)


@COMMAND.command("figures", epilog="Example: workforce training figures 2026 --out training.xlsx")
@click.argument("year", type=click.IntRange(2000, 2999))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Spreadsheet (.xlsx) to write: months, courses and subsidies; default: print the months.",
)
@_BY
@pass_state
def show_figures(state: State, year: int, out: Path | None, by: str | None) -> None:
    """Tell who was trained, passed and placed in the months of YEAR that are over, as officials read it."""
    with state.app():
        from workforce.bureau import training_report as report  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415

        session = db.session()
        _reach(session, by, None, Permission.TRAINING_OVERSEE)
        found = report.read_year(session, year)
        if out is not None:
            author = term("audit_actor.cli").in_locale(state.locale)
            write_bytes(out, report.write_xlsx(found, state.locale, author), mode=READABLE)
            state.say(Text(f"已写入 {out}", f"Written: {out}"))
            return
        lines = [
            (str(month.period), [one.read(month) for one in report.MEASURES])
            for month in found.months
        ]
        if lines:
            lines.append((_TOTAL.in_locale(state.locale), [*found.totals]))
        print_table(
            state.locale,
            (_MONTH, *(one.label for one in report.MEASURES)),
            [
                (
                    head,
                    *(
                        report.shown(value, is_rate=one.is_rate)
                        for one, value in zip(report.MEASURES, values, strict=True)
                    ),
                )
                for head, values in lines
            ],
        )
