"""The teaching simulation: what a rule of practice does to pupils, before children meet it.

A hub cannot try its planner on a class first. So simulated pupils learn by laws that the hub
does not know (`laws`, with four theories in `growth`, `insight`, `memory` and `curves`), are
taught by one rule each (`rules`), and sit a test a week after the last lesson (`school`). The
table (`report`) tells the worst law, the quarter that began lowest, and the harm done.
"""
