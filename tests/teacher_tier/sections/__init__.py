"""One module for each part of the table; its function `rows` tells what was seen."""
