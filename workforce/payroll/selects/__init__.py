"""Selects over decided runs, payslips and amounts, of which ``queries`` and others are made."""
