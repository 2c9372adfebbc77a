"""A company's pay month, read from the tables into the columns that the engine takes."""
