"""What is seen before a run is approved: its grid, variances, and what a calculation changed."""
