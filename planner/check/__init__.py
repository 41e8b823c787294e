"""Is this plan valid? Plain Python, nothing of the solver."""
