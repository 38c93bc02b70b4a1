"""Who is who: classes and learners, paired devices, sessions, the teacher. Names stay here."""
