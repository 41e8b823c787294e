"""MEASURED: what exists and how much it is used. Collectors, the store, usage, zombies, people's decisions."""
