"""The quiet ground: one SQLite file, one writer, group commit, and the log."""
