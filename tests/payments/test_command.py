"""``workforce payments``: the whole way of two batches, a hold and the ledger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from openpyxl import load_workbook

from tests.payments.books import Books
from workforce.cli.main import main
from workforce.config import Settings
from workforce.payments import outcomes
from workforce.platform import clock

Run = Callable[..., Result]


@pytest.fixture
def payments(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a verb on the test's installation, for the company."""
    del app
    # The template has the tables but no revision of migrations.
    monkeypatch.setattr("workforce.migrations.is_current", lambda _engine: True)

    def run(*words: str) -> Result:
        arguments = ["--instance", str(settings.instance), "payments", *words, "--company", "QZ"]
        return CliRunner().invoke(main, arguments, env={"LC_ALL": "en"}, catch_exceptions=False)

    return run


@pytest.mark.feature("FIN-29", "FIN-34")
def test_the_whole_way(books: Books, payments: Run, tmp_path: Path) -> None:
    books.run(A=250_000, B=310_050, C=180_000)
    by = ("--by", books.finance.login_name)
    paid = (*by, "--on", str(clock.today()), "--reference", "ICBC 1")
    held = payments("hold", "C", "--reason", "account frozen", *by)
    assert (held.exit_code, "held back" in held.output) == (0, True)
    made = payments("make", "2026-10", *by).output
    assert "Payment batch 1: 2 payments, 5600.50 yuan" in made
    assert "not in it: C C某 1800.00 Held back" in made
    assert "Cancelled" in payments("cancel", "1", "--reason", "system down", *by).output
    payments("make", "2026-10", *by)
    wrong = payments("confirm", "2", "--total", "5600.49", *paid)
    assert (wrong.exit_code, "the difference is -0.01" in wrong.output) == (2, True)
    assert "Paid, 5600.50" in payments("confirm", "2", "--total", "5600.50", *paid).output
    books.session.commit()
    batch_id = books.batch_id(2)
    outcomes.fail_payment(
        books.scope, books.payment(batch_id, "A").payment_id, "no such account", books.who
    )
    ledger = payments("ledger").output
    assert "due 4300.00, paid 0.00, owed 4300.00" in ledger
    released = payments("release", "C", "--reason", "account works", *by)
    assert (released.exit_code, "released" in released.output) == (0, True)
    again = payments("release", "C", "--reason", "account works", *by)
    assert (again.exit_code, "not held back" in again.output) == (2, True)
    assert "Payment batch 3: 2 payments, 4300.00" in payments("arrears", *by).output
    assert payments("confirm", "9", "--total", "1", *paid).exit_code == 2
    listed = payments("list").output
    assert [word in listed for word in ("Cancelled", "Paid", "Waits for the bank")] == [True] * 3
    file = tmp_path / "ledger.xlsx"
    assert payments("ledger", "--why", "all", "--out", str(file)).exit_code == 0
    (sheet,) = load_workbook(file).worksheets
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[5] for row in rows[-4:]] == [2500, 3100.5, 1800, 7400.5]
