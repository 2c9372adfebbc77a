"""``workforce bench documents``: what it says; how fast a machine is is no test."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from workforce.cli.main import main


def test_all_payslips_of_a_month_are_measured(tmp_path: Path) -> None:
    words = ["--instance", str(tmp_path), "bench", "documents", "--people", "20", "--json"]
    result = CliRunner().invoke(main, words, env={"LC_ALL": "en"}, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["payslips"], found["form"]) == (20, "locked")
    assert found["payslips_a_second"] > 0
    assert found["drawing_ms"] > 0
    assert found["peak_rss_mb"]["drawing"] >= found["peak_rss_mb"]["reading"] > 0
    # The data stay for the next time, the file of payslips does not.
    assert not list((tmp_path / "bench" / "produced" / "bulk").iterdir())
