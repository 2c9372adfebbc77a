"""Declarations: special additional deductions from income tax, declared by oneself for a year."""
