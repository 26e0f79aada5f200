"""The HTTP face: submissions, status, archive queries. Holds no rule of its own."""
