"""Places per country: cities with region, postcode and phone patterns, and the parts of street names.

City rows: ``native/exonym|region|postcode pattern|pattern of a landline``. In patterns # is a digit, % a
digit 2-8 and
@ a letter. The exonym is optional (native script of Russia, Ukraine and Greece is transliterated by rule
without it).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class City:
    """A city of a country: its own name, its name in English or Latin letters, and the patterns of its
    numbers."""

    native: str
    exonym: str
    region: str
    postcode: str
    landline: str


_CITIES: dict[str, str] = {
    "US": """New York|NY|100##|212%###### Los Angeles|CA|900##|213%###### Chicago|IL|606##|312%######
        Houston|TX|770##|713%###### Phoenix|AZ|850##|602%###### Philadelphia|PA|191##|215%######
        San Antonio|TX|782##|210%###### San Diego|CA|921##|619%###### Dallas|TX|752##|214%######
        Austin|TX|787##|512%###### Seattle|WA|981##|206%###### Denver|CO|802##|303%######
        Boston|MA|021##|617%###### Portland|OR|972##|503%###### Atlanta|GA|303##|404%######
        Springfield|IL|627##|217%###### Springfield|MA|011##|413%######
        Madison|WI|537##|608%###### Columbus|OH|432##|614%###### Nashville|TN|372##|615%######
        Saint Paul|MN|551##|651%###### Fort Wayne|IN|468##|260%###### Boise|ID|837##|208%######""",
    "GB": """London|LND|SE% %@@|207%###### London|LND|N% %@@|208%###### Manchester|MAN|M%# %@@|161%######
        Birmingham|BIR|B%# %@@|1212###### Leeds|LDS|LS%# %@@|1132%##### Glasgow|GLG|G%#
        %@@|141%###### Edinburgh|EDH|EH%# %@@|131%###### Liverpool|LIV|L%# %@@|151%######
        Bristol|BST|BS% %@@|1179%##### Sheffield|SHF|S%# %@@|1142###### Cambridge|CAM|CB%
        %@@|1223%##### Cardiff|CRF|CF%# %@@|292%###### Newcastle upon Tyne|NET|NE%
        %@@|191%###### Nottingham|NGM|NG% %@@|1159%##### Brighton|BNH|BN% %@@|1273%#####
        York|YOR|YO% %@@|1904%#####""",
    "DE": """Berlin|BE|10%##|30%####### München/Munich|BY|80%##|89%###### Hamburg|HH|20%##|40%######
        Köln/Cologne|NW|50%##|221%###### Frankfurt am Main|HE|60%##|69%######
        Stuttgart|BW|70%##|711%###### Düsseldorf|NW|40%##|211%###### Leipzig|SN|04%##|341%######
        Dresden|SN|01%##|351%###### Hannover/Hanover|NI|30%##|511%######
        Nürnberg/Nuremberg|BY|90%##|911%###### Bremen|HB|28%##|421%######
        Essen|NW|45%##|201%###### Mainz|RP|55%##|6131%##### Freiburg im
        Breisgau|BW|79%##|761%##### Kiel|SH|24%##|431%##### Würzburg|BY|97%##|931%#####
        Münster|NW|48%##|251%##### Görlitz|SN|028##|3581%##### Lübeck|SH|235##|451%#####""",
    "FR": """Paris|75|750##|14%###### Marseille|13|130##|49%###### Lyon|69|6900%|47%######
        Toulouse|31|31%00|56%###### Nice|06|06%00|49%###### Nantes|44|44%00|24%######
        Strasbourg|67|67%00|38%###### Bordeaux|33|33%00|55%###### Lille|59|59%00|32%######
        Rennes|35|35%00|29%###### Reims|51|51100|32%###### Saint-Étienne|42|42%00|47%######
        Grenoble|38|38%00|47%###### Orléans|45|45%00|23%######""",
    "ES": """Madrid|M|280##|91####### Barcelona|B|080##|93####### Valencia|V|460##|96#######
        Sevilla/Seville|SE|410##|95####### Zaragoza|Z|500##|976%##### Málaga|MA|290##|952%#####
        Bilbao|BI|480##|944%##### Murcia|MU|300##|968%##### Alicante|A|030##|965%#####
        Córdoba|CO|140##|957%##### Valladolid|VA|470##|983%##### A Coruña|C|150##|981%#####
        Granada|GR|180##|958%#####""",
    "IT": """Roma/Rome|RM|001##|06%####### Milano/Milan|MI|201##|02%#######
        Napoli/Naples|NA|801##|081%###### Torino/Turin|TO|101##|011%######
        Palermo|PA|901##|091%###### Genova/Genoa|GE|161##|010%###### Bologna|BO|401##|051%######
        Firenze/Florence|FI|501##|055%###### Bari|BA|701##|080%######
        Venezia/Venice|VE|301##|041%###### Verona|VR|371##|045%######
        Padova/Padua|PD|351##|049%######""",
    "PL": """Warszawa/Warsaw|MZ|0#-%##|22%###### Kraków/Cracow|MA|3#-%##|12%######
        Łódź/Lodz|LD|9#-%##|42%###### Wrocław|DS|5#-%##|71%###### Poznań|WP|6#-%##|61%######
        Gdańsk|PM|80-%##|58%###### Szczecin|ZP|7#-%##|91%###### Lublin|LU|20-%##|81%######
        Katowice|SL|40-%##|32%###### Białystok|PD|15-%##|85%###### Rzeszów|PK|35-%##|17%######""",
    "RU": """Москва/Moscow|77|1%#%##|495%###### Санкт-Петербург/Saint Petersburg|78|19%%##|812%######
        Новосибирск|54|630%##|383%###### Екатеринбург|66|620%##|343%######
        Казань|16|420%##|843%###### Нижний Новгород|52|603%##|831%######
        Самара|63|443%##|846%###### Ростов-на-Дону|61|344%##|863%######
        Воронеж|36|394%##|473%######""",
    "UA": """Київ/Kyiv|30|0%###|44%###### Харків/Kharkiv|63|61%##|57%###### Одеса/Odesa|51|65%##|48%######
        Дніпро/Dnipro|12|49%##|56%###### Львів/Lviv|46|79%##|32%######
        Чернівці|77|58%##|372%#####""",
    "GR": """Αθήνα/Athens|I|10%##|210%###### Θεσσαλονίκη/Thessaloniki|B|54%##|2310%#####
        Πάτρα/Patras|G|26%##|2610%##### Πειραιάς/Piraeus|I|185##|210%######
        Ηράκλειο/Heraklion|M|71%##|2810%##### Λάρισα|E|41%##|2410%##### Βόλος|E|38%##|24210%####""",
    "JP": """東京/Tokyo|13|1##-00%#|3%####### 大阪/Osaka|27|53#-00%#|6%#######
        名古屋/Nagoya|23|46#-00%#|52%###### 横浜/Yokohama|14|22#-00%#|45%######
        福岡/Fukuoka|40|81#-00%#|92%###### 京都/Kyoto|26|60#-80%#|75%######
        神戸/Kobe|28|65#-00%#|78%######""",
}

# country -> (pattern of the whole street, first parts, endings or types)
STREETS: dict[str, tuple[str, str, str]] = {
    "US": (
        "{0} {1}",
        """Oak Maple Main Cedar Park Elm Washington Lake Hill Pine Second Third Walnut Spring Ridge
        Church Willow Lincoln Jackson River Sunset Highland Franklin Jefferson Cherry Dogwood
        Meadow Forest Chestnut Adams Valley Prospect Mill Birch Hickory Laurel Magnolia
        Cottonwood Juniper Poplar Sycamore Quail Harbor Bluebird Canyon Orchard Pleasant
        Fairview Grove Summit Liberty Monroe Pearl Locust""",
        "Street Avenue Road Drive Lane Court Boulevard Place",
    ),
    "GB": (
        "{0} {1}",
        """High Station Church Park Victoria Green Manor Kings Queens Mill Albert Windsor London Grange
        York School North South New Richmond Alexandra Springfield Broad Chapel George Stanley
        Grove Bridge Clarence Cromwell Dale Elm Ferndale Gloucester Hawthorn Holly Kingsway Lime
        Milton Norfolk Orchard Priory Raleigh Sandringham Tennyson Vicarage Warwick Waverley""",
        "Street Road Lane Close Avenue Gardens Drive Terrace",
    ),
    "DE": (
        "{0}{1}",
        """Haupt Schul Garten Bahnhof Dorf Berg Birken Linden Kirch Wald Ring Schiller Goethe Mozart
        Wiesen Mühlen Jahn Feld Rosen Eichen Buchen Friedhof Blumen Amsel Tannen Brunnen Post
        Lessing Ahorn Beethoven Tal Finken Sonnen Markt Park Bach Kastanien Hoch Burg Industrie
        Kant Kiefern Fasanen Grün Hafen Kloster Rhein Ufer Weiden Ziegel Sand Mittel""",
        "straße weg straße allee platz gasse straße ring",
    ),
    "FR": (
        "{1} {0}",
        """de_la_République Victor_Hugo de_l'Église Jean_Jaurès Pasteur de_la_Gare Gambetta du_Moulin
        des_Écoles de_la_Liberté Voltaire du_Général_Leclerc de_la_Mairie Jules_Ferry des_Lilas
        de_la_Paix Molière Émile_Zola des_Acacias du_Château Carnot des_Tilleuls de_Verdun
        Balzac du_Stade Lamartine des_Vignes de_la_Fontaine Saint-Michel des_Roses de_Bretagne
        du_Marché du_Port Foch de_Lattre Marie_Curie des_Cerisiers""",
        "rue avenue rue boulevard rue place impasse allée",
    ),
    "ES": (
        "{1} {0}",
        """Mayor Real Nueva de_la_Iglesia San_José de_la_Constitución del_Sol de_Cervantes San_Juan
        de_Goya de_Velázquez Miguel_Hernández San_Antonio de_la_Fuente del_Prado de_Alcalá
        Santa_María de_Colón Antonio_Machado de_la_Estación del_Carmen de_Picasso de_la_Paz
        de_los_Olivos del_Norte de_Galicia del_Pilar García_Lorca Ramón_y_Cajal de_Andalucía
        del_Molino de_la_Rosa de_Aragón de_las_Flores""",
        "Calle Calle Avenida Plaza Calle Paseo",
    ),
    "IT": (
        "{1} {0}",
        """Roma Garibaldi Mazzini Dante Cavour Verdi Marconi Matteotti Leopardi Manzoni Vittorio_Veneto
        Trieste Trento Galilei Gramsci IV_Novembre della_Libertà Colombo Volta San_Francesco
        dei_Mille Puccini Carducci delle_Rose Milano Torino Rossini Michelangelo Venezia Pascoli
        Petrarca del_Mulino Firenze Foscolo XX_Settembre dei_Platani Bellini Europa
        dell'Industria""",
        "Via Via Viale Corso Piazza Via",
    ),
    "PL": (
        "{1} {0}",
        """Polna Leśna Słoneczna Krótka Szkolna Ogrodowa Lipowa Brzozowa Łąkowa Kwiatowa Sosnowa
        Kościelna Akacjowa Parkowa Zielona Kolejowa Sportowa Dębowa Kościuszki Mickiewicza
        Sienkiewicza Słowackiego Warszawska Krakowska Klonowa Spacerowa Świerkowa Dworcowa
        Młyńska Wiśniowa Rynkowa Górna Różana Spokojna Reymonta Chopina Kopernika Piłsudskiego""",
        "ulica ulica ulica aleja plac ulica",
    ),
    "RU": (
        "{1} {0}",
        """Ленина Центральная Молодёжная Школьная Садовая Лесная Советская Новая Набережная Мира
        Гагарина Пушкина Заречная Полевая Луговая Октябрьская Комсомольская Чехова Горького
        Зелёная Береговая Первомайская Строителей Кирова Восточная Солнечная Тургенева Толстого
        Рабочая Цветочная""",
        "улица улица проспект улица переулок",
    ),
    "UA": (
        "{1} {0}",
        """Шевченка Франка Грушевського Лесі_Українки Садова Шкільна Лісова Центральна Зелена Польова
        Соборна Незалежності Миру Хмельницького Молодіжна Набережна Гоголя Сковороди
        Коцюбинського Вишнева""",
        "вулиця вулиця проспект провулок",
    ),
    "GR": (
        "{1}{0}",
        """Ερμού Αθηνάς Σόλωνος Πανεπιστημίου Ακαδημίας Πατησίων Κηφισίας Τσιμισκή Εγνατίας Βενιζέλου
        Αγίου_Δημητρίου Κολοκοτρώνη Καραϊσκάκη Παπαναστασίου Ηρώων Δημοκρατίας Ομήρου Σωκράτους
        Πλάτωνος Θησέως Μιαούλη Μακεδονίας Ελευθερίας Ιπποκράτους""",
        "",
    ),
    "JP": (
        "{0}",
        """丸の内|Marunouchi 銀座|Ginza 新宿|Shinjuku 渋谷|Shibuya 上野|Ueno 浅草|Asakusa 池袋|Ikebukuro
        中野|Nakano 目黒|Meguro 品川|Shinagawa 梅田|Umeda 難波|Namba 天神|Tenjin 栄|Sakae
        桜木町|Sakuragicho 三宮|Sannomiya 本町|Honcho 大手町|Otemachi 神田|Kanda 青山|Aoyama
        赤坂|Akasaka 六本木|Roppongi 恵比寿|Ebisu 緑町|Midoricho""",
        "",
    ),
}

# country -> patterns of mobile numbers (national significant number) and the calling code
MOBILES: dict[str, tuple[str, tuple[str, ...]]] = {
    "US": ("1", ()),
    "GB": ("44", ("7400%#####", "75########", "7810%#####", "7860%#####")),
    "DE": ("49", ("151########", "160%######", "170%######", "171%######", "172%######", "176%#######")),
    "FR": ("33", ("61#######", "62#######", "66#######", "74#######")),
    "ES": ("34", ("60#######", "61#######", "65#######")),
    "IT": ("39", ("347%######", "333%######", "340%######", "320%######", "338%######")),
    "PL": ("48", ("50#######", "60#######", "66#######", "69#######")),
    "RU": ("7", ("903%######", "916%######", "926%######", "921%######")),
    "UA": ("380", ("50%######", "67%######", "63%######")),
    "GR": ("30", ("697#######", "694#######", "693#######")),
    "JP": ("81", ("90%#######", "80%#######")),
}

# country -> (English name, currency, language, own name)
COUNTRIES: dict[str, tuple[str, str, str, str]] = {
    "US": ("United States", "USD", "en", "USA"),
    "GB": ("United Kingdom", "GBP", "en", "UK"),
    "DE": ("Germany", "EUR", "de", "Deutschland"),
    "FR": ("France", "EUR", "fr", "France"),
    "ES": ("Spain", "EUR", "es", "España"),
    "IT": ("Italy", "EUR", "it", "Italia"),
    "PL": ("Poland", "PLN", "pl", "Polska"),
    "RU": ("Russia", "RUB", "ru", "Россия"),
    "UA": ("Ukraine", "UAH", "uk", "Україна"),
    "GR": ("Greece", "EUR", "el", "Ελλάδα"),
    "JP": ("Japan", "JPY", "ja", "日本"),
}

# full form -> short form of street types, per country
STREET_SHORT: dict[str, tuple[tuple[str, str], ...]] = {
    "US": (
        ("Street", "St"),
        ("Avenue", "Ave"),
        ("Road", "Rd"),
        ("Drive", "Dr"),
        ("Lane", "Ln"),
        ("Court", "Ct"),
        ("Boulevard", "Blvd"),
        ("Place", "Pl"),
        ("Second", "2nd"),
        ("Third", "3rd"),
    ),
    "GB": (
        ("Street", "St."),
        ("Road", "Rd."),
        ("Lane", "Ln"),
        ("Close", "Cl"),
        ("Avenue", "Ave"),
        ("Gardens", "Gdns"),
        ("Drive", "Dr"),
        ("Terrace", "Terr"),
    ),
    "DE": (("straße", "str."), ("platz", "pl."), ("weg", "w.")),
    "FR": (
        ("avenue", "av."),
        ("boulevard", "bd"),
        ("place", "pl."),
        ("rue", "r."),
        ("Saint", "St"),
        ("Général", "Gal"),
    ),
    "ES": (("Calle", "C/"), ("Avenida", "Avda."), ("Plaza", "Pza."), ("Paseo", "Pº"), ("San ", "S. ")),
    "IT": (("Via", "V."), ("Viale", "V.le"), ("Corso", "C.so"), ("Piazza", "P.zza"), ("San ", "S. ")),
    "PL": (("ulica", "ul."), ("aleja", "al."), ("plac", "pl.")),
    "RU": (("улица", "ул."), ("проспект", "пр-т"), ("переулок", "пер.")),
    "UA": (("вулиця", "вул."), ("проспект", "просп."), ("провулок", "пров.")),
    "GR": (),
    "JP": (),
}


def _cities(text: str) -> tuple[City, ...]:
    rows: list[City] = []
    parts = " ".join(text.split()).split("|")
    name = parts[0].strip()
    for at in range(1, len(parts), 3):
        region, postcode, rest = parts[at], parts[at + 1], parts[at + 2]
        landline, _, following = rest.partition(" ")
        native, _, exonym = name.partition("/")
        rows.append(City(native, exonym, region, postcode, landline))
        name = following.strip()
    return tuple(rows)


CITIES: dict[str, tuple[City, ...]] = {country: _cities(text) for country, text in _CITIES.items()}
