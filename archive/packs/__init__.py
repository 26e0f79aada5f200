"""Where packs lie, how they are written, and the keys without which nobody can read them.

A pack holds everything of one commit. Logs know a pack by the position of its first leaf; whether
it lies in a folder or at a store over the network is known here alone. Tiles and checkpoints are
no packs: they stay on the local disk.
"""
