import { annotationsPlugin } from "./annotations_plugin";
import {
    formatCount,
    formatHour,
    formatPrecisely,
    formatSeconds,
    formatTime,
} from "../core/format";
import { chartOptions } from "@reliability_health/chart_canvas/chart_options";
import { deserializeDateTime, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

/** Pixels; a narrower axis shows fewer hours. */
const NARROW = 520;

/**
 * @typedef {object} Interval a quarter of an hour, or an hour, of the day
 * @property {string} start
 * @property {string} end
 * @property {string} label time of day
 * @property {string} hour time of day, shorter
 * @property {(hours: number) => boolean} isHour whether it begins at a multiple of so many hours
 * @property {object | null} point the server's numbers; null in the future
 * @property {object | null} usual the usual range
 */

/**
 * All intervals of the day, past and future.
 *
 * @param {object} chart as `read_chart` returns it
 * @returns {Interval[]}
 */
export function intervalsOf(chart) {
    const points = new Map(chart.points.map((point) => [point.start, point]));
    const usual = new Map(chart.usual.map((range) => [range.start, range]));
    const intervals = [];
    const end = deserializeDateTime(chart.end);
    let moment = deserializeDateTime(chart.start);
    while (moment < end) {
        const next = moment.plus({ seconds: chart.step });
        const start = serializeDateTime(moment);
        intervals.push({
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
    return intervals;
}

function isHour({ hour, minute }) {
    return (hours) => hour % hours === 0 && minute === 0;
}

/** Position of a time on the axis, in intervals: 1.5 is the middle of the second one. */
function positionOf(time, chart) {
    const seconds = deserializeDateTime(time).diff(deserializeDateTime(chart.start), "seconds");
    return seconds.seconds / chart.step;
}

/** @returns {{ position: number, time: string, text: string }[]} */
export function annotationsOf(chart) {
    return chart.annotations.map(({ time, text }) => ({
        position: positionOf(time, chart),
        time: formatTime(deserializeDateTime(time)),
        text,
    }));
}

/** The stacked bars; `which` names the calls that a click opens. */
export const BARS = [
    {
        key: "on_time",
        label: _t("Done in time"),
        color: "--rel-done",
        which: "on_time",
        count: (point) => point.done - slowOf(point),
    },
    { key: "slow", label: _t("Slow"), color: "--rel-slow", which: "slow", count: slowOf },
    {
        key: "rejected",
        label: _t("Rejected"),
        color: "--rel-rejected",
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

/** Lines of the duration chart: one for everybody, three for engineers. */
const TYPICAL = [{ key: "p50", label: _t("Typical duration"), color: "--rel-now", dash: [] }];
const PERCENTILES = [
    { key: "p50", label: "p50", color: "--rel-now", dash: [] },
    { key: "p95", label: "p95", color: "--rel-done", dash: [6, 3] },
    { key: "p99", label: "p99", color: "--rel-failed", dash: [2, 3] },
];

/** @param {boolean} technical */
export function durationLines(technical) {
    return technical ? PERCENTILES : TYPICAL;
}

/** A threshold far above all durations is hidden: it would flatten the lines. */
export function isThresholdVisible({ points, threshold }, technical) {
    const keys = durationLines(technical).map(({ key }) => key);
    return points.some((point) => keys.some((key) => point[key] * 3 >= threshold));
}

function band(intervals, low, high, color) {
    const shape = {
        type: "line",
        pointRadius: 0,
        pointHitRadius: 0,
        borderWidth: 0,
        order: 10,
        isBand: true,
    };
    const values = (key) => intervals.map(({ usual }) => usual && usual[key]);
    return [
        { ...shape, data: values(low), stack: "low" },
        { ...shape, data: values(high), stack: "high", fill: "-1", backgroundColor: color },
    ];
}

function dayOptions({ intervals, annotations, color }, format) {
    const options = chartOptions(color, {
        label: (index, width) => {
            const interval = intervals[index];
            return interval.isHour(width < NARROW ? 6 : 3) ? interval.hour : null;
        },
        title: (index) => intervals[index].label,
        format,
    });
    const textsAt = (index) =>
        annotations
            .filter(({ position }) => Math.floor(position) === index)
            .map(({ text }) => text);
    const { tooltip } = options.plugins;
    tooltip.filter = ({ dataset }) => !dataset.isBand;
    tooltip.callbacks.afterBody = ([item]) => (item ? textsAt(item.dataIndex) : []);
    options.plugins.reliabilityAnnotations = {
        annotations,
        color: color("--reliability-chart-muted"),
    };
    return options;
}

/**
 * @param {{intervals: Interval[], annotations: object[], color: (name: string) => string}} day
 * @returns {object} configuration of Chart.js: calls in time, slow, rejected and failed
 */
export function volumeConfig(day) {
    const { intervals, color } = day;
    const bars = BARS.map(({ key, label, count, color: name, which }) => ({
        label,
        which,
        data: intervals.map(({ point }) => point && count(point)),
        backgroundColor: color(name),
        stack: "calls",
        categoryPercentage: 1,
        barPercentage: 0.8,
        key,
    }));
    const usual = band(intervals, "done_low", "done_high", color("--rel-usual"));
    const options = dayOptions(day, (value) =>
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
        data: { labels: intervals.map(({ label }) => label), datasets: [...bars, ...usual] },
        options,
        plugins: [annotationsPlugin],
    };
}

/**
 * @param {object} day as for {@link volumeConfig}
 * @param {object} options
 * @param {number} options.threshold latency threshold in seconds
 * @param {boolean} options.isVisible whether the threshold is shown
 * @param {boolean} options.technical
 * @returns {object} configuration of Chart.js: durations
 */
export function durationConfig(day, { threshold, isVisible, technical }) {
    const { intervals, color } = day;
    const lines = durationLines(technical).map(({ key, label, color: name, dash }) => ({
        label,
        which: "all",
        data: intervals.map(({ point }) => point && point[key]),
        borderColor: color(name),
        backgroundColor: color(name),
        borderWidth: 2,
        borderDash: dash,
        pointRadius: 2,
        pointHoverRadius: 5,
        tension: 0.2,
    }));
    const usual = band(intervals, "p50_low", "p50_high", color("--rel-usual"));
    const options = dayOptions(day, technical ? formatPrecisely : formatSeconds);
    options.scales.x.offset = true; // as for bars, so that annotations are at the same position
    options.scales.y.stacked = false; // else Chart.js adds up lines that have a stack
    const datasets = [...lines, ...usual];
    if (isVisible) {
        datasets.push({
            ...usual[0],
            borderColor: color("--rel-slow"),
            borderWidth: 1.5,
            borderDash: [4, 4],
            data: intervals.map(() => threshold),
        });
    }
    return {
        type: "line",
        data: { labels: intervals.map(({ label }) => label), datasets },
        options,
        plugins: [annotationsPlugin],
    };
}
