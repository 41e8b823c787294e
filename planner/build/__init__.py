"""Inventory, verdicts, catalogues and decisions → a planning problem."""
