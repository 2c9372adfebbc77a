"""Measuring a pay run against what the database driver alone would need."""
