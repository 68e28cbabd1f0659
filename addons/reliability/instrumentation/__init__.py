"""What is put around Odoo's code, and how the outcome of a call is determined.

It records with :mod:`..telemetry`, in the process that serves Odoo.
"""
