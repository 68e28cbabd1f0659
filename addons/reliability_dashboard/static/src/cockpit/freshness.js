import { formatSeconds, formatTime } from "../core/format";
import { Component, onWillDestroy, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";

/** How old the newest numbers are. Only this line is rendered each second. */
export class Freshness extends Component {
    static template = "reliability_dashboard.Freshness";
    static props = {
        age: { type: Number }, // seconds, when the server answered
        at: { type: Number }, // when that was, by this clock, in milliseconds
    };

    setup() {
        this.clock = useState({ now: Date.now() });
        const tick = browser.setInterval(() => (this.clock.now = Date.now()), 1000);
        onWillDestroy(() => browser.clearInterval(tick));
    }

    /** On paper, an age says nothing. */
    get moment() {
        const moment = luxon.DateTime.fromMillis(this.props.at - this.props.age * 1000);
        const day = moment.toLocaleString(luxon.DateTime.DATE_FULL);
        return _t("Numbers of %(day)s, %(time)s", { day, time: formatTime(moment) });
    }

    get text() {
        const since = Math.max(0, this.clock.now - this.props.at) / 1000;
        const age = this.props.age + since;
        // Tenths of a second are no news.
        return _t(
            "Numbers from %s ago",
            formatSeconds(age < 90 ? Math.max(Math.floor(age), 1) : age)
        );
    }
}
