from . import probe_job
