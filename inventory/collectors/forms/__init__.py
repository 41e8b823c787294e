"""Sheets that are no tables of rows: forms, cards, letters."""
