"""What the tables of training share: the class, and a score."""

from __future__ import annotations

from typing import Any, Final

from workforce.core.money import parse_decimal
from workforce.core.text import Text
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column
from workforce.platform.sheets import Cell, CellKind, Typed
from workforce.training.service import check_score

_DECIMALS: Final = 2

CLASS_COLUMN: Final = Column(
    name="class_code",
    titles=("班级", "班级代码"),
    note=Text("本企业自己办的班的代码", "the code of a class that the company keeps"),
    example=("BX2611", "BX2611"),
    is_required=True,
)
SCORE_COLUMN: Final = Column(
    name="score",
    titles=("分数", "成绩", "得分"),
    note=Text("满分 100，最多两位小数", "of 100 points, at most two decimals"),
    example=("86.5", "72"),
    is_required=True,
)


def score(value: Any) -> int:
    """Read a score from 0 to 100 points as hundredths.

    Raises:
        InputError: it is none.
    """
    found = parse_decimal(values.plain(value), _DECIMALS)
    check_score(found, "score")
    return found


def score_cell(value: int) -> Cell:
    """Return a score as its table has it."""
    return Typed(value, CellKind.MONEY)
