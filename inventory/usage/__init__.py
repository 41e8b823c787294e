"""Usage and allocation rates with numerator, denominator and coverage."""
