"""XML in and out: parse within bounds, say where an element is, write the same bytes every time."""
