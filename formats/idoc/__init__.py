"""SAP INVOIC01 and INVOIC02 IDocs, as XML and as flat file, to Invoice.

`records` and `elements` turn the two forms into the same segments, `profile` understands the guide
that says which field means what, and `mapping` follows it; `conditions`, `vat`, `signs` and `texts`
put what SAP says in other words than EN 16931. `read` puts them together. `segments.tsv` holds
SAP's field layout, `formats/guides/idoc-invoic-sd.toml` the shipped profile: no qualifier, tax code
or unit of any customer stands in code.
"""
