"""What is wrong with a pack, found before a child does: each fault with file, key and line."""
