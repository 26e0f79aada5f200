"""Small real servers that stand for the outside world, each its own process on loopback.

Mail server, SFTP partner, access point, print house, time stamps. Each imports nothing of ours, so
that demo, scenarios and users are judged by something that cannot agree with us by accident.
"""
