"""``workforce issue``: from a closed month to a revised issue, in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.bureau.world import create_base
from tests.factories import create_account
from workforce.cli.main import main
from workforce.config import Settings
from workforce.core.permissions import Role
from workforce.payroll.models import PayrollRun
from workforce.people.models import Person

EXIT_USER = 2


@pytest.fixture
def issue(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a verb on the test's installation."""
    # The template has the tables but no revision of migrations.
    monkeypatch.setattr("workforce.migrations.is_current", lambda _engine: True)

    def invoke(*words: str) -> Result:
        arguments = ["--instance", str(settings.instance), "issue", *words]
        return CliRunner().invoke(main, arguments, env={"LC_ALL": "en"}, catch_exceptions=False)

    return invoke


@pytest.mark.feature("OFF-9")
def test_a_month_is_computed_published_and_revised(
    session: Session, issue: Callable[..., Result]
) -> None:
    companies = create_base(session)
    create_account(session, Role.OFFICIAL, login_name="bureau")
    create_account(session, Role.FINANCE, companies["BIG"], login_name="pay")
    session.commit()
    assert "2026-10  Not closed" in issue("list").output
    session.execute(update(PayrollRun).values(state="closed"))
    session.commit()
    early = issue("publish", "2026-10")
    assert early.exit_code == EXIT_USER
    assert "not computed yet" in early.output
    assert "2026-10  computed anew" in issue("compute").output
    assert "2026-10  unchanged" in issue("compute").output
    assert issue("publish", "2026-10", "--by", "pay").exit_code == EXIT_USER
    assert "issue 1, published" in issue("publish", "2026-10", "--by", "bureau").output

    session.rollback()
    ids = session.scalars(select(Person.id).order_by(Person.id)).all()[:12]
    session.execute(update(Person).where(Person.id.in_(ids)).values(education="10"))
    session.commit()
    issue("compute")
    assert "Corrections wait  issue 1" in issue("list").output
    issue("publish", "2026-10", "--by", "bureau", "--note", "education")
    shown = issue("show", "2026-10").output
    assert "Note: education" in shown
    assert "23 → 11" in shown
    assert "issue 1, published" in issue("show", "2026-10", "--number", "1").output
    assert "no issue 7" in issue("show", "2026-10", "--number", "7").output
