"""What is put around Odoo's code, and how the outcome of a call is known.

It records what it sees with :mod:`..telemetry`, in the process that serves Odoo.
"""
