"""Small real servers that stand for the outside world, each its own process on loopback.

Mail server, SFTP partner, access point, print house, time stamps. Each imports nothing of ours, so
that demo, scenarios and users are judged by something that cannot agree with us by accident. Each
misbehaves as a fault plan says, in the words of `plan`; `facteur sim` starts the first four.
"""
