"""Alertmanager: its alerts are alerts of Odoo, and open incidents."""

from . import models
