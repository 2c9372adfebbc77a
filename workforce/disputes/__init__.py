"""Disputes: somebody doubts a line of the own payslip, and finance answers in time."""
