"""One cell → the value of its field, or what is wrong with it."""
