import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { formatPercentage } from "@web/views/fields/formatters";

const NOTHING = "–";
/** Where few events may fail, one is many times the budget: a lower number says no more. */
const LEAST = -1000;

/** @param {number | null} percent of an error budget, below 0 if more than all of it is used */
export function formatBudget(percent) {
    if (percent === null) {
        return NOTHING;
    }
    if (percent < LEAST) {
        return _t("under %s", formatBudget(LEAST));
    }
    const decimals = Math.abs(percent) < 10 && percent !== Math.round(percent) ? 1 : 0;
    // Rounds down, as the server does: nothing is left that is not.
    const shown = Math.floor(percent * 10 ** decimals) / 10 ** decimals;
    return formatPercentage(shown / 100, { digits: [16, decimals], trailingZeros: false });
}

/** @param {number | null} percent of events that were good; four decimals, none rounded up */
export function formatAchieved(percent) {
    return percent === null
        ? NOTHING
        : formatPercentage(percent / 100, { digits: [16, 4], trailingZeros: false });
}

/**
 * @param {number} number of events
 * @param {number} unit what counts as one
 */
export function formatCount(number, unit = 1) {
    const count = number / unit;
    return formatFloat(count, {
        digits: [16, Number.isInteger(count) ? 0 : 1],
        trailingZeros: false,
    });
}

/** @param {string} day as the server sends it */
export function formatDay(day) {
    return deserializeDate(day).toLocaleString({ day: "numeric", month: "short" });
}

export function formatWeekday(day) {
    return deserializeDate(day).toLocaleString({
        weekday: "short",
        day: "numeric",
        month: "short",
    });
}
