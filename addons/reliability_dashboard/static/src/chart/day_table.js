import { formatCount, formatPrecisely, formatSeconds } from "../core/format";
import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** The numbers of the drawings, for keyboards, screen readers and whoever likes numbers. */
export class DayTable extends Component {
    static template = "reliability_dashboard.DayTable";
    static props = {
        slots: Array,
        technical: Boolean,
        onOpen: Function, // (start, end, which)
    };

    setup() {
        Object.assign(this, { formatCount, formatPrecisely, formatSeconds });
    }

    /** The newest first; what did not happen needs no line. */
    get rows() {
        return this.props.slots
            .filter(({ point }) => point && point.done + point.failures + point.rejected)
            .reverse();
    }

    labelOf({ count }) {
        return _t("%s: show the records", formatCount(count));
    }

    cells({ done, failures, rejected, slow }) {
        return [
            { key: "all", count: done, which: "all" },
            { key: "failures", count: failures, which: "failures" },
            { key: "rejected", count: rejected, which: "rejected" },
            { key: "slow", count: slow, which: "slow" },
        ];
    }
}
