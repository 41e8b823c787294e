"""DECLARED: what people decided. Catalogue files, their models, planning weeks, and the words and frame of the command line."""
