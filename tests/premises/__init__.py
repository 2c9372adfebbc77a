"""Tests of the base's rooms."""
