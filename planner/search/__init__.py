"""The large problems' solver: arrays, prices that prove a bound, and the compiled search."""
