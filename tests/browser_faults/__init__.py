"""A class of real browser pages at work while hub, network and tabs fail around it."""
