"""Answers: what became of documents is told to the systems that sent them."""
