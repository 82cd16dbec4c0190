"""Given names with their short forms, per culture and sex, the frequent ones first.

``Name=Short,Short`` in the native script; Japanese names carry their reading after a bar.
"""

_TABLE: dict[str, tuple[str, str]] = {
    "en": (
        """James=Jim,Jimmy,Jamie John=Jack,Johnny Robert=Bob,Rob,Bobby Michael=Mike,Mick
        William=Bill,Will,Billy David=Dave Richard=Dick,Rick,Richie Joseph=Joe,Joey
        Thomas=Tom,Tommy Charles=Charlie,Chuck Christopher=Chris,Kit Daniel=Dan,Danny
        Matthew=Matt Anthony=Tony Mark Donald=Don Steven=Steve Paul Andrew=Andy,Drew Joshua=Josh
        Kenneth=Ken Kevin=Kev Brian George Timothy=Tim Ronald=Ron Edward=Ed,Ted,Eddie Jason=Jay
        Jeffrey=Jeff Ryan Jacob=Jake Gary=Gaz Nicholas=Nick Eric Jonathan=Jon Stephen=Steve
        Larry Justin Scott Brandon Benjamin=Ben Samuel=Sam Gregory=Greg Alexander=Alex,Sandy
        Patrick=Pat,Paddy Frank=Frankie Raymond=Ray Jack Dennis=Den Jerry Tyler Aaron Jose Adam
        Nathan=Nate Henry=Harry,Hank Zachary=Zach Douglas=Doug Peter=Pete Kyle Noah Ethan Jeremy
        Walter=Walt Christian Keith Roger Terry=Tez Austin Sean Gerald=Gerry Carl Harold=Hal
        Dylan Arthur=Art Lawrence=Larry Jordan Albert=Al,Bert Leonard=Len Theodore=Ted,Theo
        Alan=Al Oliver=Ollie Lewis=Lou Simon=Si Graham Stuart=Stu Malcolm=Mal Reginald=Reg""",
        """Mary=Molly,Polly Patricia=Pat,Trish,Patty Jennifer=Jen,Jenny Linda=Lin
        Elizabeth=Liz,Beth,Betty,Lizzie Barbara=Barb,Babs Susan=Sue,Suzie Jessica=Jess
        Sarah=Sally,Sadie Karen=Kaz Lisa Nancy=Nan Sandra=Sandy Margaret=Maggie,Peggy,Meg Ashley
        Kimberly=Kim Emily=Em,Emmy Donna Michelle=Shelly Carol=Caz Amanda=Mandy Melissa=Mel
        Deborah=Deb,Debbie Stephanie=Steph Rebecca=Becky,Becca Laura Sharon=Shaz Cynthia=Cindy
        Dorothy=Dot,Dottie Amy Kathleen=Kathy,Kath Angela=Angie Shirley Brenda Emma Anna
        Pamela=Pam Nicole=Nicky Samantha=Sam,Sammy Katherine=Kate,Katie,Kathy
        Christine=Chris,Chrissy Helen=Nell Debra=Deb Rachel=Rach Carolyn Janet=Jan Maria
        Catherine=Cathy,Cath Heather Diane=Di Olivia=Liv Julie=Jules Joyce Victoria=Vicky,Tori
        Ruth Virginia=Ginny Lauren Kelly Christina=Tina Joan Evelyn=Evie Judith=Judy Andrea
        Hannah Jacqueline=Jackie Martha=Marty Gloria Teresa=Terri,Tess Sara Frances=Fran
        Alice=Ali Jean Abigail=Abby Sophia=Sophie Grace=Gracie Denise Amber
        Charlotte=Charlie,Lottie Eleanor=Ellie,Nora Florence=Flo""",
    ),
    "de": (
        """Peter Michael=Michi,Micha Thomas=Tom Andreas=Andi Wolfgang=Wolf Klaus Jürgen Stefan
        Christian=Chris Hans=Hansi Uwe Frank Werner Manfred=Manni Bernd Martin Alexander=Alex
        Markus Matthias=Matze,Hias Dieter Jörg Heinz Ralf Sebastian=Basti Tobias=Tobi Jan Rainer
        Daniel=Dani Florian=Flo Maximilian=Max Felix Gerhard=Gerd Günter Horst Johannes=Hannes
        Josef=Sepp Karl=Kalle Lukas Philipp Robert Sven Torsten Friedrich=Fritz Heinrich=Heiner
        Benedikt=Bene Jakob Jonas Leon Niklas=Nik Paul Simon Joachim=Achim Hans-Peter=Hans
        Karl-Heinz=Kalle Ludwig Anton=Toni Georg=Schorsch Konstantin=Kosta Moritz Eberhard=Hardi""",
        """Ursula=Uschi Monika=Moni Petra Sabine=Bine Renate Karin Elisabeth=Lisa,Sissi,Elli Andrea
        Claudia Susanne=Susi Gabriele=Gabi Brigitte=Gitti Christine=Christl Angelika=Geli Julia
        Katharina=Kathi,Katja Anna=Anni Stefanie=Steffi Nicole Barbara=Babsi Martina Heike Anja
        Sandra Birgit Maria=Mia,Mitzi Christina=Tina Jana Laura Lena Sarah Johanna=Hanna
        Margarete=Gretel,Grete Franziska=Franzi Eva Magdalena=Leni,Magda Antonia=Toni Ingrid
        Helga Gisela=Gila Erika Silke Ute Katrin Melanie=Melli Nadine Theresa=Resi
        Veronika=Vroni Jessica=Jessi Alexandra=Alex,Sandra Ilse Waltraud=Traudl Hannelore=Lore
        Annemarie=Anne Friederike=Rike Marlene Charlotte=Lotte Pauline Sophie Marie""",
    ),
    "fr": (
        """Jean Michel=Mimi Pierre=Pierrot Philippe=Phil Alain Nicolas=Nico Christophe=Chris Patrick
        Daniel Laurent Frédéric=Fred Stéphane=Steph Bernard David Sébastien=Seb Eric
        Thierry=Titi Julien=Juju Olivier Pascal Christian Thomas François=Fanfan Alexandre=Alex
        Jacques=Jacquot Vincent Guillaume Dominique=Dom Gérard=Gégé Anthony Maxime=Max
        Antoine=Toine Benjamin=Ben Jérôme Mathieu Bruno Romain Emmanuel=Manu Jean-Pierre=Jean
        Jean-Claude=Claude Hugo Louis=Loulou Étienne Rémi Grégoire=Greg Benoît Édouard=Ed""",
        """Marie=Manon Nathalie=Nath Isabelle=Isa Sylvie Catherine=Cathy Martine Christine=Chris
        Françoise Valérie=Val Sandrine=Sandra Stéphanie=Steph Véronique=Véro Sophie=So Céline
        Chantal Patricia=Pat Anne Julie Brigitte=Bri Aurélie Monique Laurence Nicole
        Dominique=Dom Émilie Caroline=Caro Élodie=Lolo Laura Camille=Cam Virginie=Ginie
        Charlotte=Chacha Delphine Sarah Léa Mathilde Pauline Élisabeth=Babeth Anne-Marie=Anne
        Marie-Claude=Marie Alexandra=Alex Geneviève=Gene Hélène Florence=Flo Amélie Chloé""",
    ),
    "es": (
        """Antonio=Toño,Toni José=Pepe Manuel=Manolo,Manu Francisco=Paco,Curro,Fran David Juan=Juanito
        Javier=Javi Daniel=Dani Carlos Jesús=Chus Alejandro=Álex Miguel Rafael=Rafa Pedro Pablo
        Ángel Sergio Fernando=Nando Jorge Luis Alberto=Berto Álvaro Diego Adrián Raúl Iván
        Enrique=Quique Ramón Vicente=Chente Óscar Andrés Joaquín=Quino Santiago=Santi,Yago
        Eduardo=Edu Víctor Roberto Ignacio=Nacho Jaime Mario Salvador=Salva Gonzalo=Gonzo Marcos
        Rubén Emilio Gabriel=Gabi Guillermo=Guille José-Luis=Pepe Juan-Carlos=Juan""",
        """María=Mari Carmen=Menchu Ana=Anita Isabel=Isa,Chabela Dolores=Lola Pilar=Pili Teresa=Tere
        Laura Josefa=Pepa Cristina=Cris Francisca=Paqui,Paca Antonia=Toñi Marta Lucía=Luci
        Mercedes=Merche Elena Rosario=Charo Concepción=Concha,Conchi Raquel Sara Paula Juana
        Manuela=Manoli Rosa Beatriz=Bea Julia Montserrat=Montse Silvia Encarnación=Encarni Irene
        Patricia=Patri Alba Rocío Andrea Sonia Consuelo=Chelo Guadalupe=Lupe Inmaculada=Inma
        Natalia Verónica=Vero Esperanza Susana Yolanda Alicia Ángeles Nuria""",
    ),
    "it": (
        """Giuseppe=Beppe,Pino Giovanni=Gianni,Nino Antonio=Tonino,Toni Mario Luigi=Gigi
        Francesco=Franco,Checco Angelo Vincenzo=Enzo Pietro=Piero Salvatore=Totò,Salvo Carlo
        Franco Domenico=Mimmo Bruno Paolo Michele Giorgio Aldo Sergio Luciano
        Alessandro=Ale,Sandro Andrea Marco Matteo Lorenzo=Renzo Stefano Roberto=Roby Davide
        Gabriele Riccardo=Ricky Federico=Fede Leonardo=Leo Tommaso=Maso Simone Fabio Claudio
        Emanuele=Lele Filippo=Pippo Massimo Raffaele=Lello Nicola Alberto Daniele Enrico Giacomo
        Gianluca=Luca Ernesto""",
        """Maria Anna Giuseppina=Pina Rosa Angela Giovanna=Gianna Teresa Lucia Carmela
        Caterina=Cate,Rina Francesca=Franca,Checca Antonietta=Etta Carla Elena Concetta=Titina
        Rita Margherita=Rita Franca Paola Giulia Chiara Sara Martina Valentina=Vale
        Alessandra=Ale,Sandra Elisabetta=Betta,Elisa Federica=Fede Silvia Laura Roberta=Roby
        Simona Cristina Daniela Patrizia Sofia Aurora Beatrice=Bice Eleonora=Ele Gabriella=Lella
        Raffaella=Lella Stefania Monica Barbara Isabella=Isa Emanuela=Manu Ilaria Serena""",
    ),
    "pl": (
        """Piotr=Piotrek Krzysztof=Krzysiek Andrzej=Jędrek Tomasz=Tomek Jan=Janek Paweł Michał Marcin
        Stanisław=Staszek Jakub=Kuba Adam Marek Łukasz Grzegorz=Grzesiek Mateusz Wojciech=Wojtek
        Mariusz Dariusz=Darek Zbigniew=Zbyszek Jerzy=Jurek Maciej=Maciek Rafał Robert Kamil
        Józef=Józek Jacek Dawid Tadeusz=Tadek Ryszard=Rysiek Szymon Kacper Bartosz=Bartek
        Jarosław=Jarek Janusz Sławomir=Sławek Mirosław=Mirek Henryk=Heniek Aleksander=Olek
        Przemysław=Przemek Filip Sebastian=Seba Bogdan Władysław=Władek""",
        """Anna=Ania Maria=Marysia Katarzyna=Kasia Małgorzata=Gosia,Małgosia Agnieszka=Aga Barbara=Basia
        Ewa=Ewka Krystyna=Krysia Magdalena=Magda Elżbieta=Ela Joanna=Asia Aleksandra=Ola
        Zofia=Zosia Monika Teresa=Tereska Danuta=Danka Natalia Julia Karolina Marta Beata Dorota
        Janina=Janka Halina=Halinka Jadwiga=Jadzia Jolanta=Jola Alicja=Ala Iwona Grażyna=Grażka
        Paulina Justyna Irena Bożena Urszula=Ula Hanna=Hania Renata Sylwia Weronika=Wera Helena
        Stanisława=Stasia Emilia=Emilka Izabela=Iza Kinga Aneta Edyta""",
    ),
    "ru": (
        """Александр=Саша,Шура Сергей=Серёжа Владимир=Володя,Вова Дмитрий=Дима Андрей Алексей=Лёша
        Николай=Коля Иван=Ваня Михаил=Миша Евгений=Женя Юрий=Юра Виктор=Витя Павел=Паша Игорь
        Олег Анатолий=Толя Роман=Рома Василий=Вася Константин=Костя Максим=Макс Денис Антон Илья
        Артём=Тёма Григорий=Гриша Виталий Вячеслав=Слава Станислав=Стас Борис=Боря Геннадий=Гена
        Пётр=Петя Кирилл Никита Фёдор=Федя Леонид=Лёня Егор Вадим""",
        """Елена=Лена Ольга=Оля Татьяна=Таня Наталья=Наташа Ирина=Ира Светлана=Света Анна=Аня Мария=Маша
        Екатерина=Катя Юлия=Юля Людмила=Люда Галина=Галя Марина Анастасия=Настя Валентина=Валя
        Надежда=Надя Любовь=Люба Нина Оксана Евгения=Женя Дарья=Даша Александра=Саша Вера Алла
        Лариса=Лара Ксения=Ксюша Виктория=Вика Тамара=Тома Полина=Поля Софья=Соня Алёна Яна
        Елизавета=Лиза Зинаида=Зина Жанна""",
    ),
    "uk": (
        """Олександр=Сашко Сергій Володимир=Вова Андрій Микола=Коля Іван Михайло=Мишко Юрій Віктор
        Василь Олег Ігор Дмитро=Діма Роман Богдан Тарас Петро Ярослав=Славко Павло Євген=Женя
        Анатолій=Толя Григорій=Гриць Максим Степан Остап Назар Артем Віталій Руслан
        Костянтин=Костя""",
        """Олена Наталія=Наталка Ольга=Оля Тетяна=Таня Ірина=Іра Світлана=Світлана Марія=Марійка
        Анна=Ганнуся Людмила=Люда Галина=Галя Оксана=Ксеня Катерина=Катя Юлія=Юля Надія Любов
        Валентина=Валя Вікторія=Віка Лариса Софія=Соня Ніна Ярослава=Слава Соломія Дарина=Даша
        Христина Леся Зоряна""",
    ),
    "el": (
        """Γεώργιος=Γιώργος Ιωάννης=Γιάννης Κωνσταντίνος=Κώστας,Ντίνος Δημήτριος=Δημήτρης,Μίμης
        Νικόλαος=Νίκος Παναγιώτης=Πάνος Βασίλειος=Βασίλης Χρήστος Αθανάσιος=Θανάσης
        Μιχαήλ=Μιχάλης Ευάγγελος=Βαγγέλης Σπυρίδων=Σπύρος Αντώνιος=Αντώνης Αναστάσιος=Τάσος
        Θεόδωρος=Θοδωρής Ανδρέας Αλέξανδρος=Αλέκος Εμμανουήλ=Μανώλης Ηλίας Σταύρος Πέτρος
        Στυλιανός=Στέλιος Απόστολος=Τόλης Φώτιος=Φώτης Ευστάθιος=Στάθης Σωτήριος=Σωτήρης""",
        """Μαρία=Μαίρη Ελένη=Λένα Αικατερίνη=Κατερίνα,Καίτη Βασιλική=Βάσω,Βίκυ Σοφία=Σόφη
        Αγγελική=Αγγέλα,Κική Γεωργία=Γωγώ Ευαγγελία=Λίτσα,Εύα Ιωάννα=Γιάννα Δήμητρα=Μιμή
        Κωνσταντίνα=Ντίνα Παναγιώτα=Γιώτα Αναστασία=Τασία,Νατάσα Χρυσούλα=Χρύσα Ειρήνη=Ρένα
        Παρασκευή=Βούλα,Εύη Αθανασία=Σούλα Αλεξάνδρα=Αλέκα Ευθυμία=Έφη Θεοδώρα=Δώρα
        Στυλιανή=Στέλλα Φωτεινή=Φανή Καλλιόπη=Πόπη Δέσποινα Νίκη Όλγα""",
    ),
    "ja": (
        """健太|Kenta 大輔|Daisuke 翔太|Shota 誠|Makoto 博|Hiroshi 浩二|Koji 健一|Kenichi 隆|Takashi
        拓也|Takuya 直樹|Naoki 一郎|Ichiro 茂|Shigeru 明|Akira 和也|Kazuya 達也|Tatsuya 修|Osamu
        蓮|Ren 陽斗|Haruto 悠真|Yuma 亮|Ryo 剛|Tsuyoshi 正|Tadashi 勇|Isamu 学|Manabu 徹|Toru
        雄太|Yuta 康平|Kohei 俊介|Shunsuke 信夫|Nobuo 哲也|Tetsuya""",
        """美咲|Misaki 陽子|Yoko 恵子|Keiko 幸子|Sachiko 由美子|Yumiko 久美子|Kumiko 裕子|Yuko
        真由美|Mayumi 智子|Tomoko 直美|Naomi 愛|Ai 彩|Aya 葵|Aoi 結衣|Yui 陽菜|Hina 桜|Sakura
        花子|Hanako 和子|Kazuko 節子|Setsuko 明美|Akemi 千尋|Chihiro 舞|Mai 麻衣|Mai 香織|Kaori
        典子|Noriko 洋子|Hiroko 文子|Fumiko 優子|Yuko 里奈|Rina 京子|Kyoko""",
    ),
}


def _rows(text: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    rows = []
    for word in text.split():
        name, _, shorts = word.partition("=")
        native, _, reading = name.partition("|")
        rows.append((native, reading, tuple(shorts.split(",")) if shorts else ()))
    return tuple(rows)


# culture -> sex ("m", "f") -> rows of (native form, reading of a Japanese name, short forms)
GIVEN: dict[str, dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]]] = {
    culture: {"m": _rows(men), "f": _rows(women)} for culture, (men, women) in _TABLE.items()
}
