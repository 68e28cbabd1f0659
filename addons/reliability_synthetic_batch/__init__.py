"""Rehearsals where transfers are put into batches automatically."""

from . import models
