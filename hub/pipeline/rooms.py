"""ROOMS: the map of the house, in the order in which a document walks through it.

Room 1, `receive`, is entered from the doors, before a file is acknowledged; room 9, `confirm`, from
what the peers report. The others are entered by batches.
"""

from hub.pipeline.check import check
from hub.pipeline.enrich import enrich
from hub.pipeline.house import Room
from hub.pipeline.read import read
from hub.pipeline.render import render
from hub.pipeline.route import route
from hub.pipeline.send import send
from hub.pipeline.sign import sign

ROOMS: tuple[Room, ...] = (
    Room(name="read", enter=read),
    Room(name="enrich", enter=enrich),
    Room(name="check", enter=check),
    Room(name="route", enter=route),
    Room(name="render", enter=render),
    Room(name="sign", enter=sign),
    Room(name="send", enter=send, one_by_one=True),
)
