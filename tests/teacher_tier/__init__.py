"""The teacher's side measured: who needs a visit, and what obeys; build/show/teacher.json."""
