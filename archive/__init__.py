"""Keeps bytes, with proof: write-once packs, an append-only Merkle log, signed checkpoints.

Knows bytes, labels, hashes and signatures. Never knows the model, a channel or the hub's
database. Files, log and checkpoints are the truth; the index can be deleted and rebuilt;
`python -m archive.verify DIR` believes nothing but the files and needs only the standard library.
"""
