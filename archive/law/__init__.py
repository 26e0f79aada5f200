"""What the law asks of an archive: how long, who may stop it, who may end it, and where.

Periods are a table with its sources. What was promised when a document was filed stands in its
manifest; holds, extensions, restrictions and disposals are entries of their own, numbered without
gaps. Nothing here is advice: it is input for a tax adviser, written down so that he can read it.
"""
