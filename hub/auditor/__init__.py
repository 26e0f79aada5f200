"""The auditor's room: what is kept, to be read by one who has a limited, dated access.

It reads the archive and files what it is asked before it answers; it changes nothing else, decides
nothing and sends nothing. A page is a module with its router and a template of its name; its words
stand in words.toml, once for each language.
"""
