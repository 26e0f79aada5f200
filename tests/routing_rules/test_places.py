from routing_rules.places import rule_places

TEXT = '''# [[rule]] in a comment does not count
[[rule]]
name = "one"
because = """
[[rule]]
name = "not a rule"
"""
when.not_country = "DE"
when.country = "FR"

  [[ rule ]] # the second
name = "two"
[rule.when]
"country" = "IT"
'''


def test_lines_of_rules_and_keys() -> None:
    one, two = rule_places(TEXT)
    assert (one.line, one.of("name"), one.of("country"), one.of("not_country")) == (2, 3, 9, 8)
    assert (two.line, two.of("name"), two.of("country"), two.of("roads")) == (11, 12, 14, 11)
