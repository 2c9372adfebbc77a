"""The law as the checker reads it, once for each book."""

from __future__ import annotations

import json
from functools import cache

from workforce.audit_pack.checker.law import Law
from workforce.audit_pack.law_words import law_words
from workforce.core.law import LawBook


@cache
def law_of(book: LawBook) -> Law:
    """Return a book's law after it has been JSON, as in a pack."""
    return Law(json.loads(json.dumps(law_words(book))))
