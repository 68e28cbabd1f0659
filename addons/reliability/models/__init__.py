from . import reliability_operation
