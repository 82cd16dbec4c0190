"""Products: makers, product lines per category, and the axes along which a line has variants."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Category:
    """A category: its noun, the noun's other spellings, kinds of article, the axes of its variants, and
    price in cents."""

    name: str
    group: str
    noun: str
    nouns: tuple[str, ...]
    kinds: tuple[str, ...]
    axes: tuple[str, ...]
    price: tuple[int, int]
    model_code: bool


def _category(
    name: str, group: str, nouns: str, kinds: str, axes: str, price: tuple[int, int], model_code: bool = False
) -> Category:
    names = tuple(word.replace("_", " ") for word in nouns.split())
    return Category(
        name,
        group,
        names[0],
        names,
        tuple(word.replace("_", " ") for word in kinds.split()),
        tuple(axes.split()),
        price,
        model_code,
    )


CATEGORIES: tuple[Category, ...] = (
    _category(
        "Drinks",
        "FOOD01",
        "Juice Fruit_Juice Saft",
        "Apple Orange Cranberry Mango Grape Cherry Pear Multi_Fruit Blood_Orange",
        "volume pack",
        (89, 399),
    ),
    _category(
        "Coffee",
        "FOOD02",
        "Coffee Kaffee Café",
        "Espresso Crema Arabica Decaf House_Blend Ristretto Lungo Organic",
        "weight pack",
        (349, 1899),
    ),
    _category(
        "Tea",
        "FOOD03",
        "Tea Tee",
        "Green Earl_Grey Camomile Peppermint Rooibos Darjeeling Assam Ginger",
        "bags pack",
        (199, 899),
    ),
    _category(
        "Care",
        "HPC01",
        "Shampoo Hair_Shampoo",
        "Repair Volume Anti_Dandruff Colour_Protect Sensitive Argan Aloe_Vera Kids",
        "volume pack",
        (249, 1299),
    ),
    _category(
        "Cleaning",
        "HPC02",
        "Cleaner Reiniger",
        "Bathroom Kitchen Glass All_Purpose Oven Floor Limescale Steel",
        "volume pack",
        (199, 999),
    ),
    _category(
        "Paint",
        "DIY01",
        "Wall_Paint Emulsion Wandfarbe",
        "Matt Silk Satin Exterior Kitchen_&_Bath One_Coat",
        "colour volume",
        (1299, 7999),
    ),
    _category(
        "Drills",
        "DIY02",
        "Cordless_Drill Drill Akkuschrauber",
        "Compact Impact Hammer Brushless Percussion",
        "voltage",
        (5999, 34999),
        True,
    ),
    _category(
        "Screws",
        "DIY03",
        "Screws Wood_Screws",
        "Countersunk Pan_Head Torx Hex_Head Stainless Zinc",
        "screw count",
        (299, 2999),
    ),
    _category(
        "Lamps",
        "ELE01",
        "LED_Bulb LED_Lamp Leuchtmittel",
        "E27 E14 GU10 Globe Candle Filament Spot",
        "watt light pack",
        (299, 2499),
        True,
    ),
    _category(
        "Cables",
        "ELE02",
        "Cable Kabel",
        "HDMI USB-C Network_Cat6 DisplayPort Lightning Audio",
        "length colour",
        (499, 3999),
        True,
    ),
    _category(
        "Toner",
        "OFF01",
        "Toner_Cartridge Toner",
        "Laser High_Yield Standard Extra",
        "ink",
        (2999, 17999),
        True,
    ),
    _category(
        "Headphones",
        "ELE03",
        "Headphones Headset Kopfhörer",
        "Wireless On-Ear In-Ear Noise_Cancelling Studio",
        "colour",
        (2999, 39999),
        True,
    ),
    _category(
        "Shirts",
        "TEX01",
        "T-Shirt Shirt Tee",
        "Crew_Neck V-Neck Polo Long_Sleeve Slim_Fit Organic",
        "colour size",
        (999, 4999),
    ),
    _category(
        "Shoes",
        "TEX02",
        "Running_Shoes Trainers Laufschuhe",
        "Trail Road Light Stability Marathon",
        "colour shoe",
        (4999, 17999),
        True,
    ),
    _category(
        "Paper",
        "OFF02",
        "Copy_Paper Paper Kopierpapier",
        "Recycled Premium Office Laser Colour",
        "format pack",
        (399, 2999),
    ),
    _category(
        "Petfood",
        "PET01",
        "Dog_Food Hundefutter",
        "Chicken Beef Salmon Lamb Puppy Senior Light",
        "weight pack",
        (299, 5999),
    ),
)

# axis -> values (canonical); amounts are "number unit"
AXES: dict[str, tuple[str, ...]] = {
    "volume": ("250 ml", "500 ml", "750 ml", "1 l", "2.5 l", "5 l"),
    "weight": ("250 g", "500 g", "1 kg", "2 kg", "5 kg"),
    "bags": ("20 bags", "50 bags", "100 bags"),
    "pack": ("1", "6", "12", "24"),
    "colour": ("Black", "White", "Blue", "Red", "Grey", "Green", "Navy", "Yellow"),
    "voltage": ("12 V", "18 V", "20 V", "36 V"),
    "screw": ("3x20 mm", "3.5x30 mm", "4x40 mm", "4x50 mm", "5x60 mm", "6x80 mm"),
    "count": ("100", "200", "500", "1000"),
    "watt": ("4 W", "6 W", "8 W", "11 W", "15 W"),
    "light": ("2700 K", "4000 K", "6500 K"),
    "length": ("0.5 m", "1 m", "2 m", "3 m", "5 m", "10 m"),
    "ink": ("Black", "Cyan", "Magenta", "Yellow"),
    "size": ("XS", "S", "M", "L", "XL", "XXL"),
    "shoe": ("38", "39", "40", "41", "42", "43", "44", "45"),
    "format": ("A4", "A3", "A5"),
}

# colour -> how others write it: German and French words, codes of the ERP
COLOUR_WORDS: dict[str, tuple[str, ...]] = {
    "Black": ("schwarz", "noir", "BLK"),
    "White": ("weiß", "blanc", "WHT"),
    "Blue": ("blau", "bleu", "BLU"),
    "Red": ("rot", "rouge", "RED"),
    "Grey": ("grau", "gris", "GRY"),
    "Green": ("grün", "vert", "GRN"),
    "Navy": ("dunkelblau", "marine", "NVY"),
    "Yellow": ("gelb", "jaune", "YEL"),
    "Cyan": ("cyan", "cyan", "CYN"),
    "Magenta": ("magenta", "magenta", "MAG"),
}

BRAND_FIRST = """Al Bel Cor Dan El Fin Gar Hal Ir Jo Kar Lin Mer Nor Or Pra Quil Ros Sil Tor Ul Ver Wil Xan
        Yel Zor Bri Cla Dro Fro""".split()
BRAND_LAST = "vana mont eo ika tara bel dra lux na ro vita tex mark sona way lia zen ford gon mia".split()
LINE_WORDS = """Pure Classic Pro Active Prime Natura Select Ultra Comfort Eco Home Master Fresh Royal Basic
        Power Sense Nova Edge Craft Smart Vital Gold Day Origin Plus Max Element Flow Zen""".split()
SHORT_WORDS: tuple[tuple[str, str], ...] = (
    ("Cordless", "CRDLS"),
    ("Cartridge", "CART"),
    ("Wireless", "WRLS"),
    ("Headphones", "HDPH"),
    ("Shampoo", "SHMP"),
    ("Cleaner", "CLNR"),
    ("Running", "RUN"),
    ("Long Sleeve", "L/S"),
    ("Anti Dandruff", "ANTI-DANDR"),
    ("Noise Cancelling", "NC"),
    ("Stainless", "SS"),
    ("Bathroom", "BATHRM"),
    ("Kitchen", "KITCH"),
    ("Countersunk", "CSK"),
    ("Exterior", "EXT"),
    ("Organic", "ORG"),
    ("Premium", "PREM"),
    ("Recycled", "RECYC"),
    ("Coffee", "COFF"),
    ("Paint", "PNT"),
    ("Orange", "ORNG"),
    ("Multi Fruit", "MULTIFRT"),
)
SHOP_TAILS = ("", "", "", " – NEW", " | Top Quality", " - fast delivery", " (2025)", " *SALE*")
