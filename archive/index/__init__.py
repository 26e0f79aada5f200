"""The index: what an auditor asks by. It holds no truth and can be deleted at any time.

`sqlite` keeps it in a file, `postgresql` in a database; `filing` writes into either, `search` and
`sql_asking` ask either, `questions` is what others call.
"""
