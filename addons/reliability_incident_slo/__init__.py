"""Objectives and error budgets in the monthly report of incidents."""

from . import report
