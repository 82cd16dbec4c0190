"""E-mail addresses: the form to show, the mailbox to compare, and what kind of mailbox it is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from matching.standardise.text import fold

FREE_MAIL = frozenset(
    "gmail.com googlemail.com hotmail.com hotmail.co.uk hotmail.de hotmail.fr hotmail.it hotmail.es"
    " outlook.com outlook.de"
    " outlook.fr live.com live.de live.nl live.fr live.co.uk msn.com yahoo.com yahoo.de yahoo.fr yahoo.it"
    " yahoo.es yahoo.co.uk"
    " yahoo.co.jp yahoo.co.in yahoo.com.br ymail.com rocketmail.com aol.com aol.de icloud.com me.com mac.com"
    " proton.me"
    " protonmail.com pm.me tutanota.com tuta.io gmx.de gmx.net gmx.at gmx.ch gmx.com web.de t-online.de"
    " freenet.de arcor.de"
    " mail.de posteo.de mailbox.org 1und1.de online.de vodafone.de kabelmail.de orange.fr wanadoo.fr free.fr"
    " laposte.net"
    " sfr.fr neuf.fr libero.it virgilio.it alice.it tiscali.it tin.it hotmail.be telenet.be skynet.be"
    " ziggo.nl kpnmail.nl"
    " planet.nl home.nl xs4all.nl hetnet.nl bluewin.ch hispeed.ch a1.net chello.at aon.at telefonica.net"
    " terra.es"
    " sapo.pt clix.pt mail.ru bk.ru list.ru inbox.ru yandex.ru yandex.com ya.ru rambler.ru ukr.net i.ua"
    " meta.ua wp.pl o2.pl"
    " onet.pl interia.pl gazeta.pl op.pl seznam.cz email.cz centrum.cz azet.sk zoznam.sk freemail.hu"
    " citromail.hu abv.bg"
    " mail.bg btinternet.com sky.com virginmedia.com ntlworld.com talktalk.net comcast.net verizon.net"
    " att.net sbcglobal.net"
    " bellsouth.net cox.net charter.net earthlink.net rogers.com shaw.ca bell.net sympatico.ca bigpond.com"
    " optusnet.com.au"
    " uol.com.br bol.com.br terra.com.br ig.com.br qq.com 163.com 126.com sina.com foxmail.com naver.com"
    " daum.net hanmail.net"
    " docomo.ne.jp ezweb.ne.jp softbank.ne.jp rediffmail.com zoho.com fastmail.com hey.com mail.com"
    " email.com inbox.com"
    " telia.com spray.se bredband.net online.no getmail.no mail.dk jubii.dk hotmail.se hotmail.no"
    " luukku.com eircom.net".split()
)
DISPOSABLE = frozenset(
    "mailinator.com guerrillamail.com 10minutemail.com tempmail.com temp-mail.org trashmail.com yopmail.com"
    " sharklasers.com getnada.com throwawaymail.com maildrop.cc dispostable.com wegwerfmail.de"
    " trash-mail.com".split()
)
ROLES = frozenset(
    "info information contact kontakt contacto contatto contato office buero buro sales vertrieb verkauf"
    " ventas vendite"
    " vendas commercial comercial support service kundenservice help helpdesk hilfe admin administrator"
    " administration"
    " webmaster postmaster hostmaster root abuse noreply donotreply nepasrepondre keineantwort hello hallo"
    " hi hola mail"
    " email post team billing rechnung rechnungen buchhaltung accounting accounts invoice invoices factura"
    " facturas"
    " facturation fatture finance finanzen einkauf purchasing procurement compras achats acquisti orders"
    " order bestellung"
    " shop store web online marketing press presse media pr jobs hr careers bewerbung personal reception"
    " empfang"
    " reservations booking reservierung feedback enquiries inquiries enquiry customerservice customercare"
    " newsletter news"
    " datenschutz privacy legal security it edv technik tech zentrale headoffice secretary"
    " sekretariat secretariat".split()
)
NOBODY = frozenset(
    "noreply donotreply nepasrepondre keineantwort noemail nomail noone nobody none unknown unbekannt test"
    " tests testuser"
    " asdf abc xxx na null dummy keinemail keineemail sinemail sincorreo noaddress notprovided"
    " notavailable nil fake".split()
)
NOWHERE = frozenset(
    "test.com test.de test.test domain.com email.invalid noemail.com nomail.com none.com unknown.com na.com"
    " noreply.com"
    " dummy.com no.com keine.de xxx.com".split()
)
# Reserved for documentation (RFC 2606): no organisation owns them; made-up people of test data live there.
_RESERVED = ("example.com", "example.org", "example.net", ".invalid", ".example", ".test", ".localhost")
_MISTYPED = {
    "gmial.com": "gmail.com", "gmai.com": "gmail.com", "gmal.com": "gmail.com", "gamil.com": "gmail.com",
    "gmail.co": "gmail.com", "gmail.con": "gmail.com", "gmaill.com": "gmail.com", "gnail.com": "gmail.com",
    "hotmial.com": "hotmail.com", "hotmai.com": "hotmail.com", "hotmal.com": "hotmail.com",
    "hotmail.con": "hotmail.com", "yaho.com": "yahoo.com", "yahooo.com": "yahoo.com",
    "yahoo.con": "yahoo.com",
    "outlok.com": "outlook.com", "outlook.con": "outlook.com", "iclod.com": "icloud.com", "gmx.dr": "gmx.de",
    "googlemail.com": "gmail.com",
}  # fmt: skip
_LOCAL = re.compile(r"^[^\s@\"(),:;<>\[\]\\]{1,64}$")
_DOMAIN = re.compile(r"^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}$")
_SHOWN_NAME = re.compile(r"<([^<>]+@[^<>]+)>")
_PLAIN_LOCAL = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{0,62}[a-z0-9_-])?")
_NO_LETTERS = dict.fromkeys(map(ord, "0123456789._-"))
_NAME_CUT = re.compile(r"[._\-+\d]+")


@dataclass(frozen=True, slots=True)
class Email:
    """One address. address: normalised form to show; mailbox: form to compare (no tag, no dots at Gmail).

    Both are empty when the text is no address. The domain of both is lower-case ASCII (punycode).
    """

    address: str = ""
    mailbox: str = ""
    local: str = ""
    domain: str = ""
    tag: str = ""
    role: bool = False
    free: bool = False
    disposable: bool = False
    placeholder: bool = False
    name_words: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The mailbox, or nothing for a placeholder."""
        return "" if self.placeholder else self.mailbox

    @property
    def company_domain(self) -> str:
        """The domain when it belongs to an organisation rather than to a mail provider."""
        return "" if self.free or self.disposable or self.placeholder else self.domain


class Plain(NamedTuple):
    """What comparing needs of a mailbox written plainly: the mailbox, and the domain of one's own or ""."""

    mailbox: str
    company: str


def plain(text: str) -> Plain | None:
    """Return a mailbox in small ASCII letters and figures as `parse` reads it, None for anything else.

    Most mailboxes are written so; this is ten times as quick.
    """
    local, _, domain = text.partition("@")
    home = _plain_domain(domain)
    if home is None or not _PLAIN_LOCAL.fullmatch(local):
        return None
    if local.translate(_NO_LETTERS) in NOBODY:
        return None
    return Plain(f"{local.replace('.', '') if home[0] == 'gmail.com' else local}@{home[0]}", home[1])


def is_placeholder(text: str) -> bool:
    """Tell whether a mailbox only stands for "not known", as `parse` does."""
    if plain(text) is None:
        return parse(text).placeholder
    return text.partition("@")[2] in NOWHERE


def is_provider(domain: str) -> bool:
    """Tell whether a domain is that of a provider of mailboxes, so that nobody owns it."""
    return domain in FREE_MAIL or domain in DISPOSABLE


@lru_cache(maxsize=1 << 14)
def _plain_domain(domain: str) -> tuple[str, str] | None:
    """Return where mail to a domain ends up, and the domain when it is one's own; None when it is no plain
    one.
    """
    if domain.endswith(".") or domain != domain.lower() or not domain.isascii() or not _DOMAIN.match(domain):
        return None
    return _MISTYPED.get(domain, domain), "" if is_provider(domain) else domain


@lru_cache(maxsize=1 << 14)
def parse(text: str) -> Email:
    """Read one address, with or without a shown name and "mailto:"."""
    shown = unicodedata.normalize("NFKC", text).strip()
    if match := _SHOWN_NAME.search(shown):
        shown = match.group(1)
    shown = shown.strip(" <>\"';,.").removeprefix("mailto:").removeprefix("MAILTO:")
    shown = re.sub(r"\s*(?:\(at\)|\[at\])\s*", "@", shown, flags=re.IGNORECASE).lower()
    local, at, domain = shown.rpartition("@")
    domain = _ascii_domain(domain)
    if not at or not _LOCAL.match(local) or not _DOMAIN.match(domain):
        return Email()
    base, _, tag = local.partition("+")
    if not base:
        base, tag = local, ""
    home = _MISTYPED.get(domain, domain)
    if home == "gmail.com":
        base = base.replace(".", "") or base
    squeezed = re.sub(r"[^a-z]", "", base)
    first = re.split(r"[.\-_\d]", local)[0]
    role = squeezed in ROLES or squeezed in NOBODY or (len(first) >= 4 and first in ROLES)
    return Email(
        address=f"{local}@{domain}",
        mailbox=f"{base}@{home}",
        local=local,
        domain=domain,
        tag=tag,
        role=role,
        free=home in FREE_MAIL or home.endswith(_RESERVED),
        disposable=home in DISPOSABLE,
        placeholder=squeezed in NOBODY or domain in NOWHERE,
        name_words=() if role else _name_words(local.partition("+")[0]),
    )


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain.rstrip(".")
    try:
        return domain.encode("idna").decode("ascii").rstrip(".")
    except UnicodeError:
        return ""


def _name_words(local: str) -> tuple[str, ...]:
    """Return the words of a local part that can be names ("john.smith84" -> john, smith)."""
    return tuple(word for part in _NAME_CUT.split(local) if (word := fold(part)) and " " not in word)


def domain_of_website(text: str) -> str:
    """Return the host of a web address without "www." ("https://www.Acme.de/x" -> "acme.de"), or nothing."""
    shown = unicodedata.normalize("NFKC", text).strip().lower()
    host = re.split(r"[/?#:]", re.sub(r"^[a-z][a-z0-9+.\-]*:/*", "", shown))[0].rpartition("@")[2]
    host = _ascii_domain(re.sub(r"^www\d?\.", "", host))
    return host if _DOMAIN.match(host) else ""
