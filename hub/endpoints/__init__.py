"""Whom parcels go to: who is down, slowed or paused, and which lanes are therefore open."""
