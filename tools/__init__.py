"""Scripts for who works on the program: set-up, pictures, load. None of them is installed."""
