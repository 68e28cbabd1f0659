import { chartOptions } from "@reliability_health/chart_canvas/chart_options";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { formatFloat, humanNumber } from "@web/core/utils/numbers";
import { _t } from "@web/core/l10n/translation";

const LABELS_EVERY = 36; // six hours
const MILLISECOND = 0.001;
const LEAST_SHORTENED = 1000; // such as 3k

/**
 * @param {number} value
 * @param {string} unit the last word of the metric's name
 * @returns {string}
 */
export function formatTrend(value, unit) {
    if (!value) {
        return "0";
    }
    if (unit === "seconds") {
        return Math.abs(value) < 1
            ? _t("%s ms", formatShortly(value / MILLISECOND))
            : _t("%s s", formatShortly(value));
    }
    if (unit === "bytes") {
        return _t("%sB", humanNumber(value, { decimals: 1 }));
    }
    if (unit === "percent") {
        return _t("%s %", formatShortly(value));
    }
    return Math.abs(value) < LEAST_SHORTENED
        ? formatShortly(value)
        : humanNumber(value, { decimals: 1 });
}

/** A number with the decimals that tell it from its neighbours on an axis. */
function formatShortly(value) {
    const size = Math.abs(value);
    const decimals = size >= 10 || Number.isInteger(value) ? 0 : size >= 0.1 ? 1 : 2;
    return formatFloat(value, { digits: [0, decimals] });
}

/**
 * @param {string[]} times in UTC
 * @param {{name: string, unit: string, values: (number | null)[]}} trend
 * @param {(name: string) => string} color
 * @returns {object} configuration of Chart.js; what is not known is a gap
 */
export function trendConfig(times, trend, color) {
    const timeOf = (index) => deserializeDateTime(times[index]).toFormat("HH:mm");
    const format = (value) => formatTrend(value, trend.unit);
    return {
        type: "line",
        data: {
            labels: times,
            datasets: [
                {
                    label: trend.name,
                    data: trend.values,
                    borderColor: color("--platform-line"),
                    backgroundColor: color("--platform-line"),
                    borderWidth: 1.5,
                    pointRadius: trend.values.map((value, index) =>
                        isAlone(trend.values, index) && value !== null ? 1.5 : 0
                    ),
                    pointHoverRadius: 3,
                },
            ],
        },
        options: chartOptions(color, {
            label: (index) => (index % LABELS_EVERY ? null : timeOf(index)),
            title: timeOf,
            format,
        }),
    };
}

/** Whether a value has no neighbour, so that no line shows it. */
function isAlone(values, index) {
    return (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;
}
