"""Slots: memory-mapped files in which each process records its events.

One process leases a slot and writes it (:mod:`.recorder`); the collector reads it
(:mod:`.reader`).
"""
