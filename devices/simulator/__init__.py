"""A class without children: pupils who learn, tablets that blink, to try a hub with."""
