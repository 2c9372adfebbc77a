"""Forms of the chain: companies, stages, visits, deals, targets, the task force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from workforce.chain import deals, service
from workforce.chain.queries import STAGES
from workforce.chain.service import CompanyFacts
from workforce.core.terms import terms_of
from workforce.platform.forms import (
    DayField,
    MonthField,
    Needed,
    YuanField,
    choices_of,
    stripped,
)
from workforce.platform.i18n import in_current
from workforce.platform.i18n import lazy_gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

_ASKED_FOR = _("请填写这一项")
_TOO_LONG = _("最多 %(max)d 个字")
_CHOOSE = ("", _("请选择"))
"""What a list begins with where the first entry must not be sent by a slip."""


_LEAVES = "none"


def _key(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _codes(kind: str, *, may_be_open: bool = False) -> list[tuple[str, str]]:
    known = [(code, in_current(label)) for code, label in terms_of(kind).items()]
    return [("", "—"), *known] if may_be_open else known


class ChainCompanyForm(FlaskForm):  # type: ignore[misc]
    """What is known of a company of the chain."""

    name = StringField(
        _("企业名称"),
        filters=[stripped],
        validators=[
            DataRequired(_("请填写企业名称")),
            Length(max=service.MOST_NAME, message=_TOO_LONG),
        ],
    )
    credit_code = StringField(_("统一社会信用代码（可不填）"), filters=[stripped])
    is_inside = BooleanField(_("在基地园区内"))
    link = SelectField(_("产业链环节"), validators=[Optional()])
    company_id = SelectField(_("系统里的企业（有了再选）"), validators=[Optional()])
    contact_name = StringField(
        _("联系人（可不填）"),
        filters=[stripped],
        validators=[Length(max=service.MOST_SHORT, message=_TOO_LONG)],
    )
    contact_phone = StringField(
        _("联系电话（可不填）"),
        filters=[stripped],
        validators=[Length(max=service.MOST_SHORT, message=_TOO_LONG)],
    )
    lead_source = SelectField(_("线索来源"), validators=[Optional()])
    referrer = StringField(
        _("介绍人（可不填）"),
        filters=[stripped],
        validators=[Length(max=service.MOST_SHORT, message=_TOO_LONG)],
    )

    def offer(self, companies: Iterable[tuple[int, str]]) -> None:
        """Offer what there is to choose from; ``companies``: of this service, free or its own."""
        self.link.choices = choices_of(_codes("chain_link", may_be_open=True))
        self.lead_source.choices = choices_of(_codes("lead_source", may_be_open=True))
        self.company_id.choices = choices_of(
            [("", "—"), *((str(key), name) for key, name in companies)]
        )

    def facts(self) -> CompanyFacts:
        """Return what was typed."""
        return CompanyFacts(
            name=self.name.data or "",
            credit_code=self.credit_code.data or None,
            is_inside=bool(self.is_inside.data),
            link=self.link.data or None,
            contact_name=self.contact_name.data or None,
            contact_phone=self.contact_phone.data or None,
            lead_source=self.lead_source.data or None,
            referrer=self.referrer.data or None,
            company_id=_key(self.company_id.data),
        )


class StageForm(FlaskForm):  # type: ignore[misc]
    """From which day a company is at which stage."""

    stage = SelectField(_("进展"), validators=[DataRequired(_("请选择进展"))])
    since = DayField(_("从哪天起"), validators=[Needed(_ASKED_FOR)])
    note = StringField(
        _("说明（可不填）"),
        filters=[stripped],
        validators=[Length(max=service.MOST_NOTE, message=_TOO_LONG)],
    )

    def __init__(self, **kwargs: Any) -> None:
        """Offer the stages."""
        super().__init__(**kwargs)
        labels = terms_of("chain_stage")
        known = [(code, in_current(labels[code])) for code in STAGES]
        self.stage.choices = choices_of([_CHOOSE, *known])


class NewChainCompanyForm(ChainCompanyForm, StageForm):
    """A company that is recorded for the first time, with its stage."""


class VisitForm(FlaskForm):  # type: ignore[misc]
    """A visit."""

    visited_on = DayField(_("走访日期"), validators=[Needed(_ASKED_FOR)])
    visitors = StringField(
        _("谁去的、见了谁"),
        filters=[stripped],
        validators=[DataRequired(_ASKED_FOR), Length(max=service.MOST_NAME, message=_TOO_LONG)],
    )
    notes = TextAreaField(
        _("谈了什么"),
        filters=[stripped],
        validators=[DataRequired(_ASKED_FOR), Length(max=service.MOST_VISIT, message=_TOO_LONG)],
    )
    next_on = DayField(_("下次联系（可不填）"))


class DealForm(FlaskForm):  # type: ignore[misc]
    """What a company sold to another in a month."""

    seller_id = SelectField(_("卖方"), validators=[DataRequired(_("请选择卖方"))])
    buyer_id = SelectField(_("买方"), validators=[DataRequired(_("请选择买方"))])
    month = MonthField(_("月份"), validators=[Needed(_("请选择月份，写成 2026-10 这样"))])
    link = SelectField(_("卖的是哪个环节的数据或服务"), validators=[DataRequired(_("请选择环节"))])
    amount = YuanField(_("金额（元，不含增值税）"), validators=[Needed(_ASKED_FOR)])

    def offer(self, sellers: Iterable[tuple[int, str]], buyers: Iterable[tuple[int, str]]) -> None:
        """Offer who may have sold and bought; whoever sells alone need not be chosen."""
        selling = [(str(key), name) for key, name in sellers]
        self.seller_id.choices = choices_of(selling if len(selling) == 1 else [_CHOOSE, *selling])
        self.buyer_id.choices = choices_of([_CHOOSE, *((str(key), name) for key, name in buyers)])
        self.link.choices = choices_of([_CHOOSE, *_codes("chain_link")])

    def parties(self) -> tuple[int, int]:
        """Return seller and buyer as they were chosen."""
        return _key(self.seller_id.data) or 0, _key(self.buyer_id.data) or 0


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """What becomes of a deal."""

    answer = StringField()
    reason = StringField(
        _("原因"),
        filters=[stripped],
        validators=[Length(max=deals.MOST_REASON, message=_TOO_LONG)],
    )


class TargetForm(FlaskForm):  # type: ignore[misc]
    """What a figure is to reach in a year."""

    figure = SelectField(_("指标"))
    year = StringField(_("年份"), filters=[stripped], validators=[DataRequired(_ASKED_FOR)])
    value = StringField(
        _("目标（元或个岗位）"), filters=[stripped], validators=[DataRequired(_ASKED_FOR)]
    )
    reason = StringField(
        _("依据或说明"),
        filters=[stripped],
        validators=[DataRequired(_ASKED_FOR), Length(max=service.MOST_REASON, message=_TOO_LONG)],
    )

    def __init__(self, **kwargs: Any) -> None:
        """Offer the figures."""
        super().__init__(**kwargs)
        self.figure.choices = choices_of(_codes("chain_figure"))


class AgreementForm(FlaskForm):  # type: ignore[misc]
    """In which month the base was agreed upon."""

    signed = MonthField(_("基地签约月份"), validators=[Needed(_("请选择月份，写成 2026-10 这样"))])


class SeatForm(FlaskForm):  # type: ignore[misc]
    """For which bureau an official sits in the task force, from which day on, or that it leaves."""

    account_id = SelectField(_("官方账号"), validators=[DataRequired(_("请选择官方账号"))])
    bureau = SelectField(_("代表哪个单位"), validators=[DataRequired(_("请选择单位"))])
    valid_from = DayField(_("从哪天起"), validators=[Needed(_ASKED_FOR)])

    def offer(self, officials: Iterable[tuple[int, str]]) -> None:
        """Offer the officials and the bureaus."""
        known = [(str(key), name) for key, name in officials]
        self.account_id.choices = choices_of(known if len(known) == 1 else [_CHOOSE, *known])
        leaving = (_LEAVES, _("退出专班"))
        self.bureau.choices = choices_of([_CHOOSE, *_codes("task_force"), leaving])

    def account(self) -> int:
        """Return the chosen account."""
        return _key(self.account_id.data) or 0

    def seat(self) -> str | None:
        """Return the chosen bureau; None: it leaves the task force."""
        return None if self.bureau.data == _LEAVES else self.bureau.data
