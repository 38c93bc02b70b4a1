"""Cards and the sheet for the wall as one PDF, made by a process that ends when it is made."""
