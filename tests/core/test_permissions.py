"""The rights table, read as an auditor would."""

from __future__ import annotations

import itertools

import pytest

from workforce.core.permissions import (
    PERMISSIONS_BY_ROLE,
    SEGREGATED,
    Permission,
    Role,
    is_allowed,
    is_segregated,
)

_PAY = {
    permission
    for permission in Permission
    if permission.value.startswith(("payroll_run.", "payslip."))
    and not permission.name.endswith("_OWN")
}


def test_every_role_has_its_rights() -> None:
    assert set(PERMISSIONS_BY_ROLE) == set(Role)


def test_permissions_are_in_alphabetical_order() -> None:
    names = [permission.name for permission in Permission]
    assert names == sorted(names)
    assert all(name == value.upper().replace(".", "_") for name, value in zip(
        names, [permission.value for permission in Permission], strict=True))  # fmt: skip


def test_every_permission_is_somebodys() -> None:
    granted = set(itertools.chain.from_iterable(PERMISSIONS_BY_ROLE.values()))
    assert granted == set(Permission)


@pytest.mark.feature("SUP-24")
@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ANNOTATOR, Role.OFFICIAL])
def test_only_finance_and_its_company_see_the_pay_of_others(role: Role) -> None:
    assert not PERMISSIONS_BY_ROLE[role] & _PAY


def test_the_base_administrator_sees_how_far_runs_are_and_nobodys_pay() -> None:
    assert PERMISSIONS_BY_ROLE[Role.BASE_ADMIN] & _PAY == {Permission.PAYROLL_RUN_READ}


@pytest.mark.feature("OFF-7")
def test_an_official_sees_protected_statistics_and_nobodys_records() -> None:
    assert PERMISSIONS_BY_ROLE[Role.OFFICIAL] == {
        Permission.CHAIN_KEEP,
        Permission.CHAIN_READ,
        Permission.HOME_READ,
        Permission.LAW_READ,
        Permission.RETURN_DECIDE,
        Permission.RETURN_OVERSEE,
        Permission.RETURN_READ,
        Permission.STATISTICS_EXPLORE,
        Permission.STATISTICS_PUBLISH,
        Permission.STATISTICS_READ_PROTECTED,
        Permission.STATISTICS_TARGET,
        Permission.STUDY_MAKE,
        Permission.TRAINING_OVERSEE,
    }


def test_an_annotator_sees_only_own_records() -> None:
    others = {
        permission.name
        for permission in PERMISSIONS_BY_ROLE[Role.ANNOTATOR]
        if not permission.name.endswith("_OWN")
    }
    # Of a class that he teaches he keeps the register: ``tests/training/test_teaching.py``.
    assert others == {"HOME_READ", "LAW_READ", "TRAINING_TEACH"}


@pytest.mark.feature("FIN-21")
def test_the_maker_of_a_run_neither_reviews_nor_approves_it() -> None:
    assert is_segregated(Permission.PAYROLL_RUN_PREPARE, Permission.PAYROLL_RUN_APPROVE)
    assert is_segregated(Permission.PAYROLL_RUN_APPROVE, Permission.PAYROLL_RUN_PREPARE)
    assert is_segregated(Permission.PAYROLL_RUN_PREPARE, Permission.PAYROLL_RUN_REVIEW)
    assert is_segregated(Permission.LAW_PROPOSE, Permission.LAW_APPROVE)
    assert not is_segregated(Permission.PAYROLL_RUN_PREPARE, Permission.PAYROLL_RUN_CLOSE)
    assert all(len(pair) == 2 for pair in SEGREGATED)


def test_a_right_is_looked_up_by_role() -> None:
    assert is_allowed(Role.FINANCE, Permission.PAYROLL_RUN_PREPARE)
    assert not is_allowed(Role.SUPERVISOR, Permission.PAYROLL_RUN_READ)
