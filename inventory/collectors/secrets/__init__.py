"""Credentials, names and telephone numbers in workbooks: found before anything is kept or shown."""
