"""Rehearsals of *Order to shipment* on real servers.

:mod:`.journey` runs them by the schedule, :mod:`.faults` plants what they must find.
In :mod:`.under_load` :mod:`.sellers` work at the same time, :mod:`.lock_probe` samples
who waits, and :mod:`.traces` compares what remains.
"""
