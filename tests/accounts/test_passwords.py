"""Which passwords are taken, and that a one-time one is changed before anything else."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.accounts.conftest import sign_in
from tests.factories import PASSWORD
from tests.factories.web import FormClient
from workforce.accounts import sign_in as signing
from workforce.accounts.models import Account
from workforce.accounts.passwords import check_new_password, one_time_password
from workforce.core.errors import InputError

NEW = "three blind mice"


def change(client: FormClient, present: str, new: str, again: str | None = None) -> str:
    data = {"present": present, "password": new, "again": new if again is None else again}
    answer = client.post_form("/me/password", data)
    return answer.location or answer.text


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("seven77", "account.password_short"),
        ("x" * 257, "account.password_long"),
        ("12345678", "account.password_common"),
        ("Password1", "account.password_common"),
        (" 88888888 ", "account.password_common"),
        ("abababababab", "account.password_common"),
        ("Zhao.Min1", "account.password_is_name"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        check_new_password(password, "zhao.min1")
    assert refused.value.code == code


@pytest.mark.parametrize(
    "password", ["correct horse", "红茶 蓝伞 自行车", "12345679a!", "x" * 250 + "abcde"]
)
def test_other_passwords_are_taken(password: str) -> None:
    check_new_password(password, "zhao.min")


def test_one_time_passwords_differ_and_would_be_taken() -> None:
    made = {one_time_password() for _number in range(200)}
    assert len(made) == 200
    for password in made:
        check_new_password(password, "zhao")
        assert not set(password) & set("0O1lI")


@pytest.mark.feature("ALL-7")
def test_a_one_time_password_is_changed_before_anything_else(
    session: Session, client: FormClient, finance: Account
) -> None:
    finance.must_change_password = True
    session.commit()
    sign_in(client, finance)
    for path in ("/", "/me", "/payroll/runs", "/audit"):
        assert client.get(path).location == "/me/password"
    page = client.get("/me/password").text
    assert "一次性口令" in page
    # No way leads elsewhere: the bar offers nothing that could not be used.
    assert 'href="/payroll/runs"' not in page
    assert client.post_form("/me/language", {"locale": "en"}).location == "/me/password"
    assert change(client, PASSWORD, NEW) == "/"
    assert client.get("/me").status_code == 200
    session.rollback()
    assert not finance.must_change_password
    client.post_form("/sign-out")
    assert sign_in(client, finance) == ""
    assert sign_in(client, finance, NEW) == "/"


def test_whoever_must_change_it_can_sign_out(
    session: Session, client: FormClient, finance: Account
) -> None:
    finance.must_change_password = True
    session.commit()
    sign_in(client, finance)
    assert client.post_form("/sign-out").location == "/sign-in"


@pytest.mark.parametrize(
    ("present", "new", "again", "words"),
    [
        ("wrong horse", NEW, NEW, "口令不正确"),
        (PASSWORD, NEW, "three kind mice", "两次输入的新口令不一样"),
        (PASSWORD, "12345678", "12345678", "这个口令太常见"),
        (PASSWORD, "short", "short", "至少 8 个字符"),
        (PASSWORD, PASSWORD, PASSWORD, "新口令和现在的口令相同"),
        ("", "", "", "请输入现在的口令"),
    ],
)
def test_a_refused_change_says_why_and_changes_nothing(
    client: FormClient, finance: Account, present: str, new: str, again: str, words: str
) -> None:
    sign_in(client, finance)
    page = change(client, present, new, again)
    assert words in page
    assert 'id="errors"' in page
    client.post_form("/sign-out")
    assert sign_in(client, finance) == "/"


def test_a_change_ends_the_other_sessions(
    session: Session, client: FormClient, finance: Account
) -> None:
    other = client.application.test_client()
    assert isinstance(other, FormClient)
    sign_in(other, finance)
    sign_in(client, finance)
    assert change(client, PASSWORD, NEW) == "/me"
    assert client.get("/me").status_code == 200
    assert other.get("/me").status_code == 302
    session.rollback()
    assert signing.matching_hash(session, finance.login_name, NEW)


def test_an_open_browser_is_no_place_to_try_passwords(client: FormClient, finance: Account) -> None:
    sign_in(client, finance)
    for _number in range(5):
        assert "口令不正确" in change(client, "wrong horse", NEW)
    assert "账号已暂时锁定" in change(client, PASSWORD, NEW)
