import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { click } from "@odoo/hoot-dom";
import { animationFrame, mockTimeZone } from "@odoo/hoot-mock";
import {
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

class Incident extends models.Model {
    _name = "incident";

    name = fields.Char();
    _records = [{ id: 1, name: "INC00001" }];
}
defineModels([Incident]);

const TIMELINE = ".o_reliability_timeline";
const RESTORED = {
    key: 0,
    moment: "2026-03-02 12:00:00",
    kind: "state",
    text: "Restored",
    who: "",
    action: false,
};

/** Mount the timeline of an incident; the reader's clock is two hours ahead of UTC. */
async function mountTimeline(entries, more = "") {
    mockTimeZone(2);
    onRpc("incident", "read_timeline", () => ({ entries, more }));
    await mountView({
        type: "form",
        resModel: "incident",
        resId: 1,
        arch: `<form><widget name="reliability_timeline" /></form>`,
    });
}

test("an entry has the reader's time, an icon with a name, and the person", async () => {
    await mountTimeline([{ ...RESTORED, who: "Mitchell" }]);
    expect(`${TIMELINE} time`).toHaveText(/2:00\sPM/);
    expect(`${TIMELINE} i.fa-heartbeat`).toHaveAttribute("aria-label", "State");
    expect(`${TIMELINE} li`).toHaveText(/Restored\s*Mitchell/);
});

test("an entry opens what it is about, if there is something to open", async () => {
    const action = { type: "ir.actions.act_window", res_model: "incident" };
    mockService("action", { doAction: (opened) => expect.step(opened.res_model) });
    await mountTimeline([RESTORED, { ...RESTORED, key: 1, action }]);
    expect(`${TIMELINE} button`).toHaveCount(1);
    await click(`${TIMELINE} button`);
    await animationFrame();
    expect.verifySteps(["incident"]);
});

test("it says how many are left out", async () => {
    await mountTimeline([RESTORED], "5 earlier entries are not shown");
    expect(`${TIMELINE} p`).toHaveText("5 earlier entries are not shown");
});

test("it says that nothing has happened", async () => {
    await mountTimeline([]);
    expect(`${TIMELINE} p`).toHaveText("Nothing has happened that you may read.");
});
