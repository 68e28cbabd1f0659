from . import (
    edi_backend,
    edi_exchange_record,
    edi_exchange_type,
    reliability_edi_day,
    reliability_edi_document,
    reliability_edi_expectation,
    reliability_fact,
    reliability_integration,
    reliability_situation,
)
