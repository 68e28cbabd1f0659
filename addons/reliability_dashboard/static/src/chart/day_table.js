import { formatCount, formatPrecisely, formatSeconds } from "../core/format";
import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** The numbers of the charts as a table, for keyboards and screen readers, too. */
export class DayTable extends Component {
    static template = "reliability_dashboard.DayTable";
    static props = {
        intervals: Array,
        technical: Boolean,
        onOpen: Function, // (start, end, which)
    };

    setup() {
        Object.assign(this, { formatCount, formatPrecisely, formatSeconds });
    }

    /** The newest first, without intervals that have no calls. */
    get rows() {
        return this.props.intervals
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
