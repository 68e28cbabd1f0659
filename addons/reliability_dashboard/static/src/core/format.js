import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { formatPercentage } from "@web/views/fields/formatters";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const NOTHING = "–";

/** @param {number} value */
export function formatCount(value) {
    return formatFloat(value, { digits: [16, 0] });
}

/**
 * A duration as people write it: 0.04 s, 0.8 s, 12 s, 3 min, 2 h 10 min.
 *
 * @param {number | null} seconds
 */
export function formatSeconds(seconds) {
    if (seconds === null || seconds === undefined) {
        return NOTHING;
    }
    if (seconds < 1.5 * MINUTE) {
        const decimals = seconds < 0.1 ? 2 : seconds < 10 ? 1 : 0;
        const shown = formatFloat(seconds, { digits: [16, decimals], trailingZeros: false });
        return _t("%s s", shown);
    }
    const minutes = Math.round(seconds / MINUTE);
    if (seconds < HOUR) {
        return _t("%s min", minutes);
    }
    const hours = Math.floor(minutes / 60);
    if (hours >= 24 || minutes % 60 === 0) {
        return _t("%s h", hours);
    }
    return _t("%(hours)s h %(minutes)s min", { hours, minutes: minutes % 60 });
}

/**
 * A duration for engineers, with three significant digits.
 *
 * @param {number | null} seconds
 */
export function formatPrecisely(seconds) {
    if (seconds === null || seconds === undefined || seconds >= 1.5 * MINUTE) {
        return formatSeconds(seconds);
    }
    const decimals = seconds < 1 ? 3 : seconds < 10 ? 2 : 1;
    return _t("%s s", formatFloat(seconds, { digits: [16, decimals], trailingZeros: false }));
}

/**
 * A ratio as a percentage: 0%, <0.1%, 2.5%, 40%.
 *
 * @param {number | null} ratio
 */
export function formatShare(ratio) {
    if (ratio === null || ratio === undefined) {
        return NOTHING;
    }
    const percent = ratio * 100;
    if (percent > 0 && percent < 0.1) {
        return _t("<%s", formatPercentage(0.001, { digits: [16, 1] }));
    }
    // Rounds down, so that a failure stays visible: 99.97% is not 100%.
    const decimals = percent > 99 && percent < 100 ? 2 : percent < 10 || percent > 90 ? 1 : 0;
    const shown = percent < 100 ? Math.floor(percent * 10 ** decimals) / 10 ** decimals : percent;
    return formatPercentage(shown / 100, { digits: [16, decimals], trailingZeros: false });
}

/** An hour on an axis, in the short form of the user's language: "3 PM". */
export function formatHour(moment) {
    return moment.toLocaleString({ hour: "numeric" });
}

/**
 * @param {luxon.DateTime} moment
 * @returns {string} "14:05", in the format of the user's language
 */
export function formatTime(moment) {
    return moment.toLocaleString(luxon.DateTime.TIME_SIMPLE);
}
