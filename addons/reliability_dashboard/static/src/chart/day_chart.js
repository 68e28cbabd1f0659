import {
    formatCount,
    formatHour,
    formatPrecisely,
    formatSeconds,
    formatTime,
} from "../core/format";
import { deserializeDateTime, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

/** Pixels; below, an axis has room for fewer hours. */
const NARROW = 520;

/**
 * @typedef {object} Slot what happened in some minutes of the day
 * @property {string} start
 * @property {string} end
 * @property {string} label its time of day
 * @property {string} hour the same, shorter
 * @property {(hours: number) => boolean} isHour whether it begins with the hour, every so many
 * @property {object | null} point the server's numbers; null after now
 * @property {object | null} usual those of the usual day
 */

/**
 * The whole day, slot by slot, whether it has been already or is to come.
 *
 * @param {object} chart as `read_chart` answers
 * @returns {Slot[]}
 */
export function slotsOf(chart) {
    const points = new Map(chart.points.map((point) => [point.start, point]));
    const usual = new Map(chart.usual.map((slot) => [slot.start, slot]));
    const slots = [];
    const end = deserializeDateTime(chart.end);
    let moment = deserializeDateTime(chart.start);
    while (moment < end) {
        const next = moment.plus({ seconds: chart.step });
        const start = serializeDateTime(moment);
        slots.push({
            start,
            end: serializeDateTime(next),
            label: formatTime(moment),
            hour: formatHour(moment),
            isHour: isHour(moment),
            point: points.get(start) || null,
            usual: usual.get(start) || null,
        });
        moment = next;
    }
    return slots;
}

function isHour({ hour, minute }) {
    return (hours) => hour % hours === 0 && minute === 0;
}

/** Where on the axis something happened, in slots: 1.5 is the middle of the second. */
function placeOf(time, chart) {
    const seconds = deserializeDateTime(time).diff(deserializeDateTime(chart.start), "seconds");
    return seconds.seconds / chart.step;
}

/** @returns {{ place: number, time: string, text: string }[]} */
export function marksOf(chart) {
    return chart.marks.map(({ time, text }) => ({
        place: placeOf(time, chart),
        time: formatTime(deserializeDateTime(time)),
        text,
    }));
}

/** What a click on each kind of bar opens. */
export const KINDS = [
    {
        key: "on_time",
        label: _t("Done in time"),
        color: "--rel-done",
        which: "all",
        count: (point) => point.done - slowOf(point),
    },
    { key: "slow", label: _t("Slow"), color: "--rel-slow", which: "slow", count: slowOf },
    {
        key: "rejected",
        label: _t("Rejected"),
        color: "--rel-refused",
        which: "rejected",
        count: (point) => point.rejected,
    },
    {
        key: "failures",
        label: _t("Failed"),
        color: "--rel-failed",
        which: "failures",
        count: (point) => point.failures,
    },
];

function slowOf(point) {
    return Math.min(point.slow, point.done);
}

/** Lines of the speed chart: one for everybody, three for engineers. */
const TYPICAL = [{ key: "p50", label: _t("Typical duration"), color: "--rel-now", dash: [] }];
const PERCENTILES = [
    { key: "p50", label: "p50", color: "--rel-now", dash: [] },
    { key: "p95", label: "p95", color: "--rel-done", dash: [6, 3] },
    { key: "p99", label: "p99", color: "--rel-failed", dash: [2, 3] },
];

/** @param {boolean} technical */
export function speedLines(technical) {
    return technical ? PERCENTILES : TYPICAL;
}

/** Far above all durations, the threshold would only press them flat. */
export function isThresholdNear({ points, threshold }, technical) {
    const keys = speedLines(technical).map(({ key }) => key);
    return points.some((point) => keys.some((key) => point[key] * 3 >= threshold));
}

function band(slots, low, high, color) {
    const shape = {
        type: "line",
        pointRadius: 0,
        pointHitRadius: 0,
        borderWidth: 0,
        order: 10,
        isBand: true,
    };
    const values = (key) => slots.map(({ usual }) => usual && usual[key]);
    return [
        { ...shape, data: values(low), stack: "low" },
        { ...shape, data: values(high), stack: "high", fill: "-1", backgroundColor: color },
    ];
}

function sharedOptions(slots, marks, color, format) {
    const markAt = (index) => marks.filter(({ place }) => Math.floor(place) === index);
    return {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        scales: {
            x: {
                grid: { display: false },
                border: { color: color("--rel-line") },
                ticks: {
                    color: color("--rel-text-soft"),
                    maxRotation: 0,
                    autoSkip: false,
                    callback: function (_value, index) {
                        const hours = this.chart.width < NARROW ? 6 : 3;
                        return slots[index].isHour(hours) ? slots[index].hour : null;
                    },
                },
            },
            y: {
                beginAtZero: true,
                grid: { color: color("--rel-line") },
                border: { display: false },
                ticks: {
                    color: color("--rel-text-soft"),
                    maxTicksLimit: 5,
                    callback: (value) => format(value),
                },
            },
        },
        plugins: {
            legend: { display: false },
            reliabilityMarks: { marks, color: color("--rel-text-soft") },
            tooltip: {
                filter: ({ dataset }) => !dataset.isBand,
                callbacks: {
                    title: ([item]) => (item ? slots[item.dataIndex].label : ""),
                    label: ({ dataset, raw }) => `${dataset.label}: ${format(raw)}`,
                    afterBody: ([item]) =>
                        item ? markAt(item.dataIndex).map(({ text }) => text) : [],
                },
            },
        },
    };
}

/**
 * @param {{slots: Slot[], marks: object[], color: (name: string) => string}} day
 * @returns {object} Chart.js' configuration: how much was done, slow, refused, failed
 */
export function volumeConfig({ slots, marks, color }) {
    const bars = KINDS.map(({ key, label, count, color: name, which }) => ({
        label,
        which,
        data: slots.map(({ point }) => point && count(point)),
        backgroundColor: color(name),
        stack: "calls",
        categoryPercentage: 1,
        barPercentage: 0.8,
        key,
    }));
    const usual = band(slots, "done_low", "done_high", color("--rel-usual"));
    const options = sharedOptions(slots, marks, color, (value) =>
        value === null || !Number.isInteger(value) ? "" : formatCount(value)
    );
    options.scales.x.stacked = true;
    options.scales.y.stacked = true;
    options.scales.y.suggestedMax = 5;
    const isNoBand = options.plugins.tooltip.filter;
    options.plugins.tooltip.filter = (item) =>
        isNoBand(item) && (item.raw > 0 || item.dataset.key === "on_time");
    return {
        type: "bar",
        data: { labels: slots.map(({ label }) => label), datasets: [...bars, ...usual] },
        options,
    };
}

/**
 * @param {object} day as for {@link volumeConfig}
 * @param {object} what
 * @param {number} what.threshold above it, a call is slow, in seconds
 * @param {boolean} what.isNear whether it is shown, see {@link isThresholdNear}
 * @param {boolean} what.technical
 * @returns {object} Chart.js' configuration: how long it took
 */
export function speedConfig({ slots, marks, color }, { threshold, isNear, technical }) {
    const lines = speedLines(technical).map(({ key, label, color: name, dash }) => ({
        label,
        which: "all",
        data: slots.map(({ point }) => point && point[key]),
        borderColor: color(name),
        backgroundColor: color(name),
        borderWidth: 2,
        borderDash: dash,
        pointRadius: 2,
        pointHoverRadius: 5,
        tension: 0.2,
    }));
    const usual = band(slots, "p50_low", "p50_high", color("--rel-usual"));
    const options = sharedOptions(slots, marks, color, technical ? formatPrecisely : formatSeconds);
    options.scales.x.offset = true; // as bars have it, so that marks stand where they do there
    options.scales.y.stacked = false; // else Chart.js adds up lines that name a stack
    const datasets = [...lines, ...usual];
    if (isNear) {
        datasets.push({
            ...usual[0],
            borderColor: color("--rel-slow"),
            borderWidth: 1.5,
            borderDash: [4, 4],
            data: slots.map(() => threshold),
        });
    }
    return { type: "line", data: { labels: slots.map(({ label }) => label), datasets }, options };
}
