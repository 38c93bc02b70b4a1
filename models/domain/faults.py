"""What is wrong with a pack, in words that name the place."""

from __future__ import annotations


class PackFault(ValueError):
    """A pack is not what it should be; the message names the key."""
