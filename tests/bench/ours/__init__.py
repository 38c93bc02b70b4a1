"""Our side of each comparison: one program a piece of work."""
