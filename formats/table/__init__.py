"""Tables to invoices, as a mapping guide says: CSV, fixed width, Excel, and several files in a ZIP.

`source` opens a file as streams of rows, whatever it is; `plan` understands the guide; `making`
makes invoices of rows; `read` does it all. Knows no sender: which column means what is data, and
`formats/guides/csv-example.toml` and `table-parts-example.toml` explain every word of it. A column
that the guide does not name is refused, never skipped in silence.
"""
