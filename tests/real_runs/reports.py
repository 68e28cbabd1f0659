"""What users read in the standard reports of sales, stock and accounting."""

from datetime import date, timedelta

REPORTS = (
    *("sale.report", "sale.order", "sale.order.line"),
    *("stock.quant", "stock.move", "stock.move.line", "stock.picking"),
    *("report.stock.quantity", "stock.avco.report"),
    *("account.move", "account.move.line", "account.invoice.report"),
    "product.product",
)
_FORECAST = "report.stock.quantity"
"""It has each day of some months around today."""
_NUMBERS, _GROUPS = {"integer", "float", "monetary"}, {"many2one", "selection"}
_VALUATION = "stock_account.stock.valuation.report"
_OF_PRODUCTS = (
    *("qty_available", "virtual_available", "incoming_qty", "outgoing_qty"),
    *("avg_cost", "total_value"),
)
_MAX_GROUPS = 30
"""PostgreSQL's limit of one query is 31."""
_DIGITS = 6
"""Of floating point numbers, whose sums depend on the order of the rows."""


def read(user, companies):
    """Return the figures of all reports, as a user of some companies reads them.

    :return: what → figures
    """
    context = {"allowed_company_ids": companies}
    figures = {report: _report(user, report, context) for report in REPORTS}
    every = [], list(_OF_PRODUCTS)
    read = user.call("product.product", "search_read", *every, context=context)
    figures["quantities and values of products"] = _rounded(read)
    for company in companies:
        context = {"allowed_company_ids": [company]}
        values = user.call(_VALUATION, "get_report_values", context=context)
        figures[f"stock valuation of {company}"] = _rounded(values["data"])
    return figures


def _report(user, model, context):
    """Return all measures of a report, in all, and by each field that it can have."""
    fields = user.call(model, "fields_get", context=context)
    stored = {name: field for name, field in fields.items() if field.get("store")}
    measures = [
        f"{name}:{field['aggregator']}"
        for name, field in stored.items()
        if field["type"] in _NUMBERS and field.get("aggregator")
    ]
    groups = [
        [name]
        for name, field in stored.items()
        if field["type"] in _GROUPS and field.get("groupable")
    ]
    figures = {}
    for start in range(0, len(groups), _MAX_GROUPS):
        some = [[], *groups[start : start + _MAX_GROUPS]]
        read = model, "formatted_read_grouping_sets", _domain(model)
        found = user.call(*read, some, ["__count", *measures], context=context)
        for group, rows in zip(some, found, strict=True):
            figures["".join(group)] = sorted(map(repr, _rounded(rows)))
    return figures


def _domain(model):
    """Return a domain of the same days, also where midnight comes in between."""
    if model != _FORECAST:
        return []
    month = timedelta(days=30)
    return [("date", ">=", str(_TODAY - month)), ("date", "<=", str(_TODAY + month))]


_TODAY = date.today()


def _rounded(value):
    """Return a value with all of its numbers rounded, without domains of groups."""
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    if isinstance(value, dict):
        return {k: _rounded(one) for k, one in value.items() if k != "__extra_domain"}
    return value
