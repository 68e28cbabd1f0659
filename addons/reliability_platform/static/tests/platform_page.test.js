import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { formatTrend, trendConfig } from "@reliability_platform/platform_page/trend_config";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import {
    defineActions,
    getService,
    makeMockEnv,
    mountWithCleanup,
    onRpc,
    preloadBundle,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

describe.current.tags("desktop");
defineMailModels();
preloadBundle("web.chartjs_lib");
defineActions([
    { id: 7, tag: "reliability_platform.page", type: "ir.actions.client", name: "Platform" },
]);

const TIMES = ["2026-03-02 11:40:00", "2026-03-02 11:50:00", "2026-03-02 12:00:00"];
const TREND = { metric: "lag_seconds", name: "Lag", unit: "seconds", values: [1, null, 75] };
const POSTGRES = {
    key: "postgres:",
    name: "",
    state: "interrupted",
    state_name: "Interrupted",
    problems: [
        {
            code: "commits_unconfirmed",
            state: "interrupted",
            text: "PostgreSQL's commits have waited since 11:58",
            to_do: "Start the standby",
        },
    ],
    values: [{ name: "Disk full in", text: "Unknown" }],
    tables: [{ name: "Standbys", columns: ["Name", "Lag"], rows: [["ffm2", "75 s"]] }],
    trends: [TREND],
};
const CONTENT = {
    hint: "",
    times: TIMES,
    sections: [{ kind: "postgres", name: "PostgreSQL", subjects: [POSTGRES] }],
};

/** Open the page; each time that it is read, it has the next of these contents. */
async function openPage(...contents) {
    onRpc("reliability.platform.page", "read_page", () => {
        const content = contents.shift();
        if (content instanceof Error) {
            throw content;
        }
        return content;
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction(7);
    await animationFrame();
}

test("a problem is shown with its state and what to do", async () => {
    await openPage(CONTENT);
    expect(queryAllTexts("section h2")).toEqual(["PostgreSQL"]);
    expect("article .badge.o_reliability_badge_danger").toHaveText("Interrupted");
    expect("[data-code=commits_unconfirmed] strong").toHaveText(POSTGRES.problems[0].text);
    expect("[data-code=commits_unconfirmed] div div").toHaveText("Start the standby");
    expect("dl dd").toHaveText("Unknown");
    expect("[data-metric=lag_seconds] canvas").toHaveAttribute(
        "aria-label",
        "PostgreSQL: Lag, of the last day"
    );
    expect(queryFirst("details td").textContent).toBe("ffm2");
});

test("what is not known is a gap in a chart", () => {
    const { data } = trendConfig(TIMES, TREND, () => "#000");
    expect(data.datasets[0].data).toEqual([1, null, 75]);
    expect(data.datasets[0].pointRadius).toEqual([1.5, 0, 1.5]);
});

test("trends have their units", async () => {
    await makeMockEnv(); // with translations
    expect(`${formatTrend(0.0042, "seconds")}`).toBe("4.2 ms");
    expect(`${formatTrend(75, "seconds")}`).toBe("75 s");
    expect(`${formatTrend(-75, "seconds")}`).toBe("-75 s");
    expect(`${formatTrend(-0.00005, "seconds")}`).toBe("-0.05 ms");
    expect(`${formatTrend(2.5, "percent")}`).toBe("2.5 %");
    expect(`${formatTrend(100, "percent")}`).toBe("100 %");
    expect(`${formatTrend(8, "connections")}`).toBe("8");
    expect(`${formatTrend(0.5, "connections")}`).toBe("0.5");
    expect(`${formatTrend(2147000000, "left")}`).toBe("2.1G");
});

test("it is read again each minute", async () => {
    await openPage(CONTENT, { ...CONTENT, sections: [] });
    expect("article").toHaveCount(1);
    await advanceTime(60000);
    await animationFrame();
    expect("article").toHaveCount(0);
    expect(".o_reliability_platform_empty h2").toHaveText("No problem and no value is reported");
});

test("where the server does not answer, what was read stays", async () => {
    await openPage(CONTENT, new Error("down"));
    await advanceTime(60000);
    await animationFrame();
    expect(".alert-warning").toHaveCount(1);
    expect("article").toHaveCount(1);
});
