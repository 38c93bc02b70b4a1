"""The pages: for learners on tablets, for the teacher's phone, and the door of this machine."""
