"""SAP INVOIC01 and INVOIC02 IDocs, as XML and as flat file, to Invoice.

`records` and `elements` turn the two forms into the same segments; `profile` understands the guide
that says which field means what; `mapping`, `amounts` and `texts` build the invoice by it; `read`
puts them together. `segments.tsv` holds SAP's field layout, `formats/guides/idoc-invoic-sd.toml`
the shipped profile. No qualifier of any customer stands in code.
"""
