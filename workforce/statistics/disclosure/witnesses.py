"""Choosing what is withheld: for each need a *witness*, another set of figures that fits what is shown.

The published tables say of the withheld figures only that all must add up and that none is negative.
So a sensitive figure x is safe up to x + a if there is another solution of all equations that has the
same shown figures, no negative one, and x + a in this place: whoever sees the tables cannot tell it
from the truth. The difference y from the truth is the witness. For each need the cheapest y is
found by a linear program (Kelly, Golden and Assad 1992; Fischetti and Salazar 2001 call it the heuristic by
incremental attackers), and every figure that it moves is withheld. Figures withheld already move
for nothing, so that later needs use them. At the end each witness is checked against all that is
shown: nothing is published that is not proven.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from workforce.statistics.disclosure.problem import Need, Problem, State
from workforce.statistics.population import Flags

_FREE_COST: Final = 1e-5
"""What moving a withheld figure costs: next to nothing, but no needless tours."""
_STILL: Final = 1e-7
"""A move of this part of the need is none."""
_FITS: Final = 1e-6
"""Tolerance of equations and bounds, as a part of the need."""
_INFEASIBLE: Final = 2
"""What the solver calls a program without a solution."""

Moves = NDArray[np.float64]


class DisclosureError(Exception):
    """A figure cannot be protected, whatever is withheld: nothing may be published."""


@dataclass(frozen=True, slots=True)
class Protected:
    """``hidden`` bool[n]: what is not shown."""

    hidden: Flags


def protect(problem: Problem) -> Protected:
    """Choose what is withheld so that every need is met; the same problem has the same answer.

    Raises:
        DisclosureError: a need cannot be met.
    """
    states = problem.states.copy()
    sizes = np.array([abs(need.amount) for need in problem.needs], dtype=np.int64)
    proofs: list[tuple[Need, Moves]] = []
    found: list[Moves] = []
    # The largest first: their witnesses often serve the smaller ones.
    for index in np.argsort(-sizes, kind="stable"):
        need = problem.needs[int(index)]
        moves = _from_found(problem, need, found)
        if moves is None:
            moves = _new(problem, states, need)
            if moves is None:
                continue
            found.append(moves)
        proofs.append((need, moves))
        moved = np.abs(moves) > _STILL * abs(need.amount)
        states[moved & (states == State.OPEN)] = State.HIDDEN
    hidden = states == State.HIDDEN
    for need, moves in proofs:
        _check(problem, hidden, need, moves)
    return Protected(hidden)


def _new(problem: Problem, states: NDArray[np.int8], need: Need) -> Moves | None:
    """Find a witness of a need, with as much held as can be; None where only the past lacks one.

    Raises:
        DisclosureError: there is none.
    """
    for held in need.held:
        moves = _solve(problem, states, need, held)
        if moves is not None:
            return moves
    if need.is_past:
        return None
    raise DisclosureError(f"variable {need.variable} cannot move by {need.amount}")


def _solve(problem: Problem, states: NDArray[np.int8], need: Need, held: Flags) -> Moves | None:
    """Find the cheapest witness of a need; None if there is none.

    Everything is told in parts of the need, so that counts and amounts are solved alike.
    """
    size = abs(need.amount)
    movable = (states != State.KNOWN) & ~held
    movable[need.variable] = True
    columns = np.flatnonzero(movable)
    target = int(np.searchsorted(columns, need.variable))
    direction = 1.0 if need.amount > 0 else -1.0
    room = np.maximum(need.room(problem.values)[columns], 0) / size
    costs = np.where(states[columns] == State.HIDDEN, _FREE_COST, problem.costs[columns])
    upper_up = np.full(columns.size, np.inf)
    upper_down = room
    lower_up, lower_down = np.zeros(columns.size), np.zeros(columns.size)
    moving, still = (upper_up, upper_down) if direction > 0 else (upper_down, upper_up)
    if moving[target] < 1:
        return None
    (lower_up if direction > 0 else lower_down)[target] = 1.0
    moving[target] = 1.0
    still[target] = 0.0
    part = problem.equations[:, columns]
    used = np.flatnonzero(np.diff(part.indptr))
    part = part[used]
    # Slow to load, and needed where something is protected only: no page does that.
    from scipy.optimize import linprog  # noqa: PLC0415

    answer = linprog(
        np.concatenate([costs, costs]),
        A_eq=_beside(part),
        b_eq=np.zeros(used.size),
        bounds=np.stack(
            [np.concatenate([lower_up, lower_down]), np.concatenate([upper_up, upper_down])], axis=1
        ),
        method="highs-ds",
    )
    if answer.status == _INFEASIBLE:
        return None
    if answer.status != 0:
        raise DisclosureError(str(answer.message))
    moves = np.zeros(problem.values.size)
    moves[columns] = (answer.x[: columns.size] - answer.x[columns.size :]) * size
    moves[np.abs(moves) <= _STILL * size] = 0.0
    return moves


def _beside(part: csr_array) -> csr_array:
    """Return the equations for moves up, less those for moves down."""
    return csr_array(hstack([part, -part]))


def _from_found(problem: Problem, need: Need, found: list[Moves]) -> Moves | None:
    """Return a multiple of a witness already found that meets a need, too; None if there is none."""
    for moves in found:
        step = moves[need.variable]
        if not step:
            continue
        scaled: Moves = moves * (need.amount / step)
        room = need.room(problem.values)
        if not (room + scaled < -_FITS * abs(need.amount))[scaled < 0].any() and any(
            not scaled[held].any() for held in need.held
        ):
            return scaled
    return None


def _check(problem: Problem, hidden: Flags, need: Need, moves: Moves) -> None:
    """Check a witness against all that is shown.

    Raises:
        DisclosureError: it is none.
    """
    size = abs(need.amount)
    fits = (
        not moves[~hidden].any()
        and not (need.room(problem.values) + moves < -_FITS * size)[moves < 0].any()
        and float(np.abs(problem.equations @ moves).max(initial=0.0)) <= _FITS * size
        and moves[need.variable] / need.amount >= 1 - _FITS
    )
    if not fits:
        raise DisclosureError(f"no witness for variable {need.variable}")
