"""What statistics ask of employments besides ``queries``, and its corrections one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, select

from workforce.core.errors import NotFoundError
from workforce.core.identity import check_credit_code
from workforce.people.models import Employment, Person
from workforce.people.queries import in_scope
from workforce.people.rules import check_dispatch
from workforce.platform import audit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

_FACTS: Final = ("occupation", "dispatched_by", "dispatched_by_code")


def statistical_facts(scope: Scope) -> Select[*tuple[Any, ...]]:
    """What statistics ask of employments, past ones included, for joining.

    Columns: employment_id, company_id, person_id, sex, born_on, education, township,
    household_category, employment_type, hired_on, separated_on, separation_reason, contract_kind (NULL:
    not recorded), occupation, dispatched_by, dispatched_by_code (NULL: not known, or not sent).
    """
    return (
        select(
            Employment.id.label("employment_id"),
            Employment.company_id,
            Employment.person_id,
            Person.sex,
            Person.born_on,
            Person.education,
            Person.township,
            Person.household_category,
            Employment.employment_type,
            Employment.hired_on,
            Employment.separated_on,
            Employment.separation_reason,
            Employment.contract_kind,
            Employment.occupation,
            Employment.dispatched_by,
            Employment.dispatched_by_code,
        )
        .join(Person, Person.id == Employment.person_id)
        .where(in_scope(scope))
    )


def set_statistical_facts(
    session: Session,
    scope: Scope,
    actor: Actor,
    employment_id: int,
    *,
    occupation: str,
    dispatched_by: str = "",
    dispatched_by_code: str = "",
) -> bool:
    """Correct occupation and sending unit, in the caller's unit of work; tell whether anything changed.

    ``occupation`` is one of ``[occupation]`` of ``terms.toml``. An empty text says that the sending unit
    is not known, or that nobody sends the person.

    Raises:
        NotFoundError: no such employment is in reach.
        InputError: the sending unit does not fit.
    """
    found = select(Employment).where(Employment.id == employment_id, in_scope(scope))
    employment = session.scalar(found.with_for_update())
    if employment is None:
        raise NotFoundError("web.not_found")
    sender = dispatched_by.strip() or None
    code = check_credit_code(dispatched_by_code) if dispatched_by_code.strip() else None
    check_dispatch(employment.employment_type, sender, code)
    before = {name: getattr(employment, name) for name in _FACTS}
    after = dict(zip(_FACTS, (occupation, sender, code), strict=True))
    changed = [name for name in _FACTS if before[name] != after[name]]
    if not changed:
        return False
    for name in changed:
        setattr(employment, name, after[name])
    audit.record(
        session,
        actor,
        "employment.set_statistical_facts",
        "employment",
        employment.id,
        company_id=employment.company_id,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return True
