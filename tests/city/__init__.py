"""A seeded generator of a fictional city: ledgers, clouds, usage, and the truth to score against."""
