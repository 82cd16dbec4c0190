"""Company names per country: legal forms, lines of business, coined brands, patterns, and job titles."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LegalForm:
    """A legal form: the two-letter code of the ERP, its usual short form, its other spellings, and whether
    it leads."""

    code: str
    short: str
    others: tuple[str, ...]
    leads: bool = False


# country -> (legal form, weight)
LEGAL_FORMS: dict[str, tuple[tuple[LegalForm, int], ...]] = {
    "US": (
        (LegalForm("IN", "Inc.", ("Inc", "Incorporated", ", Inc.")), 5),
        (LegalForm("LL", "LLC", ("L.L.C.", "Llc")), 5),
        (LegalForm("CO", "Corp.", ("Corporation", "Corp")), 2),
        (LegalForm("CY", "Co.", ("Company", "Co")), 1),
    ),
    "GB": (
        (LegalForm("LT", "Ltd", ("Limited", "Ltd.", "LTD")), 8),
        (LegalForm("PL", "PLC", ("plc", "P.L.C.")), 1),
        (LegalForm("LP", "LLP", ("L.L.P.",)), 1),
    ),
    "DE": (
        (LegalForm("GH", "GmbH", ("G.m.b.H.", "Gesellschaft mit beschränkter Haftung", "mbH")), 8),
        (LegalForm("GK", "GmbH & Co. KG", ("GmbH u. Co. KG", "GmbH&Co.KG")), 2),
        (LegalForm("AG", "AG", ("Aktiengesellschaft",)), 1),
        (LegalForm("UG", "UG (haftungsbeschränkt)", ("UG", "UG haftungsbeschr.")), 1),
        (LegalForm("OH", "OHG", ("oHG",)), 1),
    ),
    "FR": (
        (LegalForm("SL", "SARL", ("S.A.R.L.", "Sàrl")), 6),
        (LegalForm("SS", "SAS", ("S.A.S.",)), 5),
        (LegalForm("SA", "S.A.", ("SA", "Société Anonyme")), 2),
    ),
    "ES": (
        (LegalForm("SL", "S.L.", ("SL", "Sociedad Limitada", "S.L.U.")), 7),
        (LegalForm("SA", "S.A.", ("SA", "Sociedad Anónima")), 3),
    ),
    "IT": (
        (LegalForm("SR", "S.r.l.", ("SRL", "Srl", "s.r.l.")), 7),
        (LegalForm("SP", "S.p.A.", ("SPA", "SpA")), 2),
        (LegalForm("SN", "S.n.c.", ("SNC", "snc")), 2),
    ),
    "PL": (
        (LegalForm("ZO", "Sp. z o.o.", ("sp. z o. o.", "Spółka z o.o.", "SP ZOO")), 7),
        (LegalForm("SA", "S.A.", ("SA", "Spółka Akcyjna")), 2),
    ),
    "RU": (
        (LegalForm("OO", "ООО", ("Общество с ограниченной ответственностью",), True), 8),
        (LegalForm("AO", "АО", ("ЗАО",), True), 2),
    ),
    "UA": (
        (LegalForm("TO", "ТОВ", ("Товариство з обмеженою відповідальністю",), True), 8),
        (LegalForm("PP", "ПП", (), True), 2),
    ),
    "GR": (
        (LegalForm("AE", "Α.Ε.", ("ΑΕ", "Ανώνυμη Εταιρεία")), 5),
        (LegalForm("EP", "Ε.Π.Ε.", ("ΕΠΕ",)), 4),
        (LegalForm("IK", "Ι.Κ.Ε.", ("ΙΚΕ",)), 3),
    ),
    "JP": (
        (LegalForm("KK", "株式会社", ("(株)", "㈱"), True), 8),
        (LegalForm("GD", "合同会社", ("(同)",), True), 2),
    ),
}

# legal forms in Latin letters where the native one is in another script
LATIN_FORMS: dict[str, str] = {
    "ООО": "OOO",
    "АО": "AO",
    "ЗАО": "ZAO",
    "ТОВ": "TOV",
    "ПП": "PP",
    "Α.Ε.": "A.E.",
    "Ε.Π.Ε.": "E.P.E.",
    "Ι.Κ.Ε.": "I.K.E.",
    "株式会社": "K.K.",
    "合同会社": "G.K.",
}

# country -> lines of business; Japanese rows carry a reading
SECTORS: dict[str, tuple[str, ...]] = {
    "US": tuple(
        """Plumbing Roofing Logistics Consulting Engineering Electric Landscaping Foods Supply Hardware
        Dental Printing Trucking Construction Furniture Software Packaging Tools Medical Realty
        Insurance Bakery Auto_Repair Flooring Machine_Works Staffing Pharmacy Brewing Security
        Solar""".split()
    ),
    "GB": tuple(
        """Builders Plumbing_&_Heating Logistics Consulting Engineering Electrical Gardens Catering
        Supplies Joinery Dental_Care Printers Haulage Construction Furniture Software Packaging
        Motors Surveyors Insurance Bakery Flooring Fabrications Recruitment Pharmacy Brewery
        Security Scaffolding Optical Travel""".split()
    ),
    "DE": tuple(
        """Bau Elektrotechnik Logistik Maschinenbau Gartenbau Sanitär Metallbau Bäckerei Druckerei
        Spedition Werkzeugbau Möbel Software Verpackung Medizintechnik Immobilien Versicherungen
        Autohaus Bodenbeläge Fensterbau Feinkost Apotheke Brauerei Sicherheitstechnik
        Solartechnik Kältetechnik Dachdecker Textil Optik Stahlhandel""".split()
    ),
    "FR": tuple(
        """Bâtiment Électricité Logistique Conseil Ingénierie Plomberie Jardins Boulangerie Imprimerie
        Transports Menuiserie Meubles Logiciels Emballage Assurances Immobilier Automobiles
        Pharmacie Sécurité Chauffage Textile Optique Traiteur Distribution Peinture""".split()
    ),
    "ES": tuple(
        """Construcciones Electricidad Logística Consultores Ingeniería Fontanería Jardines Panadería
        Imprenta Transportes Carpintería Muebles Informática Envases Seguros Inmobiliaria
        Automóviles Farmacia Seguridad Textiles Óptica Distribuciones Pinturas Conservas
        Reformas""".split()
    ),
    "IT": tuple(
        """Costruzioni Elettrica Logistica Consulenza Ingegneria Idraulica Giardini Panificio Tipografia
        Trasporti Falegnameria Arredamenti Informatica Imballaggi Assicurazioni Immobiliare
        Autofficina Farmacia Sicurezza Tessuti Ottica Distribuzione Vernici Alimentari Meccanica""".split()
    ),
    "PL": tuple(
        """Budownictwo Elektryka Logistyka Doradztwo Instalacje Ogrody Piekarnia Drukarnia Transport
        Stolarstwo Meble Oprogramowanie Opakowania Ubezpieczenia Nieruchomości Serwis Apteka
        Ochrona Tekstylia Optyka Hurtownia Farby""".split()
    ),
    "RU": tuple(
        """Строй Электро Логистика Консалт Сервис Торг Пром Мебель Софт Упаковка Техника Авто Пласт
        Металл Фарма Транс Агро Текстиль Оптика Монтаж""".split()
    ),
    "UA": tuple(
        """Буд Електро Логістик Сервіс Торг Пром Меблі Софт Пак Техніка Авто Пласт Метал Фарма
        Транс Агро""".split()
    ),
    "GR": tuple(
        """Κατασκευές Ηλεκτρικά Μεταφορές Σύμβουλοι Τεχνική Τρόφιμα Εκδόσεις Έπιπλα Λογισμικό
        Συσκευασίες Ασφάλειες Κτηματική Αυτοκίνητα Φαρμακείο Υφάσματα Οπτικά Χρώματα""".split()
    ),
    "JP": tuple(
        """製作所|Seisakusho 工業|Kogyo 商事|Shoji 電機|Denki 建設|Kensetsu 運輸|Unyu 食品|Shokuhin
        印刷|Insatsu 産業|Sangyo 化学|Kagaku 物流|Butsuryu 精機|Seiki 薬局|Yakkyoku 設計|Sekkei""".split()
    ),
}

COINED_FIRST = """Nor Vel Tri Axi Lum Cor Zen Orb Pex Sol Ter Vin Quan Hex Mer Nex Pan Rad Syn Tal Uni Ver Wes
        Yor Alt Bri Cal Dex Ele Fen Gal Hel Ion Jor Kel Lan Mon Nov Omi Pol""".split()
COINED_LAST = """tec lux nova dyne via gen ware mark soft line plan form flow grid cast core max pro point
        tron care vex sys link data zon mond""".split()

# country -> patterns: {f} family, {g} second family, {s} sector, {c} coined, {t} town
PATTERNS: dict[str, tuple[tuple[str, int], ...]] = {
    "US": (
        ("{f} {s}", 5),
        ("{f} & {g} {s}", 2),
        ("{c} {s}", 4),
        ("{t} {s}", 2),
        ("{f} Brothers {s}", 1),
        ("{c} International", 1),
    ),
    "GB": (
        ("{f} {s}", 5),
        ("{f} & Sons {s}", 2),
        ("{c} {s}", 3),
        ("{t} {s}", 2),
        ("{f} & {g}", 1),
        ("{c} Group", 1),
    ),
    "DE": (
        ("{f} {s}", 6),
        ("{s} {f}", 3),
        ("{c} {s}", 3),
        ("{f} & {g} {s}", 1),
        ("{f} & Söhne {s}", 1),
        ("{s} {t}", 1),
    ),
    "FR": (
        ("{s} {f}", 5),
        ("Établissements {f}", 1),
        ("{c} {s}", 3),
        ("{f} et Fils {s}", 2),
        ("{s} de {t}", 1),
        ("Société {c}", 1),
    ),
    "ES": (("{s} {f}", 5), ("Hermanos {f} {s}", 2), ("{c} {s}", 3), ("{s} {f} y {g}", 2), ("{s} {t}", 1)),
    "IT": (("{s} {f}", 5), ("Fratelli {f} {s}", 2), ("{c} {s}", 3), ("{s} {f} & {g}", 2), ("{f} {s}", 2)),
    "PL": (("{s} {f}", 4), ("{c} {s}", 4), ("{f} {s}", 2), ("Przedsiębiorstwo {c}", 1), ("{s} {t}", 1)),
    "RU": (("{k}{s}", 6), ("{k} {s}", 2), ("Компания {k}{s}", 1)),
    "UA": (("{k}{s}", 6), ("{k} {s}", 2), ("Фірма {k}{s}", 1)),
    "GR": (("{f} {s}", 5), ("Αφοί {f} {s}", 2), ("{s} {f}", 3)),
    "JP": (("{f}{s}", 8), ("{t}{s}", 2)),
}
CYRILLIC_COINED = """Север Восток Волга Альфа Вега Гранд Мега Профи Лидер Полюс Союз Интер Евро Техно Дельта
        Регион Урал Нева Рубин Орион Титан Омега""".split()

# words of company names with their common short forms
WORD_SHORT: tuple[tuple[str, str], ...] = (
    ("International", "Intl"),
    ("Brothers", "Bros"),
    (" & ", " and "),
    (" & ", " + "),
    ("Engineering", "Eng."),
    ("Construction", "Constr."),
    ("Consulting", "Cons."),
    ("Electrical", "Elec."),
    ("Maschinenbau", "Masch.bau"),
    ("Elektrotechnik", "E-Technik"),
    (" & Söhne", " u. Söhne"),
    ("Établissements", "Ets"),
    ("Société", "Sté"),
    (" et Fils", " & Fils"),
    ("Hermanos", "Hnos."),
    ("Construcciones", "Constr."),
    ("Distribuciones", "Distrib."),
    ("Fratelli", "F.lli"),
    ("Costruzioni", "Costr."),
    ("Immobiliare", "Imm."),
    ("Przedsiębiorstwo", "P.P."),
    ("Αφοί", "Αδελφοί"),
    ("Supplies", "Supply"),
    ("Company", "Co"),
    (" y ", " & "),
)

FRANCHISES = """Bun_&_Bean Fixit_Garage Casa_Bella_Pizza Glow_Nails Speedy_Print Kornkammer Café_Soleil
        Tyre_Station Mr_Keys Green_Wash Pet_Palace Smile_Clinic Bella_Hair Copy_Corner Gym_Forty
        Lingua_School Sushi_Wave Bike_Barn Vision_Point Baby_World Backhaus_Korn Farmacia_Viva
        Piekarnia_Kłos Toy_Harbour""".replace("_", "~").split()

TRADES: dict[str, tuple[str, ...]] = {
    "US": ("Photography", "Painting", "Carpentry", "Web Design", "Catering", "Lawn Care"),
    "GB": ("Decorating", "Carpentry", "Photography", "Gardening", "Web Design", "Taxi Services"),
    "DE": ("Malerbetrieb", "Tischlerei", "Fotografie", "Grafikdesign", "Hausmeisterservice", "Fahrschule"),
    "FR": ("Peinture", "Menuiserie", "Photographe", "Coiffure", "Paysagiste"),
    "ES": ("Pinturas", "Carpintería", "Fotografía", "Peluquería", "Fontanería"),
    "IT": ("Imbianchino", "Falegnameria", "Fotografia", "Parrucchiere", "Idraulico"),
    "PL": ("Usługi Remontowe", "Stolarstwo", "Fotografia", "Fryzjerstwo", "Transport"),
    "RU": ("Ремонт", "Фото", "Такси"),
    "UA": ("Ремонт", "Фото", "Меблі"),
    "GR": ("Ελαιοχρωματισμοί", "Φωτογραφία", "Ξυλουργείο"),
    "JP": ("写真館", "工務店", "理容室"),
}

JOBS = """Purchasing_Manager Buyer Managing_Director Accounts_Payable Office_Manager IT_Manager
        Head_of_Procurement Owner CEO CFO Facility_Manager Assistant Operations_Manager
        Warehouse_Manager Sales_Manager""".split()
