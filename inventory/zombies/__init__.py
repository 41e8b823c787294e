"""Zombie verdicts and cases: facts of a system, the rules, what follows, and what people make of it."""
