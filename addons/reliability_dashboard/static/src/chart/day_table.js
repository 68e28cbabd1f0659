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
        return _t("%s: show these calls", formatCount(count));
    }

    /** Not all calls are stored; what is stored of more than a few has a link of its own. */
    linkOf({ key, stored }) {
        const count = formatCount(stored);
        return key === "slow" ? _t("the %s slowest", count) : _t("the last %s", count);
    }

    cells({ done, failures, rejected, slow, stored }) {
        return [
            { key: "done", count: done, stored: 0 },
            { key: "failures", count: failures, stored: stored.failures },
            { key: "rejected", count: rejected, stored: stored.rejected },
            { key: "slow", count: slow, stored: stored.slow },
        ];
    }
}
