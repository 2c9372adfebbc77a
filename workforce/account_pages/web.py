"""Accounts on pages: the own one, everybody's for administrators, and the record of all acts.

These pages need companies and people beside accounts; signing in itself is ``accounts.web``.
"""

from __future__ import annotations

from workforce.account_pages import audit_web, managing_web, own_web
from workforce.account_pages.routes import ROUTES

__all__ = ["ROUTES", "audit_web", "managing_web", "own_web"]
