"""What is taught (the domain model), and what is believed of learners: the learner model."""
