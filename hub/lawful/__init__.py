"""The law at work in a hub: how a document stands, disposal in archive and books, wishes to erase.

Above `archive.law`, which knows entries alone: here are the company's settings and the database.
"""
