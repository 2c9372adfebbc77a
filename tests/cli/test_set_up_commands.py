"""`workforce company` and `workforce account`: from an empty installation to people who can act."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from tests.guards.tree import ROOT
from workforce.accounts.queries import account_named
from workforce.accounts.sign_in import matching_hash
from workforce.cli.main import main
from workforce.cli.support import State
from workforce.companies import queries
from workforce.core.period import PayPeriod
from workforce.imports.company_file import POLICY_KEYS
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.scope import Scope

EXAMPLE = ROOT / "docs" / "company-example.yaml"


def invoke(instance: Path, *words: str) -> Result:
    return CliRunner().invoke(
        main, ["--instance", str(instance), *words], env={"LC_ALL": "en"}, catch_exceptions=False
    )


@pytest.fixture
def with_company(new_installation: Path) -> Path:
    result = invoke(new_installation, "company", "apply", str(EXAMPLE))
    assert result.exit_code == 0, result.output
    return new_installation


def edited(tmp_path: Path, old: str, new: str) -> Path:
    text = EXAMPLE.read_text("utf-8")
    assert old in text
    path = tmp_path / "company.yaml"
    path.write_text(text.replace(old, new), "utf-8")
    return path


def test_the_example_makes_a_company_with_its_policy(with_company: Path) -> None:
    with State(instance=with_company, locale="en").app():
        company = db.session.scalars(queries.company_by_code(Scope.base(), "KM")).one()
        scope = Scope.company(company.id)
        policy = db.session.scalars(queries.pay_policy(scope, PayPeriod(2026, 10))).one()
        teams = [team.name for team in db.session.scalars(queries.teams(scope))]
    assert company.is_inside
    assert teams == ["标注一组", "标注二组"]
    assert policy.night_allowance_amount == 1500
    assert policy.work_injury_rate == 3000
    assert policy.quality_tiers[1] == {"accuracy_from_rate": 950_000, "factor_rate": 950_000}


def test_applying_it_again_changes_nothing(with_company: Path) -> None:
    assert invoke(with_company, "company", "apply", str(EXAMPLE)).output == "Nothing changed\n"


def test_a_later_policy_takes_over_from_its_month(with_company: Path, tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8")
    start = text.index("  - from: 2026-08")
    later = text[start:].replace("2026-08", "2026-11").replace('"15.00"', '"18.00"')
    path = tmp_path / "later.yaml"
    path.write_text(text + later, "utf-8")
    assert invoke(with_company, "company", "apply", str(path)).exit_code == 0
    with State(instance=with_company, locale="en").app():
        nights = [
            db.session.scalars(queries.pay_policy(Scope.base(), month)).one().night_allowance_amount
            for month in (PayPeriod(2026, 10), PayPeriod(2026, 11))
        ]
    assert nights == [1500, 1800]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('accuracy_from: "0.98"', 'accuracy_from: "98%"', "policies[0].quality_tiers[0]"),
        ("pay_day: 10", "pay_day: 31", "policies[0].pay_day"),
        ("acceptance: by_inspection", "acceptance: always", "policies[0].acceptance"),
        ("night_allowance:", "night_allowence:", "policies[0].night_allowence"),
        ("founded_on: 2023-09-01", "founded_on: 2023-09-31", "company.founded_on"),
        ("credit_code: 91500236MA5D100013", "credit_code: 91500236MA5D100014", "check"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_made(
    new_installation: Path, tmp_path: Path, old: str, new: str, place: str
) -> None:
    result = invoke(new_installation, "company", "apply", str(edited(tmp_path, old, new)))
    assert result.exit_code == 2
    assert place in result.output
    assert "Traceback" not in result.output
    assert invoke(new_installation, "company", "list").output == ""


def test_a_code_of_another_company_is_refused(with_company: Path, tmp_path: Path) -> None:
    path = edited(tmp_path, "91500236MA5D100013", "91500236MA5D100026")
    result = invoke(with_company, "company", "apply", str(path))
    assert result.exit_code == 2
    assert "taken" in result.output


HISTORY = """
  - {from: 2025-01, quality_basis: deduction, work_injury_rate: "0.002", acceptance: at_once, pay_day: 15}
  - {from: 2027-01, irregular_holiday_pay: true, work_injury_rate: "0.0035", acceptance: by_person, pay_day: 28}
"""


@pytest.mark.feature("FIN-10")
def test_what_is_shown_as_a_file_is_applied_without_a_change(
    with_company: Path, tmp_path: Path
) -> None:
    longer = tmp_path / "longer.yaml"
    longer.write_text(EXAMPLE.read_text("utf-8") + HISTORY, "utf-8")
    invoke(with_company, "company", "apply", str(longer))

    shown = invoke(with_company, "company", "show", "KM", "--yaml").output
    again = tmp_path / "again.yaml"
    again.write_text(shown, "utf-8")

    assert invoke(with_company, "company", "apply", str(again)).output == "Nothing changed\n"
    # What is written says all that can be said.
    content = yaml.safe_load(shown)
    assert [set(policy) for policy in content["policies"]] == [set(POLICY_KEYS)] * 3
    assert [policy["from"] for policy in content["policies"]] == ["2025-01", "2026-08", "2027-01"]
    # And makes the same company in an empty installation.
    assert invoke(tmp_path / "other", "init").exit_code == 0
    invoke(tmp_path / "other", "company", "apply", str(again))
    assert invoke(tmp_path / "other", "company", "show", "KM", "--yaml").output == shown


def test_a_company_is_shown_to_people(with_company: Path) -> None:
    shown = invoke(with_company, "company", "show", "KM").output

    assert "91500236MA5D100013" in shown
    assert "T1  标注一组" in shown
    assert "from 2026-08, quality_basis price, night_allowance 15.00" in shown
    assert invoke(with_company, "company", "show", "NO").exit_code == 2


def test_an_account_signs_in_with_the_printed_password(with_company: Path) -> None:
    output = invoke(
        with_company,
        "account",
        "add",
        "zhao",
        "--name",
        "赵敏",
        "--role",
        "finance",
        "--company",
        "KM",
    ).output
    password = output.split("password ")[1].split(" ")[0]
    with State(instance=with_company, locale="en").app():
        assert matching_hash(db.session(), "zhao", password)
        assert not matching_hash(db.session(), "zhao", password + "x")
    assert "zhao  赵敏  Finance  KM" in invoke(with_company, "account", "list").output


def test_a_supervisor_leads_the_named_teams(with_company: Path) -> None:
    words = ("--name", "李强", "--role", "supervisor", "--company", "KM", "--team", "T2")
    assert invoke(with_company, "account", "add", "li", *words).exit_code == 0
    with State(instance=with_company, locale="en").app():
        account = account_named(db.session(), "li")
        led = db.session.scalars(queries.team_ids_led(account.id, clock.today())).all()
        teams = {team.id: team.code for team in db.session.scalars(queries.teams(Scope.base()))}
    assert [teams[team_id] for team_id in led] == ["T2"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--role", "supervisor", "--company", "KM", "--team", "T9"), "T9"),
        (("--role", "annotator", "--company", "KM", "--employee", "KM999"), "KM999"),
        (("--role", "annotator", "--employee", "KM001"), "--company"),
        (("--role", "finance"), "needs a company"),
        (("--role", "official", "--company", "KM"), "belongs to no company"),
        (("--role", "finance", "--company", "XX"), "XX"),
    ],
)
def test_an_account_that_cannot_be_is_refused_whole(
    with_company: Path, words: tuple[str, ...], reason: str
) -> None:
    result = invoke(with_company, "account", "add", "wang", "--name", "王", *words)
    assert result.exit_code == 2
    assert reason in result.output
    assert "wang" not in invoke(with_company, "account", "list").output
