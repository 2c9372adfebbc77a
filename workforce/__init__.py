"""Workforce and payroll for AI data-annotation bases."""

__version__ = "0.1.0"
