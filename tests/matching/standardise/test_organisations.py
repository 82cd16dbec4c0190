"""Names of organisations: legal forms of many countries, cores, acronyms, branches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.standardise import organisations

DIRT = st.text(alphabet=st.characters(), max_size=60)


@pytest.mark.parametrize(
    ("written", "core", "form"),
    [
        ("Acme Ltd", "acme", "ltd"),
        ("Acme Limited", "acme", "ltd"),
        ("Toyota Motor Co., Ltd.", "toyota motor", "ltd"),
        ("Acme, Inc.", "acme", "inc"),
        ("Acme L.L.C.", "acme", "llc"),
        ("Müller & Söhne GmbH & Co. KG", "muller sohne", "gmbhcokg"),
        ("Müller und Söhne GmbH und Co KG", "muller sohne", "gmbhcokg"),
        ("Hotel Sacher Ges.m.b.H.", "hotel sacher", "gmbh"),
        ("Siemens Aktiengesellschaft", "siemens", "ag"),
        ("siemens ag", "siemens", "ag"),
        ("Bäckerei Junge UG (haftungsbeschränkt)", "backerei junge", "ug"),
        ("Meier e.K.", "meier", "ek"),
        ("Danone S.A.", "danone", "sa"),
        ("Boulangerie Paul SARL", "boulangerie paul", "sarl"),
        ("Grupo Bimbo S.A.B. de C.V.", "group bimbo", "sadecv"),
        ("Cemex S.A. de C.V.", "cemex", "sadecv"),
        ("Ferrari S.p.A.", "ferrari", "spa"),
        ("Rossi S.r.l.", "rossi", "srl"),
        ("Philips N.V.", "philips", "nv"),
        ("Jansen B.V.", "jansen", "bv"),
        ("Petrobras Ltda.", "petrobras", "ltda"),
        ("AB Volvo", "volvo", "ab"),
        ("Volvo AB", "volvo", "ab"),
        ("Novo Nordisk A/S", "novo nordisk", "as"),
        ("Equinor ASA", "equinor", "asa"),
        ("Nokia Oyj", "nokia", "oyj"),
        ("Allegro Sp. z o.o.", "allegro", "spzoo"),
        ("Škoda Auto a.s.", "skoda auto", "as"),
        ("Alza s.r.o.", "alza", "sro"),
        ("MOL Nyrt.", "mol", "zrt"),
        ("Podravka d.d.", "podravka", "dd"),
        ("d.o.o. Petrol", "petrol", "doo"),
        ("UAB Senukai", "senukai", "uab"),
        ("SIA Rimi Latvia", "rimi latvia", "sia"),
        ("ООО «Ромашка»", "romashka", "ooo"),
        ("Ромашка ООО", "romashka", "ooo"),
        ("ПАО Сбербанк", "sberbank", "pao"),
        ("ТОВ Нова Пошта", "nova poshta", "tov"),
        ("ΑΛΦΑ Α.Ε.", "alfa", "ae"),
        ("株式会社トヨタ", "toyota", "kk"),
        ("トヨタ㈱", "toyota", "kk"),
        ("华为技术有限公司", "huaweijishu", "youxian"),
        ("삼성전자 주식회사", "samseongjeonja", "jusik"),
        ("Tata Motors Pvt. Ltd.", "tata motors", "pvtltd"),
        ("Petronas Sdn. Bhd.", "petronas", "sdnbhd"),
        ("Qantas Pty Ltd", "qantas", "ptyltd"),
        ("PT Astra International Tbk", "astra international", "tbk"),
        ("Koç Holding A.Ş.", "koc holding", "as"),
    ],
)
def test_legal_forms_come_off(written: str, core: str, form: str) -> None:
    name = organisations.parse(written)
    assert (name.core, name.legal_form) == (core, form)


@pytest.mark.parametrize(
    ("written", "core"),
    [
        ("Coffee and Me", "coffee me"),  # "me" is a Brazilian form only in capitals
        ("Co-op", "co op"),
        ("ASSET AB DSM IP", "asset ab dsm ip"),
        ("Plus A", "plus a"),
        ("SAS Institute Inc.", "sas institute"),
        ("E.ON SE", "e on"),
        ("AT&T Inc.", "att"),
        ("H & M Hennes & Mauritz AB", "hm hennes mauritz"),
        ("Ltd", "ltd"),  # nothing but a form keeps it
        ("Limited Brands", "limited brands"),
        ("GmbH", "gmbh"),
    ],
)
def test_words_that_only_look_like_forms_stay(written: str, core: str) -> None:
    assert organisations.core_of(written) == core


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Acme Intl. Corp", "Acme International"),
        ("Smith & Sons Ltd", "Smith and Sons Limited"),
        ("Smith + Sons", "The Smith and Sons"),
        ("Universität Wien", "Univ. Wien"),
        ("Global Mfg. Co", "Global Manufacturing Company"),
        ("Gebr. Meier GmbH", "Gebrüder Meier"),
        ("Acme Hldgs plc", "Acme Holding"),
    ],
)
def test_spellings_of_one_name_share_the_core(left: str, right: str) -> None:
    assert organisations.core_of(left) == organisations.core_of(right)


@pytest.mark.parametrize(
    ("written", "core", "branch"),
    [
        ("Starbucks Store #123", "starbucks", "123"),
        ("Walmart Store No. 45", "walmart", "45"),
        ("Deutsche Bank AG Filiale Köln", "deutsche bank", "koln"),
        ("Acme Ltd, Leeds Branch", "acme", "leeds"),
        ("The Coffee Shop", "coffee shop", ""),  # what it is, not which part
    ],
)
def test_branches_are_told_apart(written: str, core: str, branch: str) -> None:
    name = organisations.parse(written)
    assert (name.core, name.branch) == (core, branch)


def test_departments_and_trading_names_are_set_aside() -> None:
    affiliation = organisations.parse("Department of Physics, Faculty of Science, Lund University")
    assert (affiliation.core, affiliation.department) == ("lund university", "department of physics")
    assert organisations.parse("Siemens AG, Dept. Energy").department == "dept energy"
    name = organisations.parse("Joe's Plumbing t/a JP Services Ltd")
    assert (name.core, name.also_known_as) == ("joes plumbing", "jp services")


def test_derived_forms_of_a_name() -> None:
    name = organisations.parse("International Business Machines Corporation")
    assert name.acronym == "ibm"
    assert name.distinctive == "business machines"
    assert organisations.parse("Data Systems Ltd").squeezed == organisations.parse("DataSystems").squeezed
    assert organisations.parse("Acme Ltd").family == organisations.parse("Acme GmbH").family == "private"


@pytest.mark.parametrize(
    ("written", "answer"), [("Acme Ltd", True), ("John Smith", False), ("Müller GmbH", True), ("", False)]
)
def test_a_legal_form_tells_an_organisation(written: str, answer: bool) -> None:
    assert organisations.looks_like_organisation(written) is answer


@given(DIRT)
def test_any_text_is_read_and_its_core_is_stable(dirt: str) -> None:
    name = organisations.parse(dirt)
    assert organisations.parse(dirt) == name
    assert name.core.isascii()
    assert name.acronym.isascii()
    assert set(name.distinctive.split()) <= set(name.words)
