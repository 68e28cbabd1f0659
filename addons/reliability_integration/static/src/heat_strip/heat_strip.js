import { Component } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const MINUTES = 15;
const QUARTERS = 96;
const HOURS_SHOWN = [0, 6, 12, 18];

/**
 * The quarters of an hour of a day, side by side, with the share of failed attempts.
 *
 * The value is `{begin, now, quarters: [[quarter, attempts, failures], ...]}`; quarters without
 * attempts are left out.
 */
export class HeatStrip extends Component {
    static template = "reliability_integration.HeatStrip";
    static props = { ...standardFieldProps, showsHours: { type: Boolean, optional: true } };

    get value() {
        return this.props.record.data[this.props.name] || { quarters: [] };
    }

    get quarters() {
        const byQuarter = new Map(this.value.quarters.map(([at, ...numbers]) => [at, numbers]));
        const now = this.now;
        return Array.from({ length: QUARTERS }, (_, at) => {
            const [attempts, failures] = byQuarter.get(at) || [0, 0];
            const heat = at > now ? "later" : this.heat(attempts, failures);
            return { at, attempts, failures, heat };
        });
    }

    /** Number of the current quarter. */
    get now() {
        const { begin, now } = this.value;
        if (!begin || !now) {
            return QUARTERS;
        }
        const passed = deserializeDateTime(now).diff(deserializeDateTime(begin));
        return Math.floor(passed.as("minutes") / MINUTES);
    }

    get hours() {
        return HOURS_SHOWN.map((hour) => this.time((hour * 60) / MINUTES));
    }

    heat(attempts, failures) {
        if (!attempts) {
            return "none";
        }
        if (!failures) {
            return "fine";
        }
        return failures / attempts < 0.5 ? "some" : "most";
    }

    title(quarter) {
        if (!quarter.attempts) {
            return false;
        }
        return _t("%(time)s: %(failures)s of %(attempts)s failed", {
            time: this.time(quarter.at),
            failures: quarter.failures,
            attempts: quarter.attempts,
        });
    }

    time(at) {
        if (!this.value.begin) {
            return "";
        }
        const begin = deserializeDateTime(this.value.begin);
        return begin.plus({ minutes: MINUTES * at }).toFormat("HH:mm");
    }

    /** The content of the strip in a sentence, for screen readers. */
    get summary() {
        const attempts = this.value.quarters.reduce((sum, [, count]) => sum + count, 0);
        const failing = this.value.quarters.filter(([, , failures]) => failures);
        if (!attempts) {
            return _t("No attempts today");
        }
        if (!failing.length) {
            return attempts === 1
                ? _t("1 attempt today, which did not fail")
                : _t("%s attempts today, none failed", attempts);
        }
        const failures = failing.reduce((sum, [, , failed]) => sum + failed, 0);
        const values = { failures, attempts, time: this.time(failing.at(-1)[0]) };
        return failures === 1
            ? _t("1 of %(attempts)s attempts failed today, at %(time)s", values)
            : _t("%(failures)s of %(attempts)s attempts failed today, last at %(time)s", values);
    }
}

registry.category("fields").add("reliability_heat_strip", {
    component: HeatStrip,
    supportedTypes: ["json"],
    extractProps: ({ options }) => ({ showsHours: Boolean(options.hours) }),
});
