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
        expect.step("read");
        if (error) {
            throw makeServerError(error);
        }
        return summary;
    });
    await mountWithCleanup(ReliabilityMenu);
    await animationFrame();
}

test("a user without a role sees no icon and calls nothing", async () => {
    await mountMenu({ role: false });
    expect("button").toHaveCount(0);
    expect.verifySteps([]);
});

test("the icon is neutral while the user can do nothing", async () => {
    await mountMenu({ summary: { state: "degraded", count: 0, text: "" } });
    expect("button i").toHaveAttribute("aria-label", "Reliability: nothing needs your attention");
    expect(".badge").toHaveCount(0);
    expect.verifySteps(["read"]);
});

test("the icon is red, counts the user's alerts and opens the cockpit", async () => {
    await mountMenu({ summary: { state: "interrupted", count: 2, text: "All fail." } });
    expect(".badge.text-bg-danger").toHaveText("2");
    await contains("button").click();
    expect(".o_rel_summary_text").toHaveText("All fail.");
    patchWithCleanup(getService("action"), { doAction: (action) => expect.step(action) });
    await contains(".o_rel_summary_open").click();
    expect.verifySteps(["read", "reliability_dashboard.cockpit_action"]);
});

test('an error is shown as an error, not as "nothing to do"', async () => {
    await mountMenu({ error: { message: "You may not see this." } });
    expect("button i").toHaveAttribute("aria-label", "Reliability: status unknown");
    await contains("button").click();
    expect(".o_rel_summary_text").toHaveText(/You may not see this\./);
    expect.verifySteps(["read"]);
});
