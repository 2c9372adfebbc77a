"""Payments: who is paid from which run, when, whose pay is held back, and what is still owed."""
