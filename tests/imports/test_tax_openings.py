"""What was paid before this system kept the books: the part of it that has a yearly limit."""

from __future__ import annotations

import pytest

from tests.imports.conftest import World, reasons
from workforce.people.models import TaxOpening

HEAD = (
    "工号,截至月份,已计月数,累计收入,累计专项扣除,累计专项附加扣除,累计其他扣除,其中个人养老金,"
    "其中职业资格继续教育,累计已预扣税额\n"
)


def row(certificate: str, special: str = "3000.00") -> str:
    """Write a table of one row."""
    return f"{HEAD}A0001,2026-09,9,90000.00,0,{special},0,0,{certificate},0\n"


@pytest.mark.feature("FIN-8")
@pytest.mark.parametrize(("written", "stored"), [("1800.00", 180_000), ("", 0), ("0", 0)])
def test_the_part_for_certificates_is_kept(world: World, written: str, stored: int) -> None:
    assert world.apply("tax_openings", "期初.csv", row(written)).is_applied
    (opening,) = world.rows(TaxOpening)
    assert (opening.special_amount, opening.certificate_amount) == (300_000, stored)


def test_an_older_table_without_the_column_still_reads(world: World) -> None:
    older = HEAD.replace("其中职业资格继续教育,", "")
    sheet = f"{older}A0001,2026-09,9,90000.00,0,3000.00,0,0,0\n"
    assert world.apply("tax_openings", "期初.csv", sheet).is_applied
    assert world.rows(TaxOpening)[0].certificate_amount == 0


def test_a_part_is_no_more_than_the_whole(world: World) -> None:
    seen = world.preview("tax_openings", "期初.csv", row("3000.01"))
    assert reasons(seen) == [(2, "opening.certificate")]
    assert not world.preview("tax_openings", "期初.csv", row("3000.00")).refusals
