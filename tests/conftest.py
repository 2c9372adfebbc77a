"""Fixtures that every test may use; tests/plugin.py holds the markers."""

pytest_plugins = ["tests.plugin"]
