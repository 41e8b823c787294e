"""Correction files: a department's own workbook with marks and questions, out and back."""
