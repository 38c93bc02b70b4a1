"""The peers' side of each comparison: programs that run under the peers' own Python."""
