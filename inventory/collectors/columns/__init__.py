"""What the columns of a sheet are: headings, contents, and what is asked about them."""
