import { formatAchieved, formatBudget, formatCount, formatDay, formatWeekday } from "./format";
import { chartOptions } from "@reliability_health/chart_canvas/chart_options";
import { _t } from "@web/core/l10n/translation";

/** Labels of an axis, in pixels. */
const WIDTH_OF_A_DAY = 56;

/**
 * @typedef {object} Day
 * @property {string} day
 * @property {{good: number, bad: number, total: number, achieved: number | null,
 *     left: number | null, even: number | null}} sums of the chosen hours
 */

function dayOptions(days, color, format) {
    return chartOptions(color, {
        label: (index, width) => {
            const every = Math.ceil((days.length * WIDTH_OF_A_DAY) / width);
            return (days.length - 1 - index) % every ? null : formatDay(days[index].day);
        },
        title: (index) => formatWeekday(days[index].day),
        format,
    });
}

/**
 * @param {Day[]} days
 * @param {object} content as `read_days` returns it
 * @param {(name: string) => string} color
 * @returns {object} configuration of Chart.js: what was left at the end of each day
 */
export function burnConfig(days, content, color) {
    const options = dayOptions(days, color, formatBudget);
    options.scales.y.max = 100;
    options.scales.y.grid.color = ({ tick }) =>
        color(tick.value ? "--reliability-chart-line" : "--slo-text");
    options.plugins.tooltip.callbacks.afterBody = ([item]) => {
        const { bad } = days[item.dataIndex].sums;
        return _t("%(name)s: %(value)s", {
            name: content.bad_name,
            value: formatCount(bad, content.unit),
        });
    };
    const left = days.map(({ sums }) => sums.left);
    const colorOf = (value) => color(value > 0 ? "--slo-left" : "--slo-spent");
    return {
        type: "line",
        data: {
            labels: days.map(({ day }) => day),
            datasets: [
                {
                    label: _t("Budget left"),
                    data: left,
                    borderColor: color("--slo-left"),
                    backgroundColor: left.map(colorOf),
                    pointBorderColor: left.map(colorOf),
                    segment: { borderColor: ({ p1 }) => colorOf(p1.parsed.y) },
                    clip: 6,
                    borderWidth: 2,
                    pointRadius: days.length > 40 ? 0 : 2,
                    pointHoverRadius: 5,
                },
                {
                    label: _t("If used evenly"),
                    data: days.map(({ sums }) => sums.even),
                    borderColor: color("--slo-even"),
                    backgroundColor: color("--slo-even"),
                    borderWidth: 1.5,
                    borderDash: [5, 4],
                    pointRadius: 0,
                    pointHoverRadius: 4,
                },
            ],
        },
        options,
    };
}

/** The axis begins below the worst day, so that 99.2 % and 99.9 % look different. */
export function leastShown(days, goal) {
    const worst = Math.min(goal, ...days.flatMap(({ sums }) => sums.achieved ?? []));
    return Math.max(0, Math.floor(100 - (100 - worst) * 1.25));
}

/**
 * @param {Day[]} days
 * @param {object} content as `read_days` returns it
 * @param {(name: string) => string} color
 * @returns {object} configuration of Chart.js: what was achieved on each day, and the goal
 */
export function achievedConfig(days, content, color) {
    const options = dayOptions(days, color, formatAchieved);
    options.scales.y.max = 100;
    options.scales.y.min = leastShown(days, content.goal);
    options.plugins.tooltip.callbacks.afterBody = ([item]) => {
        const { sums } = days[item.dataIndex];
        return sums.total
            ? _t("%(name)s: %(bad)s of %(total)s", {
                  name: content.bad_name,
                  bad: formatCount(sums.bad, content.unit),
                  total: formatCount(sums.total, content.unit),
              })
            : _t("No events on this day");
    };
    const isMet = ({ achieved }) => achieved >= content.goal;
    return {
        type: "bar",
        data: {
            labels: days.map(({ day }) => day),
            datasets: [
                {
                    type: "line",
                    label: _t("Goal"),
                    data: days.map(() => content.goal),
                    borderColor: color("--slo-text"),
                    backgroundColor: color("--slo-text"),
                    borderWidth: 1.5,
                    borderDash: [5, 4],
                    pointRadius: 0,
                    pointHoverRadius: 0,
                },
                {
                    label: _t("Achieved"),
                    data: days.map(({ sums }) => sums.achieved),
                    backgroundColor: days.map(({ sums }) =>
                        color(isMet(sums) ? "--slo-left" : "--slo-spent")
                    ),
                    categoryPercentage: 1,
                    barPercentage: 0.75,
                    minBarLength: 2,
                    base: options.scales.y.min,
                },
            ],
        },
        options,
    };
}
