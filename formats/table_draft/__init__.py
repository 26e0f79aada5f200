"""A first mapping guide for a table nobody has mapped yet, drafted from its header and its values.

`shape` finds out how the file is written, `contents` what each column holds, `naming` what its
header means by `vocabulary.toml`. `choosing` makes one choice of these, `amounts` adds up what it
can, `writing` says it as a guide, and `proof` reads the file with that guide and shows what came of
it. It proposes; a person decides.
"""
