"""One module for each part of the table, with a function `rows` each: it tells what was seen."""
