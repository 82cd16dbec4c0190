"""What columns are called, in the languages and habits of business systems, per domain and canonical
attribute.

Words are folded as `fold` folds a header. `source_key`, `changed_at` and `created_at` are no attributes but
places of a mapping. One line an attribute: English first, then other languages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from anyascii import anyascii
from rapidfuzz import process
from rapidfuzz.distance import OSA

from mdm.ingestion.shapes import shapes_of

CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
SIGNS = re.compile(r"[^a-z0-9]+")
CLOSE = 0.85
"""Similarity (edits of one letter or two neighbours, by length) from which a header is a mistyped synonym."""
SHIPPING = re.compile(
    r"\b(shipping|ship to|ship|delivery|deliver|liefer|livraison|envio|spedizione|consegna|other)\b"
)
BILLING = re.compile(
    r"\b(billing|bill to|bill|invoice|rechnungs|rechnung|facturation|facturacion|fatturazione|mailing|home)\b"
)
PLACES = ("source_key", "changed_at", "created_at")
"""What a column may be that is no attribute."""
OWN_WORDS: Mapping[str, str] = {
    "supplier": "supplier|vendor|creditor|lieferanten?|kreditor|fournisseur|proveedor|fornitore|dostawca",
}
"""What records of a domain are called in front of a column's name: 'vendor name'."""

_STAMPS = {
    "changed_at": (
        "updated at|updated on|updated|last updated|modified|modified at|modified on"
        "|modified date|last modified|last modified date|changed at|changed on|last change"
        "|last change date|last changed|system modstamp|timestamp|geandert am|aenderungsdatum"
        "|letzte aenderung|geaendert am|aktualisiert|date de modification|modifie le"
        "|fecha de modificacion|data modifica|data modyfikacji|gewijzigd op"
    ),
    "created_at": (
        "created at|created on|created|created date|creation date|date created|registered on"
        "|registered|angelegt am|erstellt am|anlagedatum|date de creation|fecha de creacion"
        "|data creazione|utworzono"
    ),
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "customer": {
        "source_key": (
            "id|key|unique id|record id|rec id|row id|customer id|customer no|customer number"
            "|customer nr|client id|client number|account id|account number|account no|contact id"
            "|user id|partner|business partner|person id|uuid|guid|kundennummer|kunden nr"
            "|kundennr|kd nr|kdnr|debitor|debitorennummer|numero client|code client|no client"
            "|numero de cliente|codigo cliente|codice cliente|nr klienta|klantnummer"
        ),
        "kind": (
            "kind|type|account type|customer type|party type|category|business partner category"
            "|is person account|kundenart|kundentyp|type client|tipo cliente"
        ),
        "legal_name": (
            "company|company name|organisation|organization|organisation name|organization name"
            "|legal name|account name|business name|firm|firma|firmenname|unternehmen|societe"
            "|raison sociale|entreprise|empresa|razon social|azienda|ragione sociale|nazwa firmy"
            "|bedrijf|bedrijfsnaam|organization bp name 1|name 1"
        ),
        "trading_name": (
            "trading name|trade name|trading as|doing business as|dba|brand name|nom commercial"
            "|nombre comercial|handelsname"
        ),
        "full_name": (
            "name|full name|fullname|customer name|client name|contact name|contact person"
            "|contact|person name|display name|ansprechpartner|kontaktperson|kontakt|kunde"
            "|nom complet|nombre completo|nome completo|naam"
        ),
        "name_prefix": (
            "salutation|name prefix|prefix|honorific|academic title|anrede|titel|civilite|tratamiento|titolo"
        ),
        "given_name": (
            "first name|firstname|first|fname|given name|givenname|forename|christian name|vorname"
            "|prenom|nombre|nome|imie|voornaam|fornavn|fornamn|jmeno"
        ),
        "middle_name": (
            "middle name|middlename|middle initial|second name|zweiter vorname|deuxieme prenom|segundo nombre"
        ),
        "family_name": (
            "last name|lastname|last|lname|surname|family name|familyname|nachname|familienname|zuname"
            "|nom|nom de famille|apellido|apellidos|cognome|nazwisko|achternaam|efternamn"
            "|etternavn|prijmeni"
        ),
        "name_suffix": "name suffix|suffix|generation|namenszusatz|suffixe",
        "former_family_name": (
            "maiden name|birth name|former name|previous surname|geburtsname|nom de naissance"
            "|nom de jeune fille|apellido de soltera|cognome da nubile"
        ),
        "birth_date": (
            "birth date|birthdate|date of birth|dob|birthday|born|person birthdate|geburtsdatum"
            "|geburtstag|geb datum|date de naissance|fecha de nacimiento|data di nascita"
            "|data urodzenia|geboortedatum"
        ),
        "tax_ids.value": (
            "vat|vat id|vat no|vat number|vat reg no|tax id|tax number|tax no|tin|ein|ssn"
            "|soc sec id|social security number|tax identification number|ust id|ustid|ust idnr"
            "|ustidnr|ust id nr|steuernummer|umsatzsteuer id|tva|no tva|numero de tva|numero tva"
            "|n tva|partita iva|p iva|codice fiscale|nif|cif|nip|inn|btw nummer|steuer id"
        ),
        "registration_ids.value": (
            "registration number|company number|company registration number|registration no"
            "|trade register|duns|d u n s|handelsregisternummer|handelsregister|hrb|siren|siret"
            "|krs|regon|kvk"
        ),
        "lei": "lei|legal entity identifier",
        "emails": (
            "email|e mail|mail|email address|e mail address|email 1|email 2|person email"
            "|contact email|e mail adresse|mailadresse|courriel|adresse mail|adresse email|correo"
            "|correo electronico|posta elettronica"
        ),
        "phones": (
            "phone|phone number|telephone|telephone number|tel|tel no|mobile|mobile phone"
            "|mobile number|cell|cell phone|cellphone|landline|work phone|home phone"
            "|person mobile phone|telefon|telefonnummer|rufnummer|mobil|mobiltelefon|handy"
            "|handynummer|festnetz|telephone portable|portable|telefono|movil|cellulare|gsm"
            "|telefoon"
        ),
        "website": (
            "website|web site|web|web address|url|homepage|home page|internet|site web|sitio web"
            "|sito web|domain"
        ),
        "address.line": (
            "full address|complete address|address line|anschrift|adresse complete|direccion completa"
        ),
        "address.street": (
            "street|street name|street address|address|address 1|address1|address line 1|addr"
            "|strasse|str|adresse|rue|voie|calle|direccion|via|indirizzo|ulica|straat|road"
        ),
        "address.house_number": (
            "house number|house no|street number|street no|building number|hausnummer|hausnr"
            "|haus nr|numero de rue|numero civico|nr domu|huisnummer"
        ),
        "address.unit": (
            "unit|apartment|apt|suite|flat|address 2|address2|address line 2|wohnung|adresszusatz"
            "|app|complement d adresse|piso"
        ),
        "address.postcode": (
            "postcode|post code|postal code|zip|zip code|zipcode|plz|postleitzahl|code postal|cp"
            "|codigo postal|cap|kod pocztowy|postnummer|psc"
        ),
        "address.city": (
            "city|town|locality|suburb|place|municipality|ort|stadt|wohnort|ville|commune|ciudad"
            "|poblacion|citta|comune|miasto|plaats|by"
        ),
        "address.region": (
            "state|region|province|county|state province|bundesland|kanton|departement|provincia"
            "|comunidad|wojewodztwo"
        ),
        "address.country": (
            "country|country code|country name|nation|land|staat|laenderkennzeichen|pays|pais"
            "|paese|stato|kraj|mailing country"
        ),
        "payment_terms": (
            "payment terms|terms of payment|payment term|zahlungsbedingungen|zahlungsbedingung"
            "|zahlungsziel|conditions de paiement|condiciones de pago|condizioni di pagamento"
        ),
        "currency": (
            "currency|currency code|currency iso code|waehrung|wahrung|devise|monnaie|moneda"
            "|divisa|valuta|waluta"
        ),
        "language": (
            "language|language code|locale|preferred language|sprache|korrespondenzsprache|langue"
            "|idioma|lingua"
        ),
        "status": "status|account status|customer status|kundenstatus|statut|estado",
        "contact_role": (
            "job title|role|position|function|job|funktion|fonction|cargo|ruolo|stanowisko|functie"
        ),
        "consent.email": (
            "newsletter|email opt in|opt in|marketing consent|consent|email consent|werbeeinwilligung"
        ),
        **_STAMPS,
    },
    "product": {
        "source_key": (
            "id|key|unique id|record id|product id|product|item id|article id|uuid|guid|material|produkt id"
        ),
        "sku": (
            "sku|stock keeping unit|product code|product number|item number|item no|item code"
            "|article number|article no|article code|part number|artikelnummer|artikel nr"
            "|artikelnr|art nr|materialnummer|reference|ref|referencia|codice articolo"
            "|numero d article"
        ),
        "mpn": (
            "mpn|manufacturer part number|manufacturer number|manufacturer no|mfr part number"
            "|mfg part no|model number|modelno|model no|herstellernummer|hersteller artikelnummer"
            "|hersteller nr|reference fabricant"
        ),
        "gtins.value": (
            "gtin|gtin 13|ean|ean 13|ean code|ean upc|upc|barcode|bar code|jan|isbn"
            "|product standard id|strichcode|code barres|codigo de barras|codice a barre"
        ),
        "brand": "brand|brand name|make|marke|marque|marca|marka|merk",
        "manufacturer": (
            "manufacturer|manufacturer name|mfr|producer|vendor|supplier|hersteller|produzent"
            "|lieferant|fabricant|fabricante|produttore|producent"
        ),
        "name": (
            "name|title|product name|product title|item name|article name|label|bezeichnung"
            "|artikelbezeichnung|produktname|artikel|designation|libelle|nombre|titulo|nome"
            "|titolo|nazwa"
        ),
        "description": (
            "description|long description|product description|details|text|beschreibung|langtext"
            "|descripcion|descrizione|opis"
        ),
        "category": (
            "category|product category|product group|family|product type|class|group|kategorie"
            "|warengruppe|produktgruppe|categorie|famille|categoria|kategoria"
        ),
        "unit": ("unit|base unit|unit of measure|uom|einheit|mengeneinheit|basiseinheit|unite|unidad|unita"),
        "net_content": (
            "net content|content|contents|net weight|weight|volume|quantity|inhalt|nettoinhalt"
            "|fuellmenge|gewicht|contenu|contenido|contenuto"
        ),
        "pack_size": (
            "pack size|pack|pack quantity|units per pack|pieces|packungsgroesse|vpe|gebinde"
            "|stueckzahl|conditionnement"
        ),
        "price": (
            "price|list price|unit price|retail price|sales price|rrp|msrp|preis|listenpreis"
            "|verkaufspreis|vk|prix|prix unitaire|precio|prezzo|cena"
        ),
        "currency": (
            "currency|currency code|currency iso code|waehrung|wahrung|devise|moneda|divisa|valuta|waluta"
        ),
        "colour": "colour|color|farbe|couleur|colore|kolor|kleur",
        "size": (
            "size|dimensions|dimension|size or dimension text|groesse|grosse|abmessungen|taille"
            "|talla|misura|taglia|rozmiar"
        ),
        "lifecycle_status": (
            "status|lifecycle status|is active|active|available|availability|verfuegbar|verfugbar"
            "|aktiv|disponible|disponibile"
        ),
        **_STAMPS,
    },
}


def fold(header: str) -> str:
    """Return a header as small ASCII words: 'PLZ/Ort' → 'plz ort', 'BillingStreet' → 'billing street'."""
    return SIGNS.sub(" ", anyascii(CAMEL.sub(" ", header)).lower()).strip()


def meaning_of(header: str, domain: str) -> tuple[str, float, str]:
    """Return the attribute that a header names, how surely (0 to 1), and the synonym that it was known by.

    An address attribute begins with 'billing_address.' or 'shipping_address.', by the words before it. Empty
    for a header that says nothing.
    """
    words = _synonyms(domain)
    folded = fold(header)
    bare = folded.removesuffix(" c").removesuffix(" prd").removeprefix("yy1 ").strip() or folded
    shipping = bool(SHIPPING.search(bare))
    bare = bare if domain in WORDS else _without_own_word(bare, domain)
    candidates = [bare, BILLING.sub("", SHIPPING.sub("", bare)).strip()]
    for share, text in zip((1.0, 0.95), candidates, strict=True):
        squeezed = text.replace(" ", "")
        if squeezed in words:
            return _placed(words[squeezed][0], shipping, domain), share, words[squeezed][1]
    best = ("", 0.0, "")
    for text in filter(None, candidates):
        squeezed = text.replace(" ", "")
        # Short words are close to anything: 'city' and 'cite' must not count as slips of one another.
        found = None
        if len(squeezed) > 5:
            found = process.extractOne(
                squeezed, words.keys(), scorer=OSA.normalized_similarity, score_cutoff=CLOSE
            )
        if found is not None and found[1] * 0.9 > best[1]:
            attribute, synonym = words[found[0]]
            best = (_placed(attribute, shipping, domain), found[1] * 0.9, synonym)
    return best


def _without_own_word(header: str, domain: str) -> str:
    """Return a header without the word for the domain's records in front: 'vendor no' is a record's 'id'."""
    found = re.fullmatch(rf"(?:{OWN_WORDS.get(domain, domain)}) (.+)", header)
    if found is None:
        return header
    return "id" if found[1] in ("no", "nr", "number", "code", "num") else found[1]


def _placed(attribute: str, shipping: bool, domain: str) -> str:
    if attribute.startswith("address.") and "address" not in (shapes_of(domain) or ()):
        return f"{'shipping' if shipping else 'billing'}_{attribute}"
    return attribute


@cache
def _synonyms(domain: str) -> dict[str, tuple[str, str]]:
    """Return the synonyms without blanks, each with its attribute and how it is written."""
    found: dict[str, tuple[str, str]] = {}
    for attribute, row in (WORDS.get(domain) or _borrowed(domain)).items():
        for synonym in row.split("|"):
            found.setdefault(synonym.replace(" ", ""), (attribute, synonym))
    return found


def _borrowed(domain: str) -> dict[str, str]:
    """Return the words for the attributes of a domain, as the other domains have them."""
    known = shapes_of(domain) or {}
    rows: dict[str, str] = {}
    for words in WORDS.values():
        for attribute, row in words.items():
            # Where there are no people, a name is a company's.
            named = "legal_name" if attribute == "full_name" and "full_name" not in known else attribute
            if named in PLACES or named.partition(".")[0] in known:
                rows[named] = f"{rows[named]}|{row}" if named in rows else row
    return rows
