import { trendConfig } from "./trend_config";
import { ChartCanvas } from "@reliability_health/chart_canvas/chart_canvas";
import { loadChartLibrary } from "@reliability_health/chart_canvas/chart_library";
import { Component, markRaw, onWillDestroy, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const REFRESH_INTERVAL = 60000; // milliseconds

/** The colours of states, as `badge.scss` of the core has them, and their icons. */
const BADGES = { interrupted: "danger", degraded: "warning", threatened: "info", fine: "success" };
const ICONS = {
    interrupted: "fa-times-circle",
    degraded: "fa-exclamation-triangle",
    threatened: "fa-bell",
    fine: "fa-check-circle",
};

/** What is wrong beneath Odoo, what to do, facts and trends; for administrators. */
export class PlatformPage extends Component {
    static template = "reliability_platform.Page";
    static components = { ChartCanvas, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.display = { controlPanel: {} };
        this.state = useState({ content: null, isOutdated: false, hasCharts: false, version: 0 });
        onWillStart(() => {
            this.loadLibrary();
            return this.load();
        });
        const timer = browser.setInterval(() => this.refresh(), REFRESH_INTERVAL);
        onWillDestroy(() => browser.clearInterval(timer));
    }

    async load() {
        const content = await this.orm.silent.call("reliability.platform.page", "read_page");
        Object.assign(this.state, {
            content: markRaw(content),
            isOutdated: false,
            version: this.state.version + 1,
        });
    }

    /** A hidden tab does not refresh. Where the server does not answer, what was read stays. */
    async refresh() {
        if (document.hidden) {
            return;
        }
        try {
            await this.load();
        } catch {
            this.state.isOutdated = true;
        }
    }

    async loadLibrary() {
        this.state.hasCharts = await loadChartLibrary();
    }

    badgeOf(state) {
        return `o_reliability_badge_${BADGES[state] || "300"}`;
    }

    iconOf(state) {
        return ICONS[state] || "fa-question-circle";
    }

    configOf(trend) {
        return (color) => trendConfig(this.state.content.times, trend, color);
    }

    labelOf(section, subject, trend) {
        return _t("%(subject)s: %(trend)s, of the last day", {
            subject: subject.name || section.name,
            trend: trend.name,
        });
    }

    versionOf(trend) {
        return `${this.state.version} ${trend.metric}`;
    }
}

registry.category("actions").add("reliability_platform.page", PlatformPage);
