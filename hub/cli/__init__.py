"""The command `facteur`: a thin face over the same functions as API and console.

Every command takes `--json`; exit 0 good, 1 findings or parked, 2 unreadable or misused.
"""
