"""One solve from problem to checked plan: its stages, its threads, and solves spread over executors."""
