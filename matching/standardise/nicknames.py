"""Given names and the forms under which they are also written: everyday forms, transliterations, cognates.

Own table, written by hand. A row reads "root: forms" and goes on in indented lines; a form may stand in
  several
rows ("alex"), so two names are related when they share a root; relatedness does not run on from form to form.
"""

from __future__ import annotations

from matching.standardise.text import fold

NICKNAMES = """
aaron: ron ronnie aron
abigail: abby abbie gail
abraham: abe bram abie ibrahim
adam: ad adi
adrian: ade adriano adrien
agnes: aggie agnieszka nessa aga
albert: al bert bertie alberto albrecht
alexander: alex al alec sandy xander sasha sascha alessandro alejandro alexandre aleksandr aleksander
  alexandr oleksandr
  alexandros lex zander ale oles sanya shura iskander skender alexei
alexandra: alex sandra sandy sasha sascha alexa lexi aleksandra alessandra alejandra oleksandra xandra ola
alexei: alexey aleksey aleksei alex alyosha lyosha oleksii oleksiy aliaksei
alfred: al fred alf alfie freddy fredo alfredo
alice: ali alicia alize alisa
amanda: mandy manda
amelia: amy millie emelia amalia
anastasia: ana stacey stacy nastya asya tasia nastja anastasiya anastasiia
andrea: andy andie drea
andrew: andy drew andre andreas andres andrei andrey andrii andriy anders andrzej andras andrej andrea
angela: angie ange angelika angelina anzhela
anna: ann anne annie anya anja nan nancy nina ana hanna hannah anita anneke annika anouk ania asia nyura
anthony: tony anton antoine antonio antony toni antal ante tonio antoni anthoni antonius
arthur: art artie artur arturo
barbara: barb barbie babs bobbie basia varvara barbel
benjamin: ben benny benji benjie beniamin veniamin
bernard: bernie bern bernhard bernardo berndt bernd
bertram: bert bertie
brian: bryan bryant
bradley: brad
bridget: biddy bridie brigitte birgit britta bridgette brigitta gitte brigida
calvin: cal
cameron: cam
carl: karl carlo karel kalle karoly
caroline: carol carrie caro lina line carolin carolina karoline karolina carolyn karo
catherine: cathy kate katie kathy kitty cath katherine kathryn katharina katrin kathrin karin katja katya
  kaja kasia
  ekaterina yekaterina kateryna catalina caterina catarina cat kat trina kathleen kay rina karina katarzyna
  katerina
  catriona
cecilia: celia cissy cecile cilla cecilie
charles: charlie chuck chas chaz charley carlos karl carl
charlotte: lottie lotte charlie charly lotta carlotta charlot
chester: chet
christian: chris kris cristian kristian krystian chrissi
christina: chris chrissy tina christine christa kristina kristin kirsten cristina krystyna christel kirstin
  kristine
christopher: chris kit topher christoph christophe cristobal kristof krzysztof christos kris kristoffer
  stoffel
claudia: claudi klaudia
clifford: cliff
clara: klara claire clare
constance: connie constanze konstanze
constantine: costa kostas konstantin konstantinos kostya constantin dinos gus
cornelius: cor cees kees neil cornelis niels
curtis: curt
cynthia: cindy cyndi
daniel: dan danny dani danilo daniil danylo dannie danil
daniela: dani danielle ela danuta
david: dave davey davy davide dawid davit dafydd
deborah: deb debbie debra debby debora
dennis: den denny denis dionisio denys
diana: di diane dianne dyan
dmitry: dima dmitri dmitrij dmytro dimitri dimitrios dimitris dmitriy mitya mitja jimmy
dolores: lola lolita
dominic: dom nick dominik dominique domenico domingo
donald: don donny donnie
dorothy: dot dottie dolly dorothea doris dora thea dorota dorothee
douglas: doug dougie
edmund: ed eddie ted ned edmond edmundo
edward: ed eddie ted ned teddy eduard eduardo edoardo edouard edvard ward eddy lalo
eileen: aileen ilene
eleanor: ellie nell nellie nora lenore eleonora eleonore leonore elinor elena
elizabeth: liz beth betty eliza lizzie libby bess lisa elisabeth elsbeth elise elsa ilse elisabetta betsy
  lizzy elisa
  elzbieta yelizaveta elizaveta liza erzsebet alzbeta elspeth isabel bettina lisbeth else sissi sisi lilibet
  liesl ela
emily: em emmy emilie emilia millie emiliya
emma: em emmy
emmanuel: manny emanuel manuel manolo manu manolis emanuele immanuel
eric: rick ricky erik erich erick eirik
ernest: ernie ernst ernesto
esther: essie hester ester
eugene: gene evgeny evgeni yevgeny evgenij eugen eugenio zhenya yevhen yevgeniy evgeniy jevgeni
eva: eve evi ewa evita yeva
evelyn: evie eve lyn eveline evelin ewelina
florence: flo flora flossie florentine
frances: fran fanny frankie franziska francesca francisca francoise franciszka franzi sissy
francis: frank fran franz francisco francesco francois franciszek paco pancho frans franco ferenc cisco kiko
  pacho
frederick: fred freddie freddy rick fritz friedrich frederik frederic federico fredrik fryderyk friedel
  fridrich
gabriel: gabe gabi gavriil gabriele gabor
gabriele: gabi gaby gabriella gabriela gabrielle
gary: garry
george: georgie geo georg jorge giorgio georges jurgen jorg juergen joerg yuri yury yuriy iurii jerzy
  giorgos georgios
  gheorghe gyorgy jiri juri georgi goran joran schorsch georgy
gerald: gerry jerry geraldo gerhard gerd gert gerardo gerard
gerard: gerry jerry gerardo gerrit gerhard
gertrude: gert trudy gertie gertrud trudi
gilbert: gil bert gilberto
giovanni: gianni vanni nino giovannino gio
giuseppe: beppe peppe pino peppino
giuseppina: pina giusy
gregory: greg gregor grigory grigori gregorio grzegorz gregg grischa hryhorii grisha
guadalupe: lupe lupita
guenter: gunter gunther guenther gunnar
hannelore: hanne lore
harold: harry hal harald
harriet: hattie harriett
heinrich: heinz heini heiner hinnerk hein hendrik
helen: nell nellie ellen helena helene elena lena olena ilona jelena yelena eleni ilene helga lenka galena
  alyona
henry: harry hank hal henri enrique enrico henrik heinrich hendrik henryk henrique hal
herbert: herb bert herbie heribert
herman: hermann armando armand
hubert: hugh bert hubertus huberto
hugo: hugh ugo
ignatius: ignacio ignaz nacho ignazio iggy
ingeborg: inge inga
irene: rene irina ira irena iryna eirini irenka
isabella: bella isa isabel isabelle izzy ysabel izabela isabell ella
isaac: ike zack izaak itzhak isak
ivan: vanya wanja ivo iwan vania
jacob: jake jack jakob jacques jacobo iacob jakub jaap koby yakov jacopo giacomo jago jaakko yaakov kuba
  kobe jacobus
jacqueline: jackie jacky jacqui
james: jim jimmy jamie jem jaime jimi seamus hamish jacques diego santiago giacomo jimbo
jane: janie janet jenny jean jana joan johanna sheena sinead
janet: jan jane janette
jean: jeanne jeannie jeanette jeannette
jeffrey: jeff geoff geoffrey jeffery joffrey gottfried
jennifer: jen jenny jenna jenn jennie
jeremy: jerry jem jeremiah jeremias
jerome: jerry geronimo hieronymus jeronimo
jessica: jess jessie jessy
joachim: achim jochen joaquin jo jochem jokim
joan: joanie jo
johanna: hanna jo hanne joanna johanne joana janna hansi anna
john: jack johnny jon jonny jan johan johann johannes hans ian sean juan jean giovanni jens jannis ioannis
  yannis
  yiannis giannis ivan jonas janos jovan johnnie hannes jussi juhani shaun shane shawn evan iain hansel joao
  jens iwan
jonathan: jon jonny nathan johnathan john jonatan
joseph: joe joey jo jos josef jose giuseppe pepe yusuf josip jozef sepp iosif yosef josep jupp beppe jozsef
  osip youssef
josephine: jo josie fifi josefine josefina josefa giuseppina pepa jozefa
joshua: josh josue yehoshua
judith: judy judi jutta judit yehudit
julia: julie jules juliana giulia yulia yuliya iuliia juliette juliane jule ulia
julian: jules giuliano julien julius julio yulian
karen: kaz karin caren
kenneth: ken kenny kent
konrad: conrad kurt conny corrado kunz radek
kimberly: kim kimberley kimmy
lawrence: larry laurie lars lorenz lorenzo laurent laurens lauri laurence lorne lenz renzo lavrentiy
leo: leon lev leonid leopold leonardo leone
leonard: len lenny leo leonhard leonardo lennart lennard lenard
leslie: les lesley
lillian: lil lily lilly lilian liliana liliane
linda: lyn lindy
louis: lou louie luis ludwig luigi lewis lajos lodewijk ludovic ludovico lutz ludvig gigi
louise: lou lulu luise luisa louisa lovisa
lucas: luke luca lukas lukasz luc luka lucian
lucy: lucia lucie luzie luz lucinda lutsiya
magdalena: magda lena maddalena magdalene madeleine madeline leni maddie majda
manfred: mani manni fred
margaret: maggie peggy meg marge margie rita greta daisy marg margarete margarita margherita marguerite
  grete gretchen
  margit malgorzata gosia maisie mags margot margriet margareta margarethe gretel gitta rita
maria: mary marie mimi mia mariya mariia marija molly polly maryam maryna mariam ria mitzi maja masha mascha
  mariette marietta marika maureen moira maura mairi
mariana: marianne mary anna maryanne marianna nanni
mark: marc marco marcus markus marek marcos marko marcel
martha: marty mattie marta martje
martin: marty martijn maarten martino marten mertens mads
martina: tina marti
matthew: matt matty mat matthias mathias mateo matteo matthieu mateusz matthijs matvei matze matej mathieu
  mats matti
  matias thijs hias
maurice: mo moritz mauricio maurizio morris moritz
maximilian: max maxi maximiliano massimiliano maks maxim
maxim: max maksim maxime maksym massimo
melissa: mel missy lissa
michael: mike mick mickey mikey miguel michel michele mikhail mykhailo michal mihai mikael mihaly mischa
  misha micha
  michi mikko mikhael mykola michail mitch mikel mihail michiel micky
michelle: shelly michele michaela mikaela
miroslav: mirek mirko slava
mohammed: mohamed muhammad mohammad mehmet muhammed mohd md mo mohamad mahomet mamadou muhamed mohamet mhmd
monica: monika mona monique moni
nadezhda: nadia nadja nadya nadine nadiia
natalie: nat natalia natalya nataliya nathalie natasha natascha tasha talia natallia nataliia
nathaniel: nathan nate nat nathanael
nicholas: nick nicky nico nicolas nikolaus klaus claus nikolai nikolay mykola nicola nikos nikolaos niklas
  niels nils
  mikolaj miklos nic nicolo niccolo klaas kolya niko nicolai miklavz mikulas
nicole: nicki nicky nikki nicola nicoletta colette coco
norman: norm
olga: olya olha helga olja
oliver: ollie oli olivier olly olivero
olivia: liv livvy livia olivie
oscar: oskar ossi ozzie
oswald: ozzie waldo ossi
pamela: pam pammy
patricia: pat patty trish tricia patsy patrizia patrycja trisha paddy
patrick: pat paddy rick patrik patricio patrizio padraig
paul: pablo paolo pavel pawel paulo pal poul pauli pavlo pavlos paavo paulus pasha pawel
paula: paola pavla pauline paulina polly
penelope: penny pen pinelopi
peter: pete pedro pietro pierre piotr petr pyotr petros petar peder per petri pieter piet petro petra peer
  pekka petya pit
philip: phil pip felipe filippo philipp philippe filip phillip lippo pino
philippa: pippa pip
rachel: rae rachael raquel shelly rahel rachele
ralph: rolf ralf raul raoul
raymond: ray raimund ramon raimondo raymund
rebecca: becky becca rebekka bex rebeka rivka
reginald: reg reggie ron reinhold reinaldo
renate: nate reni renata
richard: dick rick rich ricky richie ricardo riccardo ryszard rikard dickie rikki ritchie
robert: bob rob bobby robbie bert roberto robby ruprecht rupert robin bobbie
roberta: bobbie robbie berta
roderick: rod roddy rory rodrigo
roger: rodger rog rogerio rudiger ruediger hodge
roland: rollie orlando rolando rolle
ronald: ron ronnie ronny ronaldo
rosemary: rose rosie romy rosemarie
rose: rosie rosa rosalie rosita roza
rudolf: rudi rudy rolf rodolfo rudolph rolle ralf
russell: russ rusty
ruth: ruthie
samantha: sam sammy
samuel: sam sammy samuele samuil shmuel
sarah: sally sadie sara zara
sebastian: seb basti bastian sebastien bas sebastiano bastien sevastian
sergei: sergey serge sergio sergiy serhii serhiy sergej siarhei seryozha sergejs sergi
sharon: shari shaz
siegfried: sigi siggi zygfryd sigfrido
simon: si simone szymon semyon shimon ximena simeon
sophia: sophie sofia sofie sonja sonya sonia zofia sofya sofiia zosia
stanislav: stan stas stanislaw stanislaus slava stanley stanislas staszek
stephanie: steph stefanie stefania steffi stevie stephania estefania
stephen: steve steven stefan stephan stefano esteban etienne stevie istvan szczepan stepan stefanos stjepan
  steffen
  stevan stepane staffan
susan: sue susie suzy susanne suzanne susanna sanna susi zuzana zuzanna susana sanne susann suzie
svetlana: sveta lana svitlana
sylvia: sylvie silvia silke
tamara: tammy toma tami
tatiana: tanya tania tanja tatyana tetiana tatjana
teresa: terry tess tessa theresa therese theresia resi tracy thea terezie terez terri tereza
terence: terry terrence tel
theodore: ted teddy theo theodor teodoro fyodor fedor fedir todor tudor feodor
thomas: tom tommy thom tomas tommaso tomasz tamas toma tomaz thommy tomek foma
timothy: tim timmy timo timofei timotheus timoteo
tobias: tobi toby tobiah tobie
ulrich: uli ulli ueli ulrik udo
ulrike: uli rike ulla ulrika
ursula: uschi ulla ursel orsola ursule urszula sula
valentina: valya val tina valja
valentine: val valentin valentino valya
vanessa: nessa ness
veronica: vero ronnie ronni veronika nika veronique vroni
victor: vic viktor vittorio vitya victorio wiktor vico
victoria: vicky vicki tori vikki viktoria viktoriya vika vittoria viktoriia wiktoria
vincent: vince vinny vincenzo vicente vinzenz vinnie enzo wincenty cent
vladimir: vlad volodya vladi vova wladimir volodymyr wlodzimierz vladimiro uladzimir waldemar
vyacheslav: slava viacheslav wjatscheslaw
walter: walt wally wouter gualtiero walther valter
wilhelmina: mina minnie willa wilma helmine mien
william: bill will billy willy liam wm willie wilhelm guillermo guillaume guglielmo willem helmut wim vilmos
  vilhelm
  guilherme gwilym memo wilko willi bil
winifred: winnie fred freda
wolfgang: wolf wolfi wolle gangolf
yusuf: yousef youssef yosef joseph yusef yousuf josef
zachary: zack zach zac zacharias zachariah zak
zygmunt: sigmund sigismund segismundo siggi
ahmed: ahmad ahmet achmed
hussein: husain hossein huseyin husayn hussain
hassan: hasan hasson
ali: aly
fatima: fatma fatme fatemeh fatimah
aisha: ayesha aysha ayse aicha
mustafa: mostafa moustafa mustapha
abdullah: abdallah abdulla abd
ibrahim: ibraheem brahim ebrahim
omar: umar omer umer
khalid: khaled halid
francisco: paco pancho curro kiko chico fran cisco
jose: pepe chepe joselito ze zeca
maite: mayte marite
rosario: charo chayo
concepcion: concha conchita
ignacio: nacho
enrique: quique kike
jesus: chuy suso
antonia: toni toni antje antonie nia
luis: lucho
dolores: lola
jorge: coque
raimund: mund
annemarie: anne marie annemieke anna
"""


def _read(rows: str) -> dict[str, tuple[str, ...]]:
    """Return form -> roots, in the order of the table; a root is its own first root."""
    found: dict[str, list[str]] = {}
    for row in rows.strip().replace("\n  ", " ").splitlines():
        root, _, forms = row.partition(":")
        found.setdefault(root, []).insert(0, root)
        for form in forms.split():
            found.setdefault(form, []).append(root)
    return {form: tuple(dict.fromkeys(roots)) for form, roots in found.items()}


_ROOTS = _read(NICKNAMES)


def given_roots(name: str) -> tuple[str, ...]:
    """Return the names that a given name may stand for ("alex": alexander, alexandra), or itself."""
    # most callers have folded the name before
    folded = name if name.isascii() and name.isalpha() and name.islower() else fold(name)
    return _ROOTS.get(folded) or ((folded,) if folded else ())


def canonical_given(name: str) -> str:
    """Return the first name that a given name stands for ("Bob" -> "robert"), or itself."""
    roots = given_roots(name)
    return roots[0] if roots else ""


def same_given(left: str, right: str) -> bool:
    """Whether two given names may be forms of one name."""
    return not set(given_roots(left)).isdisjoint(given_roots(right))
