"""What the rows of a sheet are, and the records that they become."""
