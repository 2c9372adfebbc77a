"""Imported files, and files that wait to be, for tests."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.rows import add
from workforce.accounts.models import Account
from workforce.companies.models import Company
from workforce.imports.models import ImportBatch, ImportPreview
from workforce.platform import clock, crypto

_numbers = count(1)


def create_import_batch(
    session: Session, company: Company, account: Account, **changes: Any
) -> ImportBatch:
    """Make the receipt of a table of shifts that added one row and was refused another."""
    values = {
        "company_id": company.id,
        "source": "shifts",
        "file_name": f"班次{next(_numbers)}.csv",
        "file_sha256": "0" * 64,
        "applied_at": clock.now(),
        "applied_by_id": account.id,
        "summary": {"added": 1, "changed": 0, "unchanged": 0, "removed": 0, "refused": 1},
        "refused": [
            {
                "sheet": "",
                "row": 3,
                "column": "工号",
                "path": "",
                "value": "A9",
                "code": "employment.unknown",
                "reason_zh": "没有这个工号",
                "reason_en": "No such employee",
                "remedy_zh": None,
                "remedy_en": None,
            }
        ],
    }
    return add(session, ImportBatch(**values | changes))


def create_import_preview(
    session: Session, company: Company, account: Account, **changes: Any
) -> ImportPreview:
    """Make a file that could not be read and waits to be replaced; its bytes are not there."""
    report = '{"error": {"zh": "表头", "en": "header", "remedy_zh": null, "remedy_en": null, "place": ""}}'
    values = {
        "company_id": company.id,
        "account_id": account.id,
        "source": "shifts",
        "token": f"{next(_numbers):032x}",
        "file_name": "班次.csv",
        "file_sha256": "0" * 64,
        "size_bytes": 10,
        "created_at": clock.now(),
        "expires_at": clock.now() + dt.timedelta(hours=1),
        "state": "failed",
        "options": crypto.encrypt("{}"),
        "report": crypto.encrypt(report),
    }
    return add(session, ImportPreview(**values | changes))
