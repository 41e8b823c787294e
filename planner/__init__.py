"""DECIDED: which system moves when, and to what; proposed by a solver, accepted by plain Python (check.py)."""
