"""The command `demo`; in a file of its own, because it starts without all that it shows."""

from argparse import Namespace

from hub.demo import day


def demo(options: Namespace) -> int:
    """Play a day of traffic."""
    return day.play(options.data, keep=options.keep)
