"""The store: append-only tables, and people's decisions in them."""
