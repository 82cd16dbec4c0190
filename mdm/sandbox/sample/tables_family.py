"""Family names per culture: a list of the frequent ones, and parts from which the long tail is composed."""

_HEAD: dict[str, str] = {
    "en": """Smith Johnson Williams Brown Jones Taylor Davies Miller Davis Wilson Anderson Thomas Moore
        Martin Jackson Thompson White Lee Harris Clark Lewis Robinson Walker Young Allen King
        Wright Scott Hill Green Adams Nelson Baker Hall Campbell Mitchell Carter Roberts
        Phillips Evans Turner Parker Collins Edwards Stewart Morris Murphy Cook Rogers Reed
        Morgan Bell Cooper Ward Cox Bailey Howard Foster Hughes Price Gray Watson Brooks Kelly
        Sanders Bennett Wood Barnes Ross Henderson Jenkins Perry Powell Long Patterson O'Brien
        O'Connor McDonald MacLeod Khan Patel Singh Hussain Begum Nguyen Fitzgerald Griffiths
        Lloyd Marsh Shaw Hunt Palmer Mills Spencer Atkinson""",
    "de": """Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer
        Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann
        Lange Schmitt Werner Schmitz Krause Meier Lehmann Schmid Schulze Maier Köhler Herrmann
        König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Schubert
        Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke
        Albrecht Schuster Simon Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein
        Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas Schreiber Graf Dietrich Ziegler Kuhn
        Kühn Pohl Engel Horn Yılmaz Kaya Demir""",
    "fr": """Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre
        Michel Garcia David Bertrand Roux Vincent Fournier Morel Girard André Lefèvre Mercier
        Dupont Lambert Bonnet François Martinez Legrand Garnier Faure Rousseau Blanc Guérin
        Muller Henry Roussel Nicolas Perrin Morin Mathieu Clément Gauthier Dumont Lopez Fontaine
        Chevalier Robin Masson Sanchez Gérard Nguyen Boyer Denis Lemaire Duval Joly Gautier
        Roger Roche Roy Noël Meyer Lucas Meunier Jean Benali Diallo Traoré Le-Goff d'Aubigny""",
    "es": """García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez
        Hernández Ruiz Díaz Moreno Muñoz Álvarez Romero Gutiérrez Alonso Navarro Torres
        Domínguez Ramos Vázquez Ramírez Gil Serrano Morales Molina Blanco Suárez Castro Ortega
        Delgado Ortiz Marín Rubio Núñez Medina Sanz Castillo Iglesias Cortés Garrido Santos
        Guerrero Lozano Cano Cruz Méndez Flores Prieto Herrera Peña León Márquez Cabrera Gallego
        Calvo Vidal Campos Reyes Vega Fuentes Carrasco Aguilar Caballero Nieto Santana Pascual
        Herrero Montero Hidalgo Giménez Ibáñez Ferrer Durán Vicente Benítez Mora Arias Vargas
        Carmona Crespo Román Pastor Soto Sáez Velasco Moya Soler""",
    "it": """Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti
        De-Luca Costa Giordano Mancini Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani
        Rinaldi Caruso Ferrara Galli Martini Leone Longo Gentile Martinelli Vitale Lombardo
        Serra Coppola De-Santis D'Angelo Marchetti Parisi Villa Conte Ferraro Ferri Fabbri
        Bianco Marini Grasso Valentini Messina Sala De-Angelis Gatti Pellegrini Palumbo Sanna
        Farina Rizzi Monti Cattaneo Morelli Amato Silvestri Mazza Testa Grassi Pellegrino
        Carbone Giuliani Benedetti""",
    "pl": """Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak
        Dąbrowski Kozłowski Jankowski Mazur Wojciechowski Kwiatkowski Krawczyk Kaczmarek
        Piotrowski Grabowski Zając Pawłowski Michalski Król Wieczorek Jabłoński Wróbel
        Nowakowski Majewski Olszewski Stępień Malinowski Jaworski Adamczyk Dudek Nowicki Pawlak
        Górski Witkowski Walczak Sikora Baran Rutkowski Michalak Szewczyk Ostrowski Tomaszewski""",
    "ru": """Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков
        Алексеев Лебедев Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров
        Никитин Захаров Зайцев Соловьёв Борисов Яковлев Григорьев Романов Воробьёв Сергеев
        Кузьмин Фролов Александров Дмитриев Королёв Гусев Киселёв Ильин Максимов Поляков Сорокин
        Виноградов Ковалёв Белов Медведев Жуков Щербаков Чернышёв Шевцов""",
    "uk": """Мельник Шевченко Бойко Коваленко Бондаренко Ткаченко Ковальчук Кравченко Олійник Шевчук
        Коваль Поліщук Бондар Ткачук Мороз Марченко Лисенко Руденко Савченко Петренко Кравчук
        Клименко Павленко Савчук Кузьменко Левченко Пономаренко Василенко Мазур Кушнір Романюк
        Козак Сидоренко Гончаренко""",
    "el": """Παπαδόπουλος Βλάχος Αγγελόπουλος Νικολαΐδης Γεωργίου Παππάς Δημητρίου Ιωαννίδης Οικονόμου
        Κωνσταντινίδης Χατζής Μακρής Αντωνίου Παπανικολάου Καραγιάννης Πετρίδης Σαμαράς Αλεξίου
        Λάμπρου Ζαφειρόπουλος Αθανασίου Βασιλείου Κοντός Μαυρίδης Παναγιωτόπουλος Σταυρόπουλος
        Τσιάρας Χριστοδούλου Δελής Καλογερόπουλος""",
    "ja": """佐藤|Sato 鈴木|Suzuki 高橋|Takahashi 田中|Tanaka 伊藤|Ito 渡辺|Watanabe 山本|Yamamoto
        中村|Nakamura 小林|Kobayashi 加藤|Kato 吉田|Yoshida 山田|Yamada 佐々木|Sasaki
        山口|Yamaguchi 松本|Matsumoto 井上|Inoue 木村|Kimura 林|Hayashi 斎藤|Saito 清水|Shimizu
        山崎|Yamazaki 阿部|Abe 森|Mori 池田|Ikeda 橋本|Hashimoto 石川|Ishikawa 前田|Maeda
        藤田|Fujita 後藤|Goto 岡田|Okada 長谷川|Hasegawa 村上|Murakami 近藤|Kondo 石井|Ishii
        坂本|Sakamoto""",
}

# culture -> (first parts, endings) of composed names
_TAIL: dict[str, tuple[str, str]] = {
    "en": (
        """Ash Black Brad Brook Burn Cald Chad Clif Crad Cran Dal Den Easter Ell Fair Far Gar Gold Grim
        Hal Ham Har Hart Has Hazel Hol Horn Kings Lang Lin Lock Lyn Mar Mel Mid Nor Oak Pem Pren
        Rad Red Rip Rock Rus Sel Shel Sher Stan Stock Sud Swin Thorn Under Wake Wal Wash West
        Whit Win Wood Wor Yar""",
        "ton ley ford well worth wood man field by ham shaw combe wick bourne more den burn stead",
    ),
    "de": (
        """Acker Alten Auer Bach Birken Blumen Brunn Buch Dorn Ehren Eich Erl Falken Feld Fries Gold
        Grün Habers Hammer Heid Hirsch Hohen Holz Kirch Klee Kron Kupfer Linden Löwen Mond Nuss
        Oster Rauch Reben Reich Ritter Rosen Sand Schön Silber Sonnen Stern Tannen Thal Wald
        Wein Weiden Westen Wiesen Zander Zell""",
        "berg mann meier thaler bauer müller hofer stein feld bach burger huber wald acker lein er inger",
    ),
    "fr": (
        """Beau Bois Bon Bel Champ Chât Clair Cour Des Du Font Gran Haut La Le Mal Mar Mont Mor Per Pont
        Pré Puy Rav Ro Sau Tour Val Vau Vert Ville Bar Cas Del Fab Gui Lam Mau Ric""",
        """mont bois champ val ville court pré rand nier let reau chard vin doux chet lier nard celin
        quet telier""",
    ),
    "es": (
        """Aran Bar Bel Cal Cam Car Cas Cort Esca Este Fon Gar Guz Her Lar Man Mar Men Mon Mora Oli Or
        Pal Per Quin Ri San Sala Sego Tor Val Vela Vil Zam""",
        "dera nero reda leda llanos tero quez goza mejo vides rosa laga lobos zano rubia cedo piña bello nes",
    ),
    "it": (
        """Al Ang Bal Bar Bel Ben Ber Bon Bor Cal Cam Can Car Cas Cav Cer Cor Dal Fal Fer Fio Gar Ghi
        Giu Gua Lan Luc Man Mar Maz Mon Mor Nar Or Pal Pas Pel Pez Pic Ros Sal San Sar Sca Ser
        Spa Tas Tor Val Ven Zan""",
        "etti ini oni elli ucci ardi eri ato asso osi ani ola acci isi usi anti ozzi aro igni otti",
    ),
    "pl": (
        """Bana Biel Bog Bor Brze Chmie Cza Dob Droz Gaj Głow Gra Jaku Jasi Jawo Kali Kas Kli Koby Komo
        Kras Les Lip Łab Mak Mali Mar Mio Mro Nie Oki Pia Pod Przy Rad Rog Rud Sado Siko Soko
        Sta Strze Tar Urba Wale Wasi Wit Wol Zale Zare Żuk""",
        "lewski nowski kowski czyński szewski rski dzki niak czak cki wicz rek",
    ),
    "ru": (
        """Аба Бел Берез Бобр Бород Верещ Воло Гладк Голуб Горб Гром Дроз Дуб Ерм Жар Зим Зол Кал Карп
        Клим Комар Корол Крас Крыл Куд Лап Лог Лук Маль Март Мельн Миро Нест Овчин Остр Пан Пест
        Пол Прохор Рог Рыб Сав Сам Сел Сиз Скор Соб Стрел Сух Тих Том Тур Ус Фил Хар Цвет Черн
        Шап Шир Щег Юд Як""",
        "ов ин аков евский анов кин ников арев унов инский",
    ),
    "uk": (
        """Андр Баб Барв Білог Вакул Вергун Гав Галь Дани Дем Дзюб Довг Єрем Заруд Іщ Калин Кирил Климч
        Костю Куліш Лаврин Литвин Макар Мартин Назар Онищ Остап Панас Прокоп Рома Сав Стець
        Тарас Хом Федор Юрч Яким""",
        "енко чук юк ко ський ець",
    ),
    "el": (
        """Αγγελ Αθανασ Αναγνωστ Αντων Αποστολ Βασιλ Γιανν Δημητρ Ηλι Θεοδωρ Καλογερ Καραμ Κωνσταντ
        Λαμπρ Λεοντ Μανωλ Μαρκ Μιχαλ Νικ Παναγ Πετρ Ραφαηλ Σπυρ Στεφαν Τριανταφυλλ Φωτ Χαραλαμπ
        Χριστ""",
        "όπουλος ίδης άκης άτος έας ούδης ιάδης",
    ),
    "ja": (
        """山|Yama 川|Kawa 中|Naka 小|Ko 大|O 石|Ishi 松|Matsu 竹|Take 木|Ki 上|Ue 下|Shimo 西|Nishi
        東|Higashi 北|Kita 南|Minami 高|Taka 長|Naga 古|Furu 青|Ao 黒|Kuro 白|Shira 藤|Fuji
        村|Mura 森|Mori 岡|Oka 原|Hara 杉|Sugi 福|Fuku 吉|Yoshi 安|Yasu 永|Naga 水|Mizu 平|Hira
        広|Hiro""",
        """田|da 川|kawa 本|moto 村|mura 山|yama 野|no 島|shima 沢|sawa 井|i 口|guchi 原|hara 崎|zaki
        尾|o 谷|tani 橋|hashi""",
    ),
}


def _pair(word: str) -> tuple[str, str]:
    native, _, reading = word.partition("|")
    return native.replace("-", " ") if native[:2] in ("De", "Le") else native, reading


def _names(culture: str) -> tuple[tuple[str, str], ...]:
    """The frequent names, then all compositions in an order that mixes the parts."""
    head = [_pair(word) for word in _HEAD[culture].split()]
    firsts = [_pair(word) for word in _TAIL[culture][0].split()]
    endings = [_pair(word) for word in _TAIL[culture][1].split()]
    known = {native for native, _ in head}
    tail = []
    for turn in range(len(endings)):
        for place, (first, reading) in enumerate(firsts):
            ending, sound = endings[(place + turn) % len(endings)]
            if first != ending and first + ending not in known:
                tail.append((first + ending, (reading + sound) if reading else ""))
    return tuple(head + tail)


# culture -> rows of (native male form, reading of a Japanese name), the frequent ones first
FAMILY: dict[str, tuple[tuple[str, str], ...]] = {culture: _names(culture) for culture in _HEAD}

_FEMALE_ENDINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "pl": (("ski", "ska"), ("cki", "cka"), ("dzki", "dzka")),
    "ru": (("ский", "ская"), ("ов", "ова"), ("ев", "ева"), ("ёв", "ёва"), ("ин", "ина")),
    "uk": (("ський", "ська"),),
    "el": (
        ("όπουλος", "οπούλου"),
        ("ίδης", "ίδου"),
        ("ΐδης", "ΐδου"),
        ("ης", "η"),
        ("ος", "ου"),
        ("άς", "ά"),
        ("ας", "α"),
    ),
}


def feminine(culture: str, family: str) -> str:
    """The form of a family name that a woman bears (Polish, Russian, Ukrainian, Greek; else the same)."""
    for ending, other in _FEMALE_ENDINGS.get(culture, ()):
        if family.endswith(ending):
            return family[: -len(ending)] + other
    return family
