import { achievedConfig, burnConfig, leastShown } from "@reliability_slo/budget_chart/configs";
import { formatAchieved, formatBudget } from "@reliability_slo/budget_chart/format";
import { describe, expect, test } from "@odoo/hoot";
import { click, queryAllTexts, queryFirst, waitFor } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    defineModels,
    fields,
    makeMockEnv,
    models,
    mountView,
    onRpc,
    preloadBundle,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

const sums = (good, bad, left, even) => ({
    good,
    bad,
    total: good + bad,
    achieved: good + bad ? (100 * good) / (good + bad) : null,
    left,
    even,
});

const CONTENT = {
    bad_name: "Failures",
    row_name: "Failures",
    goal: 99,
    unit: 1,
    is_excluding: true,
    days: [
        { day: "2026-03-01", counted: sums(196, 4, 33, 50), all: sums(196, 4, 33, 50) },
        { day: "2026-03-02", counted: sums(0, 0, 33, 50), all: sums(0, 6, -67, 40) },
        { day: "2026-03-03", counted: sums(398, 2, 0, 0), all: sums(398, 2, -95, 0) },
    ],
    rows: [
        {
            key: ["validation", 1, "WH", "failed"],
            operation: "Transfer validation",
            company: "",
            warehouse: "WH",
            outcome: "failed",
            outcome_name: "Failed",
            stored: 4,
            is_stored: true,
            open_text: "Open calls",
            can_open: true,
            counted: 6,
            all: 12,
            counted_share: 100,
            all_share: 195,
        },
        {
            key: ["validation", 2, "CHI", "killed"],
            operation: "Transfer validation",
            company: "Chicago",
            warehouse: "CHI",
            outcome: "killed",
            outcome_name: "Killed",
            stored: 1,
            is_stored: true,
            open_text: "Open calls",
            can_open: false,
            counted: 1,
            all: 1,
            counted_share: 1,
            all_share: 1,
        },
    ],
    more: 0,
    message: "",
    denied: "",
};

class Budget extends models.Model {
    _name = "reliability.slo.budget";

    name = fields.Char();
    remaining = fields.Float();
    state = fields.Selection({
        selection: [
            ["met", "Met"],
            ["spent", "Spent"],
            ["no_data", "No data"],
        ],
    });

    _records = [
        { id: 1, name: "Orders", remaining: 41.27, state: "met" },
        { id: 2, name: "Labels", remaining: -38.4, state: "spent" },
        { id: 3, name: "Invoices", remaining: 0, state: "no_data" },
    ];
}

describe.current.tags("desktop");
defineMailModels();
preloadBundle("web.chartjs_lib");
defineModels([Budget]);

async function mountForm(content = CONTENT) {
    onRpc("reliability.slo.budget", "read_days", () => content);
    await mountView({
        type: "form",
        resModel: "reliability.slo.budget",
        resId: 1,
        arch: `<form><field name="name"/><widget name="reliability_slo_chart"/></form>`,
    });
    await waitFor(".o_reliability_slo_chart > :not(.o_reliability_slo_waiting)");
    await animationFrame();
}

describe("numbers", () => {
    test("what is left is rounded down, and may be less than nothing", async () => {
        await makeMockEnv();
        expect(formatBudget(41.97)).toBe("41%");
        expect(formatBudget(0.46)).toBe("0.4%");
        expect(formatBudget(-38.4)).toBe("-39%");
        expect(formatBudget(-1000)).toBe("-1000%");
        expect(formatBudget(-19900)).toBe("under -1000%");
        expect(formatBudget(null)).toBe("–");
    });

    test("what was achieved has four decimals, and none without data", async () => {
        await makeMockEnv();
        expect(formatAchieved(99.8333)).toBe("99.8333%");
        expect(formatAchieved(99.5)).toBe("99.5%");
        expect(formatAchieved(null)).toBe("–");
    });
});

describe("charts", () => {
    const days = CONTENT.days.map(({ day, all }) => ({ day, sums: all }));
    const counted = CONTENT.days.map((one) => ({ day: one.day, sums: one.counted }));
    const color = (name) => name;

    test("the burn chart has what is left and even use", () => {
        const { datasets } = burnConfig(days, CONTENT, color).data;
        expect(datasets.map(({ data }) => data)).toEqual([
            [33, -67, -95],
            [50, 40, 0],
        ]);
        expect(datasets[0].backgroundColor).toEqual(["--slo-left", "--slo-spent", "--slo-spent"]);
    });

    test("a day without data has no bar, and one that misses the goal another colour", () => {
        const [goal, bars] = achievedConfig(counted, CONTENT, color).data.datasets;
        expect(goal.data).toEqual([99, 99, 99]);
        expect(bars.data).toEqual([98, null, 99.5]);
        expect(bars.backgroundColor[0]).toBe("--slo-spent");
        expect(bars.backgroundColor[2]).toBe("--slo-left");
    });

    test("the axis begins below the worst day", () => {
        expect(leastShown(counted, 99)).toBe(97);
        expect(leastShown(days, 99)).toBe(0);
    });
});

describe("form", () => {
    test("the table has the same numbers; no data is no 100 %", async () => {
        await mountForm();
        await waitFor("canvas");
        expect("canvas").toHaveCount(2);
        await click("button:contains(Show as a table)");
        await animationFrame();
        expect(queryAllTexts(".o_reliability_slo_days tbody tr:eq(0) td")).toEqual([
            "200",
            "4",
            "98%",
            "33%",
            "50%",
        ]);
        expect(".o_reliability_slo_days tbody tr:eq(1) td:first").toHaveText("No data");
    });

    test("excluded times are shown on request", async () => {
        await mountForm();
        const numbers = () => queryAllTexts(".o_reliability_slo_used tbody td.text-end");
        expect(numbers()).toEqual(["6", "100%", "1", "1%"]);
        await click("button:contains(At all hours)");
        await animationFrame();
        expect(numbers()).toEqual(["12", "195%", "1", "1%"]);
        expect(queryFirst("button:contains(At all hours)").ariaPressed).toBe("true");
    });

    test("a row opens its calls, and says what it cannot open", async () => {
        onRpc("reliability.slo.budget", "open_bad_events", ({ args }) => {
            expect.step(args);
            return { type: "ir.actions.act_window_close" };
        });
        await mountForm();
        await click(".o_reliability_slo_used button");
        await animationFrame();
        expect.verifySteps([[1, "validation", 1, "WH", "failed"]]);
        expect(queryAllTexts(".o_reliability_slo_used tbody th > :last-child")).toEqual([
            "Open 4 that are stored\n: Transfer validation, Failed",
            "Select Chicago at the top to open them",
        ]);
    });

    test("who may not see the calls is told so", async () => {
        await mountForm({ ...CONTENT, rows: [], denied: "Shown to administrators." });
        expect(".o_reliability_slo_used p").toHaveText("Shown to administrators.");
    });

    test("without events there are no charts", async () => {
        const nothing = sums(0, 0, null, null);
        const days = [{ day: "2026-03-01", counted: nothing, all: nothing }];
        await mountForm({ ...CONTENT, days, rows: [] });
        expect("canvas").toHaveCount(0);
        expect(".o_reliability_slo_empty").toHaveCount(1);
    });
});

test("the bar of what is left ends at nothing, and no data has none", async () => {
    await mountView({
        type: "list",
        resModel: "reliability.slo.budget",
        arch: `<list>
            <field name="state"/>
            <field name="remaining" widget="reliability_slo_left"/>
        </list>`,
    });
    const widths = [...document.querySelectorAll(".o_reliability_left_part")].map(
        (part) => part.style.width
    );
    expect(widths).toEqual(["41.27%", "0%"]);
    expect(queryAllTexts("td[name=remaining]")).toEqual(["41%", "-39%", "–"]);
    expect(".o_reliability_left:first").toHaveAttribute(
        "aria-label",
        "41% of the error budget left"
    );
});
