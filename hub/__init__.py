"""The hub. The way of an answer through it, in words:

A tablet sends an answer over MQTT (`broker`) or HTTP (`web`). Both give it to
`classroom.Classroom.answer`, which admits it (`lesson.admission`), grades it again from
template and seed (`lesson.grading`), numbers it (`store.ledger`), lets the class's `Room`
trace it (`lesson.room`, the kernels behind `kernels`), chooses what comes next, and puts the
row on its way to the disk (`store.writer`). The reply goes out at once, from memory. When the
writer's commit is on the disk, `store.receipts` says so, and only then does the tablet drop
the answer.
"""

__version__ = "0.1.0"
