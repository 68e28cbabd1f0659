import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { Component, onWillStart, useState, xml } from "@odoo/owl";
import { describe, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { REFRESH_INTERVAL, useLive } from "@reliability_dashboard/core/live";

describe.current.tags("desktop");
defineMailModels();

test("a page that is left before its first answer does not refresh any more", async () => {
    class Slow extends Component {
        static template = xml`<i />`;
        static props = {};
        setup() {
            useLive(() => expect.step("refreshed"));
            onWillStart(() => new Deferred());
        }
    }
    class Page extends Component {
        static template = xml`<Slow t-if="state.isOpen" />`;
        static components = { Slow };
        static props = {};
        setup() {
            this.state = useState({ isOpen: false });
        }
    }
    const page = await mountWithCleanup(Page);
    page.state.isOpen = true;
    await animationFrame();
    page.state.isOpen = false;
    await animationFrame();
    await advanceTime(2 * REFRESH_INTERVAL);
    expect.verifySteps([]);
});
