"""Journeys with orders over HTTP: what each step asks, finds, and always cleans up."""

import json
import signal
import ssl
import threading

import pytest
from fake_odoo import (
    FORM,
    KEY,
    LOGIN,
    ORDER,
    PASSWORD,
    PLAN,
    SECRETS,
    SESSION,
    TRANSFER,
    FakeOdoo,
    refusal,
    served,
)
from reliability_synthetic.probe import address, command, journey, problems, run
from reliability_synthetic.probe.account import Account
from reliability_synthetic.probe.odoo_client import OdooClient
from reliability_synthetic.probe.run import Check
from reliability_synthetic.run_result import FAILED, PASSED

ORDER_STEPS = ["quotation_api", "confirm_api", "reserve_api", "validate_api"]
PORTAL_STEPS = ["quotation_api", "portal_log_in", "portal_open", "portal_sign"]
API_STEPS = ["quotation_api", "confirm_api", "cancel_api"]
LABEL_STEPS = ["quotation_api", "rate_api", *ORDER_STEPS[1:], "label_api"]
ADDRESS_STEPS = ["resolve", "connect", "response"]
COMPANY = "reliability.synthetic.company"
CLEAN_UP = f"{COMPANY}.clean_up"
LIMIT = 20.0
"""Seconds, so long that only a real failure reaches them."""
SHORT = 0.3
"""Seconds after which an attempt ends in which nothing happens."""


@pytest.fixture
def odoo():
    with served(FakeOdoo()) as server:
        yield server


@pytest.fixture
def check(odoo):
    """Return a function that runs a journey once; it returns result and report."""

    def check(own_steps, limit=LIMIT, database=None):
        odoo.steps = ["log_in", *own_steps, "clean_up"]
        where = address.parse(odoo.url)
        account = Account(KEY, LOGIN, PASSWORD)
        trusted = ssl.create_default_context()
        what = Check("test", "here", where, trusted, 1, limit, account, database)
        return run.run(what)

    return check


def results(result):
    return [(one.step, one.result) for one in result.final.steps]


def failure(result):
    """Return step, cause and values of what has failed first."""
    failed = result.final.failed_step
    return failed.step, failed.cause, failed.values


def passed(*names):
    return [(name, PASSED) for name in names]


class TestWhatPasses:
    @pytest.mark.parametrize("own", [ORDER_STEPS, LABEL_STEPS, PORTAL_STEPS, API_STEPS])
    def test_all_steps_in_their_order(self, odoo, check, own):
        if "validate_api" in own:
            odoo.left = {"orders": 1, "transfers": 2}
        result, report = check(own)
        names = [*ADDRESS_STEPS, "log_in", *own, "clean_up"]
        assert results(result) == passed(*names)
        assert odoo.calls[-1] == CLEAN_UP
        assert json.loads(odoo.requests[-1][3]) == {"order_ids": [ORDER]}
        assert report["phases"].keys() == {
            *("resolve", "connect", "processing", "transfer")
        }

    def test_the_key_and_the_database_are_in_the_headers(self, odoo, check):
        check(API_STEPS, database="prod")
        api = [one for one in odoo.requests if one[1].startswith("/json/2/")]
        for _method, _path, headers, _content in api:
            assert headers["Authorization"] == f"bearer {KEY}"
            assert headers["X-Odoo-Database"] == "prod"
            assert "Cookie" not in headers

    def test_the_portal_gets_the_session_and_not_the_key(self, odoo, check):
        check(PORTAL_STEPS, database="prod")
        portal = [one for one in odoo.requests if one[1].startswith(("/my", "/web/l"))]
        assert len(portal) == 5
        assert portal[0][1] == "/web/login?db=prod"
        for _method, _path, headers, _content in portal:
            assert "Authorization" not in headers
            assert "X-Odoo-Database" not in headers
        assert SESSION in portal[-1][2]["Cookie"]

    def test_the_order_is_of_the_synthetic_company(self, odoo, check):
        check(API_STEPS)
        assert odoo.created["company_id"] == PLAN["company_id"]
        assert odoo.created["warehouse_id"] == PLAN["warehouse_id"]
        assert odoo.created["partner_id"] == PLAN["partner_id"]
        assert "require_signature" not in odoo.created

    def test_one_for_the_portal_is_signed_and_not_paid(self, odoo, check):
        check(PORTAL_STEPS)
        assert odoo.created["partner_id"] == PLAN["portal_partner_id"]
        assert odoo.created["require_signature"] is True
        assert odoo.created["require_payment"] is False
        assert "sale.order.action_quotation_sent" in odoo.calls

    def test_the_transfer_of_the_order_is_shipped(self, odoo, check):
        check(ORDER_STEPS)
        (validated,) = [
            json.loads(content)
            for _method, path, _headers, content in odoo.requests
            if path.endswith("/button_validate")
        ]
        assert validated["ids"] == [TRANSFER]

    def test_without_an_account_the_address_is_all(self, odoo):
        where, trusted = address.parse(odoo.url), ssl.create_default_context()
        result, _report = run.run(Check("test", "here", where, trusted, 1, LIMIT))
        assert results(result) == passed(*ADDRESS_STEPS)
        assert odoo.calls == ["/web/health"]

    def test_an_address_that_fails_is_all(self, odoo, check):
        odoo.answers["/web/health"] = 502, ""
        result, _report = check(API_STEPS)
        assert failure(result)[:2] == ("response", problems.INGRESS)
        assert odoo.calls == ["/web/health"]


class TestTheExternalApi:
    """What an answer to a call means, by the step that has called."""

    PLAN = f"{COMPANY}.plan"

    @pytest.mark.parametrize(
        ("answer", "cause"),
        [
            ((401, refusal("werkzeug.exceptions.Unauthorized", "Invalid")), "key"),
            ((500, refusal("builtins.KeyError", "'x'")), "server_error"),
            ((404, "<h1>Not Found</h1>"), "no_api"),
            ((200, "<h1>Log in first</h1>"), "no_api"),
            ((401, "<h1>Authorization required</h1>"), "status"),
            ((502, "<h1>Bad Gateway</h1>"), "ingress"),
            ((422, {"detail": "of something else"}), "status"),
        ],
    )
    def test_an_answer_that_is_an_error(self, odoo, check, answer, cause):
        odoo.answers[self.PLAN] = answer
        result, _report = check(API_STEPS)
        assert failure(result)[:2] == ("log_in", cause)
        assert CLEAN_UP not in odoo.calls

    def test_the_sentence_of_odoo(self, odoo, check):
        sentence = "You are not allowed\n  to create orders.\n"
        odoo.answers["sale.order.create"] = (
            403,
            refusal("odoo.exceptions.AccessError", sentence),
        )
        step, cause, values = failure(check(API_STEPS)[0])
        assert (step, cause) == ("quotation_api", problems.REFUSED_BY_ODOO)
        assert values["message"] == "You are not allowed to create orders"

    def test_a_plan_that_is_none_is_an_error_of_the_probe(self, odoo, check):
        odoo.answers[self.PLAN] = 200, {"steps": []}
        assert failure(check([])[0])[:2] == ("log_in", problems.ERROR)

    def test_a_step_that_only_a_newer_odoo_knows(self, odoo, check):
        step, cause, values = failure(check(["quotation_api", "invoice_api"])[0])
        assert (step, cause) == ("invoice_api", problems.UNKNOWN_STEP)
        assert odoo.calls[-1] == CLEAN_UP

    @pytest.mark.parametrize(
        ("own", "needed"),
        [
            (["confirm_api"], "quotation_api"),
            (["portal_log_in", "portal_sign"], "quotation_api"),
            (["quotation_api", "reserve_api"], "confirm_api"),
            (["rate_api"], "quotation_api"),
            ([*ORDER_STEPS, "label_api"], "rate_api"),
            (["quotation_api", "rate_api", "label_api"], "validate_api"),
        ],
    )
    def test_a_step_without_the_one_that_it_needs(self, check, own, needed):
        step, cause, values = failure(check(own)[0])
        assert (step, cause) == (own[-1], problems.STEP_MISSING)
        assert values["expected"] == needed


class TestOrders:
    @pytest.mark.parametrize(
        ("call", "content", "step", "cause", "named"),
        [
            (
                "sale.order.read",
                [{"name": "S1", "amount_untaxed": 90.0, "state": "draft"}],
                "quotation_api",
                problems.WRONG_PRICE,
                {"document": "S1", "state": "90.00", "expected": "100.00"},
            ),
            (
                "sale.order.action_confirm",
                True,
                "confirm_api",
                problems.NOT_CONFIRMED,
                {"model": "sale.order", "state": "draft", "expected": "sale"},
            ),
            (
                "stock.picking.action_assign",
                True,
                "reserve_api",
                problems.NOT_RESERVED,
                {"document": "SYN/OUT/0001", "state": "confirmed"},
            ),
            (
                "stock.picking.button_validate",
                True,
                "validate_api",
                problems.NOT_VALIDATED,
                {"model": "stock.picking", "state": "assigned", "expected": "done"},
            ),
            (
                "stock.picking.button_validate",
                {"target": "new", "name": "Create Backorder?"},
                "validate_api",
                problems.OPENS_DIALOG,
                {"message": "Create Backorder?"},
            ),
            (
                "sale.order.line.search_read",
                [{"qty_delivered": 0.0}],
                "validate_api",
                problems.NOT_DELIVERED,
                {"document": "SYN/0012"},
            ),
        ],
    )
    def test_a_result_that_is_wrong(
        self, odoo, check, call, content, step, cause, named
    ):
        odoo.answers[call] = 200, content
        result, _report = check(ORDER_STEPS)
        assert failure(result)[:2] == (step, cause)
        assert named.items() <= failure(result)[2].items()
        assert results(result)[-1] == ("clean_up", PASSED)

    def test_an_order_without_a_delivery(self, odoo, check):
        def without():
            state = {"name": "S1", "amount_untaxed": 100.0, "state": odoo.order}
            return 200, [{**state, "picking_ids": []}]

        odoo.answers["sale.order.read"] = without
        assert failure(check(ORDER_STEPS)[0])[:2] == (
            *("confirm_api", problems.NO_DELIVERY),
        )

    def test_one_that_is_not_cancelled(self, odoo, check):
        odoo.answers["sale.order.action_cancel"] = 200, True
        step, cause, values = failure(check(API_STEPS)[0])
        assert (step, cause) == ("cancel_api", problems.ORDER_STATE)
        assert (values["state"], values["expected"]) == ("sale", "cancel")


class TestTheCarrier:
    def test_its_rate_is_added_to_the_order_before_it_is_confirmed(self, odoo, check):
        check(LABEL_STEPS)
        dialog = "choose.delivery.carrier"
        first = odoo.calls.index(f"{dialog}.create")
        assert odoo.calls[first : first + 4] == [
            *(f"{dialog}.create", f"{dialog}.update_price"),
            *(f"{dialog}.button_confirm", "sale.order.action_confirm"),
        ]
        assert odoo.dialog == {"order_id": ORDER, "carrier_id": PLAN["carrier_id"]}

    def test_one_without_a_rate_says_so_in_its_words(self, odoo, check):
        odoo.answers["choose.delivery.carrier.update_price"] = (
            422,
            refusal("odoo.exceptions.UserError", "No service to this address."),
        )
        step, cause, values = failure(check(LABEL_STEPS)[0])
        assert (step, cause) == ("rate_api", problems.NO_RATE)
        assert values["carrier"] == PLAN["carrier"]
        assert values["document"] == "SYN/0012"
        assert values["message"] == "No service to this address"

    def test_an_error_of_its_connector_is_one_of_odoo(self, odoo, check):
        odoo.answers["choose.delivery.carrier.update_price"] = (
            500,
            refusal("builtins.KeyError", "'price'"),
        )
        assert failure(check(LABEL_STEPS)[0])[:2] == (
            *("rate_api", problems.SERVER_ERROR),
        )

    def test_a_label_without_a_tracking_reference_is_one(self, odoo, check):
        odoo.tracking, odoo.files = False, 1
        odoo.left = {"orders": 1, "transfers": 2}
        assert check(LABEL_STEPS)[0].final.failed_step is None

    def test_a_delivery_without_a_label(self, odoo, check):
        odoo.tracking = False
        step, cause, values = failure(check(LABEL_STEPS)[0])
        assert (step, cause) == ("label_api", problems.NO_LABEL)
        assert values["document"] == "SYN/OUT/0001"
        assert values["carrier"] == PLAN["carrier"]


class TestThePortal:
    @pytest.mark.parametrize(
        ("page", "answer", "step", "cause"),
        [
            (
                *("/web/login", (200, "<h1>Single sign-on</h1>")),
                *("portal_log_in", problems.NO_LOG_IN_FORM),
            ),
            ("POST /web/login", (200, FORM), "portal_log_in", problems.LOG_IN_REFUSED),
            ("/web/login", (500, ""), "portal_log_in", problems.STATUS),
            (
                *(f"/my/orders/{ORDER}", (200, "<h2>SYN/0099</h2>")),
                *("portal_open", problems.NOT_SHOWN),
            ),
            (
                *(f"/my/orders/{ORDER}", (303, "", {"Location": "/my"})),
                *("portal_open", problems.NOT_SHOWN),
            ),
            (f"/my/orders/{ORDER}", (500, ""), "portal_open", problems.STATUS),
            (
                f"/my/orders/{ORDER}/accept",
                (200, {"result": {"error": "Invalid order."}}),
                *("portal_sign", problems.SIGNATURE_REFUSED),
            ),
            (
                f"/my/orders/{ORDER}/accept",
                (
                    200,
                    {"error": {"data": refusal("odoo.exceptions.UserError", "No.")}},
                ),
                *("portal_sign", problems.SIGNATURE_REFUSED),
            ),
            (
                f"/my/orders/{ORDER}/accept",
                (200, {"error": {"data": refusal("builtins.KeyError", "'x'")}}),
                *("portal_sign", problems.SERVER_ERROR),
            ),
            (
                f"/my/orders/{ORDER}/accept",
                (200, "<h1>Log in first</h1>"),
                *("portal_sign", problems.SIGNATURE_REFUSED),
            ),
            (
                f"/my/orders/{ORDER}/accept",
                (502, "<h1>Bad Gateway</h1>"),
                *("portal_sign", problems.INGRESS),
            ),
        ],
    )
    def test_a_page_that_is_wrong(self, odoo, check, page, answer, step, cause):
        odoo.answers[page] = answer
        result, _report = check(PORTAL_STEPS)
        assert failure(result)[:2] == (step, cause)
        assert results(result)[-1] == ("clean_up", PASSED)

    def test_the_user_who_is_not_let_in_is_named(self, odoo, check):
        odoo.answers["POST /web/login"] = 200, FORM
        assert failure(check(PORTAL_STEPS)[0])[2]["login"] == LOGIN

    def test_a_page_in_a_language(self, odoo, check):
        where = f"/my/orders/{ORDER}"
        odoo.answers[where] = 302, "", {"Location": f"/fr{where}"}
        odoo.answers[f"/fr{where}"] = 200, "SYN/0012"
        assert check(PORTAL_STEPS)[0].final.result == PASSED

    def test_an_order_that_is_not_confirmed_by_its_signature(self, odoo, check):
        def cancel():
            odoo.order = "cancel"

        odoo.answers[f"/my/orders/{ORDER}/accept"] = cancel
        step, cause, values = failure(check(PORTAL_STEPS)[0])
        assert (step, cause) == ("portal_sign", problems.NOT_CONFIRMED)
        assert values["state"] == "cancel"


class TestRedirects:
    """Nothing is sent to another host, neither the key nor the session."""

    @pytest.fixture
    def elsewhere(self):
        with served(FakeOdoo()) as server:
            yield server

    @pytest.mark.parametrize(
        ("page", "step"),
        [
            (f"{COMPANY}.plan", "log_in"),
            ("/web/login", "portal_log_in"),
            ("POST /web/login", "portal_log_in"),
            (f"/my/orders/{ORDER}", "portal_open"),
            (f"/my/orders/{ORDER}/accept", "portal_sign"),
        ],
    )
    def test_one_to_another_host_fails(self, odoo, elsewhere, check, page, step):
        headers = {"Location": f"{elsewhere.url}/x?token=y"}
        odoo.answers[page] = 307, "", headers
        found, cause, values = failure(check(PORTAL_STEPS)[0])
        assert (found, cause) == (step, problems.REDIRECT)
        assert values["location"] == f"{elsewhere.url}/x"
        assert elsewhere.requests == []

    def test_one_that_never_ends_fails(self, odoo, check):
        odoo.answers["/web/login"] = 302, "", {"Location": "/web/login"}
        assert failure(check(PORTAL_STEPS)[0])[:2] == (
            *("portal_log_in", problems.REDIRECT),
        )


class TestTheCleanUp:
    def test_without_an_order_there_is_none(self, odoo, check):
        odoo.answers["sale.order.create"] = 500, refusal("builtins.E", "x")
        result, _report = check(API_STEPS)
        assert results(result)[-1] == ("quotation_api", FAILED)
        assert CLEAN_UP not in odoo.calls

    def test_the_first_step_that_fails_stays_the_failed_one(self, odoo, check):
        odoo.answers["sale.order.action_confirm"] = 500, refusal("builtins.E", "x")
        odoo.answers[CLEAN_UP] = 500, refusal("builtins.E", "y")
        result, _report = check(API_STEPS)
        assert failure(result)[0] == "confirm_api"
        assert results(result)[-1] == ("clean_up", FAILED)
        what = Check("test", "here", None, None, 1, LIMIT)
        line = command._summary(what, result)
        assert "failed at confirm_api: " in line and ", and at clean_up: " in line

    def test_one_that_fails_fails_the_attempt(self, odoo, check):
        odoo.answers[CLEAN_UP] = 422, refusal("odoo.exceptions.UserError", "Not now.")
        step, cause, values = failure(check(API_STEPS)[0])
        assert (step, cause) == ("clean_up", problems.REFUSED_BY_ODOO)
        assert values["message"] == "Not now"

    @pytest.mark.parametrize(
        ("own", "left", "result"),
        [
            (API_STEPS, {"orders": 0, "transfers": 0}, PASSED),
            (API_STEPS, {"orders": 1, "transfers": 0}, FAILED),
            (API_STEPS, {"orders": 0, "transfers": 1}, FAILED),
            (ORDER_STEPS, {"orders": 1, "transfers": 2}, PASSED),
            (ORDER_STEPS, {"orders": 1, "transfers": 3}, FAILED),
        ],
    )
    def test_only_what_was_shipped_may_remain(self, odoo, check, own, left, result):
        odoo.left = left
        found, _report = check(own)
        assert results(found)[-1] == ("clean_up", result)
        if result == FAILED:
            assert failure(found)[1] == problems.DOCUMENTS_LEFT

    def test_it_comes_also_where_the_limit_is_over(self, odoo, check):
        is_over = threading.Event()
        odoo.answers["sale.order.action_confirm"] = lambda: is_over.wait(LIMIT) and None
        odoo.answers[CLEAN_UP] = is_over.set
        result, _report = check(API_STEPS, limit=SHORT)
        assert failure(result)[:2] == ("confirm_api", problems.LIMIT)
        assert results(result)[-1] == ("clean_up", PASSED)

    def test_it_has_a_limit_of_its_own(self, odoo, check, monkeypatch):
        monkeypatch.setattr(journey, "CLEAN_UP_SECONDS", SHORT)
        is_over = threading.Event()
        odoo.answers[CLEAN_UP] = lambda: is_over.wait(LIMIT) and None
        result, _report = check(API_STEPS)
        is_over.set()
        assert failure(result)[:2] == ("clean_up", problems.LIMIT)


class TestSignals:
    """A probe that is ended in an attempt cleans up, and ends then."""

    @pytest.fixture(autouse=True)
    def _ending(self):
        before = signal.signal(signal.SIGTERM, lambda *_signal: command._end(0))
        yield
        signal.signal(signal.SIGTERM, before)

    @pytest.mark.parametrize(
        "call", ["sale.order.action_confirm", "sale.order.action_cancel", CLEAN_UP]
    )
    def test_the_order_is_cleaned_up(self, odoo, check, call):
        main = threading.main_thread().ident
        odoo.answers[call] = lambda: signal.pthread_kill(main, signal.SIGTERM)
        with pytest.raises(SystemExit):
            check(API_STEPS)
        assert odoo.calls.count(CLEAN_UP) == 1
        assert odoo.calls[-1] == CLEAN_UP

    def test_a_signal_does_not_end_the_clean_up(self, odoo, check, monkeypatch):
        main = threading.main_thread().ident
        call, answered = OdooClient.call, []

        def recorded(client, model, method, *ids, **arguments):
            answer = call(client, model, method, *ids, **arguments)
            answered.append(method)
            return answer

        monkeypatch.setattr(OdooClient, "call", recorded)
        for name in ("sale.order.action_confirm", CLEAN_UP):
            odoo.answers[name] = lambda: signal.pthread_kill(main, signal.SIGTERM)
        with pytest.raises(SystemExit):
            check(API_STEPS)
        assert answered[-1] == "clean_up"

    def test_a_clean_up_that_fails_does_not_prevent_the_end(self, odoo, check):
        main = threading.main_thread().ident
        odoo.answers["sale.order.action_confirm"] = lambda: signal.pthread_kill(
            main, signal.SIGTERM
        )
        odoo.answers[CLEAN_UP] = 500, refusal("builtins.E", "x")
        with pytest.raises(SystemExit):
            check(API_STEPS)


class TestSecrets:
    """Neither a report nor a line of the probe has a key, password or session."""

    def everything(self, result, report):
        what = Check("test", "here", None, None, 1, LIMIT)
        return json.dumps(report) + command._summary(what, result) + repr(result)

    @pytest.mark.parametrize(
        "page",
        [
            f"{COMPANY}.plan",
            "sale.order.create",
            f"/my/orders/{ORDER}/accept",
            CLEAN_UP,
        ],
    )
    def test_an_answer_that_repeats_them(self, odoo, check, page):
        message = " ".join(SECRETS)
        error = refusal("odoo.exceptions.UserError", message)
        json_rpc = {"error": {"data": error}}
        answer = (200, json_rpc) if page.endswith("accept") else (422, error)
        odoo.answers[page] = answer
        result, report = check(PORTAL_STEPS)
        assert result.final.result == FAILED
        assert "…" in failure(result)[2]["message"]
        shown = self.everything(result, report)
        # Before it has logged in to the portal, the probe has no session.
        is_logged_in = "portal_log_in" in shown
        for secret in SECRETS if is_logged_in else SECRETS[:2]:
            assert secret not in shown

    @pytest.mark.parametrize("where", [f"/my?s={SESSION}", f"https://x/?k={KEY}"])
    def test_a_redirect_that_has_them(self, odoo, check, where):
        odoo.answers[f"/my/orders/{ORDER}/accept"] = 302, "", {"Location": where}
        result, report = check(PORTAL_STEPS)
        assert failure(result)[1] == problems.REDIRECT
        for secret in SECRETS:
            assert secret not in self.everything(result, report)

    def test_what_passes_has_none(self, odoo, check):
        result, report = check(PORTAL_STEPS)
        for secret in SECRETS:
            assert secret not in self.everything(result, report)


class TestConnections:
    def test_odoo_is_gone_between_two_steps(self, odoo, check):
        """The port is closed after the plan: the order is left to Odoo."""
        odoo.answers["sale.order.action_confirm"] = lambda: odoo.socket.close()
        result, _report = check(API_STEPS)
        assert failure(result)[1] in (problems.REFUSED, problems.CLOSED)
        assert results(result)[-1] == ("clean_up", FAILED)
