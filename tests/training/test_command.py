"""``workforce training``: classes in sight, what is still missing, and the figures of a year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from tests import factories
from tests.factories.skills import create_skill_certificate
from tests.factories.training import (
    create_class,
    create_enrolment,
    create_exam,
    create_exam_score,
    create_lesson,
    create_mark,
    create_pass,
)
from workforce.cli.main import main
from workforce.config import Settings
from workforce.platform import clock

Run = Callable[..., Result]

NOON = dt.datetime(2026, 12, 1, 4, tzinfo=dt.UTC)


@pytest.fixture
def training(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a verb on the test's installation."""
    del app
    monkeypatch.setattr("workforce.migrations.is_current", lambda _engine: True)

    def run(*words: str) -> Result:
        arguments = ["--instance", str(settings.instance), "training", *words]
        with clock.fixed(NOON):
            return CliRunner().invoke(main, arguments, env={"LC_ALL": "en"}, catch_exceptions=False)

    return run


@pytest.mark.feature("BASE-3", "OFF-14")
def test_classes_and_people_and_the_figures_of_a_year(
    session: Session, training: Run, tmp_path: Path
) -> None:
    """Of six people five passed in November; A1, of the company's own class, was at its lesson and has 59.99 points."""
    company = factories.create_company(session, code="QZ")
    base, own = create_class(session, code="K1"), create_class(session, company, code="K2")
    for _ in range(5):
        job = factories.create_employment(session, company)
        create_pass(
            session,
            create_enrolment(session, base, job),
            create_skill_certificate(session, job.person_id),
        )
    job = factories.create_employment(session, company, employee_no="A1")
    place = create_enrolment(session, own, job)
    create_mark(session, create_lesson(session, own), place)
    create_exam_score(session, create_exam(session, own), place, 5_999)
    session.commit()
    listed = training("classes").output
    lines = {line.split()[0]: line.split()[-5:] for line in listed.splitlines() if " 2026-" in line}
    # Places, taken, waiting, passed, state.
    assert lines == {"K1": ["30", "5", "0", "5", "Over"], "K2": ["30", "1", "0", "0", "Over"]}
    people = training("people", "K2", "--company", "QZ").output
    (line,) = (one.split() for one in people.splitlines() if " A1 " in one)
    assert (line[2:6], line[6]) == (["1", "1", "—", "59.99"], "—")
    assert "Exam score too low" in people
    # The base does not read who learns in a company's own class.
    refused = training("people", "K2")
    assert (refused.exit_code, "K2" in refused.output) == (2, True)
    rows = [line.split() for line in training("figures", "2026").output.splitlines()]
    assert ["2026-11", "5", "5", "0", "100%"] in [row[:5] for row in rows]
    out = tmp_path / "training.xlsx"
    assert training("figures", "2026", "--out", str(out)).exit_code == 0
    sheet = openpyxl.load_workbook(out).worksheets[0]
    told = {row[0]: row[1:4] for row in sheet.iter_rows(values_only=True)}
    assert told["2026-11"] == (5, 5, 0)
