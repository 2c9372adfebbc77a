"""The public screen of the exhibition hall."""
