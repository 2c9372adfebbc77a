"""A company whose two months are paid, corrected, reversed and paid again, in any order.

Every act is one that somebody may try at any time; most are refused most of the time. What is refused
must leave everything as it was: that is what the controls are asked after each.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count

from sqlalchemy import func, select

from tests import factories
from tests.payroll.world import OCTOBER, World, actor
from workforce.control.service import check_month
from workforce.control.tie import Asked
from workforce.core.errors import DomainError
from workforce.core.facts import AmountKind
from workforce.core.orders import Purpose
from workforce.core.period import PayPeriod
from workforce.payments import holding, outcomes, queries
from workforce.payments import service as payments
from workforce.payments.models import PayHold, Payment, PaymentBatch
from workforce.payroll import service
from workforce.payroll.correction_models import LateFact
from workforce.payroll.late import facts as late_facts
from workforce.payroll.late.facts import Entry
from workforce.payroll.models import PayrollRun, Payslip, SlipReversal
from workforce.payroll.order_models import RunOrder
from workforce.payroll.orders import orders
from workforce.payroll.orders.orders import OrderAmount, OrderFacts
from workforce.payroll.reversal import reopening, reversal
from workforce.payroll.review import variances
from workforce.people.models import Employment
from workforce.platform import clock
from workforce.platform.audit import Actor
from workforce.platform.scope import Scope

NOVEMBER = PayPeriod(2026, 11)
MONTHS = (OCTOBER, NOVEMBER)
_PRICE = 125_000
_TRIES = 6
_KINDS = ("regular", "off_cycle")
_DECIDED = ("approved", "paid", "closed")
_STAFF = {"P1": 0, "P2": 0, "T1": 450_000, "T2": 800_000}
"""Base pay by employee number: two by the piece, two by the month."""


class Story:
    """One company, and a hand that picks what is tried next."""

    def __init__(self, world: World, seed: int) -> None:
        """Hire the people and record what they have done in both months."""
        self.world = world
        self.pick = random.Random(seed)  # noqa: S311 - a story, not a secret
        self.done: Counter[str] = Counter()
        self._titles = count(1)
        world.task_type("bbox", ("2026-01-01", _PRICE))
        self.staff: list[Employment] = []
        for number, base_pay in _STAFF.items():
            worker = world.hire(number, base_pay_amount=base_pay)
            self.staff.append(worker)
            for month in MONTHS:
                days = [month.first_on + dt.timedelta(days=n) for n in range(month.days)]
                world.attend(worker, [day for day in days if day.isoweekday() < 6][5:])
                self._make_output(worker, month)
        world.session.commit()

    def _make_output(self, worker: Employment, month: PayPeriod) -> None:
        on = month.first_on + dt.timedelta(days=self.pick.randint(11, 25))
        task = self.world.task_types["bbox"]
        factories.create_output(self.world.session, worker, task, on, self.pick.randint(1, 30_000))

    def go(self, acts: int) -> None:
        """Try so many acts, each picked from all that there are; after each every figure ties."""
        tries: Sequence[Callable[[], object]] = (
            *(self._calculate, self._decide, self._decide, self._pay, self._confirm),
            *(self._order_bonus, self._run_order, self._enter_late, self._approve_late),
            *(self._propose_reversal, self._approve_reversal, self._order_reissue) * 2,
            *(self._make_batch, self._cancel, self._fail, self._hold, self._release),
            *(self._pay_arrears, self._reopen, self._close),
        )
        self._try(self._calculate, OCTOBER)
        for _ in range(acts):
            # Most of what may be tried is refused: so often another thing is tried.
            for _ in range(_TRIES):
                if self._try(self.pick.choice(tries)):
                    break
            self.check(f"after {dict(self.done)}")

    def finish(self) -> None:
        """Bring everything that is begun to its end: all pay is decided and paid."""
        for month in MONTHS:
            self._try(self._calculate, month)
            self._try(self._decide, month)
        self._try(self._approve_late)
        self._try(self._approve_reversal)
        self._try(self._order_reissue)
        for run in self._runs("off_cycle", "calculated", "reviewed"):
            self._try(self._decide_run, run.id)
        for hold_id in self._ids(PayHold.id, PayHold.released_at.is_(None)):
            holding.release_pay(self.scope, hold_id, "x", self.approver)
        for batch in self._ids(PaymentBatch.id, PaymentBatch.state == "made"):
            self._confirm_batch(batch)
        for run in self._runs("regular", "approved") + self._runs("off_cycle", "approved"):
            self._pay_run(run.id)
        self._try(self._pay_arrears)
        for batch in self._ids(PaymentBatch.id, PaymentBatch.state == "made"):
            self._confirm_batch(batch)
        self.check("at the end")

    def check(self, when: str) -> None:
        """Every figure of both months ties, and nobody was paid more than was due at the time."""
        session = self.world.session
        session.commit()
        for month in MONTHS:
            asked = Asked(
                session=session,
                company_id=self.world.company.id,
                month=month,
                book=self.world.book,
            )
            for checked in check_month(asked):
                for tie in checked.ties:
                    assert tie.holds, (when, str(month), checked.control.code, tie)
        standing = session.execute(queries.arrears(self.scope, clock.today())).all()
        reversed_chains = set(
            session.scalars(
                select(func.coalesce(Payslip.origin_id, Payslip.id))
                .join(SlipReversal, SlipReversal.payslip_id == Payslip.id)
                .where(SlipReversal.approved_by_id.is_not(None))
            )
        )
        for row in standing:
            is_over = row.paid_amount + row.pending_amount > max(row.due_amount, 0)
            assert not is_over or row.chain_id in reversed_chains, (when, row)

    @property
    def scope(self) -> Scope:
        return self.world.scope

    @property
    def maker(self) -> Actor:
        return actor(self.world.maker)

    @property
    def approver(self) -> Actor:
        return actor(self.world.approver)

    def _try(self, act: Callable[..., object], *words: object) -> bool:
        """Do something; tell whether it was not refused."""
        name = getattr(act, "__name__", "")
        try:
            act(*words)
        except DomainError:
            self.done["refused"] += 1
            return False
        else:
            self.done[name.removeprefix("_")] += 1
            return True
        finally:
            self.world.session.rollback()

    def _ids(self, column: object, *where: object) -> list[int]:
        self.world.session.commit()
        return sorted(self.world.session.scalars(select(column).where(*where)))  # type: ignore[call-overload]

    def _runs(self, kind: str, *states: str) -> list[PayrollRun]:
        self.world.session.commit()
        chosen = select(PayrollRun).where(PayrollRun.kind == kind, PayrollRun.state.in_(states))
        return list(self.world.session.scalars(chosen.order_by(PayrollRun.period, PayrollRun.id)))

    def _some(self, ids: Sequence[int]) -> int:
        """Pick one; there may be none, which is as if somebody typed a wrong address."""
        return self.pick.choice(ids) if ids else -1

    def _month(self) -> PayPeriod:
        return self.pick.choice(MONTHS)

    def _calculate(self, month: PayPeriod | None = None) -> None:
        worker = self.pick.choice(self.staff)
        period = month or self._month()
        if not self._runs("regular", "approved", "paid", "closed"):
            self._make_output(worker, period)
        self.world.run(period)

    def _decide(self, month: PayPeriod | None = None) -> None:
        waiting = self._runs("regular", "calculated", "reviewed")
        known = [run.id for run in waiting if month is None or run.period == str(month)]
        self._decide_run(known[0] if known else -1)

    def _decide_run(self, run_id: int) -> None:
        variances.tick_all(self.scope, run_id, self.approver)
        run = self.world.session.get(PayrollRun, run_id)
        if run is not None and run.state == "calculated":
            self.world.session.commit()
            service.review_run(self.scope, run_id, self.approver, self.world.book)
        service.approve_run(self.scope, run_id, self.approver, self.world.book)

    def _reopen(self) -> None:
        run_id = self._some([run.id for run in self._runs("regular", "approved")])
        reopening.ask_to_reopen(self.scope, run_id, self.approver, "x")
        reopening.answer_reopening(self.scope, run_id, self.maker, is_granted=True)

    def _close(self) -> None:
        run_id = self._some([run.id for run in self._runs("regular", "paid")])
        service.close_run(self.scope, run_id, self.approver, self.world.book)

    def _order_bonus(self) -> None:
        who = self.pick.choice(self.staff)
        kind = AmountKind.ANNUAL_BONUS_MERGED
        orders.create_order(
            self.scope,
            self.world.company.id,
            OrderFacts(
                period=self._month(),
                purpose=Purpose.BONUS,
                title=f"奖金 {next(self._titles)}",
                pay_on=dt.date(2026, 12, 10),
                reason="x",
                people=frozenset({who.id}),
                amounts=(OrderAmount(who.id, kind, kind.code, self.pick.randint(1, 5_000_000)),),
            ),
            self.maker,
        )

    def _order_reissue(self) -> None:
        chosen = (
            select(Payslip.period, Payslip.employment_id)
            .join(SlipReversal, SlipReversal.payslip_id == Payslip.id)
            .where(SlipReversal.approved_by_id.is_not(None))
        )
        found = sorted(
            (row.period, row.employment_id) for row in self.world.session.execute(chosen)
        )
        self.world.session.commit()
        period, who = self.pick.choice(found) if found else (str(OCTOBER), -1)
        order_id = reversal.order_reissue(
            self.scope,
            self.world.company.id,
            PayPeriod.parse(period),
            [who],
            dt.date(2026, 12, 10),
            "x",
            self.maker,
        )
        self.world.run(PayPeriod.parse(period), order_id=order_id)

    def _run_order(self) -> None:
        chosen = select(RunOrder.id, RunOrder.period)
        found = sorted((row.id, row.period) for row in self.world.session.execute(chosen))
        self.world.session.commit()
        if found:
            order_id, period = self.pick.choice(found)
            outcome = self.world.run(PayPeriod.parse(period), order_id=order_id)
            self._decide_run(outcome.run_id or -1)

    def _enter_late(self) -> None:
        who, month = self.pick.choice(self.staff), self._month()
        day = month.first_on + dt.timedelta(days=self.pick.randint(0, month.days - 1))
        shift = {
            "on": str(day),
            "shift_act": "add",
            "starts_at": "07:00",
            "ends_at": "08:30",
            "break_minutes": "0",
        }
        raised = {
            "task_type": "bbox",
            "unit_price": f"0.{self.pick.randint(100, 200)}",
            "on": str(day),
        }
        more = {
            "period": str(month),
            "item": "skill_allowance",
            "amount": f"{self.pick.randint(1, 900)}.37",
        }
        kind, said, whose = self.pick.choice(
            [("shift", shift, who.id), ("price", raised, None), ("entry", more, who.id)]
        )
        entry = Entry(kind=kind, employment_id=whose, said=said, reason="x")
        late_facts.enter(self.scope, self.world.company.id, entry, self.maker, self.world.book)

    def _approve_late(self) -> None:
        waiting = select(LateFact.for_period).where(LateFact.is_approved.is_(None))
        periods = sorted(set(self.world.session.scalars(waiting)))
        self.world.session.commit()
        for period in periods or [str(self._month())]:
            late_facts.approve(
                self.scope,
                self.world.company.id,
                PayPeriod.parse(period),
                self.approver,
                self.world.book,
            )

    def _propose_reversal(self) -> None:
        decided = {run.id for kind in _KINDS for run in self._runs(kind, *_DECIDED)}
        slips = self._ids(Payslip.id, Payslip.run_id.in_(decided))
        reversal.propose(self.scope, self._some(slips), "x", self.maker)

    def _approve_reversal(self) -> None:
        waiting = self._ids(SlipReversal.id, SlipReversal.approved_by_id.is_(None))
        reversal.approve(self.scope, self._some(waiting), self.approver)

    def _make_batch(self) -> None:
        payments.make_batch(self.scope, self._some(self._decided()), self.approver, self.world.book)

    def _pay(self) -> None:
        self._pay_run(self._some(self._decided()))

    def _decided(self) -> list[int]:
        return [run.id for kind in _KINDS for run in self._runs(kind, "approved", "paid")]

    def _pay_run(self, run_id: int) -> None:
        total = payments.payable(self.world.session, self.scope, run_id).total
        self.world.session.commit()
        payment = service.Payment(paid_on=clock.today(), amount=total, reference="ICBC 1")
        payments.pay_run(self.scope, run_id, self.approver, payment, self.world.book)

    def _confirm(self) -> None:
        self._confirm_batch(self._some(self._ids(PaymentBatch.id, PaymentBatch.state == "made")))

    def _confirm_batch(self, batch_id: int) -> None:
        sums = self.world.session.execute(queries.state_sums(batch_id)).all()
        self.world.session.commit()
        total = sum(row.amount for row in sums if row.state == "pending")
        payment = service.Payment(paid_on=clock.today(), amount=total, reference="ICBC 2")
        payments.confirm_batch(self.scope, batch_id, payment, self.approver)

    def _cancel(self) -> None:
        batch_id = self._some(self._ids(PaymentBatch.id))
        payments.cancel_batch(self.scope, batch_id, "x", self.approver)

    def _fail(self) -> None:
        outcomes.fail_payment(self.scope, self._some(self._ids(Payment.id)), "x", self.approver)

    def _pay_arrears(self) -> None:
        payments.make_arrears_batch(self.scope, self.world.company.id, self.approver)

    def _hold(self) -> None:
        holding.hold_pay(self.scope, self.pick.choice(self.staff).id, "x", self.approver)

    def _release(self) -> None:
        held = self._ids(PayHold.id, PayHold.released_at.is_(None))
        holding.release_pay(self.scope, self._some(held), "x", self.approver)
