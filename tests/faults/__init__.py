"""Faults on demand: power cuts, stalled syncs, full and read-only disks."""
