"""Factur-X and ZUGFeRD: a CII invoice inside a PDF/A-3, both ways.

`levels` has the table of profiles; `read` takes the XML out and hands it to `formats.cii`; `write`
puts it into the ERP's own PDF or into a letter of ours; `overlay` adds what makes a PDF/A-3 a
Factur-X, and checks it by our own assertions, since the PDF/A validator knows no invoices; `hybrid`
judges others' files: what lies around the XML (`container`), and whether the page agrees (`page`).

Source: Factur-X 1.0.07 / ZUGFeRD 2.3, part 2, chapter 6.
"""
