"""Drafts a layout from a sample: a person corrects what it took wrong, instead of starting anew.

`labels.toml` has the words that stand beside values, `notation` sees how numbers and dates are
written, `values` finds what stands beside a label and the totals that add up, `lines` and `columns`
the table of the items, `parties` and `seller` who sends it and who gets it, `missing` what was not
found, `writing` writes the guide, and `draft` brings them together. What comes out is read with at
once: what it proves is said, and what it does not.
"""
