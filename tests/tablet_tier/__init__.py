"""The learner's page against its bars and beside Kolibri's figures; `./check` starts it."""
