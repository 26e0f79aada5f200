"""What a document must obey: rule tables over the model, one entry a rule, all findings at once.

Knows the model and the standards; never a syntax, so what only a file can show (an empty element,
a second total) is listed as not judged, with the reason.

To add a rule set: a file with its rules, `each_line("BR-21", "BT-126", "a line has …", predicate)`;
a RuleSet that says which it stacks on; one line in `catalogue`; one row a rule in its test.
"""
