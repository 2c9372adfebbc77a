"""Routes, scope and error pages."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import PASSWORD, create_account, create_company, create_employment
from tests.factories.web import FormClient
from workforce.core.permissions import Role
from workforce.people.models import Person


@both_engines
def test_a_visitor_signs_in(session: Session, client: FormClient) -> None:
    account = create_account(session, Role.BASE_ADMIN)
    session.commit()
    form = {"login_name": account.login_name, "password": PASSWORD}
    answer = client.post_form("/sign-in", form)
    assert (answer.status_code, answer.location) == (302, "/")
    assert client.get("/").status_code == 200


@both_engines
def test_identity_is_encrypted(session: Session) -> None:
    employment = create_employment(session, create_company(session))
    session.commit()
    person = session.get_one(Person, employment.person_id)
    assert len(person.id_number) == 18
