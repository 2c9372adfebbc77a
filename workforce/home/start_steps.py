"""The way from nothing to the first paid month: what is done is read from the data, nothing is ticked.

A step is *done* when the facts say so, *now* where everything before it that it needs is done, and
*blocked* otherwise. Each needs only what it cannot do without, so that two people can work at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from workforce.accounts import queries as accounts
from workforce.attendance import queries as attendance
from workforce.companies import queries as companies
from workforce.core.lifecycle import FINAL, RunState
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission, Role, is_allowed
from workforce.payroll import queries as payroll
from workforce.people import person_list
from workforce.people import queries as people
from workforce.platform.db import size_of
from workforce.platform.scope import Scope
from workforce.production import queries as production

PAY_ACCOUNTS: Final = 2
"""Who calculates a month may not approve it."""


class StepState(StrEnum):
    """How far a step is."""

    DONE = "done"
    NOW = "now"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its code in ``[start_step]`` of terms.toml, its state, and what it waits for.

    ``needs`` are the codes of earlier steps that are not done; ``count`` is how many there are of what
    the step makes (teams, people, accounts), or None where a number says nothing.
    """

    code: str
    state: StepState
    needs: tuple[str, ...] = ()
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is of a company, as numbers; the month's states as a set."""

    policies: int
    administrators: int
    pay_accounts: int
    teams: int
    led_teams: int
    people: int
    people_in_teams: int
    people_with_profile: int
    without_opening: int
    prices: int
    has_attendance: bool
    has_output: bool
    run_states: frozenset[RunState]


NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "company": (),
    "policy": ("company",),
    "administrator": ("company",),
    "accounts": ("administrator",),
    "teams": ("company",),
    "leaders": ("teams",),
    "people": ("teams",),
    "profiles": ("people",),
    "openings": ("policy", "people"),
    "prices": ("company",),
    "attendance": ("people",),
    "output": ("people", "prices"),
    "calculate": ("policy", "profiles", "openings", "attendance"),
    "approve": ("accounts", "calculate"),
    "pay": ("approve",),
    "close": ("pay",),
}
"""Each step in its order, and the steps that it cannot do without."""


def facts(session: Session, company_id: int, today: dt.date) -> Facts:
    """Read what there is of a company in a fixed number of statements."""
    scope = Scope.company(company_id)
    roles = _roles(session, company_id)
    sizes = {
        row.team_id: row.people for row in session.execute(person_list.team_sizes(scope, today))
    }
    begun = list(session.scalars(companies.all_pay_policies(scope)))
    begins = PayPeriod.of(begun[0].valid_from if begun else today)
    states = select(payroll.runs(scope).order_by(None).subquery().c.state).distinct()
    return Facts(
        policies=len(begun),
        administrators=roles.get(Role.COMPANY_ADMIN, 0),
        pay_accounts=sum(
            size for role, size in roles.items() if is_allowed(role, Permission.PAYROLL_RUN_PREPARE)
        ),
        teams=size_of(session, companies.teams(scope)),
        led_teams=size_of(session, companies.team_leaders(scope, today)),
        people=sum(row.people for row in session.execute(person_list.head_counts(scope, today))),
        people_in_teams=sum(sizes.values()),
        people_with_profile=size_of(session, _profiles_of_today(scope, today)),
        without_opening=size_of(session, person_list.without_opening(scope, begins)),
        prices=size_of(session, production.prices(scope)),
        has_attendance=session.scalar(
            attendance.shifts(scope, dt.date.min, today).order_by(None).limit(1)
        )
        is not None,
        has_output=session.scalar(production.any_output(company_id)) is not None,
        run_states=frozenset(RunState(state) for state in session.scalars(states)),
    )


def _roles(session: Session, company_id: int) -> dict[Role, int]:
    """Count a company's active accounts by role."""
    account = accounts.accounts().order_by(None).subquery()
    chosen = (
        select(account.c.role, func.count())
        .where(account.c.company_id == company_id)
        .group_by(account.c.role)
    )
    return {Role(role): size for role, size in session.execute(chosen)}


def _profiles_of_today(scope: Scope, today: dt.date) -> Select[int]:
    """This month's profiles of the people of today: whoever left has one, and counts for nobody."""
    profile = people.pay_profiles(scope, PayPeriod.of(today)).order_by(None).subquery()
    return select(profile.c.employment_id).where(
        profile.c.employment_id.in_(person_list.employed_ids(scope, today))
    )


def steps(found: Facts) -> list[Step]:
    """Return every step with its state."""
    done = _done(found)
    counted = {
        "accounts": found.pay_accounts,
        "teams": found.teams,
        "people": found.people,
        "prices": found.prices,
    }
    result = []
    for code, needed in NEEDS.items():
        missing = () if done[code] else tuple(need for need in needed if not done[need])
        open_state = StepState.BLOCKED if missing else StepState.NOW
        state = StepState.DONE if done[code] else open_state
        result.append(Step(code, state, missing, counted.get(code)))
    return result


def _done(found: Facts) -> dict[str, bool]:
    states = found.run_states
    return {
        "company": True,
        "policy": found.policies > 0,
        "administrator": found.administrators > 0,
        "accounts": found.pay_accounts >= PAY_ACCOUNTS,
        "teams": found.teams > 0,
        "leaders": 0 < found.teams <= found.led_teams,
        "people": 0 < found.people <= found.people_in_teams,
        "profiles": 0 < found.people <= found.people_with_profile,
        # What a decided month has taken for known is asked no more.
        "openings": found.people > 0 and (not found.without_opening or bool(states & FINAL)),
        "prices": found.prices > 0,
        "attendance": found.has_attendance,
        "output": found.has_output,
        "calculate": bool(states),
        "approve": bool(states & FINAL),
        "pay": bool(states & {RunState.PAID, RunState.CLOSED}),
        "close": RunState.CLOSED in states,
    }
