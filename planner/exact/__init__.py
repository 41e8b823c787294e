"""The problem, or a part of it, as one CP-SAT model."""
