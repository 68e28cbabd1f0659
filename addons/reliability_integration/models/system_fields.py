"""Fields that only system administrators set, in forms that others may change, too."""

from odoo.exceptions import AccessError


def check_system_fields(records, names, *vals_list):
    """Check that only system administrators set some fields.

    They choose code that Odoo runs, or what of partner systems' data is stored; the
    administrators of Reliability need neither.  An empty value is no choice.

    :param records: what is created or written
    :param set[str] names: of the fields
    :param vals_list: the values to be stored
    :raise AccessError: the user is no system administrator
    """
    if records.env.is_system():
        return
    context = records.env.context
    defaults = {name: context.get(f"default_{name}") for name in names}
    given = {
        name
        for vals in (*vals_list, defaults)
        for name in names & vals.keys()
        if vals[name]
    }
    if given:
        labels = [records._fields[name].string for name in sorted(given)]
        raise AccessError(
            records.env._(
                "Only a system administrator (Settings) may set %(fields)s.",
                fields=", ".join(labels),
            )
        )
