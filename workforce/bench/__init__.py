"""Measuring pay runs, against what the database driver alone would need, and payslips in bulk."""
