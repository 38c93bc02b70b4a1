"""The lesson: grade an answer, trace the learner, choose what comes next."""
