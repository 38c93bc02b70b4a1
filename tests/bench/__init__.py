"""The kernels beside their peers: the same inputs, in turns, in one run."""
