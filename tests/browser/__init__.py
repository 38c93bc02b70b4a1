"""The pages in a real browser, against the real hub with its own broker."""
