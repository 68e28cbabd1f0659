from . import probe_inbound, reliability_inbound
