"""Programs for those who work on govcloud: locks, reference pages, the demo."""
