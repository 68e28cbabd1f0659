from . import (
    ir_mail_server,
    mail_mail,
    reliability_diagnosis,
    reliability_display_names,
    reliability_mail,
)
