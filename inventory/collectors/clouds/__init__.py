"""OpenStack and EC2/S3-compatible clouds, live or from a recording."""
