"""The device client and the simulated class, against a real broker on loopback."""
