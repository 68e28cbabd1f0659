"""The flight recorder and what is made of it, in plain Python.

Nothing here imports Odoo: every module can be read, tested and run without a
database.  Data moves one way::

    recorder.Recorder ──► slot_file.SlotFile ──► reader.SlotReader
                                                      │
                          exposition ◄── aggregate.Totals ◄──► state.State
"""
