from . import families, models
