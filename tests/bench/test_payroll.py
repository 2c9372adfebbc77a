"""``workforce bench payroll``: what it says, on both engines; how fast a machine is is no test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests import postgres
from tests.engines import both_engines
from workforce.cli.main import main

PEOPLE, RECORDS = 60, 3_000


def bench(instance: Path, *words: str) -> Result:
    arguments = ["--instance", str(instance), "bench", "payroll", "--employees", str(PEOPLE)]
    arguments += ["--records", str(RECORDS), "--rounds", "1", "--json", *words]
    return CliRunner().invoke(main, arguments, env={"LC_ALL": "en"}, catch_exceptions=False)


@pytest.fixture
def database(engine_name: str, request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """The words that choose the database: none for a SQLite file, else an empty PostgreSQL one."""
    if engine_name == "sqlite":
        yield []
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    server.create("bench")
    yield ["--database", server.url("bench")]
    server.drop("bench")


@both_engines
@pytest.mark.feature("FIN-15")
def test_a_run_is_measured_beside_its_floor(tmp_path: Path, database: list[str]) -> None:
    result = bench(tmp_path, "--months", "2", *database)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)

    assert (found["employees"], found["records"], found["months"]) == (PEOPLE, RECORDS, 2)
    assert found["rows"]["payslips"] == PEOPLE
    # Everybody's payslip has more lines than one, and output and shifts were read.
    assert found["rows"]["written"] > 3 * PEOPLE
    assert found["rows"]["scanned"] > RECORDS // 5
    parts = [found[name] for name in ("read_s", "compute_s", "write_s")]
    assert all(part > 0 for part in parts)
    assert found["total_s"] > sum(parts)
    floor = found["raw_scan_s"] + found["raw_insert_s"]
    assert found["ratio_to_floor"] == pytest.approx(found["total_s"] / floor, rel=0.02)
    assert found["last_to_first_month"] > 0
    assert found["peak_rss_mb"] > 0
    assert found["machine"]["cores"] > 0


def test_the_data_are_made_once(tmp_path: Path) -> None:
    made = [bench(tmp_path), bench(tmp_path)]
    assert [result.exit_code for result in made] == [0, 0]
    files = list((tmp_path / "bench").glob("*.sqlite3"))
    assert len(files) == 1
    first, second = (json.loads(result.stdout)["rows"] for result in made)
    assert first == second


def test_other_data_are_left_alone(tmp_path: Path) -> None:
    for words in (["init"], ["company", "apply", "docs/company-example.yaml"]):
        made = CliRunner().invoke(main, ["--instance", str(tmp_path), *words])
        assert made.exit_code == 0
    path = tmp_path / "workforce.sqlite3"
    before = path.read_bytes()

    result = bench(tmp_path, "--database", f"sqlite:///{path}")

    assert result.exit_code == 2
    assert "other data" in result.stderr
    assert path.read_bytes() == before


def test_other_tables_are_left_alone(tmp_path: Path, sqlite_template: Path) -> None:
    """A database that this version did not make, empty as its tables are."""
    path = tmp_path / "other.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())

    result = bench(tmp_path, "--database", f"sqlite:///{path}")

    assert result.exit_code == 2
    assert path.read_bytes() == sqlite_template.read_bytes()
