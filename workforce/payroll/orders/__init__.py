"""Runs beside the regular one, each by an order; a leaver's final pay is one of them."""
