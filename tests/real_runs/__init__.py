"""Real runs of the journeys over HTTP, while probes and workers are killed.

:mod:`.business` makes other companies with work of their own, :mod:`.reports` and
:mod:`.records` read what these see and what is recorded of them, :mod:`.relay` stands
between the probe and Odoo and kills one of them, :mod:`.left` reads what remains, and
:mod:`.many` puts it together.
"""
