"""Keeps bytes, with proof: write-once packs, an append-only Merkle log, signed checkpoints.

Knows bytes, labels, hashes and signatures. Never knows the model, a channel or the hub's
database. Files, log and checkpoints are the truth; the index can be deleted and rebuilt;
`python -m archive.verify DIR` believes nothing but the files and needs only the standard library.

Two halves that share no code: `archive` over `logs`, `filing`, `erasing`, `log`, `packs`, `index`,
`manifest`, `seal`, `ledger`, `store`, `content` and `kept` writes; `verify` over `verify_*`,
`evidence`, `report` and `ed25519` reads. A new thing to be filed needs a change in both, and in the
tamper suite. Beside the first half: `closing`, `law`, `export`, `taking_over`, `backing_up`.
"""
