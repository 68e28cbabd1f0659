import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeServerError,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { ReliabilityMenu } from "@reliability_dashboard/systray/reliability_menu";
import { user } from "@web/core/user";

describe.current.tags("desktop");
defineMailModels();

async function mountMenu({ role = true, summary, error } = {}) {
    patchWithCleanup(user, { hasGroup: () => Promise.resolve(role) });
    onRpc("reliability.cockpit", "read_summary", () => {
        expect.step("asked");
        if (error) {
            throw makeServerError(error);
        }
        return summary;
    });
    await mountWithCleanup(ReliabilityMenu);
    await animationFrame();
}

test("who has no part in it sees and asks nothing", async () => {
    await mountMenu({ role: false });
    expect("button").toHaveCount(0);
    expect.verifySteps([]);
});

test("it is quiet while there is nothing to do", async () => {
    await mountMenu({ summary: { state: "degraded", count: 0, text: "" } });
    expect("button i").toHaveAttribute("aria-label", "Reliability: nothing needs you");
    expect(".badge").toHaveCount(0);
    expect.verifySteps(["asked"]);
});

test("it is red and counts what this user can do, and leads to the cockpit", async () => {
    await mountMenu({ summary: { state: "interrupted", count: 2, text: "All fail." } });
    expect(".badge.text-bg-danger").toHaveText("2");
    await contains("button").click();
    expect(".o_rel_summary_text").toHaveText("All fail.");
    patchWithCleanup(getService("action"), { doAction: (action) => expect.step(action) });
    await contains(".o_rel_summary_open").click();
    expect.verifySteps(["asked", "reliability_dashboard.cockpit_action"]);
});

test("why it knows nothing is said as it is, and not that nothing is to do", async () => {
    await mountMenu({ error: { message: "You may not see this." } });
    expect("button i").toHaveAttribute("aria-label", "Reliability: not known");
    await contains("button").click();
    expect(".o_rel_summary_text").toHaveText(/You may not see this\./);
    expect.verifySteps(["asked"]);
});
