import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const KINDS = {
    state: { icon: "fa-heartbeat", name: _t("State") },
    alert: { icon: "fa-flag-o", name: _t("Alert") },
    notification: { icon: "fa-bell-o", name: _t("Notification") },
    comment: { icon: "fa-comment-o", name: _t("Comment") },
    failure: { icon: "fa-exchange", name: _t("Failed exchanges") },
    killed: { icon: "fa-bolt", name: _t("Killed worker") },
    server: { icon: "fa-server", name: _t("Server") },
    change: { icon: "fa-wrench", name: _t("Change") },
};

/** What happened in an incident, in order. It is read when its page of the form is opened. */
export class Timeline extends Component {
    static template = "reliability_incident.Timeline";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.timeline = useState({ entries: [], more: "" });
        onWillStart(() => this.read(this.props.record));
        onWillUpdateProps(({ record }) => this.read(record));
    }

    async read(record) {
        if (record.resId) {
            const found = await this.orm.call(record.resModel, "read_timeline", [[record.resId]]);
            Object.assign(this.timeline, found);
        }
    }

    kind(entry) {
        return KINDS[entry.kind];
    }

    time(entry) {
        return toLocaleDateTimeString(deserializeDateTime(entry.moment));
    }

    open(entry) {
        return this.action.doAction(entry.action);
    }
}

registry.category("view_widgets").add("reliability_timeline", { component: Timeline });
