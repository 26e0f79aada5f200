"""The index: what an auditor asks by. It holds no truth and can be deleted at any time.

`asking` is the interface; `sqlite` and `postgresql` answer it, from the same `facts`.
"""
