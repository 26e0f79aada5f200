"""Runs over many customers or letters: reminders, statements, print batches."""
