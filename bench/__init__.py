"""Benches: ratios against a raw baseline in the same run, one table each."""
