"""Why there is no plan, what is scarce, what would help, and why a system stands where it does."""
