"""What is observed beneath Odoo: PostgreSQL, PgBouncer, Redis, the ingress, the host.

Plain Python without Odoo.  A :class:`.watch.Watch` reads the facts of one of them, and
pure functions find its problems in them; the tasks of the collector store both.
"""
