import { Component } from "@odoo/owl";
import { formatDuration, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What the counterpart did: a word and a shape, and how bad it is. */
const OUTCOMES = {
    succeeded: { word: _t("Done"), icon: "fa-check-circle", tone: "good" },
    failed: { word: _t("Failed"), icon: "fa-times-circle", tone: "bad" },
    unknown: { word: _t("Nobody knows"), icon: "fa-question-circle", tone: "doubtful" },
    rejected: { word: _t("Not asked: Odoo refused"), icon: "fa-ban", tone: "quiet" },
};
const UNDER_WAY = { word: _t("Under way"), icon: "fa-clock-o", tone: "quiet" };

/** What has become of our side. */
const TRANSACTION_STATES = {
    committed: { word: _t("Kept"), icon: "fa-check", tone: "good" },
    rolled_back: { word: _t("Undone"), icon: "fa-undo", tone: "quiet" },
    unknown: { word: _t("Nobody knows"), icon: "fa-question", tone: "doubtful" },
};

/** The tries of an exchange as a timeline, the oldest first. */
export class Tries extends Component {
    static template = "reliability_integration.Tries";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    /** Who was asked, or has asked us. */
    get counterpart() {
        return this.props.record.data.integration_id?.display_name || _t("Counterpart");
    }

    get list() {
        return this.props.record.data[this.props.name];
    }

    /** How many tries are too old to be shown. */
    get earlier() {
        return this.list.count - this.list.records.length;
    }

    get tries() {
        const records = this.list.records.toSorted(
            (one, other) => one.data.started - other.data.started || one.resId - other.resId
        );
        return records.map(({ data, resId }, at) => ({
            id: resId,
            number: this.earlier + at + 1,
            when: toLocaleDateTimeString(data.started, { showSeconds: true }),
            later: at ? this.pause(records[at - 1].data.started, data.started) : "",
            took: data.seconds ? _t("took %s s", formatFloat(data.seconds)) : "",
            status: data.status ? _t("HTTP %s", data.status) : "",
            who: data.user_id ? _t("by %s", data.user_id.display_name) : "",
            message: data.message || "",
            theirs: OUTCOMES[data.outcome] || UNDER_WAY,
            ours: TRANSACTION_STATES[data.transaction_state] || UNDER_WAY,
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

registry.category("fields").add("reliability_tries", {
    component: Tries,
    supportedTypes: ["one2many"],
    fieldDependencies: [{ name: "integration_id", type: "many2one" }],
    relatedFields: [
        { name: "started", type: "datetime" },
        { name: "seconds", type: "float" },
        { name: "outcome", type: "char" },
        { name: "presumed", type: "boolean" },
        { name: "status", type: "integer" },
        { name: "message", type: "text" },
        { name: "transaction_state", type: "char" },
        { name: "user_id", type: "many2one", relation: "res.users" },
    ],
});
