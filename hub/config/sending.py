"""Roads, runs, second tries, and addresses that get nothing more."""

from hub.config.section import Amount, Section, Size, Time, TimeOfDay


class Routing(Section, frozen=True, kw_only=True):
    """`[routing]`.

    Attributes:
        rules: TOML files of the operator, tried before the shipped ones.
        shipped: whether the shipped country rules and the default apply.
        tariff: TOML files with what channels cost, for `facteur route diff`.
        time_limits: TOML files with what contracts want by when, and holidays; those of law are
            shipped beside the rules.
        four_eyes: whether the hub starts only with rules that two people agreed on: one by
            `facteur route propose`, another by `facteur route approve`. Whether `shipped` is false
            is part of what they agree on.
    """

    rules: tuple[str, ...] = ()
    shipped: bool = True
    tariff: tuple[str, ...] = ()
    time_limits: tuple[str, ...] = ()
    four_eyes: bool = False


class Runs(Section, frozen=True, kw_only=True):
    """`[runs]`: reminders, statements, print cut-offs.

    Attributes:
        preferences: TOML file of who is reminded how, or empty.
        print_every_minutes: how long a letter waits for others; 0 for a cut-off once a day.
        print_at: that cut-off, UTC.
    """

    preferences: str = ""
    print_every_minutes: Amount = 0
    print_at: TimeOfDay = "17:00"


class Retry(Section, frozen=True, kw_only=True):
    """`[retry]`: what happens to a delivery that is deferred.

    Attributes:
        first_seconds: wait after the first failure; doubled each time.
        longest_seconds: the longest wait.
        give_up_hours: after which the next road is taken.
    """

    first_seconds: Time = 300
    longest_seconds: Time = 4000
    give_up_hours: Time = 48


class SuppressionSection(Section, frozen=True, kw_only=True):
    """`[suppression]`: email addresses that get nothing more.

    One that is reported dead, or whose owner complains, is suppressed at once.

    Attributes:
        troubles: deliveries to an address that fail for other reasons (a full mailbox, a policy),
            after which it is suppressed, too; 0: never.
        within_days: the days in which they count.
    """

    troubles: Amount = 5
    within_days: Size = 30
