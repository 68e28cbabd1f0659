"""Objectives, owners and thresholds as YAML files: OpenSLO v1, and what it lacks.

See ``docs/objectives.md``.
"""
