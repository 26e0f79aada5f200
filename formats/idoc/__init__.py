"""SAP INVOIC01 and INVOIC02 IDocs, as XML and as flat file, to Invoice.

`files` finds out which form and code page a file is in; `records` (with `wrapping`) and `elements`
turn the two forms into the same segments, and `hierarchy` checks how they stand. `making` makes a
`profile` of a guide's `words`, which says which field means what, and `mapping` follows it;
`conditions`, `prices`, `totals`, `vat`, `signs` and `texts` put what SAP says in other words than
EN 16931, `cancelling` asks what is cancelled. `read` puts them together.

`segments.tsv` holds SAP's field layout; `definitions` turns a customer's own (`parser_report`,
`schema`) into the same rows. `formats/guides/idoc-invoic-sd.toml` is the shipped profile: no
qualifier, tax code or unit of any customer stands in code.
"""
