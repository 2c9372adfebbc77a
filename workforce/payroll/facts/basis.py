"""What a run is made from besides its month: its order, and how much was decided before it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import Select, exists, literal, select, union_all

from workforce.core.errors import NotFoundError
from workforce.core.facts import AmountKind
from workforce.core.orders import Purpose
from workforce.core.period import PayPeriod
from workforce.payroll.order_models import RunOrder, RunOrderAmount, RunOrderPerson
from workforce.payroll.selects import amounts as amount_queries
from workforce.people import queries as people
from workforce.platform.locks import PersonLock

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement

    from workforce.payroll.models import PayrollRun
    from workforce.platform.scope import Scope

_TAX_KINDS: Final = (
    AmountKind.SPECIAL_ADDITIONAL_DEDUCTION.code,
    AmountKind.OTHER_TAX_DEDUCTION.code,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """An order as its run reads it."""

    order_id: int
    number: int
    purpose: Purpose
    pay_on: dt.date
    created_by_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """``order`` None: the regular run. ``decided_number``: that of the run itself, if it is decided.

    An undecided run goes on from everything that is decided; a decided one from what was decided
    before it, whatever has been since.
    """

    order: Ordered | None = None
    decided_number: int | None = None

    @property
    def is_extra(self) -> bool:
        """Whether only named amounts are paid, and not the month."""
        return self.order is not None and not self.order.purpose.is_whole_month

    @property
    def is_final_pay(self) -> bool:
        """Whether leavers are paid at once, and their facts locked before the others'."""
        return self.order is not None and self.order.purpose is Purpose.FINAL_PAY

    def pays(self, period: PayPeriod, employment_id: ColumnElement[int]) -> ColumnElement[bool]:
        """Limit employments to those whom the run may pay.

        The regular run leaves out whose period was closed before the others', by their final pay.
        """
        if self.order is not None:
            return employment_id.in_(self.people())
        return ~exists().where(
            PersonLock.employment_id == employment_id, PersonLock.period == str(period)
        )

    def people(self) -> Select[int]:
        """Ids of the employments that the order names: nobody for the regular run."""
        order_id = None if self.order is None else self.order.order_id
        return select(RunOrderPerson.employment_id).where(RunOrderPerson.order_id == order_id)

    def entries(self, scope: Scope, period: PayPeriod) -> Select[*tuple[Any, ...]]:
        """Agreed amounts that the run pays; as ``queries.pay_entries``.

        Beside its own an extra payment has only what lowers the tax: it may be the first payment of
        the month.
        """
        agreed = amount_queries.pay_entries(scope, period).order_by(None)
        if self.order is None:
            return agreed
        if self.is_extra:
            agreed = agreed.where(agreed.selected_columns["kind"].in_(_TAX_KINDS))
        named = select(
            RunOrderAmount.employment_id,
            RunOrderAmount.kind,
            RunOrderAmount.code,
            literal(str(period.whole)).label("period_from"),
            RunOrderAmount.sequence,
            RunOrderAmount.amount,
        ).where(
            RunOrderAmount.order_id == self.order.order_id,
            RunOrderAmount.employment_id.in_(people.employment_ids(scope)),
        )
        return select(union_all(agreed, named).subquery())


REGULAR: Final = Basis()
"""An undecided regular run."""


def basis_of(session: Session, run: PayrollRun) -> Basis:
    """Return what a stored run is made from."""
    order = None
    if run.order_id is not None:
        order = ordered(session, run.company_id, run.order_id, PayPeriod.parse(run.period))
    return Basis(order=order, decided_number=run.decided_number)


def ordered(session: Session, company_id: int, order_id: int, period: PayPeriod) -> Ordered:
    """Read an order of a company for a period.

    Raises:
        NotFoundError: it does not exist, or is another company's or for another period.
    """
    order = session.scalar(
        select(RunOrder).where(
            RunOrder.id == order_id,
            RunOrder.company_id == company_id,
            RunOrder.period == str(period),
        )
    )
    if order is None:
        raise NotFoundError("web.not_found")
    return Ordered(
        order_id=order.id,
        number=order.number,
        purpose=Purpose(order.purpose),
        pay_on=order.pay_on,
        created_by_id=order.created_by_id,
    )
