"""Who is notified of an incident, when, and of what: each once."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from reliability_incident.plan import Contacts, Message, Sent, Subject, due

NOON = datetime(2026, 11, 27, 12)
QUARTER = timedelta(minutes=15)
ANNA, BEN, CARLA = 1, 2, 3
CONTACTS = Contacts([ANNA], [BEN], QUARTER)
PAGE = Subject("open", "page", NOON)
TICKET = Subject("open", "ticket", NOON)


def plan(subject=PAGE, contacts=CONTACTS, sent=(), minutes=0):
    return due(subject, contacts, list(sent), NOON + timedelta(minutes=minutes))


class TestOpened:
    def test_who_is_on_call_is_notified_once(self):
        assert plan() == [Message("opened", ANNA)]
        assert plan(sent=[Sent(0, "opened", ANNA)]) == []

    def test_nobody_is_notified_of_information(self):
        assert plan(Subject("open", "information", NOON)) == []

    def test_not_while_it_is_snoozed(self):
        assert plan(PAGE._replace(is_snoozed=True)) == []

    def test_again_when_it_is_open_again(self):
        assert plan(PAGE._replace(episode=1), sent=[Sent(0, "opened", ANNA)]) == [
            Message("opened", ANNA)
        ]


class TestWorse:
    SENT = [Sent(0, "opened", ANNA, "ticket")]

    def test_a_ticket_that_becomes_a_page_is_notified_again(self):
        assert plan(TICKET, sent=self.SENT) == []
        assert plan(sent=self.SENT) == [Message("worse", ANNA)]

    def test_once(self):
        assert plan(sent=[*self.SENT, Sent(0, "worse", ANNA, "page")]) == []


class TestEscalation:
    SENT = [Sent(0, "opened", ANNA)]

    def test_the_deputy_after_minutes_without_acknowledgement(self):
        assert plan(sent=self.SENT, minutes=14) == []
        assert plan(sent=self.SENT, minutes=15) == [Message("escalated", BEN)]
        notified = [*self.SENT, Sent(0, "escalated", BEN)]
        assert plan(sent=notified, minutes=99) == []

    def test_not_if_somebody_has_acknowledged(self):
        subject = PAGE._replace(state="acknowledged")
        assert plan(subject, sent=self.SENT, minutes=99) == []

    def test_not_for_tickets(self):
        assert plan(TICKET, sent=self.SENT, minutes=99) == []

    def test_never_if_the_service_says_so(self):
        contacts = CONTACTS._replace(escalate_after=None)
        assert plan(contacts=contacts, sent=self.SENT, minutes=99) == []


class TestQuietHours:
    def test_they_hold_tickets_and_not_pages(self):
        quiet = CONTACTS._replace(is_quiet=True)
        assert plan(TICKET, quiet) == []
        assert plan(PAGE, quiet) == [Message("opened", ANNA)]

    def test_they_hold_pages_too_if_the_service_says_so(self):
        assert plan(PAGE, CONTACTS._replace(is_quiet=True, is_silent=True)) == []

    def test_nothing_of_what_began_and_ended_within_them(self):
        assert plan(TICKET._replace(state="restored")) == []


class TestOver:
    def test_everybody_who_was_notified(self):
        sent = [Sent(0, "opened", ANNA), Sent(0, "escalated", BEN)]
        over = [Message("restored", ANNA), Message("restored", BEN)]
        assert plan(PAGE._replace(state="restored"), sent=sent) == over
        assert plan(PAGE._replace(state="closed"), sent=sent) == over

    def test_also_if_it_was_snoozed(self):
        subject = PAGE._replace(state="restored", is_snoozed=True)
        sent = [Sent(0, "opened", ANNA)]
        assert plan(subject, sent=sent) == [Message("restored", ANNA)]


STEPS = st.lists(
    st.tuples(
        st.builds(
            Subject,
            st.sampled_from(["open", "acknowledged", "restored", "closed"]),
            st.sampled_from(["page", "ticket", "information"]),
            st.just(NOON),
            st.integers(0, 2),
            st.booleans(),
        ),
        st.builds(
            Contacts,
            st.lists(st.sampled_from([ANNA, BEN, CARLA]), unique=True),
            st.lists(st.sampled_from([ANNA, BEN, CARLA]), unique=True),
            st.sampled_from([None, QUARTER]),
            st.booleans(),
            st.booleans(),
        ),
        st.integers(0, 60),
    ),
    max_size=20,
)


@given(STEPS)
def test_nobody_gets_a_message_twice(steps):
    sent = []
    for subject, contacts, minutes in steps:
        for message in plan(subject, contacts, sent, minutes):
            key = subject.episode, message.event, message.person
            assert key not in {(one.episode, one.event, one.person) for one in sent}
            sent.append(
                Sent(subject.episode, message.event, message.person, subject.tier)
            )


@given(STEPS)
def test_who_hears_that_it_is_over_knew_that_it_was_there(steps):
    sent = []
    for subject, contacts, minutes in steps:
        for message in plan(subject, contacts, sent, minutes):
            if message.event == "restored":
                assert (subject.episode, message.person) in {
                    (one.episode, one.person) for one in sent if one.event != "restored"
                }
            sent.append(
                Sent(subject.episode, message.event, message.person, subject.tier)
            )
