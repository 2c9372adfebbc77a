"""``workforce bench study``: what it says; how fast a machine is is no test."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from workforce.cli.main import main


def test_a_study_is_measured_apart_from_reading_the_month(tmp_path: Path) -> None:
    words = ["--instance", str(tmp_path), "bench", "study", "--employees", "40", "--rounds", "1"]
    result = CliRunner().invoke(
        main, [*words, "--json"], env={"LC_ALL": "en"}, catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)

    # Everybody of the month takes part, and some are under the floor that is tried.
    assert (found["employees"], found["left_out"]) == (40, 0)
    assert 0 < found["affected"] < 40
    for part in ("prepare", "study", "ladder"):
        assert found[f"{part}_s"] > 0
        assert found[f"{part}_cpu_s"] >= 0
