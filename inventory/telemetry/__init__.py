"""Samples: read, judged, settled, compacted, rolled up by day, and summed."""
