"""What we add to a document before it is judged, and from where."""
