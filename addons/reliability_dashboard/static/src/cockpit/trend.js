import { Component } from "@odoo/owl";

const HOUR_WIDTH = 10;
const HEIGHT = 44;

/** Calls by hour as bars, with the failures in them and the usual day behind them. */
export class Trend extends Component {
    static template = "reliability_dashboard.Trend";
    static props = {
        trend: { type: Object, shape: { today: Array, failures: Array, usual: Array } },
        label: String,
    };

    /** A day has 23 or 25 hours when clocks change. */
    get hours() {
        return this.props.trend.usual.length || 24;
    }

    get viewBox() {
        return `0 0 ${this.hours * HOUR_WIDTH} ${HEIGHT}`;
    }

    get max() {
        const { today, usual } = this.props.trend;
        return Math.max(1, ...today, ...usual);
    }

    height(calls) {
        // A single call is visible, too.
        return calls ? Math.max(2, (calls / this.max) * HEIGHT) : 0;
    }

    bars(values, gap) {
        return values
            .map((calls, hour) => ({ calls, hour, height: this.height(calls) }))
            .filter((bar) => bar.calls)
            .map(({ hour, height }) => ({
                hour,
                x: hour * HOUR_WIDTH + gap / 2,
                y: HEIGHT - height,
                width: HOUR_WIDTH - gap,
                height,
            }));
    }

    get usual() {
        return this.bars(this.props.trend.usual, 0);
    }

    get today() {
        return this.bars(this.props.trend.today, 3);
    }

    get failures() {
        return this.bars(this.props.trend.failures, 3);
    }
}
