"""What must be shown of lessons: packs, answers, misconceptions, tutoring."""
