"""What can never fit, with its reason: the weeks and options that are left, before any solver is asked."""
