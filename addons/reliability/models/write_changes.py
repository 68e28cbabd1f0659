"""Writing only what has changed, for what is computed again each minute."""


def write_changes(record, values):
    """Write the values that differ from those that a record has.

    :param values: name of a field → value, as ``write`` takes it, or records
    """
    changed = {}
    for name, value in values.items():
        field = record._fields[name]
        value = field.convert_to_record(field.convert_to_cache(value, record), record)
        if (value or None) != (record[name] or None):
            changed[name] = field.convert_to_write(value, record)
    if changed:
        record.write(changed)
