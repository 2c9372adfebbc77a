"""The forms of premises: lengths in metres, sizes in square metres, days."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from workforce.core.terms import terms_of
from workforce.platform.forms import (
    DayField,
    Needed,
    NumberField,
    YuanField,
    choices_of,
    stripped,
)
from workforce.platform.i18n import in_current
from workforce.platform.i18n import lazy_gettext as _
from workforce.premises.geometry import (
    metres,
    read_metres,
    read_square_metres,
    square_metres,
)
from workforce.premises.models import Floor

if TYPE_CHECKING:
    from collections.abc import Iterable

_DAY: Final = dt.timedelta(days=1)
MOST_SEATS: Final = 100
"""How many seats one form puts into a row."""


class MetresField(NumberField):
    """A length in metres with at most one decimal; ``data`` is decimetres."""

    def __init__(self, *args: Any, least: int = 0, **kwargs: Any) -> None:
        """Make the field; ``least`` in decimetres."""
        super().__init__(*args, **kwargs)
        self._least = least

    def _parse(self, text: str) -> int:
        return read_metres(text, least=self._least)

    def _show(self, value: int) -> str:
        return metres(value)


class SquareMetresField(NumberField):
    """A size in square metres with at most two decimals; ``data`` is hundredths."""

    def _parse(self, text: str) -> int:
        return read_square_metres(text)

    def _show(self, value: int) -> str:
        return square_metres(value)


def _code(label: Any) -> StringField:
    return StringField(
        label, filters=[stripped], validators=[DataRequired(_("请填写编号")), Length(max=40)]
    )


def _name(label: Any, message: Any) -> StringField:
    return StringField(
        label, filters=[stripped], validators=[DataRequired(message), Length(max=120)]
    )


def _reason(label: Any, *, is_needed: bool = True) -> StringField:
    needed = [DataRequired(_("请写原因"))] if is_needed else []
    return StringField(label, filters=[stripped], validators=[*needed, Length(max=200)])


class SiteForm(FlaskForm):  # type: ignore[misc]
    """A site."""

    code = _code(_("场地编号"))
    name = _name(_("场地名称"), _("请填写场地名称"))
    address = StringField(
        _("地址"), filters=[stripped], validators=[DataRequired(_("请填写地址")), Length(max=200)]
    )


class FloorForm(FlaskForm):  # type: ignore[misc]
    """A floor of a site."""

    code = _code(_("楼层编号"))
    name = _name(_("楼层名称"), _("请填写楼层名称"))
    area = SquareMetresField(_("楼层面积（平方米）"), validators=[Needed(_("请填写面积"))])
    width = MetresField(_("平面图宽（米）"), least=1, validators=[Needed(_("请填写宽"))])
    height = MetresField(_("平面图深（米）"), least=1, validators=[Needed(_("请填写深"))])


class AreaForm(FlaskForm):  # type: ignore[misc]
    """An area of a floor and its use."""

    code = _code(_("区域编号"))
    name = _name(_("区域名称"), _("请填写区域名称"))
    use = SelectField(_("用途"))
    use_from = DayField(_("用途从哪天起（可不填）"))
    area = SquareMetresField(_("面积（平方米，可不填）"))
    x = MetresField(_("左上角 X（米）"), validators=[Needed(_("请填写坐标，从左边量起"))])
    y = MetresField(_("左上角 Y（米）"), validators=[Needed(_("请填写坐标，从上边量起"))])
    width = MetresField(_("宽（米）"), least=1, validators=[Needed(_("请填写宽"))])
    height = MetresField(_("深（米）"), least=1, validators=[Needed(_("请填写深"))])
    valid_from = DayField(_("起用日期"), validators=[Needed(_("请填写起用日期"))])
    valid_to = DayField(_("停用日期（可不填）"))

    def __init__(self, **kwargs: Any) -> None:
        """Offer the uses in the visitor's language."""
        super().__init__(**kwargs)
        self.use.choices = choices_of(
            (code, in_current(words)) for code, words in terms_of("area_use").items()
        )

    def values(self) -> dict[str, Any]:
        """Return what was typed; an area without a size is as large as its rectangle."""
        names = ("code", "name", "use", "use_from", "x", "y", "width", "height")
        typed = {name: self[name].data for name in (*names, "valid_from", "valid_to")}
        return {**typed, "area": self.area.data or self.width.data * self.height.data}


class SeatRowForm(FlaskForm):  # type: ignore[misc]
    """A row of new seats, from left to right or downwards."""

    first_code = _code(_("第一个工位的编号"))
    count = IntegerField(
        _("几个"),
        default=1,
        validators=[
            InputRequired(_("请填写 1 到 100 的整数")),
            NumberRange(1, MOST_SEATS, _("请填写 1 到 100 的整数")),
        ],
    )
    x = MetresField(_("第一个的中心 X（米）"), validators=[Needed(_("请填写坐标"))])
    y = MetresField(_("第一个的中心 Y（米）"), validators=[Needed(_("请填写坐标"))])
    gap = MetresField(_("间距（米）"), least=1, default=14, validators=[Needed(_("请填写间距"))])
    way = SelectField(_("排列方向"), default="right")
    built_on = DayField(_("建成日期"), validators=[Needed(_("请填写建成日期"))])
    state = SelectField(_("状态"), default="usable")
    reason = StringField(_("停用原因"), filters=[stripped], validators=[Length(max=200)])

    def __init__(self, **kwargs: Any) -> None:
        """Offer ways and states in the visitor's language."""
        super().__init__(**kwargs)
        self.way.choices = choices_of([("right", _("从左到右")), ("down", _("从上到下"))])
        self.state.choices = _states()


class SeatsForm(FlaskForm):  # type: ignore[misc]
    """Which seats of an area: from one to another in the order of their codes."""

    first = SelectField(_("从工位"), coerce=int)
    last = SelectField(_("到工位"), coerce=int)

    def offer(self, seats: Iterable[tuple[int, str]]) -> None:
        """Offer the seats of an area, in the order of their codes."""
        pairs = list(seats)
        self.first.choices = _keyed(pairs)
        self.last.choices = _keyed(pairs)


class SeatStateForm(SeatsForm):
    """Another state of some seats from a day on."""

    state = SelectField(_("状态"))
    state_from = DayField(_("从哪天起"), validators=[Needed(_("请选择日期"))])
    reason = StringField(_("停用原因"), filters=[stripped], validators=[Length(max=200)])

    def __init__(self, **kwargs: Any) -> None:
        """Offer the states in the visitor's language."""
        super().__init__(**kwargs)
        self.state.choices = _states()


class SeatRemovalForm(SeatsForm):
    """Seats that are no more, or that never were."""

    removed_on = DayField(_("从哪天起没有了"))
    is_mistake = BooleanField(_("登记错了，从来没有过"))
    reason = _reason(_("原因（登记错了才填）"), is_needed=False)


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why something never was, or is there again."""

    reason = _reason(_("原因"))


class EndForm(ReasonForm):
    """A site or floor that is closed from a day on, or never was."""

    closed_on = DayField(_("从哪天起关闭"))
    is_mistake = BooleanField(_("登记错了，从来没有过"))


class TenancyForm(FlaskForm):  # type: ignore[misc]
    """A company rents an area."""

    company = SelectField(_("企业"), coerce=int)
    valid_from = DayField(_("租用起始日期"), validators=[Needed(_("请填写起始日期"))])
    last_on = DayField(_("最后一天（可不填）"))
    rent = YuanField(_("每月租金（元，可不填）"), validators=[Optional()])

    def offer(self, companies: Iterable[tuple[int, str]]) -> None:
        """Offer the companies of the base."""
        self.company.choices = _keyed(companies)

    def values(self) -> dict[str, Any]:
        """Return what was typed; people name the last day, ranges the first one after it."""
        last_on = self.last_on.data
        return {
            "company_id": self.company.data,
            "valid_from": self.valid_from.data,
            "valid_to": None if last_on is None else last_on + _DAY,
            "rent_amount": self.rent.data,
        }


def _keyed(pairs: Iterable[tuple[int, str]]) -> Any:
    return choices_of((str(key), words) for key, words in pairs)


def _states() -> Any:
    return choices_of((code, in_current(words)) for code, words in terms_of("seat_state").items())


def floor_values(form: FloorForm) -> dict[str, Any]:
    """Return the columns of a floor as typed."""
    return {name: form[name].data for name in ("code", "name", "area", "width", "height")}


def floor_data(floor: Floor) -> dict[str, Any]:
    """Return a floor as its form shows it."""
    return {name: getattr(floor, name) for name in ("code", "name", "area", "width", "height")}
