"""Lists of learners, in and out: typed names, sheets (CSV), OneRoster; read with suspicion."""
