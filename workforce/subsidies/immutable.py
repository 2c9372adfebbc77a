"""What the database itself refuses: changing a frozen claim, its people or findings, or evidence.

Evidence and claims are never deleted; they are withdrawn, once, with a reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workforce.platform.refusals import Refusal, differs, refuse

if TYPE_CHECKING:
    from sqlalchemy import Table


_EVIDENCE: Final = (
    differs(
        "company_id",
        "employment_id",
        "kind",
        "number",
        "issued_on",
        "valid_until",
        "level",
        "upload_id",
        "entered_by_id",
        "entered_at",
    )
    + " OR OLD.withdrawn_at IS NOT NULL"
)
_CLAIM: Final = (
    differs("company_id", "number", "scheme", "first_month", "last_month", "made_by_id", "made_at")
    + " OR OLD.state = 'withdrawn' OR (OLD.frozen_at IS NOT NULL AND (NEW.state <> 'withdrawn' OR "
    + differs(
        "people",
        "amount",
        "checked_at",
        "checked_hash",
        "blocking_count",
        "warning_count",
        "frozen_by_id",
        "frozen_at",
        "note",
        "content_hash",
        "law_hash",
        "code_version",
    )
    + "))"
)


_IS_OVER: Final = (
    "EXISTS (SELECT 1 FROM subsidy_claim WHERE subsidy_claim.id = ROW.claim_id "
    "AND (subsidy_claim.frozen_at IS NOT NULL OR subsidy_claim.state = 'withdrawn'))"
)
"""Tells in SQL whether the claim of a row is frozen or withdrawn."""

# Table, what is tried, when it is refused.
_REFUSALS: Final = (
    ("subsidy_evidence", "UPDATE", _EVIDENCE),
    ("subsidy_evidence", "DELETE", None),
    ("subsidy_claim", "UPDATE", _CLAIM),
    ("subsidy_claim", "DELETE", None),
    *(
        (table, verb, _IS_OVER.replace("ROW", "NEW" if verb == "INSERT" else "OLD"))
        for table in ("subsidy_claim_person", "subsidy_finding")
        for verb in ("INSERT", "UPDATE", "DELETE")
    ),
)


def protect(table: Table) -> None:
    """Make ``create_all`` build the triggers of a table."""
    refuse(
        table,
        [
            Refusal(
                table=name,
                name=f"stands_{verb.lower()}",
                verb=verb,
                when=when,
                says="what was stated stands",
            )
            for name, verb, when in _REFUSALS
            if name == table.name
        ],
    )
