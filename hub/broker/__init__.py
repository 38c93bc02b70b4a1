"""hub/broker."""
