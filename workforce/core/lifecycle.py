"""The states of a payroll run, and what may be done in each.

    draft ⇄ calculated → reviewed → approved → paid → closed

A run that could not pay everybody, or would pay somebody less than nothing, is a *draft*: nobody can
review it. Calculating again replaces an unapproved run and voids its review. Approval locks the
month's facts. What was reviewed or approved can be *returned* to its maker until the money has left
the bank; a paid run never goes back, and what is found later is an adjustment in an open month.
Closing ends the month's work: nothing of a closed run changes again.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from workforce.core.errors import StateError
from workforce.core.terms import term


class RunState(StrEnum):
    """How far a run has come."""

    DRAFT = "draft"
    CALCULATED = "calculated"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    PAID = "paid"
    CLOSED = "closed"


class RunAction(StrEnum):
    """What people do with a run. Calculating is not among them: it makes a run or replaces it."""

    REVIEW = "review"
    APPROVE = "approve"
    RETURN = "return"
    PAY = "pay"
    CLOSE = "close"


TRANSITIONS: Final[dict[tuple[RunState, RunAction], RunState]] = {
    (RunState.CALCULATED, RunAction.REVIEW): RunState.REVIEWED,
    (RunState.REVIEWED, RunAction.APPROVE): RunState.APPROVED,
    (RunState.REVIEWED, RunAction.RETURN): RunState.CALCULATED,
    (RunState.APPROVED, RunAction.RETURN): RunState.CALCULATED,
    (RunState.APPROVED, RunAction.PAY): RunState.PAID,
    (RunState.PAID, RunAction.CLOSE): RunState.CLOSED,
}
"""The whole table; what is not in it cannot be done."""

REPLACEABLE: Final = frozenset({RunState.DRAFT, RunState.CALCULATED, RunState.REVIEWED})
"""States in which calculating again replaces the run."""

FINAL: Final = frozenset({RunState.APPROVED, RunState.PAID, RunState.CLOSED})
"""States in which the results are decided and the month's facts locked; people see them once published."""


def after(state: RunState, action: RunAction) -> RunState:
    """Return the state to which an action leads.

    Raises:
        StateError: the action cannot be done in this state.
    """
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise StateError(
            "payroll.wrong_state",
            state=term(f"run_state.{state}"),
            action=term(f"run_action.{action}"),
        ) from None


def actions(state: RunState) -> list[RunAction]:
    """Return what can be done in a state, in the order of `RunAction`."""
    return [action for action in RunAction if (state, action) in TRANSITIONS]
