"""A day of traffic on loopback: hub and peers as processes, samples dropped, peers counted."""
