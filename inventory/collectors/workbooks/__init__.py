"""Files of tables → grids of raw cells."""
