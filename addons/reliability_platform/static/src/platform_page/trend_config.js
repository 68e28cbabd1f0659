import { deserializeDateTime } from "@web/core/l10n/dates";
import { formatFloat, humanNumber } from "@web/core/utils/numbers";
import { _t } from "@web/core/l10n/translation";

const LABELS_EVERY = 36; // six hours
const MILLISECOND = 0.001;

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
        return value < 1
            ? _t("%s ms", formatFloat(value / MILLISECOND, { digits: [0, value < 0.01 ? 1 : 0] }))
            : _t("%s s", formatFloat(value, { digits: [0, value < 10 ? 1 : 0] }));
    }
    if (unit === "bytes") {
        return _t("%sB", humanNumber(value, { decimals: 1 }));
    }
    if (unit === "percent") {
        return _t("%s %", formatFloat(value, { digits: [0, 1] }));
    }
    return humanNumber(value, { decimals: value < 10 ? 1 : 0 });
}

/**
 * @param {string[]} times in UTC
 * @param {{name: string, unit: string, values: (number | null)[]}} trend
 * @param {(name: string) => string} color
 * @returns {object} configuration of Chart.js; what is not known is a gap
 */
export function trendConfig(times, trend, color) {
    const moments = times.map((time) => deserializeDateTime(time));
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
        options: {
            animation: false,
            maintainAspectRatio: false,
            interaction: { mode: "index", intersect: false },
            scales: {
                x: {
                    grid: { display: false },
                    border: { color: color("--platform-grid") },
                    ticks: {
                        color: color("--platform-muted"),
                        autoSkip: false,
                        maxRotation: 0,
                        callback: (_value, index) =>
                            index % LABELS_EVERY ? null : moments[index].toFormat("HH:mm"),
                    },
                },
                y: {
                    beginAtZero: true,
                    grid: { color: color("--platform-grid") },
                    border: { display: false },
                    ticks: {
                        color: color("--platform-muted"),
                        maxTicksLimit: 4,
                        callback: format,
                    },
                },
            },
            plugins: {
                legend: { display: false },
                tooltip: {
                    callbacks: {
                        title: ([item]) => (item ? moments[item.dataIndex].toFormat("HH:mm") : ""),
                        label: ({ raw }) => format(raw),
                    },
                },
            },
        },
    };
}

/** Whether a value has no neighbour, so that no line shows it. */
function isAlone(values, index) {
    return (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;
}
