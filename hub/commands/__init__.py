"""What each command of `mangotree` does; loaded only when it is asked for."""
