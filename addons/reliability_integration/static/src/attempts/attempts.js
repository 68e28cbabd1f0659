import { Component } from "@odoo/owl";
import { formatDuration, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Outcomes at the partner system: label, icon and tone. */
const OUTCOMES = {
    succeeded: { label: _t("Done"), icon: "fa-check-circle", tone: "good" },
    failed: { label: _t("Failed"), icon: "fa-times-circle", tone: "bad" },
    unknown: { label: _t("Unknown: no answer"), icon: "fa-question-circle", tone: "unknown" },
    rejected: { label: _t("Not called: Odoo refused"), icon: "fa-ban", tone: "quiet" },
};
const IN_PROGRESS = { label: _t("In progress"), icon: "fa-clock-o", tone: "quiet" };

/** States of Odoo's transaction: label, icon and tone. */
const TRANSACTION_STATES = {
    committed: { label: _t("Committed"), icon: "fa-check", tone: "good" },
    rolled_back: { label: _t("Rolled back"), icon: "fa-undo", tone: "quiet" },
    unknown: { label: _t("Unknown"), icon: "fa-question", tone: "unknown" },
};

/** The attempts of an exchange as a timeline, the oldest first. */
export class Attempts extends Component {
    static template = "reliability_integration.Attempts";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get system() {
        return this.props.record.data.integration_id?.display_name || _t("Partner system");
    }

    get orphanText() {
        return _t("%s has done this, and Odoo rolled back its side.", this.system);
    }

    get list() {
        return this.props.record.data[this.props.name];
    }

    /** Number of older attempts that are not shown. */
    get earlier() {
        return this.list.count - this.list.records.length;
    }

    get attempts() {
        const records = this.list.records.toSorted(
            (one, other) => one.data.started - other.data.started || one.resId - other.resId
        );
        return records.map(({ data, resId }, index) => ({
            id: resId,
            name: _t("Attempt %s", this.earlier + index + 1),
            detailsLabel: _t("Details of attempt %s", this.earlier + index + 1),
            started: toLocaleDateTimeString(data.started, { showSeconds: true }),
            pause: index ? this.pause(records[index - 1].data.started, data.started) : "",
            duration: data.seconds ? _t("took %s s", formatFloat(data.seconds)) : "",
            status: data.status ? _t("HTTP %s", data.status) : "",
            user: data.user_id ? _t("by %s", data.user_id.display_name) : "",
            error: data.error_message || "",
            outcome: OUTCOMES[data.outcome] || IN_PROGRESS,
            transaction: TRANSACTION_STATES[data.transaction_state] || IN_PROGRESS,
            isPresumed: data.presumed,
            isOrphan: data.outcome === "succeeded" && data.transaction_state === "rolled_back",
        }));
    }

    pause(before, started) {
        const seconds = Math.round(started.diff(before).as("seconds"));
        return seconds < 1 ? "" : _t("%s later", formatDuration(seconds, false));
    }

    open(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "reliability.attempt",
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("reliability_attempts", {
    component: Attempts,
    supportedTypes: ["one2many"],
    fieldDependencies: [{ name: "integration_id", type: "many2one" }],
    relatedFields: [
        { name: "started", type: "datetime" },
        { name: "seconds", type: "float" },
        { name: "outcome", type: "char" },
        { name: "presumed", type: "boolean" },
        { name: "status", type: "integer" },
        { name: "error_message", type: "text" },
        { name: "transaction_state", type: "char" },
        { name: "user_id", type: "many2one", relation: "res.users" },
    ],
});
