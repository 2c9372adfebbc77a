"""A payslip outlives the version that wrote it: a stored line may lack numbers that came later."""

from __future__ import annotations

import pytest

from workforce.core.engine import pay_items
from workforce.core.explain import explain, note, note_codes
from workforce.core.pay_item import PayItem

AMOUNT_FEN = 123_456
# Each item with the code of its lines; agreed items bring their own.
ITEMS = [
    pytest.param(item, item.code or "skill_allowance", id=item.name)
    for item in pay_items().values()
]


@pytest.mark.feature("ANN-3", "ANN-6")
@pytest.mark.parametrize(("item", "code"), ITEMS)
def test_a_line_without_any_number_is_explained(item: PayItem, code: str) -> None:
    said = explain(code, item.kind, AMOUNT_FEN, {})
    assert said["zh"].endswith("。")
    assert said["en"].endswith(".")
    assert "{" not in said["zh"] + said["en"]
    assert said["zh"].split("。依据")[0]


@pytest.mark.parametrize(("item", "code"), ITEMS)
@pytest.mark.parametrize("value", [0, 1])
def test_a_line_that_lacks_one_number_is_explained(item: PayItem, code: str, value: int) -> None:
    names = {name for clause in item.explanation for name in clause.names()}
    names |= {clause.when.removeprefix("!") for clause in item.explanation if clause.when}
    whole = dict.fromkeys(names - {"detail", "amount_fen"}, value)
    for missing in whole:
        operands = {name: value for name, value in whole.items() if name != missing}
        said = explain(code, item.kind, AMOUNT_FEN, operands, "bbox_2d")
        assert "{" not in said["zh"] + said["en"]


def test_a_line_that_says_nothing_says_its_amount() -> None:
    said = explain("night_allowance", "earning", AMOUNT_FEN, {})
    assert said["zh"].startswith("1234.56 元。依据：")
    assert said["en"].startswith("1234.56 yuan. Basis: ")


@pytest.mark.parametrize("code", sorted(note_codes()))
def test_a_note_without_its_numbers_is_said(code: str) -> None:
    said = note(code, {})
    assert "{" not in said["zh"] + said["en"]
