"""devices/tablet."""
