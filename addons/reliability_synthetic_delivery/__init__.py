"""Steps of synthetic checks: the rate of a delivery method, and its label."""

from . import models
