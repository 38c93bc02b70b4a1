"""The domain model: skills, their prerequisites, and item templates."""
