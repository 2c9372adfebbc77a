"""The pages of training hang here: ``web``, ``own_web`` and ``results_web`` add theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workforce.platform.scope import Scope, ScopeKind
from workforce.platform.web import SliceRoutes, note_read, principal

if TYPE_CHECKING:
    from workforce.training.models import TrainingClass

ROUTES = SliceRoutes("training", __name__)


def reach(scope: Scope) -> Scope:
    """Return a visitor's scope; a leader's with the own person: he knows everybody of a class that he teaches."""
    if scope.kind is not ScopeKind.TEAM:
        return scope
    return replace(scope, person_id=principal().person_id)


def note_people_read(scope: Scope, one: TrainingClass) -> None:
    """Say that this page shows who is in a class; the record is the company's of whoever reads, or of the class."""
    company_id = one.company_id if scope.company_id is None else scope.company_id
    note_read("training_class.read", "training_class", one.id, company_id=company_id)
