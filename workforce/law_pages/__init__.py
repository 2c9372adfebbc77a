"""The law we use, for everybody to read: every value with its dates, its source and its history."""
