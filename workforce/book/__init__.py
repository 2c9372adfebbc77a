"""The quarter's whole picture as one PDF."""
