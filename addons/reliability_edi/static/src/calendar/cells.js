import { _t } from "@web/core/l10n/translation";

/**
 * @typedef {object} Cell documents of one partner and type on one day
 * @property {number} documents all of them
 * @property {number} [done]
 * @property {number} [failed] those that failed, or were not acknowledged in time
 * @property {number} [waiting] those that have been waiting too long
 * @property {number} [duplicates]
 * @property {number} [to_fix] those with any of these problems
 * @property {string} [expected] "received", "few", "missing", "expected" or "holiday"
 * @property {number} [usual] how many there usually are
 * @property {string} [hour] by when they are expected
 */

/** How a cell looks: each kind has a mark of its own, so that nobody has to distinguish colours. */
export const KINDS = {
    failed: { icon: "fa-times", color: "red" },
    missing: { icon: "fa-exclamation", color: "red" },
    few: { icon: "fa-exclamation", color: "amber" },
    waiting: { icon: "fa-clock-o", color: "amber" },
    duplicate: { icon: "fa-clone", color: "amber" },
    busy: { icon: "", color: "plain" },
    done: { icon: "", color: "plain" },
};

/**
 * @param {Cell} [cell]
 * @returns {string} a key of KINDS; "later" if documents are still expected; else empty
 */
export function kindOf(cell) {
    if (!cell) {
        return "";
    }
    if (cell.failed) {
        return "failed";
    }
    if (cell.expected === "missing" || cell.expected === "few") {
        return cell.documents ? "few" : "missing";
    }
    if (cell.waiting) {
        return "waiting";
    }
    if (cell.duplicates) {
        return "duplicate";
    }
    if (cell.documents) {
        return cell.done < cell.documents ? "busy" : "done";
    }
    return cell.expected === "expected" ? "later" : "";
}

/** @returns {string} "3/3"; of a problem, how many documents have it */
export function textOf(cell) {
    switch (kindOf(cell)) {
        case "failed":
        case "waiting":
        case "duplicate":
            return String(cell.to_fix);
        case "missing":
        case "few":
            return String(cell.documents);
    }
    return `${cell.done}/${cell.documents}`;
}

/**
 * The content of a cell in a sentence, for screen readers and as its title.
 *
 * @param {Cell} cell
 * @param {string} documents "ORDERS from ACME"
 * @param {string} day
 */
export function labelOf(cell, documents, day) {
    const values = { ...cell, type: documents, count: cell.documents, day };
    const isOneKind = [cell.failed, cell.waiting, cell.duplicates].filter(Boolean).length === 1;
    switch (kindOf(cell)) {
        case "failed":
            return isOneKind
                ? _t(
                      "%(type)s, %(day)s: %(failed)s of %(count)s failed or not acknowledged",
                      values
                  )
                : _t("%(type)s, %(day)s: %(to_fix)s of %(count)s to fix", values);
        case "missing":
            return _t("%(type)s, %(day)s: none, expected by %(hour)s", values);
        case "few":
            return _t("%(type)s, %(day)s: only %(count)s, usually %(usual)s", values);
        case "waiting":
            return isOneKind
                ? _t("%(type)s, %(day)s: waiting too long: %(waiting)s of %(count)s", values)
                : _t("%(type)s, %(day)s: %(to_fix)s of %(count)s to fix", values);
        case "duplicate":
            return _t("%(type)s, %(day)s: %(duplicates)s of %(count)s received twice", values);
        case "busy":
            return _t("%(type)s, %(day)s: %(done)s of %(count)s done", values);
    }
    return _t("%(type)s, %(day)s: %(count)s, all done", values);
}
