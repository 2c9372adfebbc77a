"""The form of an upload: files, and what may be said besides them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FileField,
    MultipleFileField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

from workforce.core.errors import DomainError, InputError
from workforce.core.period import PayPeriod
from workforce.imports.clock_users import read_user_names
from workforce.imports.mapping import read_mapping
from workforce.imports.source import Options, SourceFile
from workforce.imports.stated_shift import planned_shift
from workforce.platform.forms import fault_of, read_count
from workforce.platform.i18n import lazy_gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from werkzeug.datastructures import FileStorage

    from workforce.imports.about import About

FILES_LIMIT: Final = 10
_BREAK_LIMIT: Final = 600
_HOURS_LIMIT: Final = 24

Said = dict[str, Any]
"""What was said besides the file, as JSON values: what ``options_of`` turns into ``Options``."""


class OptionsForm(FlaskForm):  # type: ignore[misc]
    """Everything that any source may ask; a page shows the fields of its own source only."""

    files = MultipleFileField(_("文件"))
    task_type = SelectField(_("任务类型"), validate_choice=False)
    batch = StringField(_("批次"), validators=[Length(max=60)])
    is_accepted = BooleanField(_("这些产量在完成当天就算验收合格"))
    whole_from = StringField(_("单价表从哪天起是完整的"))
    period = StringField(_("所属月份"))
    server = StringField(_("服务器名称"), validators=[Length(max=30)])
    controls = StringField(_("标注结果所在的列"), validators=[Length(max=400)])
    break_minutes = StringField(_("每班休息分钟"))
    planned = TextAreaField(_("单位的班次"))
    longest_hours = StringField(_("最长的班（小时）"))
    mapping_text = TextAreaField(_("用户对照"))
    mapping_file = FileField(_("用户对照文件"))
    users_file = FileField(_("考勤机的 user.dat"))

    said: Said

    def read(self, about: About) -> bool:
        """Read the fields of a source into ``said``; tell whether nothing is wrong with them."""
        is_valid = bool(self.validate_on_submit())
        self.said = {}
        for name in about.options:
            self._take(name, name in about.needed)
        return is_valid and not any(self[name].errors for name in about.options)

    def _take(self, name: str, is_needed: bool) -> None:  # noqa: FBT001 - read once, in the loop
        bound = self[name]
        try:
            value = _READERS[name](bound.data)
        except DomainError as error:
            bound.errors = [*bound.errors, fault_of(error)]
            return
        if value in (None, "", [], {}):
            if is_needed:
                bound.errors = [*bound.errors, str(_("请填写"))]
            return
        if name in {"mapping_text", "mapping_file"}:
            value = {**self.said.get("mapping", {}), **value}
            name = "mapping"
        self.said[name] = value

    def sent_files(self) -> list[FileStorage]:
        """Return the files that were chosen; an empty field sends one without a name."""
        return [file for file in self.files.data or [] if file and file.filename]


def shown(form: OptionsForm, said: Mapping[str, Any]) -> None:
    """Put what was said before into a form's fields."""
    for name, value in said.items():
        if name == "mapping":
            form.mapping_text.data = "\n".join(f"{user} {no}" for user, no in value.items())
        elif name == "planned":
            form.planned.data = "\n".join(value)
        elif name == "controls":
            form.controls.data = "，".join(value)
        elif name != "users_file":
            form[name].data = value


def options_of(said: Mapping[str, Any]) -> Options:
    """Return what was said as a source reads it."""
    whole_from = said.get("whole_from")
    longest = said.get("longest_hours")
    pause = said.get("break_minutes")
    return Options(
        mapping=said.get("mapping", {}),
        task_type=said.get("task_type"),
        batch=said.get("batch"),
        is_accepted=bool(said.get("is_accepted")),
        whole_from=dt.date.fromisoformat(whole_from) if whole_from else None,
        period=PayPeriod.parse_month(said["period"]) if said.get("period") else None,
        server=said.get("server"),
        controls=tuple(said.get("controls", ())),
        break_minutes=int(pause) if pause is not None else None,
        planned=tuple(map(planned_shift, said.get("planned", ()))),
        longest_minutes=int(longest) * 60 if longest else None,
        users=said.get("users_file", {}),
    )


def _text(value: Any) -> str:
    return (value or "").strip()


def _minutes(value: Any) -> str | None:
    return _whole(value, _BREAK_LIMIT)


def _hours(value: Any) -> str | None:
    return _whole(value, _HOURS_LIMIT)


def _whole(value: Any, limit: int) -> str | None:
    text = _text(value)
    if not text:
        return None
    return str(read_count(text, limit))


def _day(value: Any) -> str | None:
    text = _text(value)
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise InputError("import.day", value=text) from None


def _month(value: Any) -> str | None:
    text = _text(value)
    return str(PayPeriod.parse_month(text)) if text else None


def _shifts(value: Any) -> list[str]:
    written = [part.strip() for part in _text(value).splitlines() if part.strip()]
    for shift in written:
        planned_shift(shift)
    return written


def _names(value: Any) -> list[str]:
    return [part.strip() for part in _text(value).replace("，", ",").split(",") if part.strip()]


def _pairs(value: Any) -> dict[str, str]:
    """Read lines of ``user number``, with a blank, a comma or a tabulator between."""
    mapping: dict[str, str] = {}
    for number, line in enumerate(_text(value).splitlines(), start=1):
        parts = line.replace("，", " ").replace(",", " ").split()
        if not parts:
            continue
        if len(parts) < 2:  # noqa: PLR2004 - a pair
            raise InputError("mapping.shape", place=str(number))
        user, employee_no = " ".join(parts[:-1]), parts[-1]
        if mapping.setdefault(user, employee_no) != employee_no:
            raise InputError("mapping.twice", place=str(number), user=user)
    return mapping


def _mapping_file(file: FileStorage | None) -> dict[str, str]:
    return read_mapping(_loaded(file)) if file and file.filename else {}


def _users_file(file: FileStorage | None) -> dict[str, str]:
    return read_user_names(_loaded(file).content) if file and file.filename else {}


def _loaded(file: FileStorage) -> SourceFile:
    return SourceFile(file.filename or "", file.read())


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "task_type": _text,
    "batch": _text,
    "is_accepted": bool,
    "whole_from": _day,
    "period": _month,
    "server": _text,
    "controls": _names,
    "break_minutes": _minutes,
    "planned": _shifts,
    "longest_hours": _hours,
    "mapping_text": _pairs,
    "mapping_file": _mapping_file,
    "users_file": _users_file,
}


def task_type_choices(rows: Sequence[Any], locale: str) -> list[tuple[str, str]]:
    """Return codes and names of task types, with an empty first choice."""
    names = [(row.task_type_code, row.name_zh if locale == "zh" else row.name_en) for row in rows]
    return [("", "—"), *names]
