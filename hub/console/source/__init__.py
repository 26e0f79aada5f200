"""A sender's own file as lines for people: segments, rows or elements, with what a place names."""
