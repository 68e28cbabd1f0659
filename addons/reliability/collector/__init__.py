"""The collector: one per host.

It reads the slots of every process, polls databases in plain SQL (it loads no registry)
and serves ``/metrics``.
"""
