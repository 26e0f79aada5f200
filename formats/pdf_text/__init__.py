"""Plain PDF to Invoice, as a layout says where on the page things stand.

`words` and `pages` see what is there, `layout` understands the guide as `places`, `spool` parts the
invoices of one file, `fields` and `tables` take values, `proof` adds up, `invoice` makes one
reading of them, `read` brings all together.
Knows no sender: `formats/guides/pdf-example.toml` explains every word of a layout. Where a value is
missing, stands there twice or does not add up, the document has a fatal finding: nothing here
guesses.
"""
