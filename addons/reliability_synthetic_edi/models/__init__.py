from . import (
    edi_exchange_record,
    reliability_synthetic_loop_back,
    reliability_synthetic_step,
)
