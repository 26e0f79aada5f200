"""EDIFACT invoices (INVOIC of D.96A to D.14B and what lies between) to Invoice.

`characters` says what the bytes are as text, `syntax` cuts them into segments, `interchange` checks
the envelope and yields messages, `objects` holds what they carry in UNO and UNP, and `read` puts a
message into its groups (`groups.tsv`) and lets a guide say what means what. The shipped guides are
`formats/guides/edifact-invoic.toml` and, laid over it, that of CEN's binding to D.14B.

Sources: ISO 9735 in its versions 3 and 4; UN/EDIFACT directories D.96A, D.01B and D.14B;
CEN/TS 16931-3-4.
"""
