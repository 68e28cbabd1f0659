import { Component } from "@odoo/owl";

const SLOT = 10;
const HEIGHT = 44;

/** The day by hour: what was done as bars, what failed of it in them, the usual day behind. */
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
        return `0 0 ${this.hours * SLOT} ${HEIGHT}`;
    }

    get most() {
        const { today, usual } = this.props.trend;
        return Math.max(1, ...today, ...usual);
    }

    height(calls) {
        // What happened at all is seen, however little it was.
        return calls ? Math.max(2, (calls / this.most) * HEIGHT) : 0;
    }

    bars(values, gap) {
        return values
            .map((calls, hour) => ({ calls, hour, height: this.height(calls) }))
            .filter((bar) => bar.calls)
            .map(({ hour, height }) => ({
                hour,
                x: hour * SLOT + gap / 2,
                y: HEIGHT - height,
                width: SLOT - gap,
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
