"""What no code of this package may do, read from its syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

import pytest

from tests.guards.tree import below, nodes

FLOAT_NAMES = {
    "double",
    "float",
    "float16",
    "float32",
    "float64",
    "longdouble",
    "average",
    "divide",
    "fsum",
    "mean",
    "round",
    "true_divide",
}
DAYS_IN_LONGEST_MONTH = 31
LAST_PLACE_ON_PAYSLIP = 999
MINUTES_IN_HOUR = 60
# Limits of this program, not of the law: the comment beside each says what it is for.
TECHNICAL_NUMBERS = {
    "workforce/core/rules/day_grid.py: 371",
}
CLOCK_NAMES = {"now", "utcnow", "today", "time_ns", "perf_counter", "monotonic", "localtime"}


def runs_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"eval", "exec", "compile", "__import__"}
    )


def is_float(node: ast.AST) -> bool:
    """A float literal, a division of anything but paths and fractions, or a name that makes floats."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float | complex)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Div) and not any(
            is_path(side) or is_fraction(side) for side in (node.left, node.right)
        )
    if isinstance(node, ast.AugAssign):
        return isinstance(node.op, ast.Div)
    if isinstance(node, ast.Name):
        return node.id in {"complex", "float"}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in FLOAT_NAMES
    return isinstance(node, ast.Attribute) and node.attr in FLOAT_NAMES


def is_fraction(node: ast.AST) -> bool:
    """Tell whether an exact fraction is made in this operand; what it is divided by stays exact."""
    return any(
        isinstance(part, ast.Call)
        and isinstance(part.func, ast.Name)
        and part.func.id == "Fraction"
        for part in ast.walk(node)
    )


def is_path(node: ast.AST) -> bool:
    """Tell whether this stands beside the slash that joins paths: a string, or a name that says so."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return isinstance(node, ast.JoinedStr) or name.lower().endswith(("file", "folder", "path"))


def reads_clock(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK_NAMES
    )


def places(paths: Iterable[str], is_bad: Callable[[ast.AST], bool]) -> list[str]:
    return [
        f"{path}:{getattr(node, 'lineno', '?')}"
        for path in paths
        for node in nodes(path)
        if is_bad(node)
    ]


@pytest.mark.feature("FIN-11")
def test_no_text_is_run_as_code() -> None:
    assert not places(below("workforce", ".py"), runs_text)


@pytest.mark.feature("FIN-12")
@pytest.mark.parametrize("folder", ["workforce/core", "workforce/payroll"])
def test_no_float_near_money(folder: str) -> None:
    assert not places(below(folder, ".py"), is_float)


@pytest.mark.feature("FIN-10")
@pytest.mark.parametrize(
    ("folder", "largest"),
    [
        ("workforce/core/rules", DAYS_IN_LONGEST_MONTH),
        ("workforce/core/payitems", LAST_PLACE_ON_PAYSLIP),
    ],
)
def test_no_number_of_the_law_in_code(folder: str, largest: int) -> None:
    """Rules and pay items may count in tens and minutes; everything else is law data."""
    numbers = {
        f"{path}: {node.value}"
        for path in below(folder, ".py")
        for node in nodes(path)
        if isinstance(node, ast.Constant) and type(node.value) is int
        if node.value > largest and node.value != MINUTES_IN_HOUR and not is_scale(node.value)
    }
    assert numbers <= TECHNICAL_NUMBERS


def is_scale(number: int) -> bool:
    return str(number).strip("0") == "1"


def test_core_reads_no_clock() -> None:
    assert not places(below("workforce/core", ".py"), reads_clock)


@pytest.mark.parametrize(
    ("source", "is_bad"),
    [
        ("eval('1')", runs_text),
        ("exec(code)", runs_text),
        ("half = 0.5", is_float),
        ("half = total / 2", is_float),
        ("total /= 2", is_float),
        ("float(total)", is_float),
        ("round(total)", is_float),
        ("column.astype(np.float64)", is_float),
        ("column.mean()", is_float),
        ("date.today()", reads_clock),
        ("datetime.now(UTC)", reads_clock),
    ],
)
def test_the_guards_see_what_they_look_for(source: str, is_bad: Callable[[ast.AST], bool]) -> None:
    assert any(is_bad(node) for node in ast.walk(ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    ["base / 'data'", "DATA_FOLDER / name", "base / self.path", "Fraction(rate, 100) * 60 / days"],
)
def test_paths_and_fractions_may_use_a_slash(source: str) -> None:
    assert not any(is_float(node) for node in ast.walk(ast.parse(source)))
