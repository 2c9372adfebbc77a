"""Forms of asking for a certificate and of issuing one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.terms import terms_of
from workforce.documents.certificate_facts import Kind
from workforce.documents.certificates import MOST_PURPOSE, Wish
from workforce.platform.forms import choices_of, stripped
from workforce.platform.i18n import current_locale
from workforce.platform.i18n import lazy_gettext as _

if TYPE_CHECKING:
    from workforce.core.text import Locale, Text

LANGUAGES: Final[dict[Locale, str]] = {"zh": "中文", "en": "English"}


class AskForm(FlaskForm):  # type: ignore[misc]
    """Which certificate, in which language, of which months, for what."""

    kind = SelectField(_("证明"))
    language = SelectField(_("语言"), choices=choices_of(LANGUAGES.items()))
    first = StringField(_("从哪个月（收入证明）"), filters=[stripped])
    last = StringField(_("到哪个月（收入证明）"), filters=[stripped])
    purpose = StringField(
        _("用途（可不填，会写在证明上）"), filters=[stripped], validators=[Length(max=MOST_PURPOSE)]
    )

    def name_kinds(self) -> None:
        """Fill in what the kinds are called in the visitor's language."""
        locale = current_locale()
        self.kind.choices = choices_of((kind.value, kind.label.in_locale(locale)) for kind in Kind)

    def wish(self, employment_id: int) -> Wish:
        """Return what the form asks for.

        Raises:
            InputError: a month is none; its place is the field.

        """
        kind = Kind(self.kind.data)
        is_income = kind is Kind.INCOME
        return Wish(
            employment_id=employment_id,
            kind=kind,
            language=self.language.data,
            first=_month(self.first) if is_income else None,
            last=_month(self.last) if is_income else None,
            purpose=self.purpose.data or "",
        )


class OwnForm(AskForm):
    """A person's wish: also, of which of the own employments."""

    employment_id = SelectField(_("企业"), coerce=int)


class IssueForm(AskForm):
    """What finance decides: also the term of the contract, of a certificate of leaving."""

    contract_kind = SelectField(_("劳动合同类型（离职证明）"), validators=[Optional()])
    contract_from = DateField(_("劳动合同起始日期（离职证明）"), validators=[Optional()])
    contract_to = DateField(_("劳动合同终止日期（离职证明）"), validators=[Optional()])

    def name_kinds(self) -> None:
        """Fill in what the kinds of certificates and contracts are called."""
        super().name_kinds()
        kinds = ((code, words.in_locale(current_locale())) for code, words in _contracts())
        self.contract_kind.choices = choices_of([("", "—"), *kinds])

    def wish(self, employment_id: int) -> Wish:
        """Return what the form asks for; see ``AskForm.wish``."""
        return replace(
            super().wish(employment_id),
            contract_kind=self.contract_kind.data or None,
            contract_from=self.contract_from.data,
            contract_to=self.contract_to.data,
        )


def _contracts() -> list[tuple[str, Text]]:
    return [*terms_of("contract_kind").items()]


def _month(field: StringField) -> PayPeriod | None:
    if not field.data:
        return None
    try:
        return PayPeriod.parse_month(field.data)
    except InputError as error:
        raise error.at(field.name) from error
