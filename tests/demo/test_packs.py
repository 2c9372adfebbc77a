"""Every decided run of the demo is a pack that anybody recomputes to the fen."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.audit_pack.checking import unpacked
from tests.demo.conftest import invoke
from workforce.app import create_app
from workforce.audit_pack.archive import write_archive
from workforce.audit_pack.checker.main import Check
from workforce.audit_pack.identity import Identity
from workforce.audit_pack.queries import content_of
from workforce.config import Settings
from workforce.core.lifecycle import FINAL
from workforce.payroll.models import PayrollRun
from workforce.platform.db import db
from workforce.platform.scope import Scope

pytestmark = pytest.mark.xdist_group("demo")


@pytest.mark.feature("FIN-42")
def test_every_decided_run_is_recomputed_from_its_pack(
    told: tuple[Path, str], tmp_path: Path
) -> None:
    count = 0
    with create_app(Settings.load(told[0])).app_context():
        runs = db.session.scalars(select(PayrollRun).where(PayrollRun.state.in_(FINAL))).all()
        for run in runs:
            scope = Scope.company(run.company_id)
            content = content_of(db.session(), scope, run.id, Identity.MASKED, "x")
            path = tmp_path / f"{run.id}.zip"
            with path.open("wb") as file:
                write_archive(file, content)
            check = Check(unpacked(path, tmp_path / str(run.id)))
            assert list(check.all_differences()) == []
            count += len(check.results["payslips"])
        db.session.remove()
        db.engine.dispose()
    assert len(runs) == 15
    assert count == sum(run.payslip_count for run in runs) > 300


def test_the_command_writes_a_pack_and_says_its_fingerprint(
    told: tuple[Path, str], tmp_path: Path
) -> None:
    out = tmp_path / "pack.zip"
    words = ("payroll", "audit-pack", "2026-09", "--company", "KM", "--receiver", "Labour bureau")
    result = invoke(told[0], *words, "--identity", "keyed", "--out", str(out))
    assert result.exit_code == 0, result.output
    assert out.stat().st_mode & 0o777 == 0o600
    assert "manifest sha256 " in result.output
    assert "key " in result.output
    apart = ("payroll", "audit-pack", "2026-09#9", *words[3:])
    unknown = invoke(told[0], *apart, "--out", str(out))
    assert (unknown.exit_code, "There is no run" in unknown.output) == (2, True)
