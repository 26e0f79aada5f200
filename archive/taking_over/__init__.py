"""Taking over an older archive: a folder of files and a list of them, with where they came from.

What is taken over is proven from that day on: that it lay there then, said by whom, and not that
it was so before.
"""
