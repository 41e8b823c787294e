"""A plan as people look at it, and what changed between two."""
