"""The rows that are shown, one module for each part."""
