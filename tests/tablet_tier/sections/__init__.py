"""One module for each part of the table; each has `rows(show)`."""
