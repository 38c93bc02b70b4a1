"""What the teacher sees of it: reasons as sentences, and who is at work."""
