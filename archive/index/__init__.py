"""The index: what an auditor asks by. It holds no truth and can be deleted at any time.

`sqlite` keeps it in a file, `postgresql` in a database; `filing` writes into either, `look_ups`
asks either for the archive itself, `search` and `sql_asking` for auditors, who call `questions`.
"""
