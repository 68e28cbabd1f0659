from . import reliability_probe
