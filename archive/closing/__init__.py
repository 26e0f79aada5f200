"""Closings: each day of a log sealed, time-stamped, proven for decades, and reported."""
