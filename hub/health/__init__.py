"""How the hub itself is: what can be seen of its machine, said with what to do about it."""
