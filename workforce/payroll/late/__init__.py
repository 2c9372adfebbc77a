"""Facts found after their month was locked: entered, approved, and paid in a later month."""
