"""Legal forms of organisations in some forty countries. Own table, written by hand.

A row reads "code | countries | spellings"; spellings are folded and squeezed ("S.A. de C.V." -> "sadecv"),
  so that
dots, blanks and scripts do not matter. The code names the family of forms: what is the same form in two
  spellings or
languages of one country shares a row. FAMILIES folds the codes of many countries into comparable classes.
"""

from __future__ import annotations

_TABLE = """
ltd | GB IE IN NG KE | ltd limited companylimited coltd cltd colimited
plc | GB IE | plc publiclimitedcompany
llp | GB US IN | llp limitedliabilitypartnership
lp | GB US | lp limitedpartnership
cic | GB | cic communityinterestcompany
inc | US CA PH | inc incorporated incorporation
corp | US CA | corp corporation
llc | US | llc limitedliabilitycompany limitedliabilityco
pllc | US | pllc
pc | US | professionalcorporation
pa | US | professionalassociation
co | | co company cie compagnie cia compania kompanija kompaniya
ltee | CA | ltee limitee
ulc | CA IE | ulc
ptyltd | AU ZA | ptyltd proprietarylimited ptylimited pty
pvtltd | IN PK | pvtltd privatelimited pvtlimited privateltd pltd
pteltd | SG | pteltd pte ptelimited
sdnbhd | MY | sdnbhd sendirianberhad sdnberhad
bhd | MY | bhd berhad
pt | ID | pt perseroanterbatas
tbk | ID | tbk
gmbh | DE AT CH | gmbh gesellschaftmitbeschrankterhaftung gesmbh mbh ggmbh gesellschaftmbh gemeinnutzigegmbh
gmbhcokg | DE AT | gmbhcokg gmbhundcokg gmbhcompkg gmbhcokommanditgesellschaft gmbhkg gmbhcoohg gmbhandcokg
ug | DE | ug ughaftungsbeschrankt unternehmergesellschaft unternehmergesellschafthaftungsbeschrankt
  haftungsbeschrankt
agcokg | DE | agcokg agundcokg
ag | DE AT CH | ag aktiengesellschaft
se | | se societaseuropaea
kg | DE AT | kg cokg undcokg andcokg kommanditgesellschaft
kgaa | DE | kgaa agcokgaa gmbhcokgaa secokgaa
ohg | DE | ohg offenehandelsgesellschaft og
gbr | DE | gbr gesellschaftburgerlichenrechts
ek | DE | ek ekfr ekfm eingetragenerkaufmann eingetragenekauffrau eu
ev | DE | ev eingetragenerverein
eg | DE | eg eingetragenegenossenschaft genossenschaft
partg | DE | partg partgmbb partnerschaftsgesellschaft
sarl | FR LU CH | sarl sarlu societearesponsabilitelimitee
sa | FR ES BE CH LU PT RO GR | sa societeanonyme sociedadanonima sociedadeanonima
sas | FR CO | sas sasu societeparactionssimplifiee sociedadporaccionessimplificada
eurl | FR | eurl
sci | FR | sci societecivileimmobiliere
snc | FR IT | snc societeennomcollectif societainnomecollettivo
scop | FR | scop
scs | FR | societeencommanditesimple
bvba | BE | bvba sprl besloten
bv | NL BE | bv beslotenvennootschap srlbv
nv | NL BE | nv naamlozevennootschap sanv nvsa
vof | NL BE | vof vennootschaponderfirma
cv | NL BE | commanditairevennootschap cvba
asbl | BE LU | asbl vzw
stichting | NL | stichting
spa | IT | spa societaperazioni
srl | IT ES RO AR | srl societaaresponsabilitalimitata srls srlsocio srlunipersonale
  sociedadderesponsabilidadlimitada
sapa | IT | sapa
sasit | IT | societainaccomanditasemplice
scarl | IT | scarl scrl societacooperativa soccoop coop
ditta | IT | dittaindividuale
sl | ES | sl slu sociedadlimitada sociedadlimitadaunipersonal slne slp sll
sau | ES AR | sau
scoop | ES | scoop
lda | PT | lda limitada unipessoallda
ltda | BR CL CO | ltda ltdame ltdaepp eireli me epp mei
sabr | BR | sociedadeanonimaaberta
sadecv | MX | sadecv sociedadanonimadecapitalvariable sapidecv sabdecv sapi
sderl | MX | sderldecv sderl sdersldecv
ab | SE FI | ab aktiebolag abpubl aktiebolaget
hb | SE | hb handelsbolag
kb | SE | kb kommanditbolag
as | NO CZ SK DK EE TR | as aktieselskab aksjeselskap akciovaspolecnost akciovaspolocnost
asa | NO | asa
aps | DK | aps anpartsselskab
ivs | DK | ivs
oy | FI | oy osakeyhtio oyab
oyj | FI | oyj oyjabp
ky | FI | ky
ehf | IS | ehf
hf | IS | hf
ou | EE | ou osauhing
sia | LV | sia
uab | LT | uab
spzoo | PL | spzoo spolkazograniczonaodpowiedzialnoscia spzo spzooo spolkazoo
spzoospk | PL | spzoospk spzoosk spzooskomandytowa spk spj
sapl | PL | spolkaakcyjna
phu | PL | phu pphu
sro | CZ SK | sro spolsro spolecnostsrucenimomezenym spolocnostsrucenimobmedzenym
kft | HU | kft korlatoltfelelossegutarsasag
bt | HU | bt
zrt | HU | zrt nyrt rt
srlro | RO | societatecuraspunderelimitata scsrl
pfa | RO | pfa
doo | RS HR SI BA ME | doo drustvosogranicenomodgovornoscu druzbazomejenoodgovornostjo
dd | HR SI BA | dd dionickodrustvo delniskadruzba
ad | RS BG MK | ad aktsionernodruzhestvo
ood | BG | ood eood druzhestvosogranichenaotgovornost
ead | BG | ead
ae | GR | ae anonymietairia anonimietaireia
epe | GR | epe etaireiaperiorismenisefthynis etairiaperiorismenisefthinis
oe | GR | oe omorrythmi
ike | GR | ike
ooo | RU BY | ooo obshchestvosogranichennoyotvetstvennostyu obshchestvosogranichennojotvetstvennostyu
  obshestvosogranichennojotvetstvennostju
oao | RU | oao otkrytoeaktsionernoeobshchestvo
zao | RU | zao zakrytoeaktsionernoeobshchestvo
pao | RU | pao publichnoeaktsionernoeobshchestvo
ao | RU KZ | ao aktsionernoeobshchestvo
ip | RU | ip individualnyypredprinimatel individualnyjpredprinimatel
fgup | RU | fgup mup gup
tov | UA | tov tovarystvozobmezhenoyuvidpovidalnistyu
tzov | UA | tzov
pat | UA | pat prat
fop | UA | fop
too | KZ | too
anonimsirketi | TR | anonimsirketi
ltdsti | TR | ltdsti limitedsirketi sti ticltdsti ticaretltdsti
kk | JP | kabushikikaisha kabushikigaisha kk
gk | JP | godokaisha gk
yk | JP | yugenkaisha yk
youxian | CN TW HK | youxiangongsi youxianzerengongsi
gufen | CN TW | gufenyouxiangongsi gufen
jusik | KR | jusikhoesa jusighoesa chusikhoesa
yuhan | KR | yuhanhoesa
jsc | VN BY KZ | jsc ojsc cjsc pjsc jointstockcompany jointstock
tnhh | VN | tnhh congtytnhh ctytnhh
coltdth | TH | pcl publiccompanylimited
fzco | AE | fzco fze fzllc fzc dmcc wll spc
saoc | OM | saoc saog
sal | LB | sal
sae | EG | sae
sarlma | MA | sarlau
bm | IL | bm baam
"""

# Raw spellings of scripts written without blanks, replaced before folding.
UNSPACED = (
    ("股份有限公司", "gufen"), ("有限责任公司", "youxian"), ("有限責任公司", "youxian"),
    ("有限公司", "youxian"),
    ("集团", ""), ("集團", ""), ("株式会社", "kk"), ("株式會社", "kk"),
    ("(株)", "kk"), ("（株）", "kk"), ("㈱", "kk"),
    ("有限会社", "yk"), ("(有)", "yk"), ("㈲", "yk"), ("合同会社", "gk"),
    ("주식회사", "jusik"), ("(주)", "jusik"),
    ("㈜", "jusik"), ("유한회사", "yuhan"), ("公司", "co"),
)  # fmt: skip

# Classes in which forms of different countries, or careless spellings of one, agree.
FAMILIES = {
    "private": "ltd llc ltee ulc ptyltd pvtltd pteltd sdnbhd gmbh ug sarl eurl bvba bv srl sl lda ltda sderl"
    " ab aps ivs oy ehf ou sia uab spzoo sro kft srlro doo ood epe ike ooo tov tzov too ltdsti gk"
    " yk youxian yuhan tnhh fzco pt pllc sarlma",
    "public": "plc inc corp ag se kgaa sa sas nv spa sapa sau sabr sadecv asa as oyj hf sapl zrt dd ad ead"
    " ae oao zao pao ao pat anonimsirketi kk gufen jusik jsc coltdth bhd tbk saoc sal sae",
    "partnership": "llp lp gmbhcokg agcokg kg ohg gbr partg snc scs vof cv sasit hb kb ky bt oe spzoospk sci",
    "sole": "ek ditta ip fop phu pfa",
    "society": "ev eg asbl stichting scarl scoop scop cic",
}

# Forms that also stand before the name ("ООО Ромашка", "AB Volvo", "UAB Senukai", "PT Astra").
LEADING = frozenset(
    "doo ooo oao zao pao ao ip fgup tov tzov pat fop too jsc ab as oy ou sia uab pt ad ood ead kk gk yk"
    " jusik yuhan youxian gufen"
    " sas sarl sa ltd gmbh stichting sci eurl ditta tnhh srlro cic asbl".split()
)
# Spellings too short or too common as words to be taken off the front.
NOT_LEADING_SPELLINGS = frozenset(
    "co me as ad sa ao too ip pa pc besloten limited company compagnie og eu coop".split()
)
# Spellings that are also words: off the end only when written in capitals or with dots, or when nothing is.
SHOUTED = frozenset("me as ad pa pc sal bt ip too hf pat oe se rt ou".split())


# Forms that stand before the name only; behind it their letters mean something else ("DSM IP").
ONLY_LEADING = frozenset(("ip", "pt"))


def _read(table: str) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    spellings: dict[str, str] = {}
    countries: dict[str, tuple[str, ...]] = {}
    for row in table.strip().replace("\n  ", " ").splitlines():
        code, where, forms = (part.strip() for part in row.split("|"))
        countries[code] = tuple(where.split())
        for form in forms.split():
            spellings.setdefault(form, code)
    return spellings, countries


SPELLINGS, COUNTRIES = _read(_TABLE)
SPELLINGS.update({code: code for _, code in UNSPACED if code})
FAMILY_OF = {code: family for family, codes in FAMILIES.items() for code in codes.split()}
LONGEST = 8
