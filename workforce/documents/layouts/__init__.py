"""Layouts: one file, one document. Each turns a view into the bytes of a file, and nothing else."""
