"""Tests of the hub's heart: store, roster, lesson, commands, and the wire's hard cases."""
