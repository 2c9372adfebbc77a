"""Tables on a terminal."""

from __future__ import annotations

import pytest

from workforce.cli import tables
from workforce.core.text import Text

HEADS = (Text("企业", "Company"), Text("应发", "Gross"), Text("文件", "Instrument"))
ROWS = [("SL", "1200.50", "渝人社发〔2024〕22号"), ("KM", "-3.00", "")]


def _printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    tables.print_table("zh", HEADS, ROWS)
    return [line.rstrip() for line in capsys.readouterr().out.splitlines() if line.strip()]


def test_a_table_fits_its_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    head, _, *rows = _printed(capsys)
    assert head.split() == ["企业", "应发", "文件"]
    assert [row.split() for row in rows] == [
        ["SL", "1200.50", "渝人社发〔2024〕22号"],
        ["KM", "-3.00"],
    ]
    assert rows[0].index("1200.50") + 7 == rows[1].index("-3.00") + 5  # figures to the right


def test_a_row_too_wide_is_a_paragraph(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("COLUMNS", "30")
    assert _printed(capsys) == [
        "SL",
        "  应发 1200.50 · 文件 渝人社发〔2024〕22号",
        "KM",
        "  应发 -3.00",
    ]


def test_no_rows_print_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    tables.print_table("en", HEADS, [])
    assert not capsys.readouterr().out
