"""Whose rows a query may see. A query without a scope cannot be written: it is an argument.

Kinds, from wide to narrow: ``base`` (all companies), ``company``, ``team`` (some teams of one
company), ``self`` (one person, in any company) and ``employee`` (one person, in one company). The object of another company, team or person
is not found, exactly like one that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ScopeKind(StrEnum):
    """How far a scope reaches."""

    BASE = "base"
    COMPANY = "company"
    TEAM = "team"
    SELF = "self"
    EMPLOYEE = "employee"


@dataclass(frozen=True, slots=True)
class Scope:
    """An immutable reach; make one with the named constructors."""

    kind: ScopeKind
    company_id: int | None = None
    team_ids: frozenset[int] = frozenset()
    person_id: int | None = None

    def __post_init__(self) -> None:
        """Fail closed: a scope that lacks its own key would else match everything."""
        needs_company = self.kind in {ScopeKind.COMPANY, ScopeKind.TEAM, ScopeKind.EMPLOYEE}
        if needs_company and self.company_id is None:
            message = f"a {self.kind} scope needs its company"
            raise ValueError(message)
        if self.kind in {ScopeKind.SELF, ScopeKind.EMPLOYEE} and self.person_id is None:
            message = f"a {self.kind} scope needs its person"
            raise ValueError(message)

    @classmethod
    def base(cls) -> Scope:
        """All companies: the base's administrator and the official's protected statistics."""
        return cls(ScopeKind.BASE)

    @classmethod
    def company(cls, company_id: int) -> Scope:
        """One whole company."""
        return cls(ScopeKind.COMPANY, company_id=company_id)

    @classmethod
    def teams(cls, company_id: int, team_ids: frozenset[int]) -> Scope:
        """Some teams of one company; an empty set sees nobody."""
        return cls(ScopeKind.TEAM, company_id=company_id, team_ids=team_ids)

    @classmethod
    def own(cls, person_id: int) -> Scope:
        """One person's own records, in whatever company."""
        return cls(ScopeKind.SELF, person_id=person_id)

    @classmethod
    def employee(cls, company_id: int, person_id: int) -> Scope:
        """One person's records in one company, as the company's books hold them."""
        return cls(ScopeKind.EMPLOYEE, company_id=company_id, person_id=person_id)

    def whole_company(self) -> Scope:
        """Return the reach for names beside records of this scope: the company, where there is one.

        Joining the names of a whole base to one team's records takes longer than the records do.
        """
        return self if self.company_id is None else Scope.company(self.company_id)
