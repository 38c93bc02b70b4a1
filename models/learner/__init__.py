"""models/learner."""
