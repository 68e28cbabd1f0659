import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { Component, useState, xml } from "@odoo/owl";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, makeServerError, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { SetupList } from "@reliability_dashboard/cockpit/setup_list";

describe.current.tags("desktop");
defineMailModels();

const OPEN_SERVICES = { type: "ir.actions.act_window", res_model: "reliability.service" };
const OWNERS = {
    key: "owners",
    name: "Owners of services",
    text: "9 of 9 services have no owner.",
    is_done: false,
    button: "Choose owners",
    action: OPEN_SERVICES,
};
const PROMETHEUS = {
    ...OWNERS,
    key: "prometheus",
    name: "Prometheus",
    text: "The metrics were read at 09:47.",
    is_done: true,
};

/** Mount the checklist on a simulated server. */
async function mountList(steps = [OWNERS, PROMETHEUS]) {
    const server = { steps, hidden: 0, read: 0, opened: [] };
    onRpc("reliability.cockpit", "read_setup", () => {
        server.read++;
        if (server.isBroken) {
            throw makeServerError();
        }
        return server.steps;
    });
    onRpc("reliability.cockpit", "hide_setup", () => {
        server.hidden++;
        return true;
    });
    class Page extends Component {
        static components = { SetupList };
        static props = {};
        static template = xml`<SetupList version="state.version" onOpen="open" />`;
        setup() {
            this.state = server.page = useState({ version: 1 });
            this.open = (action) => server.opened.push(action);
        }
    }
    await mountWithCleanup(Page);
    await animationFrame();
    return server;
}

/** Read the steps again, as after a refresh of the cockpit. */
async function refresh(server) {
    server.page.version++;
    await animationFrame();
    await animationFrame();
}

test("it says what is done, what is missing, and where to do it", async () => {
    const server = await mountList();
    expect(".o_rel_setup_header").toHaveText(/1 of 2 done/);
    expect(queryAllTexts(".o_rel_setup_step strong")).toEqual(["Owners of services", "Prometheus"]);
    expect(queryAllTexts(".o_rel_setup_reason")).toEqual([OWNERS.text, PROMETHEUS.text]);
    expect(".o_rel_setup_step button").toHaveCount(1);
    await contains(".o_rel_setup_step button").click();
    expect(server.opened).toEqual([OPEN_SERVICES]);
});

test("a step ticks itself at the next refresh", async () => {
    const server = await mountList();
    server.steps = [{ ...OWNERS, is_done: true, text: "Each service has an owner." }];
    await refresh(server);
    expect(".o_rel_setup_step").toHaveText(/Each service has an owner/);
    expect(".o_rel_setup_step button").toHaveCount(0);
    expect(server.read).toBe(2);
});

test("once all is done there is nothing", async () => {
    await mountList([]);
    expect(".o_rel_setup").toHaveCount(0);
});

test("it can be hidden", async () => {
    const server = await mountList();
    await contains(".o_rel_setup_hide").click();
    expect(server.hidden).toBe(1);
    expect(".o_rel_setup").toHaveCount(0);
});

test("an error leaves what is shown, and opens no dialog", async () => {
    const server = await mountList();
    server.isBroken = true;
    await refresh(server);
    expect(".o_rel_setup_step").toHaveCount(2);
    expect(".o_dialog, .o_notification").toHaveCount(0);
});
