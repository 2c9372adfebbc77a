"""Tests of the slice of the same name."""
