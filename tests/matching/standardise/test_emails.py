"""E-mail addresses: mailboxes, roles, providers, names in local parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.standardise import emails

DIRT = st.text(alphabet=st.characters(), max_size=60)


@pytest.mark.parametrize(
    ("written", "address", "mailbox"),
    [
        ("John.Smith@Acme.COM", "john.smith@acme.com", "john.smith@acme.com"),
        ("john.smith+news@gmail.com", "john.smith+news@gmail.com", "johnsmith@gmail.com"),
        ("j.o.h.n@googlemail.com", "j.o.h.n@googlemail.com", "john@gmail.com"),
        ("john@gmial.com", "john@gmial.com", "john@gmail.com"),  # mistyped provider
        ("J. Doe <jd@x.co.uk>", "jd@x.co.uk", "jd@x.co.uk"),
        ("mailto:jd@x.co.uk", "jd@x.co.uk", "jd@x.co.uk"),
        ("max(at)web.de", "max@web.de", "max@web.de"),
        ("müller@bücher.de", "müller@xn--bcher-kva.de", "müller@xn--bcher-kva.de"),
        ("a@b", "", ""),
        ("not an address", "", ""),
        ("two@at@acme.com", "", ""),
        ("a@-acme.com", "", ""),
        ("", "", ""),
    ],
)
def test_addresses_and_mailboxes(written: str, address: str, mailbox: str) -> None:
    email = emails.parse(written)
    assert (email.address, email.mailbox) == (address, mailbox)


@pytest.mark.parametrize(
    ("written", "role"),
    [
        ("info@acme.de", True),
        ("sales.uk@acme.com", True),
        ("kontakt@acme.de", True),
        ("it.mueller@acme.de", False),
        ("infante@acme.es", False),
    ],
)
def test_role_mailboxes(written: str, role: bool) -> None:
    assert emails.parse(written).role is role


@pytest.mark.parametrize(
    "written", ["noreply@acme.de", "no-reply@acme.de", "none@none.com", "test@test.com", "keine.email@web.de"]
)
def test_mailboxes_of_nobody_give_no_key(written: str) -> None:
    assert emails.parse(written).placeholder
    assert emails.parse(written).key == ""


def test_the_domain_of_a_firm_is_no_provider() -> None:
    assert emails.parse("john@acme.de").company_domain == "acme.de"
    assert emails.parse("john@gmx.de").company_domain == ""
    assert emails.parse("john@example.com").company_domain == ""
    assert emails.parse("john@mailinator.com").disposable


def test_the_local_part_tells_names() -> None:
    assert emails.parse("john.smith84@acme.de").name_words == ("john", "smith")
    assert emails.parse("info@acme.de").name_words == ()


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("https://www.Acme.de:80/shop?x=1", "acme.de"),
        ("acme.de", "acme.de"),
        ("www2.acme.co.uk/a", "acme.co.uk"),
        ("no site", ""),
        ("", ""),
    ],
)
def test_the_host_of_a_website(written: str, host: str) -> None:
    assert emails.domain_of_website(written) == host


@given(DIRT)
def test_any_text_is_read(dirt: str) -> None:
    email = emails.parse(dirt)
    assert emails.parse(dirt) == email
    emails.domain_of_website(dirt)


@given(st.emails())
def test_what_was_read_is_read_the_same(written: str) -> None:
    email = emails.parse(written)
    assert emails.parse(email.address).address == email.address
    assert emails.parse(email.mailbox).mailbox == email.mailbox


LOCALS = st.one_of(
    st.sampled_from(
        ["noreply", "no.reply", "test", "info", "anna", "nobody1", "a..b", "x+y", ".a", "NoReply"]
    ),
    st.text(alphabet="abtest.-_+1N", max_size=8),
)
DOMAINS = st.sampled_from(
    ["gmail.com", "gmial.com", "test.com", "TEST.com", "nomail.com", "acme.de", "acme.de.", "a b.de", "x", ""]
)


@given(LOCALS, DOMAINS, st.sampled_from(["@", "", "(at)"]))
def test_a_placeholder_is_one_however_plainly_it_is_written(local, domain, at):
    text = f"{local}{at}{domain}"
    assert emails.is_placeholder(text) == emails.parse(text).placeholder
