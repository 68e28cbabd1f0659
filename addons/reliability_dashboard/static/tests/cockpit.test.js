import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { Component, xml } from "@odoo/owl";
import { describe, expect, test } from "@odoo/hoot";
import { queryAll, queryAllTexts, waitFor } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
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
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { WebClient } from "@web/webclient/webclient";
import { card, chart, cockpit, comparison, trouble, TRANSFERS } from "./scenarios";

describe.current.tags("desktop");
defineMailModels();
preloadBundle("web.chartjs_lib");
defineActions([
    { id: 7, tag: "reliability_dashboard.cockpit", type: "ir.actions.client", name: "Cockpit" },
]);

const ANSWERS = {
    read_cockpit: async (server) => {
        await server.held;
        return server.picture;
    },
    read_chart: async (server) => {
        await server.held;
        return chart();
    },
    read_technical: () => ({
        layers: { database: "Database", outside: "Outside", python: "Odoo" },
        operations: [
            {
                code: "transfer_validation",
                p50: 0.2,
                p95: 0.61,
                shares: { database: 0.25, outside: 0, python: 0.75 },
            },
        ],
    }),
    read_comparison: async (server) => {
        await server.held;
        return comparison();
    },
    read_summary: () => ({ state: "degraded", count: 7, text: "Seven need you." }),
    open_calls: () => ({ ...TRANSFERS, name: "Calls" }),
    set_technical: () => true,
};

/** Let the server answer, open the cockpit, and write down what is asked. */
async function openCockpit(picture = cockpit()) {
    const server = { picture, asked: [], down: false, held: null };
    onRpc("res.users", "has_group", () => false);
    for (const [method, answer] of Object.entries(ANSWERS)) {
        onRpc("reliability.cockpit", method, ({ args }) => {
            server.asked.push([method, ...args]);
            if (server.loggedOut) {
                throw makeServerError({ errorName: "odoo.http.SessionExpiredException" });
            }
            return answer(server);
        });
    }
    onRpc(
        "/*",
        () => {
            if (server.down) {
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

const asked = (server, method) => server.asked.filter(([name]) => name === method);

/** Let the server tell that it judged, and wait until the browser has heard it. */
async function tellNews() {
    const heard = new Deferred();
    const bus = getService("bus_service");
    const onNews = () => heard.resolve();
    bus.subscribe(EVALUATED, onNews);
    MockServer.env["bus.bus"]._sendone(serverState.partnerId, EVALUATED, {});
    await heard;
    bus.unsubscribe(EVALUATED, onNews);
}

test("what is wrong, what waits and what to do are seen without opening anything", async () => {
    await openCockpit(trouble());
    expect(".o_rel_headline .o_rel_mark").toHaveText("Degraded");
    expect(".o_rel_headline_text").toHaveText("Transfer validation: 3 of 10 fail since 14:05");
    expect(".o_rel_headline_contingency").toHaveText("Write it down.");
    expect(".o_rel_headline_action").toHaveText("Open transfers");
    expect(".o_rel_card_failures").toHaveText("3 failed");
    expect(".o_rel_card_backlogs").toHaveText("37 transfers wait");
    expect(".o_rel_alert").toHaveCount(1);
});

test("everything that is wrong opens its records", async () => {
    await openCockpit(trouble());
    for (const place of ["headline", "attention", "card_waiting"]) {
        const doing = [];
        patchWithCleanup(getService("action"), { doAction: (action) => doing.push(action) });
        await contains(`.o_rel_${place} button:not(.o_rel_card_more)`).click();
        expect(doing.map(({ name }) => name)).toEqual(["Transfers"]);
    }
});

test("what is to be done on any day is not shown as trouble", async () => {
    const late = { key: "late", state: "fine", text: "3 are late", button: "Open", can_act: true };
    await openCockpit(cockpit({ attention: [{ ...late, action: TRANSFERS }] }));
    expect(".o_rel_alert").toHaveText(/To do[^]*3 are late/);
    expect(".o_rel_alert").not.toHaveText(/Fine/);
});

test("a state is never told by colour alone", async () => {
    await openCockpit(cockpit({ cards: [card({ state: "interrupted", text: "All fail" })] }));
    expect(".o_rel_card .o_rel_mark").toHaveText("Interrupted");
    expect(".o_rel_card .o_rel_mark .fa-times-circle").toHaveCount(1);
});

test("old numbers are never shown as fine", async () => {
    const source = { age: 1500, stale: true, text: "No numbers came for 25 min." };
    await openCockpit(cockpit({ source }));
    expect(queryAllTexts(".o_rel_page .o_rel_mark")).toEqual(["Out of date", "Out of date"]);
    expect(".o_rel_headline_warning").toHaveText("No numbers came for 25 min.");
    expect(".o_rel_page").toHaveClass("o_rel_outdated");
});

test("when the server is away, the last numbers stay, with their time, and grow old", async () => {
    const server = await openCockpit();
    server.down = true;
    await advanceTime(REFRESH_INTERVAL);
    await animationFrame();
    expect(".o_rel_problem strong").toHaveText("The server cannot be reached.");
    expect(".o_rel_card .o_rel_mark").toHaveText("Out of date");
    expect(".o_rel_card_number").toHaveText("120");
    expect(".o_dialog, .o_notification").toHaveCount(0);
    server.down = false;
    await contains(".o_rel_problem button").click();
    await animationFrame();
    expect(".o_rel_problem").toHaveCount(0);
    expect(".o_rel_card .o_rel_mark").toHaveText("Fine");
});

test("who was logged out meanwhile is told to log in", async () => {
    const server = await openCockpit();
    server.loggedOut = true;
    await advanceTime(REFRESH_INTERVAL);
    await animationFrame();
    expect(".o_rel_problem strong").toHaveText("You are not logged in any more.");
    expect(".o_rel_problem button").toHaveText("Log in");
    expect(".o_rel_card .o_rel_mark").toHaveText("Out of date");
});

test("for whoever was logged out nothing is asked until he looks at it again", async () => {
    const server = await openCockpit();
    server.loggedOut = true;
    await advanceTime(REFRESH_INTERVAL);
    await tellNews();
    await advanceTime(3 * REFRESH_INTERVAL);
    expect(asked(server, "read_cockpit")).toHaveLength(2);
    server.loggedOut = false; // in another tab he logged in again
    document.dispatchEvent(new Event("visibilitychange"));
    await animationFrame();
    expect(asked(server, "read_cockpit")).toHaveLength(3);
    expect(".o_rel_problem").toHaveCount(0);
    await advanceTime(REFRESH_INTERVAL);
    expect(asked(server, "read_cockpit")).toHaveLength(4);
});

test("the age of the numbers counts up by itself", async () => {
    const server = await openCockpit();
    expect(".o_rel_freshness").toHaveText(/from 12 s ago/);
    await advanceTime(5000);
    expect(".o_rel_freshness").toHaveText(/from 17 s ago/);
    expect(asked(server, "read_cockpit")).toHaveLength(1);
});

test("news is shown soon, and much news at once is asked for once", async () => {
    const server = await openCockpit();
    server.picture = trouble();
    await tellNews();
    await tellNews();
    await advanceTime(MAX_JITTER);
    await animationFrame();
    expect(".o_rel_headline .o_rel_mark").toHaveText("Degraded");
    expect(asked(server, "read_cockpit")).toHaveLength(2);
});

test("a hidden tab asks nothing, and catches up when it is looked at", async () => {
    const server = await openCockpit();
    let hidden = true;
    patchWithCleanup(document, {
        get hidden() {
            return hidden;
        },
    });
    await advanceTime(3 * REFRESH_INTERVAL);
    expect(asked(server, "read_cockpit")).toHaveLength(1);
    hidden = false;
    document.dispatchEvent(new Event("visibilitychange"));
    await animationFrame();
    expect(asked(server, "read_cockpit")).toHaveLength(2);
});

test("a card shows its operation's day, and another can be chosen", async () => {
    const server = await openCockpit();
    expect(asked(server, "read_chart").at(-1)[1]).toBe("transfer_validation");
    await contains(".o_rel_operation").select("reservation");
    await animationFrame();
    expect(asked(server, "read_chart").at(-1)[1]).toBe("reservation");
    expect(".o_rel_charts h2").toHaveText("Reservation through the day");
});

test("below the title of another operation or day, nothing of the one before is drawn", async () => {
    const server = await openCockpit();
    await waitFor(".o_rel_canvas");
    server.held = new Deferred();
    await contains(".o_rel_operation").select("reservation");
    await animationFrame();
    expect(".o_rel_charts h2").toHaveText("Reservation through the day");
    expect(".o_rel_canvas").toHaveCount(0);
    server.held.resolve();
    await waitFor(".o_rel_canvas");
    server.down = true;
    await contains(".o_rel_charts button[aria-label='The day before']").click();
    await waitFor(".o_rel_charts [role=alert]");
    expect(".o_rel_canvas").toHaveCount(0);
});

test("what happened is marked at the same place of both drawings", async () => {
    await openCockpit();
    await waitFor(".o_rel_canvas canvas");
    const places = queryAll(".o_rel_canvas canvas").map((canvas) => {
        const { chartArea, scales } = Chart.getChart(canvas);
        return (scales.x.getPixelForValue(1) - chartArea.left) / chartArea.width;
    });
    // The second of 24 slots has its middle at one and a half of them, as the marks count.
    for (const place of places) {
        expect(place).toBeCloseTo(1.5 / 24, { margin: 0.001 });
    }
    expect(places).toHaveLength(2);
});

test("the drawing says in words what it shows, and the table has the same numbers", async () => {
    const server = await openCockpit();
    await waitFor(".o_rel_canvas canvas");
    const labels = [...queryAll(".o_rel_canvas canvas")].map((of) => of.ariaLabel);
    expect(labels[0]).toMatch(/Transfer validation by time of day: 7 done, 1 failed/);
    expect(labels[1]).toMatch(/Transfer validation by time of day: how long it took/);
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
    const question = asked(server, "open_calls").at(-1);
    expect(question.slice(2)).toEqual([
        "2026-03-02 01:00:00",
        "2026-03-02 02:00:00",
        1,
        "failures",
    ]);
    expect(opened).toEqual(["Calls"]);
});

test("percentiles are one click away, and remembered", async () => {
    const server = await openCockpit();
    expect(".o_rel_page").not.toHaveText(/p95/);
    await contains(".o_rel_technical_switch").click();
    await animationFrame();
    expect(".o_rel_page").toHaveText(/p95/);
    expect(".o_rel_layers").toHaveAttribute("aria-label", "Database 25%, Odoo 75%");
    expect(".o_rel_layers .o_rel_layer").toHaveCount(2);
    expect(".o_rel_technical_switch").toHaveAttribute("aria-pressed", "true");
    expect(asked(server, "set_technical")).toEqual([["set_technical", true]]);
});

test("another warehouse, or all of them", async () => {
    const server = await openCockpit();
    expect(asked(server, "read_cockpit")[0]).toEqual(["read_cockpit", null]);
    await contains(".o_rel_warehouse").click();
    expect(queryAllTexts(".o_rel_warehouses .o_rel_mark")).toEqual(["Fine", "Degraded"]);
    await contains(".o_rel_warehouses .o-dropdown-item:contains(Chicago)").click();
    expect(asked(server, "read_cockpit").at(-1)).toEqual(["read_cockpit", 2]);
    await contains(".o_rel_warehouse").click();
    await contains(".o_rel_warehouses .o-dropdown-item:contains(All)").click();
    expect(asked(server, "read_cockpit").at(-1)).toEqual(["read_cockpit", false]);
});

const CHICAGO = ".o_rel_warehouses .o-dropdown-item:contains(Chicago)";

test("a warehouse that was chosen is kept when news comes before its answer", async () => {
    const server = await openCockpit();
    server.held = new Deferred();
    await contains(".o_rel_warehouse").click();
    await contains(CHICAGO).click();
    await tellNews();
    await advanceTime(MAX_JITTER);
    expect(asked(server, "read_cockpit").slice(1)).toEqual([
        ["read_cockpit", 2],
        ["read_cockpit", 2],
    ]);
    server.held.resolve();
});

test("a warehouse that cannot be read is not kept: what is seen is of the one before", async () => {
    const server = await openCockpit();
    server.down = true;
    await contains(".o_rel_warehouse").click();
    await contains(CHICAGO).click();
    await waitFor(".o_rel_problem");
    server.down = false;
    await contains(".o_rel_problem button").click();
    expect(asked(server, "read_cockpit").at(-1)).toEqual(["read_cockpit", 1]);
});

test("a service that has nothing to tell takes no room", async () => {
    const quiet = { state: "no_data", today: { calls: 0, failures: 0, slow: 0 } };
    const edi = card({ ...quiet, usual: null, key: "edi", name: "EDI" });
    await openCockpit(cockpit({ cards: [card(), edi, { ...edi, key: "web", state: "fine" }] }));
    expect(".o_rel_card").toHaveCount(1);
    expect(queryAllTexts(".o_rel_idle .o_rel_mark")).toEqual(["Fine", "No data"]);
});

test("a service that is counted for nobody here shows no count", async () => {
    const uncounted = { today: null, usual: null, state: "degraded", text: "2 of 40 fail" };
    await openCockpit(cockpit({ cards: [card(uncounted)] }));
    expect(".o_rel_card").toHaveText(/2 of 40 fail/);
    expect(".o_rel_card").not.toHaveText(/today/);
});

test("what is usual is not told of a service that is not counted any more", async () => {
    const uncounted = { today: null, usual: 130, state: "degraded", text: "2 of 40 fail" };
    await openCockpit(cockpit({ cards: [card(uncounted)] }));
    expect(".o_rel_card").toHaveText(/2 of 40 fail/);
    expect(".o_rel_card").not.toHaveText(/usually/);
});

test("where usually something is done by now, nothing is worth telling", async () => {
    const quiet = { state: "no_data", today: { calls: 0, failures: 0, slow: 0 } };
    await openCockpit(cockpit({ cards: [card(quiet)] }));
    expect(".o_rel_card").toHaveText(/usually 130 by now/);
});

test("the day of the worst service is shown first", async () => {
    const worst = { state: "interrupted", operation: "reservation", text: "All fail" };
    const server = await openCockpit(
        cockpit({
            cards: [card({ state: "degraded", text: "Slow" }), card({ ...worst, key: "b" })],
        })
    );
    expect(asked(server, "read_chart")[0][1]).toBe("reservation");
});

test("before anything was measured, it says what to do", async () => {
    const quiet = { state: "no_data", today: { calls: 0, failures: 0, slow: 0 }, usual: null };
    const headline = { state: "no_data", text: "There are no numbers yet.", advice: "" };
    await openCockpit(cockpit({ cards: [card(quiet)], headline, can_configure: true }));
    expect(".o_rel_no_numbers h1").toHaveText("There are no numbers yet.");
    expect(".o_rel_no_numbers button").toHaveText("Choose what is measured");
    expect(".o_rel_charts").toHaveCount(0);
});

test("what got worse comes first in a comparison", async () => {
    await openCockpit();
    await contains(".o_rel_views button:contains(Compare)").click();
    await animationFrame();
    expect(".o_rel_comparison tbody tr:first-child th").toHaveText(/Slower: 0.6 s instead/);
    expect(".o_rel_comparison tbody tr:first-child td:last").toHaveText(/1% failed/);
});

test("a comparison opens at once, whatever it takes to answer", async () => {
    const server = await openCockpit();
    server.held = new Deferred();
    await contains(".o_rel_views button:contains(Compare)").click();
    expect(".o_rel_comparison").toHaveCount(1);
    expect(".o_rel_comparison table").toHaveCount(0);
    server.held.resolve();
    await waitFor(".o_rel_comparison table");
});

describe("the icon at the top", () => {
    const COUNT = ".o_rel_summary_count";
    const summary = { state: "degraded", count: 2, text: "Two need you." };

    /** With the icon; what was asked until both were there is forgotten. */
    async function openWithIcon(picture) {
        patchWithCleanup(user, {
            hasGroup: async (group) => group === "reliability.group_viewer",
        });
        const server = await openCockpit(picture);
        await waitFor(COUNT);
        server.asked = [];
        return server;
    }

    async function quietTime() {
        await advanceTime(REFRESH_INTERVAL);
        await animationFrame();
    }

    test("takes what the cockpit was told of all that is the user's, and asks nothing", async () => {
        const server = await openWithIcon(cockpit({ summary }));
        expect(COUNT).toHaveText("2");
        server.picture = cockpit({ summary: { ...summary, count: 3 } });
        await quietTime();
        expect(COUNT).toHaveText("3");
        await quietTime();
        expect(asked(server, "read_cockpit")).toHaveLength(2);
        expect(asked(server, "read_summary")).toHaveLength(0);
    });

    test("asks for itself where the cockpit shows a part", async () => {
        const server = await openWithIcon(cockpit({ summary }));
        server.picture = cockpit();
        await quietTime();
        await quietTime();
        expect(COUNT).toHaveText("7");
        expect(asked(server, "read_summary").length).toBeGreaterThan(0);
    });

    test("asks for itself once the cockpit is left", async () => {
        class Elsewhere extends Component {
            static template = xml`<i class="elsewhere" />`;
            static props = ["*"];
        }
        registry.category("actions").add("elsewhere", Elsewhere);
        const server = await openWithIcon(cockpit({ summary }));
        await getService("action").doAction("elsewhere", { clearBreadcrumbs: true });
        await waitFor(".elsewhere");
        expect(COUNT).toHaveText("2");
        await quietTime();
        expect(COUNT).toHaveText("7");
        expect(asked(server, "read_cockpit")).toHaveLength(0);
    });
});
