"""Recording, reading, adding up and exposing measurements, in plain Python.

Nothing here imports Odoo: every module can be read, tested and run without a database.
Data flows one way::

    slots.recorder.Recorder ──► slots.file.SlotFile ──► slots.reader.SlotReader
                                                              │
                                   exposition ◄── totals.Totals, rollup.Batch
"""

from . import core_families
