"""What a UBL or CII file must obey as a file: CEN's rules on elements and attributes, as tables.

Knows XML trees and findings, never the model: a second total, an element outside of the core or an
attribute can be seen only here. What values must be to each other stands in `formats.rules`.

`formats.syntax.judge` has all that others call:

    judge(root: Element) -> formats.rules.engine.Outcome
    ruleset_of(root: Element) -> SyntaxRules | None    (.key, .version, .source, .rules[].id)

`root` is the payload's root as `formats.xml.payload` returns it. `judge` never raises for a root
whose rules `ruleset_of` knows; of any other it makes an Outcome without rules. Every rule of the
set is in exactly one of passed, failed and not_applicable; none is unjudged.
"""
