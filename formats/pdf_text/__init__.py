"""Plain PDF to Invoice, as a layout says where on the page things stand.

`pages` sees words and rows, `layout` understands the guide, `fields` and `tables` take values,
`proof` adds up, `read` brings them together. Knows no sender: `formats/guides/pdf-example.toml`
explains every word of a layout. Where a value is missing, stands there twice or does not add up,
the document is not read: nothing here guesses.
"""
