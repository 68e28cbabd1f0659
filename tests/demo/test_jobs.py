"""A web shop's orders are imported by jobs: some fail, and one kills its workers."""

import re

import metrics
import pytest
from accessibility import is_wider_than_screen
from playwright.sync_api import expect
from waiting import wait_until

from setup import demo, demo_server, scenario_of_jobs

UNTIL = demo_server.ALL

IMPORT, CATALOG = "simulated.shop._import_order", "simulated.shop._import_catalog"
PRICE = "simulated.shop._send_price"
WAITING = len(scenario_of_jobs.PRICES) - 1
BLOCKED = re.compile(rf"{WAITING} jobs wait in the channel shop\.prices")
DIED = re.compile("Import the catalog killed its workers")
FAILED = re.compile(rf"Import order WEB-{scenario_of_jobs.FAILED} failed at")
POSTPONED_ORDER = f"Import order WEB-{scenario_of_jobs.POSTPONED}"
FAILED_ORDER = f"Import order WEB-{scenario_of_jobs.FAILED}"
FIRST_PRICE = f"Send the price of {scenario_of_jobs.PRICES[0]}"
ATTEMPTS = "/odoo/reliability-job-attempts"


@pytest.fixture(scope="module")
def admin(server):
    return demo.log_in(server, "admin")


def values(samples, metric):
    """Yield labels and value of each sample of a metric."""
    for (name, labels), value in samples.items():
        if name == metric:
            yield dict(labels), value


class TestMetrics:
    """``/metrics`` has what the queue did, and what it can do."""

    def test_attempts_are_counted_by_outcome(self, server):
        expected = {
            (PRICE, "rejected"): 1,
            (IMPORT, "retried"): 1,
            (IMPORT, "failed"): 1,
            (CATALOG, "killed"): scenario_of_jobs.DEATHS,
        }

        def is_complete(samples):
            counts = {
                (labels["job"], labels["outcome"]): value
                for labels, value in values(
                    samples, "odoo_queue_job_duration_seconds_count"
                )
            }
            is_usual = counts.get((IMPORT, "success"), 0) > scenario_of_jobs.USUAL
            return is_usual and expected.items() <= counts.items()

        metrics.wait_for(server, is_complete)

    def test_the_wait_for_a_worker_is_a_histogram(self, server):
        name = "odoo_queue_job_delay_seconds_bucket"
        metrics.wait_for(server, lambda samples: list(values(samples, name)))

    def test_each_channel_has_its_capacity(self, server):
        expected = {"root": 2, "root.shop": 2, "root.shop.prices": 1}

        def capacities(samples):
            found = values(samples, "queue_job_channel_capacity")
            return {labels["channel"]: value for labels, value in found}

        metrics.wait_for(server, lambda samples: capacities(samples) == expected)

    def test_the_blocked_channel_is_shown(self, server):
        def blocked(samples):
            found = values(samples, "odoo_queue_job_channel_blocked")
            return [(one["channel"], one["reason"]) for one, value in found if value]

        expected = [("root.shop.prices", "failed")]
        metrics.wait_for(server, lambda samples: blocked(samples) == expected)


class TestJobAttempts:
    """*Job Attempts* has each attempt, with its outcome and the reason."""

    @pytest.mark.parametrize(
        ("job", "number", "outcome", "reason"),
        [
            (POSTPONED_ORDER, 1, "Postponed", "The web shop is not available"),
            (POSTPONED_ORDER, 2, "Done", ""),
            (FAILED_ORDER, 1, "Failed", "HTTPError: 500 Server Error"),
            (FIRST_PRICE, 1, "Rejected by Odoo", "the price is lower than the cost"),
            *(
                ("Import the catalog", death, "Worker died", "found the worker dead")
                for death in range(1, scenario_of_jobs.DEATHS + 1)
            ),
        ],
    )
    def test_an_attempt_is_listed(self, open_page, job, number, outcome, reason):
        page = open_page("warehouse", ATTEMPTS)
        rows = page.locator(".o_data_row", has_text=job)
        number = page.locator("[name=number]").get_by_text(str(number), exact=True)
        row = rows.filter(has=number)
        expect(row).to_have_count(1)
        expect(row.locator("td[name=outcome]")).to_have_text(outcome)
        expect(row.locator("[name=explanation]")).to_contain_text(reason)

    def test_the_list_fits_a_phone(self, open_page):
        page = open_page("warehouse", ATTEMPTS, width=390, height=844)
        expect(page.get_by_text(FAILED_ORDER).first).to_be_visible()
        assert not is_wider_than_screen(page)


class TestAlerts:
    """The cockpit says what blocks jobs, and what to do."""

    @pytest.mark.parametrize("login", demo_server.USERS)
    def test_everybody_reads_the_sentences(self, to_do, login):
        page = to_do(login)
        for text in (BLOCKED, DIED, FAILED):
            expect(page.locator(".o_data_row", has_text=text)).to_be_visible()

    @pytest.mark.parametrize(
        ("text", "job"),
        [
            (BLOCKED, FIRST_PRICE),
            (DIED, "Import the catalog"),
            (FAILED, FAILED_ORDER),
        ],
    )
    def test_who_may_requeue_a_job_opens_it(self, to_do, text, job):
        page = to_do("ops")
        alert = page.locator(".o_data_row", has_text=text)
        alert.get_by_role("button", name="Open").click()
        expect(page.locator(".breadcrumb")).to_contain_text("To Do")
        expect(page.locator(".o_list_view .o_data_row")).to_have_count(1)
        expect(page.locator(".o_list_view .o_data_row")).to_contain_text(job)

    def test_requests_of_people_are_not_in_trouble(self, admin):
        """The runner asks a worker by a request; how the job ends is no fault of it."""
        platform = [("service_id.code", "=", "platform"), ("is_present", "=", True)]
        assert admin.call("reliability.alert", "search_count", platform) == 0


class TestOrdersThatFollow:
    """Orders go on arriving, one by one, and stop by themselves."""

    def test_one_job_waits_for_its_time(self, admin):
        over = ("done", "failed")
        jobs = [("channel", "=", "root.shop"), ("state", "not in", over)]
        assert admin.call("queue.job", "search_count", jobs) == 1

    def test_the_last_order_creates_no_job(self, admin):
        admin.call("simulated.shop", "import_one_by_one", 5001, 2, 1)
        orders = [("client_order_ref", "in", ("WEB-5001", "WEB-5002"))]
        wait_until(lambda: admin.call("sale.order", "search_count", orders) == 2)
        jobs = [("name", "=", "Import order WEB-5003")]
        assert admin.call("queue.job", "search_count", jobs) == 0
