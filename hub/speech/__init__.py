"""A voice for texts that nobody recorded: espeak-ng where it is installed, else silence."""
