import { Component } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const MINUTES = 15;
const QUARTERS = 96;
const HOURS_SHOWN = [0, 6, 12, 18];

/**
 * The quarters of an hour of a day, side by side: how many tries failed in each.
 *
 * The value is `{begin, now, quarters: [[quarter, tries, failures], ...]}`; quarters without
 * tries are left out.
 */
export class HeatStrip extends Component {
    static template = "reliability_integration.HeatStrip";
    static props = { ...standardFieldProps, showsHours: { type: Boolean, optional: true } };

    get value() {
        return this.props.record.data[this.props.name] || { quarters: [] };
    }

    get quarters() {
        const found = new Map(this.value.quarters.map(([at, ...numbers]) => [at, numbers]));
        const now = this.now;
        return Array.from({ length: QUARTERS }, (_, at) => {
            const [tries, failures] = found.get(at) || [0, 0];
            const heat = at > now ? "later" : this.heat(tries, failures);
            return { at, tries, failures, heat };
        });
    }

    /** The quarter that passes now. */
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

    heat(tries, failures) {
        if (!tries) {
            return "none";
        }
        if (!failures) {
            return "fine";
        }
        return failures / tries < 0.5 ? "some" : "most";
    }

    title(quarter) {
        if (!quarter.tries) {
            return false;
        }
        return _t("%(time)s: %(failures)s of %(tries)s failed", {
            time: this.time(quarter.at),
            failures: quarter.failures,
            tries: quarter.tries,
        });
    }

    time(at) {
        if (!this.value.begin) {
            return "";
        }
        const begin = deserializeDateTime(this.value.begin);
        return begin.plus({ minutes: MINUTES * at }).toFormat("HH:mm");
    }

    /** The same in words, for who does not see it. */
    get summary() {
        const tries = this.value.quarters.reduce((sum, [, all]) => sum + all, 0);
        const bad = this.value.quarters.filter(([, , failures]) => failures);
        if (!tries) {
            return _t("No tries today");
        }
        if (!bad.length) {
            return _t("%s tries today, none failed", tries);
        }
        const failures = bad.reduce((sum, [, , failed]) => sum + failed, 0);
        return _t("%(failures)s of %(tries)s tries failed today, last at %(time)s", {
            failures,
            tries,
            time: this.time(bad.at(-1)[0]),
        });
    }
}

registry.category("fields").add("reliability_heat_strip", {
    component: HeatStrip,
    supportedTypes: ["json"],
    extractProps: ({ options }) => ({ showsHours: Boolean(options.hours) }),
});
