"""Tests of what packs and models are made of, without a hub."""
