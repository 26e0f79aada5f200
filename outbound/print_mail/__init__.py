"""What a print partner is handed: pieces in envelopes, one PDF with marks, and papers about it.

`stationery` is what the partner has; `zones` where on a sheet what may stand; `letters` one
document's letter; `postage` its class; `batches` which letters leave together, and how;
`preflight` whether a letter shows its address in the window (`page_text`, `ink`, `fonts`, `faults`,
`repair`); `job` makes the files (`marks`, `pdf_sharing`, `manifest`, `ticket`, `xjdf`).
Knows no format, no rule and no server: `outbound.print_house` carries the files to the partner.
"""
