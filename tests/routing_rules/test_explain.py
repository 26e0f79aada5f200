import msgspec

from routing_rules.decision import Decision, Dropped, Road, Trial
from routing_rules.explain import Explanation, explain, explanation

MAIL = Road(channel="mail", format="facturx-en16931", signature="pades-b-b")
POST = Road(channel="post", format="letter-din5008")
FULL = Decision(
    rule="vip",
    because="asked for (contract 7)",
    roads=(MAIL, POST),
    copies=(POST,),
    trials=(
        Trial(rule="other", clause="country", wanted="DE", found="FR", held=False),
        Trial(rule="vip", clause="kind", wanted="invoice", found="invoice", held=True),
        Trial(rule="vip", clause="not_tag", wanted="x", found="nothing", held=True),
    ),
    dropped=(Dropped(road=POST, reason="no postal address is known"),),
    remarks=("the recipient asked for email",),
    rules_version="0123456789abcdef",
)
TEXT = """\
Goes by mail as facturx-en16931, signed pades-b-b.
Rule vip: asked for (contract 7)

If that fails for good, then in turn
  post as letter-din5008

Besides, as a copy
  post as letter-din5008

Also
  the recipient asked for email

Closed
  post as letter-din5008: no postal address is known

Tried
  no   other
       - country = DE: found FR
  yes  vip
       + kind = invoice: found invoice
       + not_tag = x: found nothing

Rules 0123456789ab"""


def test_text_tells_everything() -> None:
    assert explain(FULL) == TEXT


def test_rows_survive_json() -> None:
    told = explanation(FULL)
    assert msgspec.json.decode(msgspec.json.encode(told), type=Explanation) == told
    assert [(rule.name, rule.matched, len(rule.clauses)) for rule in told.tried] == [
        ("other", False, 1),
        ("vip", True, 2),
    ]


def test_verdicts() -> None:
    verdicts = [
        explanation(decision).verdict
        for decision in (
            Decision(rule="r", roads=(POST,), legal=True),
            Decision(rule="r", legal=True),
            Decision(rule="r"),
            Decision(rule=None),
        )
    ]
    assert verdicts == [
        "Goes by post as letter-din5008. The law requires it.",
        "Goes nowhere: the road that the law requires is closed, and no other may be taken.",
        "Goes nowhere: every road of the rule is closed. A person must decide.",
        "Goes nowhere: no rule matches. A person must decide.",
    ]
