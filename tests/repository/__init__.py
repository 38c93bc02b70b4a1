"""Tests of the repository itself: its sizes, its words, its locks, its two commands."""
