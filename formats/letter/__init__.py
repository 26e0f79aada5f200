"""A document as a printable letter, PDF/A-3b, for a window envelope.

`write` has the table WRITERS; `wording` the texts and figures of a language (`formats/texts`);
`view` what the page says, as plain strings; `typeset` turns view and template
(`formats/templates`) into a PDF; `payment_code` the EPC QR code. Knows the model, no other codec.

To add a language: one TOML file in `formats/texts`. To add a window: one CSS file in
`formats/templates` and one line in `write`.
"""
