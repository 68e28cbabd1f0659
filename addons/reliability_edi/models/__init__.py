from . import (
    edi_backend,
    edi_exchange_record,
    edi_exchange_type,
    reliability_edi_calendar,
    reliability_edi_document,
    reliability_edi_document_actions,
    reliability_edi_document_problems,
    reliability_edi_expected_document,
    reliability_gauge,
    reliability_health_provider,
    reliability_health_provider_incident,
    reliability_integration,
)
