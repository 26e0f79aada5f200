"""A syntax binding as a table: which element holds which field of the model.

The rows of a table stand in the order of the schema, and each knows both ways: it reads its
element into the model's field and writes the field into that element. So what can be read can be
written. What no row takes is left, and what is left is listed: nothing gets lost unseen.

    Table(
        Leaf("cbc:ID", "number"),
        Nest("cac:OrderReference", Leaf("cbc:ID", "purchase_order")),
        Many("lines", Nest("cac:InvoiceLine", Leaf("cbc:ID", "id"))),
    )

Paths are the model's, from the group at hand: the document, or inside `Many` one item of a list.
Knows XML and paths, never a syntax: those are tables in their own packages.
"""
