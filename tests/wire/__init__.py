"""What the brokers and the announcement do, seen from the wire."""
