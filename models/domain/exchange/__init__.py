"""Lessons from elsewhere and to elsewhere: tables, QTI packages, folders of step problems."""
