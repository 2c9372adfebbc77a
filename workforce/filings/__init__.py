"""Filings: what the tax client and the insurance bill say of a month, read back and reconciled."""
