from . import reliability_synthetic_step
