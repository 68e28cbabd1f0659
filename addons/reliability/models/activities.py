"""Odoo's dialog that assigns an activity."""


def open_activity_dialog(records, title, **proposed):
    """Return an action that opens Odoo's dialog to assign an activity.

    :param records: what it is about
    :param str title: of the dialog
    :param proposed: default values of the dialog's fields
    """
    return {
        "type": "ir.actions.act_window",
        "name": title,
        "res_model": "mail.activity.schedule",
        "views": [(False, "form")],
        "target": "new",
        "context": {
            "active_model": records._name,
            "active_ids": records.ids,
            "active_id": records[:1].id,
            **{f"default_{name}": value for name, value in proposed.items()},
        },
    }
