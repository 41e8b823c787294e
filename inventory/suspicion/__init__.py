"""Signs that usage was made to look busy: never guilt, never a verdict."""
