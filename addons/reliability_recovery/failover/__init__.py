"""Failover drills: what requests see while a standby is promoted."""
