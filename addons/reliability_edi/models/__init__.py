from . import edi_backend, edi_exchange_record, reliability_integration
