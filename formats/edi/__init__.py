"""What EDIFACT and X12 have in common once their segments are cut: groups, guides, mapping.

`segments` is one segment and where its elements are, `groups` puts segments into the groups of a
table, `profile` understands the guide that says which element means what, and `mapping` follows it.
Knows no separator, no envelope and no qualifier: those are the two formats' own.
"""
