"""Earnings: what somebody earns in a month that is still open, and what the month may yet bring."""
