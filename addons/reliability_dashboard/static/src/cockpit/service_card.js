import { Trend } from "./trend";
import { formatCount } from "../core/format";
import { StateMark } from "../core/state_mark";
import { shownState } from "../core/states";
import { Component, markup } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** One service: its state, its backlogs, and today's calls beside the usual day. */
export class ServiceCard extends Component {
    static template = "reliability_dashboard.ServiceCard";
    static components = { StateMark, Trend };
    static props = {
        card: Object,
        outdated: Boolean,
        selected: { type: [Boolean, String], optional: true }, // whether the charts show its day
        onShow: Function, // (operation)
        onOpen: Function, // (action)
    };

    get card() {
        return this.props.card;
    }

    get state() {
        return shownState(this.card.state, this.props.outdated);
    }

    /** Backlogs, and what addons say of the service. */
    get rows() {
        const { backlogs = [], lines = [] } = this.card;
        return [
            ...backlogs.map((backlog) => ({ ...backlog, icon: "fa-inbox" })),
            ...lines.map((line) => ({ ...line, icon: "fa-bullseye" })),
        ];
    }

    /** Some services are evaluated without calls of their own. */
    get hasDay() {
        const { today, usual } = this.card;
        return Boolean(today && (today.calls || usual));
    }

    get today() {
        const count = formatCount(this.card.today.calls);
        return _t("%s today", markup`<span class="o_rel_card_number">${count}</span>`);
    }

    get failed() {
        return _t("%s failed", formatCount(this.card.today.failures));
    }

    get slow() {
        return _t("%s slow", formatCount(this.card.today.slow));
    }

    get usual() {
        const { usual } = this.card;
        return usual === null || usual === undefined
            ? ""
            : _t("usually %s by now", formatCount(usual));
    }

    get trendLabel() {
        const { operation_name, today, usual } = this.card;
        return usual === null || usual === undefined
            ? _t("%(operation)s: %(count)s today", {
                  operation: operation_name,
                  count: formatCount(today.calls),
              })
            : _t("%(operation)s: %(count)s today, usually %(usual)s by now", {
                  operation: operation_name,
                  count: formatCount(today.calls),
                  usual: formatCount(usual),
              });
    }

    show() {
        if (this.card.operation) {
            this.props.onShow(this.card.operation);
        }
    }
}
