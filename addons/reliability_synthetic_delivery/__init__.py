"""A step of rehearsals: the rate of a delivery method."""

from . import models
