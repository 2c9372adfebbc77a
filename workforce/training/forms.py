"""Forms of courses, classes and who takes part. Their texts become what the services take."""

from __future__ import annotations

import csv
import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from workforce.core.errors import DomainError, InputError
from workforce.core.money import parse_decimal
from workforce.core.terms import terms_of
from workforce.people.becoming import REGULAR_TYPES, Terms
from workforce.platform.forms import (
    DayField,
    Needed,
    PercentField,
    YuanField,
    choices_of,
    read_count,
    stripped,
)
from workforce.platform.i18n import gettext, in_current
from workforce.platform.i18n import lazy_gettext as _
from workforce.training.enrolling import NewTrainee
from workforce.training.marking import MOST_EXERCISE, MOST_QUANTITY, PracticeLine
from workforce.training.models import MOST_SCORE, TrainingClass, TrainingCourse
from workforce.training.service import (
    LEVELS,
    MOST_CAPACITY,
    ClassWish,
    CourseWish,
    LessonsWish,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workforce.core.text import Text

_TOO_LONG: Final = _("最多 %(max)d 个字")
_MOST_MONTHS: Final = 600
_SCORE_DECIMALS: Final = 2
_MOST_PASTED: Final = 60_000
_PARTS: Final = 5
_SEPARATORS: Final = ("\t", ",", "，")


def read_score(text: str) -> int:
    """Read a score from 0 to 100 points with up to two decimals as hundredths.

    Raises:
        InputError: it is none.
    """
    score = parse_decimal(text.strip(), _SCORE_DECIMALS)
    if not 0 <= score <= MOST_SCORE:
        raise InputError("training.score")
    return score


class ScoreField(YuanField):
    """A score in points with up to two decimals; ``data`` is hundredths."""

    def _parse(self, text: str) -> int:
        return read_score(text)


class Ticks(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CourseForm(FlaskForm):  # type: ignore[misc]
    """A course with what passing takes and brings."""

    code = StringField(
        _("课程代码"), filters=[stripped], validators=[DataRequired(_("请写课程代码"))]
    )
    title = StringField(
        _("课程名称"),
        filters=[stripped],
        validators=[DataRequired(_("请写课程名称")), Length(max=80, message=_TOO_LONG)],
    )
    level = SelectField(_("结业后达到的等级"))
    task_types = Ticks(_("教哪些任务"))
    outline = TextAreaField(
        _("内容"), filters=[stripped], validators=[Length(max=400, message=_TOO_LONG)]
    )
    attendance_rate = PercentField(
        _("出勤率至少（%）"), validators=[Needed(_("请写出勤率要求，不要求就写 0"))]
    )
    practice_score = ScoreField(_("练习平均分至少（不要求就留空）"))
    exam_score = ScoreField(_("考试至少（不要求就留空）"))
    allowance_amount = YuanField(
        _("学员津贴（元，每个到课的日子）"), validators=[Needed(_("请写津贴，没有就写 0"))]
    )
    valid_months = StringField(_("证书有效期（月，长期有效就留空）"))
    is_offered = BooleanField(_("继续开办"))

    def fill_choices(self, task_types: dict[int, Any], locale: str) -> None:
        """Offer the levels and the task types of the base."""
        names = terms_of("skill_level")
        levels = [(str(level), in_current(names[str(level)])) for level in LEVELS]
        self.level.choices = choices_of([("", gettext("没有等级")), *levels])
        self.task_types.choices = choices_of(
            (str(key), row.name_en if locale == "en" else row.name_zh)
            for key, row in task_types.items()
        )

    def wish(self) -> CourseWish:
        """Return what the form says.

        Raises:
            InputError: the months cannot be read.
        """
        months = self.valid_months.data.strip() if self.valid_months.data else ""
        try:
            valid_months = read_count(months, _MOST_MONTHS, 1) if months else None
        except InputError as error:
            raise error.at("valid_months") from error
        return CourseWish(
            code=self.code.data or "",
            title=self.title.data or "",
            level=int(self.level.data) if self.level.data else None,
            outline=self.outline.data or None,
            task_type_ids=[int(key) for key in self.task_types.data or ()],
            attendance_rate=self.attendance_rate.data,
            practice_score=self.practice_score.data,
            exam_score=self.exam_score.data,
            allowance_amount=self.allowance_amount.data,
            valid_months=valid_months,
            is_offered=self.is_offered.data,
        )


def said_of_course(course: TrainingCourse, task_types: Iterable[int]) -> dict[str, Any]:
    """Return what a course's form shows first."""
    return {
        "code": course.code,
        "title": course.title,
        "level": "" if course.level is None else str(course.level),
        "task_types": [str(key) for key in task_types],
        "outline": course.outline,
        "attendance_rate": course.attendance_rate,
        "practice_score": course.practice_score,
        "exam_score": course.exam_score,
        "allowance_amount": course.allowance_amount,
        "valid_months": "" if course.valid_months is None else str(course.valid_months),
        "is_offered": course.is_offered,
    }


class ClassForm(FlaskForm):  # type: ignore[misc]
    """When, where and for how many a class is held."""

    code = StringField(
        _("班级代码"), filters=[stripped], validators=[DataRequired(_("请写班级代码"))]
    )
    starts_on = DayField(_("开班日期"), validators=[Needed(_("请写开班日期"))])
    ends_on = DayField(_("最后一天（含当天）"), validators=[Needed(_("请写结束日期"))])
    capacity = StringField(_("名额（人）"), validators=[DataRequired(_("请写名额"))])
    teacher = StringField(
        _("教师"), filters=[stripped], validators=[Length(max=60, message=_TOO_LONG)]
    )
    teachers = TextAreaField(
        _("任课教师的工号（可不填）"),
        filters=[stripped],
        validators=[Length(max=600, message=_TOO_LONG)],
    )
    room = StringField(
        _("教室"), filters=[stripped], validators=[Length(max=60, message=_TOO_LONG)]
    )
    is_open = BooleanField(_("员工可以自己报名"))

    def wish(self) -> ClassWish:
        """Return what the form says.

        Raises:
            InputError: the number of places cannot be read.
        """
        try:
            capacity = read_count(self.capacity.data or "", MOST_CAPACITY, 1)
        except InputError as error:
            raise error.at("capacity") from error
        return ClassWish(
            code=self.code.data or "",
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            capacity=capacity,
            teacher=self.teacher.data or None,
            room=self.room.data or None,
            is_open=self.is_open.data,
        )

    def teacher_numbers(self) -> list[str]:
        """Return what names those who keep its lessons, register and scores, one in a line."""
        return (self.teachers.data or "").splitlines()


class NewClassForm(ClassForm):
    """A new class, of which course."""

    course_id = SelectField(_("课程"), validators=[InputRequired(_("请选课程"))])


def said_of_class(one: TrainingClass) -> dict[str, Any]:
    """Return what a class's form shows first."""
    names = ("code", "starts_on", "ends_on", "teacher", "room", "is_open")
    return {name: getattr(one, name) for name in names} | {"capacity": str(one.capacity)}


class LessonsForm(FlaskForm):  # type: ignore[misc]
    """Lessons at one time of day on some weekdays of some days."""

    first_on = DayField(_("从哪天起"), validators=[Needed(_("请写第一天"))])
    last_on = DayField(_("到哪天止"), validators=[Needed(_("请写最后一天"))])
    weekdays = Ticks(_("星期"))
    starts = TimeField(_("上课"), validators=[InputRequired(_("请填写上课时间"))])
    ends = TimeField(_("下课"), validators=[InputRequired(_("请填写下课时间"))])
    topic = StringField(
        _("内容"), filters=[stripped], validators=[Length(max=120, message=_TOO_LONG)]
    )

    def fill_choices(self) -> None:
        """Offer the days of the week."""
        names = terms_of("weekday")
        self.weekdays.choices = choices_of(
            (str(number), in_current(names[str(number)])) for number in range(1, 8)
        )

    def wish(self) -> LessonsWish:
        """Return what the form says."""
        return LessonsWish(
            first_on=self.first_on.data,
            last_on=self.last_on.data,
            weekdays=[int(day) for day in self.weekdays.data or ()],
            starts_minute=_minute(self.starts.data),
            ends_minute=_minute(self.ends.data),
            topic=self.topic.data or None,
        )


def _minute(at: dt.time | None) -> int:
    """Return minutes since midnight; a form that holds has them."""
    return 0 if at is None else at.hour * 60 + at.minute


class ExamForm(FlaskForm):  # type: ignore[misc]
    """A sitting of the exam."""

    title = StringField(
        _("考试名称"),
        filters=[stripped],
        validators=[DataRequired(_("请写考试名称")), Length(max=60, message=_TOO_LONG)],
    )
    held_on = DayField(_("考试日期"), validators=[Needed(_("请写考试日期"))])


class PeopleForm(FlaskForm):  # type: ignore[misc]
    """Whom to sign up: one employee number a line."""

    people = TextAreaField(
        _("要报名的人"),
        validators=[
            DataRequired(_("请写要报名的人，每行一个")),
            Length(max=_MOST_PASTED, message=_TOO_LONG),
        ],
    )


def _digits(text: str | None) -> str:
    """Return a phone or account number without the blanks and hyphens that people put into it."""
    return re.sub(r"[\s-]", "", text or "")


class _Digits:
    """Nothing, or a phone or account number."""

    def __call__(self, _form: FlaskForm, bound: Any) -> None:
        """Refuse what is no number."""
        if bound.data and not re.fullmatch(r"\+?[0-9]{5,30}", _digits(bound.data)):
            raise ValidationError(gettext("只写数字，5 到 30 位，中间可以有空格"))


class TraineeForm(FlaskForm):  # type: ignore[misc]
    """Somebody who is not employed yet."""

    name = StringField(
        _("姓名"),
        filters=[stripped],
        validators=[DataRequired(_("请写姓名")), Length(max=120, message=_TOO_LONG)],
    )
    id_number = StringField(
        _("身份证号"), filters=[stripped], validators=[DataRequired(_("请写身份证号"))]
    )
    employee_no = StringField(
        _("学员编号"),
        filters=[stripped],
        validators=[DataRequired(_("请写学员编号")), Length(max=40, message=_TOO_LONG)],
    )
    phone = StringField(_("手机号码"), filters=[stripped], validators=[_Digits()])
    bank_name = StringField(
        _("开户银行"), filters=[stripped], validators=[Length(max=60, message=_TOO_LONG)]
    )
    bank_account = StringField(_("银行卡号"), filters=[stripped], validators=[_Digits()])
    education = SelectField(_("学历"))
    township = SelectField(_("户籍所在乡镇"))
    household_category = SelectField(_("户口性质"))
    hired_on = DayField(_("入学日期"), validators=[Needed(_("请写入学日期"))])

    def fill_choices(self) -> None:
        """Offer the codes of education, household and township."""
        for name in ("education", "household_category"):
            self[name].choices = choices_of(_labels(terms_of(name)))
        known = _labels(terms_of("township"))
        self.township.choices = choices_of([("", gettext("还不清楚")), *known])

    def new(self) -> NewTrainee:
        """Return what the form says."""
        return NewTrainee(
            employee_no=self.employee_no.data or "",
            name=self.name.data or "",
            id_number=self.id_number.data or "",
            phone=_digits(self.phone.data) or None,
            bank_name=self.bank_name.data or None,
            bank_account=_digits(self.bank_account.data) or None,
            education=self.education.data,
            township=self.township.data or "",
            household_category=self.household_category.data,
            hired_on=self.hired_on.data,
        )


def _labels(terms: dict[str, Text]) -> list[tuple[str, str]]:
    return [(code, in_current(label)) for code, label in terms.items()]


class PracticeForm(FlaskForm):  # type: ignore[misc]
    """Scored exercises as lines: number, day, exercise, quantity, score."""

    lines = TextAreaField(
        _("练习成绩"),
        validators=[
            DataRequired(_("请粘贴练习成绩")),
            Length(max=_MOST_PASTED, message=_TOO_LONG),
        ],
    )

    def read(self) -> list[PracticeLine]:
        """Return what the lines say.

        Raises:
            InputError: one cannot be read; tells which.
        """
        found = []
        for number, line in enumerate((self.lines.data or "").splitlines(), start=1):
            if line.strip():
                found.append(_practice_line(number, line))
        return found


class ScoresForm(FlaskForm):  # type: ignore[misc]
    """Scores of a sitting as lines: number, score."""

    lines = TextAreaField(
        _("考试成绩"),
        validators=[
            DataRequired(_("请粘贴考试成绩")),
            Length(max=_MOST_PASTED, message=_TOO_LONG),
        ],
    )

    def read(self) -> dict[str, int | None]:
        """Return the scores by what names their people.

        Raises:
            InputError: a line cannot be read, or names somebody again; tells which.
        """
        found: dict[str, int | None] = {}
        for number, line in enumerate((self.lines.data or "").splitlines(), start=1):
            if not line.strip():
                continue
            separator = next((sign for sign in _SEPARATORS if sign in line), "\t")
            name, _sign, score = (part.strip() for part in line.rpartition(separator))
            name = " ".join(name.split())
            try:
                if not name or name in found:
                    raise InputError("training.score")
                found[name] = read_score(score)
            except DomainError as error:
                raise InputError("training.score_line", place="lines", line=number) from error
        return found


def _practice_line(number: int, line: str) -> PracticeLine:
    separator = next((sign for sign in _SEPARATORS if sign in line), "\t")
    parts = [part.strip() for part in next(csv.reader([line], delimiter=separator))]
    wrong = InputError("training.practice_line", place="lines", line=number)
    if len(parts) != _PARTS or not all(parts) or len(parts[2]) > MOST_EXERCISE:
        raise wrong
    try:
        return PracticeLine(
            named=" ".join(parts[0].split()),
            worked_on=dt.date.fromisoformat(parts[1].replace("/", "-")),
            exercise=parts[2],
            quantity=read_count(parts[3], MOST_QUANTITY),
            score=read_score(parts[4]),
        )
    except (DomainError, ValueError) as error:
        raise wrong from error


class EmployForm(FlaskForm):  # type: ignore[misc]
    """What is agreed with trainees who become employees; each one's new number beside the name."""

    starts_on = DayField(_("正式入职日期"), validators=[Needed(_("请写正式入职日期"))])
    employment_type = SelectField(_("用工形式"))
    contract_kind = SelectField(_("合同种类"))
    contract_until = DayField(_("合同到期日（固定期限才填）"))
    position = StringField(
        _("岗位（不填就和原来一样）"),
        filters=[stripped],
        validators=[Length(max=60, message=_TOO_LONG)],
    )
    base_pay_amount = YuanField(_("月基本工资（元，不填就和原来一样）"))
    contribution_base_amount = YuanField(_("社保缴费基数（元，不填就和原来一样）"))

    def fill_choices(self) -> None:
        """Offer the kinds of employment and of contract."""
        kinds = terms_of("employment_type")
        self.employment_type.choices = choices_of(
            (code, in_current(kinds[code])) for code in REGULAR_TYPES
        )
        self.contract_kind.choices = choices_of(_labels(terms_of("contract_kind")))

    def terms(self) -> Terms:
        """Return what the form says."""
        return Terms(
            starts_on=self.starts_on.data,
            employment_type=self.employment_type.data,
            contract_kind=self.contract_kind.data,
            contract_until=self.contract_until.data,
            position=self.position.data or None,
            base_pay_amount=self.base_pay_amount.data,
            contribution_base_amount=self.contribution_base_amount.data,
        )
