"""A document as a printable letter, PDF/A-3b, for a window envelope.

`write` has the table WRITERS. `wording` knows texts and figures of a language (`formats/texts`);
`heading`, `invoice_page`, `claim_page` and `payment_block` turn a document into plain strings in
the order of the page; `payment_code` draws the EPC QR code; `typeset` puts the strings into a
template (`formats/templates`) and makes the PDF. Knows the model, no other codec.

To add a language: one TOML file in `formats/texts`. To add a window: one CSS file in
`formats/templates` and its name in `write`.
"""
