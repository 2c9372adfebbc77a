"""Payslips, the payroll register and other papers: one value, many writers.

What a document shows is gathered once into a plain value (``views.py``); the page, the PDF and the
spreadsheet only set it. Two ways of computing the same figure would be a defect.
"""
