"""A report as it is written out: paper, spreadsheet, CSV and JSON."""
