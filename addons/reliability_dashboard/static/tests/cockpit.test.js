import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { Component, xml } from "@odoo/owl";
import { describe, expect, test } from "@odoo/hoot";
import { queryAll, queryAllTexts, queryFirst, waitFor } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred, runAllTimers } from "@odoo/hoot-mock";
import {
    contains,
    defineActions,
    getService,
    makeServerError,
    MockServer,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    preloadBundle,
    serverState,
} from "@web/../tests/web_test_helpers";
import { EVALUATED, REFRESH_INTERVAL, MAX_JITTER } from "@reliability_dashboard/core/live";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { WebClient } from "@web/webclient/webclient";
import {
    card,
    chart,
    cockpit,
    comparison,
    degradedCockpit,
    departure,
    TRANSFERS,
} from "./scenarios";

describe.current.tags("desktop");
defineMailModels();
preloadBundle("web.chartjs_lib");
defineActions([
    { id: 7, tag: "reliability_dashboard.cockpit", type: "ir.actions.client", name: "Cockpit" },
]);

const ANSWERS = {
    read_cockpit: async (server) => {
        await server.delay;
        return server.content;
    },
    read_chart: async (server) => {
        await server.delay;
        return server.chart || chart();
    },
    read_technical: () => ({
        wait: "",
        layers: { database: "Database", external: "Partner systems", python: "Odoo" },
        operations: [
            {
                code: "transfer_validation",
                p50: 0.2,
                p95: 0.61,
                shares: { database: 0.25, external: 0, python: 0.75 },
            },
        ],
    }),
    read_comparison: async (server) => {
        await server.delay;
        return comparison();
    },
    read_summary: () => ({ state: "degraded", count: 7, text: "Seven need you." }),
    open_calls: () => ({ ...TRANSFERS, name: "Calls" }),
    set_technical: () => true,
    read_setup: (server) => server.setup,
    hide_setup: () => true,
};

/** Open the cockpit on a simulated server that records its calls. */
async function openCockpit(content = cockpit()) {
    const server = { content, calls: [], isDown: false, delay: null };
    onRpc("res.users", "has_group", () => false);
    for (const [method, answer] of Object.entries(ANSWERS)) {
        onRpc("reliability.cockpit", method, ({ args }) => {
            server.calls.push([method, ...args]);
            if (server.isLoggedOut) {
                throw makeServerError({ errorName: "odoo.http.SessionExpiredException" });
            }
            return answer(server);
        });
    }
    onRpc(
        "/*",
        () => {
            if (server.isDown) {
                throw new Error("unplugged");
            }
        },
        { pure: true }
    );
    await mountWithCleanup(WebClient);
    await getService("action").doAction(7);
    await animationFrame();
    return server;
}

const callsOf = (server, method) => server.calls.filter(([name]) => name === method);

/** Send the bus message of a health evaluation, and wait until the browser received it. */
async function sendEvaluated() {
    const received = new Deferred();
    const bus = getService("bus_service");
    const onMessage = () => received.resolve();
    bus.subscribe(EVALUATED, onMessage);
    MockServer.env["bus.bus"]._sendone(serverState.partnerId, EVALUATED, {});
    await received;
    bus.unsubscribe(EVALUATED, onMessage);
}

test("trouble, backlogs and the contingency procedure are visible at once", async () => {
    await openCockpit(degradedCockpit());
    expect(".o_rel_headline .o_rel_mark").toHaveText("Degraded");
    expect(".o_rel_headline_text").toHaveText(
        "Transfer validation: 3 of 10 calls have failed since 14:05"
    );
    expect(".o_rel_headline_contingency").toHaveText("Write it down.");
    expect(".o_rel_headline_action").toHaveText("Open transfers");
    expect(".o_rel_card_failures").toHaveText("3 failed");
    expect(".o_rel_card_backlogs").toHaveText("37 transfers wait");
    expect(".o_rel_alert").toHaveCount(1);
});

test("headline, alerts and backlogs open their records", async () => {
    await openCockpit(degradedCockpit());
    for (const part of ["headline", "alerts", "card_backlogs"]) {
        const opened = [];
        patchWithCleanup(getService("action"), { doAction: (action) => opened.push(action) });
        await contains(`.o_rel_${part} button:not(.o_rel_card_more)`).click();
        expect(opened.map(({ name }) => name)).toEqual(["Transfers"]);
    }
});

test("a card has what addons say of its service, below its backlogs", async () => {
    const backlogs = [{ text: "37 transfers wait", action: TRANSFERS }];
    const lines = [{ text: "12 of 60 failures left", action: false }];
    await openCockpit(cockpit({ cards: [card({ backlogs, lines })] }));
    expect(queryAllTexts(".o_rel_card_backlogs li")).toEqual([
        "37 transfers wait",
        "12 of 60 failures left",
    ]);
    expect(".o_rel_card_backlogs button").toHaveCount(1);
});

test("everyday work is not shown as trouble", async () => {
    const late = { key: "late", state: "fine", text: "3 are late", button: "Open", can_act: true };
    await openCockpit(cockpit({ alerts: [{ ...late, action: TRANSFERS }] }));
    expect(".o_rel_alert").toHaveText(/To do[^]*3 are late/);
    expect(".o_rel_alert").not.toHaveText(/Fine/);
});

test("a state is never shown by colour alone", async () => {
    await openCockpit(cockpit({ cards: [card({ state: "interrupted", text: "All fail" })] }));
    expect(".o_rel_card .o_rel_mark").toHaveText("Interrupted");
    expect(".o_rel_card .o_rel_mark .fa-times-circle").toHaveCount(1);
});

test("stale numbers are never shown as fine", async () => {
    const freshness = { age: 1500, stale: true, text: "No numbers for 25 min." };
    await openCockpit(cockpit({ freshness }));
    expect(queryAllTexts(".o_rel_page .o_rel_mark")).toEqual(["Out of date", "Out of date"]);
    expect(".o_rel_headline_warning").toHaveText("No numbers for 25 min.");
    expect(".o_rel_page").toHaveClass("o_rel_outdated");
});

test("without the server, the last numbers stay and are shown as out of date", async () => {
    const server = await openCockpit();
    server.isDown = true;
    await advanceTime(REFRESH_INTERVAL);
    await animationFrame();
    expect(".o_rel_problem strong").toHaveText("The server cannot be reached.");
    expect(".o_rel_card .o_rel_mark").toHaveText("Out of date");
    expect(".o_rel_card_number").toHaveText("120");
    expect(".o_dialog, .o_notification").toHaveCount(0);
    server.isDown = false;
    await contains(".o_rel_problem button").click();
    await animationFrame();
    expect(".o_rel_problem").toHaveCount(0);
    expect(".o_rel_card .o_rel_mark").toHaveText("Fine");
});

test("a user whose session has ended is asked to log in", async () => {
    const server = await openCockpit();
    server.isLoggedOut = true;
    await advanceTime(REFRESH_INTERVAL);
    await animationFrame();
    expect(".o_rel_problem strong").toHaveText("You are not logged in any more.");
    expect(".o_rel_problem button").toHaveText("Log in");
    expect(".o_rel_card .o_rel_mark").toHaveText("Out of date");
});

test("after a logout nothing is called until the tab becomes visible again", async () => {
    const server = await openCockpit();
    server.isLoggedOut = true;
    await advanceTime(REFRESH_INTERVAL);
    await sendEvaluated();
    await advanceTime(3 * REFRESH_INTERVAL);
    expect(callsOf(server, "read_cockpit")).toHaveLength(2);
    server.isLoggedOut = false; // the user logged in again in another tab
    document.dispatchEvent(new Event("visibilitychange"));
    await animationFrame();
    expect(callsOf(server, "read_cockpit")).toHaveLength(3);
    expect(".o_rel_problem").toHaveCount(0);
    await advanceTime(REFRESH_INTERVAL);
    expect(callsOf(server, "read_cockpit")).toHaveLength(4);
});

test("the age of the numbers increases without a call", async () => {
    const server = await openCockpit();
    expect(".o_rel_freshness").toHaveText(/from 12 s ago/);
    await advanceTime(5000);
    expect(".o_rel_freshness").toHaveText(/from 17 s ago/);
    expect(callsOf(server, "read_cockpit")).toHaveLength(1);
});

test("several bus messages cause one refresh", async () => {
    const server = await openCockpit();
    server.content = degradedCockpit();
    await sendEvaluated();
    await sendEvaluated();
    await advanceTime(MAX_JITTER);
    await animationFrame();
    expect(".o_rel_headline .o_rel_mark").toHaveText("Degraded");
    expect(callsOf(server, "read_cockpit")).toHaveLength(2);
});

test("a hidden tab does not refresh until it becomes visible", async () => {
    const server = await openCockpit();
    let hidden = true;
    patchWithCleanup(document, {
        get hidden() {
            return hidden;
        },
    });
    await advanceTime(3 * REFRESH_INTERVAL);
    expect(callsOf(server, "read_cockpit")).toHaveLength(1);
    hidden = false;
    document.dispatchEvent(new Event("visibilitychange"));
    await animationFrame();
    expect(callsOf(server, "read_cockpit")).toHaveLength(2);
});

test("the chart shows the card's operation, and another can be chosen", async () => {
    const server = await openCockpit();
    expect(callsOf(server, "read_chart").at(-1)[1]).toBe("transfer_validation");
    await contains(".o_rel_operation").select("reservation");
    await animationFrame();
    expect(callsOf(server, "read_chart").at(-1)[1]).toBe("reservation");
    expect(".o_rel_charts h2").toHaveText("Reservation through the day");
});

test("charts of the previous operation or day disappear at once", async () => {
    const server = await openCockpit();
    await waitFor(".o_rel_canvas");
    server.delay = new Deferred();
    await contains(".o_rel_operation").select("reservation");
    await animationFrame();
    expect(".o_rel_charts h2").toHaveText("Reservation through the day");
    expect(".o_rel_canvas").toHaveCount(0);
    server.delay.resolve();
    await waitFor(".o_rel_canvas");
    server.isDown = true;
    await contains(".o_rel_charts button[aria-label='The day before']").click();
    await waitFor(".o_rel_charts [role=alert]");
    expect(".o_rel_canvas").toHaveCount(0);
});

test("annotations are at the same position of both charts", async () => {
    await openCockpit();
    await waitFor(".o_rel_canvas canvas");
    const positions = queryAll(".o_rel_canvas canvas").map((canvas) => {
        const { chartArea, scales } = Chart.getChart(canvas);
        return (scales.x.getPixelForValue(1) - chartArea.left) / chartArea.width;
    });
    // The middle of the second of 24 intervals is at 1.5, as in annotations.
    for (const position of positions) {
        expect(position).toBeCloseTo(1.5 / 24, { margin: 0.001 });
    }
    expect(positions).toHaveLength(2);
});

test("charts have a text alternative, and the table has the same numbers", async () => {
    const server = await openCockpit();
    await waitFor(".o_rel_canvas canvas");
    const labels = [...queryAll(".o_rel_canvas canvas")].map((canvas) => canvas.ariaLabel);
    expect(labels[0]).toMatch(/Transfer validation by time of day: 7 done, 1 failed/);
    expect(labels[1]).toMatch(/Transfer validation by time of day: duration/);
    await contains(".o_rel_table_switch").click();
    expect(queryAllTexts(".o_rel_day_table tbody tr:first-child td")).toEqual([
        "2",
        "1",
        "0",
        "1",
        "0.2 s",
    ]);
    const opened = [];
    patchWithCleanup(getService("action"), { doAction: (action) => opened.push(action.name) });
    await contains(".o_rel_day_table tbody tr:first-child td:nth-child(3) button").click();
    const args = callsOf(server, "open_calls").at(-1);
    expect(args.slice(2)).toEqual(["2026-03-02 01:00:00", "2026-03-02 02:00:00", 1, "failures"]);
    expect(opened).toEqual(["Calls"]);
});

test("a number is a link only to as many calls as it says", async () => {
    const [, hour] = chart().points;
    const stored = { failures: 20, rejected: 0, slow: 5 };
    const points = [{ ...hour, done: 300, failures: 257, rejected: 4, slow: 9, stored }];
    const server = await openCockpit();
    server.chart = chart({ points });
    await contains(".o_rel_table_switch").click();
    await contains(".o_rel_operation").select("reservation");
    await animationFrame();
    const row = ".o_rel_day_table tbody tr:first-child";
    expect(queryAllTexts(`${row} td`).slice(0, 4)).toEqual([
        "300",
        "257the last 20",
        "4",
        "9the 5 slowest",
    ]);
    expect(queryAllTexts(`${row} button`)).toEqual(["the last 20", "the 5 slowest"]);
});

test("the text of an empty list is shown as text, not as HTML", async () => {
    await openCockpit(degradedCockpit());
    const opened = [];
    patchWithCleanup(getService("action"), { doAction: (action) => opened.push(action.help) });
    await contains(".o_rel_headline button").click();
    await contains(".o_rel_table_switch").click();
    await contains(".o_rel_day_table tbody tr:first-child td:nth-child(3) button").click();
    expect(opened.map((help) => help?.constructor.name)).toEqual(["Markup", "Markup"]);
});

test("the chart opens on the operation that fails, not on the first of its service", async () => {
    const content = degradedCockpit();
    Object.assign(content.operations[1], { calls: 10, failures: 8 });
    const server = await openCockpit(content);
    expect(callsOf(server, "read_chart")[0][1]).toBe("reservation");
});

/** Leave the cockpit for a list, with a chart of another operation and day as a table. */
async function leaveWithChoices() {
    const server = await openCockpit(degradedCockpit());
    await contains(".o_rel_operation").select("reservation");
    await contains(".o_rel_charts button[aria-label='The day before']").click();
    await contains(".o_rel_table_switch").click();
    await animationFrame();
    const button = queryFirst(".o_rel_day_table tbody tr:first-child td:nth-child(3) button");
    const content = queryFirst(".o_rel_cockpit .o_content");
    Object.assign(content.style, { height: "200px", overflow: "auto" });
    content.scrollTop = 150;
    button.focus();
    await contains(button).click();
    await waitFor(".o_list_view");
    server.calls = [];
    return server;
}

async function expectChoices(server) {
    await waitFor(".o_rel_day_table");
    const [, operation, , day] = callsOf(server, "read_chart").at(-1);
    expect([operation, day]).toEqual(["reservation", "2026-03-01"]);
    expect(".o_rel_table_switch").toHaveAttribute("aria-pressed", "true");
    expect(document.activeElement).toHaveAttribute("aria-label", "1: show these calls");
}

test("back by the breadcrumbs shows the chart as it was left", async () => {
    const server = await leaveWithChoices();
    await contains(".o_breadcrumb a, .breadcrumb-item a").click();
    await expectChoices(server);
});

test("back in the browser shows the chart as it was left", async () => {
    const server = await leaveWithChoices();
    await runAllTimers(); // the router has changed the address
    browser.history.back();
    await animationFrame();
    await runAllTimers();
    await expectChoices(server);
});

test("the technical view shows percentiles and is remembered", async () => {
    const server = await openCockpit();
    expect(".o_rel_page").not.toHaveText(/p95/);
    await contains(".o_rel_technical_switch").click();
    await animationFrame();
    expect(".o_rel_page").toHaveText(/p95/);
    expect(".o_rel_layers").toHaveAttribute("aria-label", "Database 25%, Odoo 75%");
    expect(".o_rel_layers .o_rel_layer").toHaveCount(2);
    expect(".o_rel_technical_switch").toHaveAttribute("aria-pressed", "true");
    expect(callsOf(server, "set_technical")).toEqual([["set_technical", true]]);
});

test("another warehouse or all warehouses can be chosen", async () => {
    const server = await openCockpit();
    expect(callsOf(server, "read_cockpit")[0]).toEqual(["read_cockpit", null]);
    await contains(".o_rel_warehouse").click();
    expect(queryAllTexts(".o_rel_warehouses .o_rel_mark")).toEqual(["Fine", "Degraded"]);
    await contains(".o_rel_warehouses .o-dropdown-item:contains(Chicago)").click();
    expect(callsOf(server, "read_cockpit").at(-1)).toEqual(["read_cockpit", 2]);
    await contains(".o_rel_warehouse").click();
    await contains(".o_rel_warehouses .o-dropdown-item:contains(All)").click();
    expect(callsOf(server, "read_cockpit").at(-1)).toEqual(["read_cockpit", false]);
});

const CHICAGO = ".o_rel_warehouses .o-dropdown-item:contains(Chicago)";

test("a refresh before the answer keeps the chosen warehouse", async () => {
    const server = await openCockpit();
    server.delay = new Deferred();
    await contains(".o_rel_warehouse").click();
    await contains(CHICAGO).click();
    await sendEvaluated();
    await advanceTime(MAX_JITTER);
    expect(callsOf(server, "read_cockpit").slice(1)).toEqual([
        ["read_cockpit", 2],
        ["read_cockpit", 2],
    ]);
    server.delay.resolve();
});

test("the previous warehouse stays if the chosen one cannot be read", async () => {
    const server = await openCockpit();
    server.isDown = true;
    await contains(".o_rel_warehouse").click();
    await contains(CHICAGO).click();
    await waitFor(".o_rel_problem");
    server.isDown = false;
    await contains(".o_rel_problem button").click();
    expect(callsOf(server, "read_cockpit").at(-1)).toEqual(["read_cockpit", 1]);
});

test("an idle service has no card", async () => {
    const idle = { state: "no_data", today: { calls: 0, failures: 0, slow: 0 } };
    const edi = card({ ...idle, usual: null, key: "edi", name: "EDI" });
    await openCockpit(cockpit({ cards: [card(), edi, { ...edi, key: "web", state: "fine" }] }));
    expect(".o_rel_card").toHaveCount(1);
    expect(queryAllTexts(".o_rel_idle .o_rel_mark")).toEqual(["Fine", "No data"]);
});

test("a service without counts shows none", async () => {
    const uncounted = {
        today: null,
        usual: null,
        state: "degraded",
        text: "2 of 40 calls have failed",
    };
    await openCockpit(cockpit({ cards: [card(uncounted)] }));
    expect(".o_rel_card").toHaveText(/2 of 40 calls have failed/);
    expect(".o_rel_card").not.toHaveText(/today/);
});

test("a service without counts shows no usual number either", async () => {
    const uncounted = {
        today: null,
        usual: 130,
        state: "degraded",
        text: "2 of 40 calls have failed",
    };
    await openCockpit(cockpit({ cards: [card(uncounted)] }));
    expect(".o_rel_card").toHaveText(/2 of 40 calls have failed/);
    expect(".o_rel_card").not.toHaveText(/usually/);
});

test("a service that usually has calls by now is not idle", async () => {
    const idle = { state: "no_data", today: { calls: 0, failures: 0, slow: 0 } };
    await openCockpit(cockpit({ cards: [card(idle)] }));
    expect(".o_rel_card").toHaveText(/usually 130 by now/);
});

test("the chart shows the worst service first", async () => {
    const worst = { state: "interrupted", operation: "reservation", text: "All fail" };
    const server = await openCockpit(
        cockpit({
            cards: [card({ state: "degraded", text: "Slow" }), card({ ...worst, key: "b" })],
        })
    );
    expect(callsOf(server, "read_chart")[0][1]).toBe("reservation");
});

test("the checklist is read only while there may be one", async () => {
    const server = await openCockpit();
    expect(callsOf(server, "read_setup")).toHaveLength(0);
    const step = { key: "owners", name: "Owners", text: "None.", is_done: false };
    server.setup = [{ ...step, button: "Choose", action: TRANSFERS }];
    server.content = cockpit({ setup: true });
    await advanceTime(REFRESH_INTERVAL);
    await waitFor(".o_rel_setup_step");
    expect(".o_rel_setup_step").toHaveText(/Owners/);
});

test("before the first measurement the page says what to do", async () => {
    const idle = { state: "no_data", today: { calls: 0, failures: 0, slow: 0 }, usual: null };
    const headline = { state: "no_data", text: "There are no numbers yet.", contingency: "" };
    await openCockpit(cockpit({ cards: [card(idle)], headline, can_configure: true }));
    expect(".o_rel_no_numbers h1").toHaveText("There are no numbers yet.");
    expect(".o_rel_no_numbers button").toHaveText("Choose what is measured");
    expect(".o_rel_charts").toHaveCount(0);
});

describe("trucks", () => {
    const TRUCK = ".o_rel_departure";

    test("each has its time, its progress, its pace, its state and its parcels", async () => {
        await openCockpit(cockpit({ departures: [departure()] }));
        expect(`${TRUCK}_time`).toHaveText("10:20");
        expect(`${TRUCK}_progress`).toHaveText("5 of 18 packed");
        expect(`${TRUCK}_bar > span`).toHaveStyle("width: 28%", { inline: true });
        expect(TRUCK).toHaveText(/DHL Parcel[^]*30 an hour, the last at 10:15/);
        expect(`${TRUCK} .o_rel_mark`).toHaveText("In time");
        const opened = [];
        patchWithCleanup(getService("action"), { doAction: (action) => opened.push(action) });
        await contains(`${TRUCK}_open:contains(Open 13 parcels)`).click();
        expect(opened.map(({ name }) => name)).toEqual(["Transfers"]);
    });

    test("one in trouble says why and what to do", async () => {
        const text = "Nothing packed since 09:47: add people";
        const late = departure({ state: "degraded", state_name: "At risk", text });
        await openCockpit(cockpit({ departures: [late] }));
        expect(TRUCK).toHaveClass("o_rel_degraded");
        expect(`${TRUCK} .o_rel_mark`).toHaveText("At risk");
        expect(`${TRUCK}_text`).toHaveText(text);
    });

    test("one without parcels has no bar and no button", async () => {
        const nothing = { total: 0, progress: "", pace: "", button: "", action: false };
        await openCockpit(cockpit({ departures: [departure(nothing)] }));
        expect(TRUCK).toHaveCount(1);
        expect(`${TRUCK}_bar, ${TRUCK} button`).toHaveCount(0);
    });

    test("they are shown before anything is measured", async () => {
        const idle = { state: "no_data", today: { calls: 0, failures: 0, slow: 0 }, usual: null };
        const headline = { state: "no_data", text: "There are no numbers yet." };
        const departures = [departure()];
        await openCockpit(cockpit({ cards: [card(idle)], headline, departures }));
        expect(".o_rel_no_numbers").toHaveCount(1);
        expect(TRUCK).toHaveCount(1);
    });

    test("they are out of date without the server, but not without measurements", async () => {
        const freshness = { age: 1500, stale: true, text: "No numbers for 25 min." };
        const server = await openCockpit(cockpit({ freshness, departures: [departure()] }));
        expect(`${TRUCK} .o_rel_mark`).toHaveText("In time");
        server.isDown = true;
        await advanceTime(REFRESH_INTERVAL);
        await animationFrame();
        expect(`${TRUCK} .o_rel_mark`).toHaveText("Out of date");
    });

    test("without cutoffs there is no strip", async () => {
        await openCockpit();
        expect(".o_rel_departures").toHaveCount(0);
    });
});

test("a comparison shows regressions first", async () => {
    await openCockpit();
    await contains(".o_rel_views button:contains(Compare)").click();
    await animationFrame();
    expect(".o_rel_comparison tbody tr:first-child th").toHaveText(/Slower: 0.6 s instead/);
    expect(".o_rel_comparison tbody tr:first-child td:last").toHaveText(/1% failed/);
});

test("a comparison opens before its answer arrives", async () => {
    const server = await openCockpit();
    server.delay = new Deferred();
    await contains(".o_rel_views button:contains(Compare)").click();
    expect(".o_rel_comparison").toHaveCount(1);
    expect(".o_rel_comparison table").toHaveCount(0);
    server.delay.resolve();
    await waitFor(".o_rel_comparison table");
});

describe("the systray icon", () => {
    const COUNT = ".o_rel_summary_count";
    const summary = { state: "degraded", count: 2, text: "Two need you." };

    /** Open the cockpit with the icon; the calls until both are there are not counted. */
    async function openWithIcon(content) {
        patchWithCleanup(user, {
            hasGroup: async (group) => group === "reliability.group_viewer",
        });
        const server = await openCockpit(content);
        await waitFor(COUNT);
        server.calls = [];
        return server;
    }

    async function waitForRefresh() {
        await advanceTime(REFRESH_INTERVAL);
        await animationFrame();
    }

    test("takes the summary of a cockpit that shows everything, and calls nothing", async () => {
        const server = await openWithIcon(cockpit({ summary }));
        expect(COUNT).toHaveText("2");
        server.content = cockpit({ summary: { ...summary, count: 3 } });
        await waitForRefresh();
        expect(COUNT).toHaveText("3");
        await waitForRefresh();
        expect(callsOf(server, "read_cockpit")).toHaveLength(2);
        expect(callsOf(server, "read_summary")).toHaveLength(0);
    });

    test("reads the summary while the cockpit shows one of several warehouses", async () => {
        const server = await openWithIcon(cockpit({ summary }));
        server.content = cockpit();
        await waitForRefresh();
        await waitForRefresh();
        expect(COUNT).toHaveText("7");
        expect(callsOf(server, "read_summary").length).toBeGreaterThan(0);
    });

    test("reads the summary after the cockpit is left", async () => {
        class Elsewhere extends Component {
            static template = xml`<i class="elsewhere" />`;
            static props = ["*"];
        }
        registry.category("actions").add("elsewhere", Elsewhere);
        const server = await openWithIcon(cockpit({ summary }));
        await getService("action").doAction("elsewhere", { clearBreadcrumbs: true });
        await waitFor(".elsewhere");
        expect(COUNT).toHaveText("2");
        await waitForRefresh();
        expect(COUNT).toHaveText("7");
        expect(callsOf(server, "read_cockpit")).toHaveLength(0);
    });
});
