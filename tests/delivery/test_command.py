"""``workforce payroll publish`` and ``workforce delivery``; how mail is set up; the line to the server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from tests.delivery.conftest import Mailbox
from tests.payroll.world import World
from workforce.cli.main import main
from workforce.config import MailSecurity, MailServer, Settings
from workforce.core.addresses import is_address, masked_address
from workforce.core.errors import InputError
from workforce.core.rules.slip_password import PasswordRule, slip_password
from workforce.platform.mail import Outcome, Postman, compose

Run = Callable[..., Result]


@pytest.fixture
def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a verb on the test's installation."""
    # The template has the tables but no revision of migrations.
    monkeypatch.setattr("workforce.migrations.is_current", lambda _engine: True)

    def run(*words: str) -> Result:
        arguments = ["--instance", str(settings.instance), *words]
        return CliRunner().invoke(main, arguments, env={"LC_ALL": "en"}, catch_exceptions=False)

    return run


def test_finance_publishes_and_lists_on_the_command_line(
    world: World, command: Run, tmp_path: Path
) -> None:
    world.maker.login_name, world.approver.login_name = "zhao", "qian"
    world.session.commit()
    month = ("2026-10", "--company", "QZ")
    said = command("payroll", "publish", *month, "--by", "zhao")
    assert (said.exit_code, "2 payslips published" in said.output) == (0, True), said.output
    again = command("payroll", "publish", *month, "--by", "zhao")
    assert (again.exit_code, "published already" in again.output) == (2, True)
    shown = command("delivery", *month, "--show", "unsigned", "--list", str(tmp_path))
    assert "2 people, 0 have read, 0 signed" in shown.output
    assert "W1" in shown.output
    (path,) = tmp_path.glob("*.xlsx")
    assert load_workbook(path).active is not None


def test_the_mail_server_is_read_from_the_environment(tmp_path: Path) -> None:
    assert MailServer.load({}) is None
    (tmp_path / "secret").write_text("hush\n", "utf-8")
    given = {
        "WORKFORCE_SMTP_HOST": "smtp.base.example",
        "WORKFORCE_SMTP_FROM": "pay@base.example",
        "WORKFORCE_SMTP_USER": "pay",
        "WORKFORCE_SMTP_PASSWORD_FILE": str(tmp_path / "secret"),
    }
    server = MailServer.load(given)
    assert server is not None
    assert (server.port, server.security, server.password, server.per_minute) == (
        587,
        MailSecurity.STARTTLS,
        "hush",
        60,
    )
    assert "hush" not in repr(server)
    for name, wrong in (
        ("SECURITY", "tls"),
        ("SECURITY", "none"),
        ("PORT", "0"),
        ("RATE", "-1"),
        ("FROM", "nobody"),
        ("PASSWORD_FILE", str(tmp_path / "absent")),
    ):
        with pytest.raises(InputError) as caught:
            MailServer.load(given | {f"WORKFORCE_SMTP_{name}": wrong})
        assert f"WORKFORCE_SMTP_{name}" in caught.value.message("en")


def test_passwords_and_addresses() -> None:
    number = "50023619900307001x"
    assert slip_password(PasswordRule.ID_LAST_SIX, number, "W1") == "07001X"
    assert slip_password(PasswordRule.NUMBER_AND_LAST_FOUR, number, "W1") == "W1001X"
    assert masked_address("zhang@mail.example") == "z***@mail.example"
    for good in ("a@b.cn", "first.last+pay@sub.mail.example", "1_2-3@x-y.com"):
        assert is_address(good)
    for bad in (
        "",
        "a",
        "a@b",
        "a@@b.cn",
        "a b@c.cn",
        "a@b.cn\nBcc: x@y.cn",
        "张@b.cn",
        "a..b@c.cn",
    ):
        assert not is_address(bad), bad


def test_a_line_is_kept_for_many_mails_and_paced(mailbox: Mailbox) -> None:
    """A line that was closed meanwhile is opened anew; 60 mails a minute leave a second between two."""
    server = MailServer(
        host="127.0.0.1",
        port=mailbox.port,
        security=MailSecurity.NONE,
        user=None,
        password=None,
        sender="pay@base.example",
        per_minute=60,
    )
    pauses: list[float] = []
    with Postman(server, pauses.append) as postman:
        for number in range(3):
            message = compose(
                server,
                f"w{number}@mail.example",
                "工资条\nBcc: x@mail.example",
                "第一行\n.\n第三行",
                sender_name="甲\n公司",
            )
            assert postman.send(message).outcome is Outcome.SENT
            assert postman._line is not None
            if number == 1:
                postman._line.close()
    assert [mail["To"] for mail in mailbox.mails] == [f"w{n}@mail.example" for n in range(3)]
    assert (mailbox.mails[0]["Bcc"], mailbox.mails[0]["From"].addresses[0].display_name) == (
        None,
        "甲 公司",
    )
    body = mailbox.mails[0].get_body()
    assert body is not None
    assert body.get_content().splitlines() == ["第一行", ".", "第三行"]
    assert [round(pause) for pause in pauses] == [1, 2]
    with Postman(server, pauses.append) as postman:
        mailbox.answer = lambda _mail: "550 no"
        assert postman.send(message).outcome is Outcome.REFUSED


def test_a_server_that_is_away_takes_nothing() -> None:
    server = MailServer(
        host="127.0.0.1",
        port=1,
        security=MailSecurity.NONE,
        user=None,
        password=None,
        sender="pay@base.example",
        per_minute=0,
    )
    with Postman(server) as postman:
        told = postman.send(compose(server, "w1@mail.example", "x", "y"))
    assert told.outcome is Outcome.LATER
    assert told.words
