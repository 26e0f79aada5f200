"""Keys that seal: in files and in tokens, what is asked about them, and when they end."""
