import { formatSeconds, formatTime } from "../core/format";
import { Component, onWillDestroy, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";

/** The age of the newest numbers. Only this component is rendered each second. */
export class Freshness extends Component {
    static template = "reliability_dashboard.Freshness";
    static props = {
        age: { type: Number }, // in seconds, when the server answered
        readAt: { type: Number }, // when it answered, by this clock, in milliseconds
    };

    setup() {
        this.clock = useState({ now: Date.now() });
        const tick = browser.setInterval(() => (this.clock.now = Date.now()), 1000);
        onWillDestroy(() => browser.clearInterval(tick));
    }

    /** For print, where an age says nothing. */
    get moment() {
        const moment = luxon.DateTime.fromMillis(this.props.readAt - this.props.age * 1000);
        const day = moment.toLocaleString(luxon.DateTime.DATE_FULL);
        return _t("Numbers of %(day)s, %(time)s", { day, time: formatTime(moment) });
    }

    get text() {
        const since = Math.max(0, this.clock.now - this.props.readAt) / 1000;
        const age = this.props.age + since;
        // Without tenths of a second.
        return _t(
            "Numbers from %s ago",
            formatSeconds(age < 90 ? Math.max(Math.floor(age), 1) : age)
        );
    }
}
