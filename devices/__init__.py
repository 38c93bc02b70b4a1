"""What stands on the learner's side: the wire, the tablet page, the device client, pupils."""
