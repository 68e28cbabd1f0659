import { _t } from "@web/core/l10n/translation";

/**
 * Options of Chart.js that all charts share: quiet axes from zero, no legend, and a tooltip with
 * all values at a position.
 *
 * @param {(name: string) => string} color as `ChartCanvas` gives it
 * @param {object} texts
 * @param {(index: number, width: number) => string | null} texts.label of a position on the
 *     horizontal axis, by the width of the chart in pixels; null where none is shown
 * @param {(index: number) => string} texts.title of a position, for the tooltip
 * @param {(value: number) => string} texts.format of the values
 * @returns {object} a new one each time, which may be changed
 */
export function chartOptions(color, { label, title, format }) {
    const tickColor = color("--reliability-chart-muted");
    const lineColor = color("--reliability-chart-line");
    return {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        scales: {
            x: {
                grid: { display: false },
                border: { color: lineColor },
                ticks: {
                    color: tickColor,
                    maxRotation: 0,
                    autoSkip: false,
                    callback: function (_value, index) {
                        return label(index, this.chart.width);
                    },
                },
            },
            y: {
                beginAtZero: true,
                grid: { color: lineColor },
                border: { display: false },
                ticks: {
                    color: tickColor,
                    maxTicksLimit: 5,
                    callback: (value) => format(value),
                },
            },
        },
        plugins: {
            legend: { display: false },
            tooltip: {
                callbacks: {
                    title: ([item]) => (item ? title(item.dataIndex) : ""),
                    label: ({ dataset, raw }) =>
                        _t("%(name)s: %(value)s", { name: dataset.label, value: format(raw) }),
                },
            },
        },
    };
}
