"""What a UBL or CII file must obey as a file: rules on elements and attributes, as tables.

Knows XML trees and findings, never the model: a second total, an element outside of the core or an
attribute can be seen only here. What values must be to each other stands in `formats.rules`.

`formats.syntax.judge` has all that others call:

    judge(root: Element) -> formats.rules.engine.Outcome
    judge_by(sets: tuple[SyntaxRules, ...], root: Element) -> tuple[Outcome, ...]
    ruleset_of(root: Element) -> SyntaxRules | None    (.key, .version, .source; iterate for rules)

`root` is the root as `formats.xml.payload.payload` returns it. `judge` raises Unreadable, and no
verdict, for a root of which `ruleset_of` knows no rules. Every rule of the set is in exactly one of
passed, failed and not_applicable; none is unjudged. BR-CL-03 is among them: the model has no
currency of single amounts.

`formats.syntax.structure.structure_of(root) -> Outcome` says where its schema has no place for an
element. Its tables are written by `tools/schema_elements.py`.

CEN's rules are chosen by the root element. XRechnung, Peppol, CIUS-RO, BR-FR and EXTENDED-CTC-FR
have some of their own, in `formats.syntax.catalogue.CLAIMED` by the key of the set that they
complete; the levels of Factur-X have theirs in `formats.syntax.facturx`, read when a file first
claims one. Some of these are judged on the model as well, for documents that come in no such file;
of one that does, the file shows more, and counts.

To take a new official version: pin its artefact and run `tools/syntax_rules.py`, for Factur-X
`tools/facturx_syntax.py`. Rules that only
count need no code; one that says more needs an entry in the table OWN of its syntax.
"""
