"""Product entities in large families of variants, and what each platform offers of them."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from mdm.sandbox.sample.dice import Dice
from mdm.sandbox.sample.entities import TODAY, World, some_day
from mdm.sandbox.sample.faults import digit_error, typing_error
from mdm.sandbox.sample.identifiers import gtin_check
from mdm.sandbox.sample.tables_products import (
    AXES,
    BRAND_FIRST,
    BRAND_LAST,
    CATEGORIES,
    COLOUR_WORDS,
    LINE_WORDS,
    SHOP_TAILS,
    SHORT_WORDS,
    Category,
)

PRODUCTS = 3500
_PRESENCE = (("erp", 0.78), ("crm", 0.55), ("shop", 0.72))


@dataclass(frozen=True)
class Product:
    """One sellable thing: a variant of a line, at one pack level."""

    entity: str
    family: str
    category: Category
    brand: str
    brand_short: str
    line: str
    kind: str
    model: str
    values: tuple[tuple[str, str], ...]
    level: str
    gtin: str
    mpn: str
    style_mpn: bool
    cents: int


@dataclass
class Offer:
    """What a platform holds of a product, before it is written in its format."""

    platform: str
    entity: str
    seen: date
    created: date
    brand: str
    title: str
    title_other: str
    category: Category
    gtin: str
    mpn: str
    colour: str
    size: str
    amount: str
    pack: int
    level: str
    cents: int
    key: str = ""
    sku: str = ""
    active: bool = True
    faults: list[str] = field(default_factory=list)


def _families(dice: Dice, wanted: int, world: World) -> list[list[Product]]:
    """Lines with their variants, until the wanted number of products is there; some lines are large
    (skewed)."""
    brands = [first + last for first in BRAND_FIRST for last in BRAND_LAST]
    brands = dice.shuffled(brands)[:90]
    families: list[list[Product]] = []
    taken: list[tuple[str, str, str]] = []
    made = 0
    while made < wanted:
        category, brand = dice.skewed(CATEGORIES), dice.skewed(brands)
        line, kind = dice.pick(LINE_WORDS), dice.pick(category.kinds)
        if (brand, line, kind + category.name) in taken:
            continue
        taken.append((brand, line, kind + category.name))
        model = dice.fill("@@-%##") if category.model_code else ""
        family = _variants(dice, world, f"F{len(families):05d}", category, brand, line, kind, model)
        families.append(family)
        made += len(family)
    return families


def _variants(
    dice: Dice, world: World, name: str, category: Category, brand: str, line: str, kind: str, model: str
) -> list[Product]:
    most = dice.weighted(((1, 2), (3, 3), (6, 3), (12, 2), (24, 1)))
    rows: list[tuple[tuple[str, str], ...]] = [()]
    for axis in category.axes:
        chosen = [value for value in AXES[axis] if dice.chance(0.5)] or [dice.pick(AXES[axis])]
        if axis == "pack" and "1" not in chosen:
            chosen.insert(0, "1")
        rows = [(*row, (axis, value)) for row in rows for value in chosen]
    rows = dice.shuffled(rows)[:most]
    maker = Dice(world.seed, f"maker/{brand}")
    prefix = maker.fill("4%#####") if maker.chance(0.7) else maker.fill("0%#####")
    base = dice.fill("%###")
    style = category.name in ("Shirts", "Shoes", "Headphones", "Paint") and dice.chance(0.7)
    cents = dice.between(*category.price)
    family: list[Product] = []
    for at, row in enumerate(rows):
        body = world.article(dice, prefix)
        values = dict(row)
        pack = int(values.get("pack", "1"))
        mpn = f"{brand[:2].upper()}{base}" + ("" if style else f"-{at + 1:02d}{dice.pick('ABCX')}")
        family.append(
            Product(
                world.entity("T"),
                name,
                category,
                brand,
                brand[:4].upper(),
                line,
                kind,
                model,
                row,
                "each",
                body + gtin_check(body),
                mpn,
                style,
                cents * (pack * 9 + 1) // 10 + at * 17,
            )
        )
    cases = [
        _case(world, product)
        for product in family
        if dice.chance(0.12) and dict(product.values).get("pack", "1") == "1"
    ]
    return family + cases


def _case(world: World, product: Product) -> Product:
    """The case of twelve of a product: its own entity, its GTIN-14 made from that of the single one."""
    body = f"1{product.gtin[:12]}"
    return replace(
        product,
        entity=world.entity("T"),
        level="case",
        gtin=body + gtin_check(body),
        mpn=product.mpn + "-CS",
        cents=product.cents * 11,
    )


def _amount(dice: Dice, value: str, platform: str) -> str:
    """An amount as the platform writes it: 500 ml, 0.5 l, 0,5L, 500ML."""
    number, _, unit = value.partition(" ")
    small = {
        "500 ml": "0.5 l",
        "750 ml": "0.75 l",
        "250 ml": "0.25 l",
        "500 g": "0.5 kg",
        "250 g": "0.25 kg",
        "1 l": "1000 ml",
        "1 kg": "1000 g",
        "0.5 m": "50 cm",
    }
    if value in small and dice.chance(0.35):
        number, _, unit = small[value].partition(" ")
    if platform == "erp":
        return f"{number}{unit}".upper()
    if platform == "shop":
        number = number.replace(".", ",") if dice.chance(0.6) else number
        return f"{number}{unit.upper() if unit == 'l' else unit}" if dice.chance(0.4) else f"{number} {unit}"
    return f"{number} {unit}".strip()


def _pack_text(dice: Dice, product: Product, pack: int, platform: str) -> str:
    if product.level == "case":
        return {
            "erp": "CASE12",
            "crm": "Case of 12",
            "shop": dice.pick(("Karton 12 Stück", "Case 12 pcs", "12er Karton")),
        }[platform]
    if pack == 1:
        return ""
    return {
        "erp": f"{pack}PK",
        "crm": f"Pack of {pack}",
        "shop": dice.pick((f"{pack}er Pack", f"{pack}x", f"{pack}-Pack")),
    }[platform]


def _colour_text(dice: Dice, colour: str, platform: str) -> str:
    words = COLOUR_WORDS[colour]
    return (
        words[2]
        if platform == "erp"
        else dice.pick((colour, words[0], words[0]))
        if platform == "shop"
        else colour
    )


def offer(dice: Dice, product: Product, platform: str) -> Offer:
    """What the platform holds of the product, with its faults."""
    values = dict(product.values)
    pack = 12 if product.level == "case" else int(values.get("pack", "1"))
    colour = values.get("colour", values.get("ink", ""))
    size = values.get("size", values.get("shoe", ""))
    amounts = [
        value
        for axis, value in product.values
        if axis not in ("pack", "colour", "ink", "size", "shoe", "count")
    ]
    noun = product.category.noun if platform == "crm" else dice.pick(product.category.nouns)
    written = [_amount(dice, value, platform) for value in amounts]
    if "count" in values:
        written.append(
            {
                "erp": f"{values['count']}PC",
                "crm": f"{values['count']} pcs",
                "shop": f"{values['count']} Stück",
            }[platform]
        )
    shown = _colour_text(dice, colour, platform) if colour else ""
    made = dice.below(4000)
    seen = TODAY - timedelta(days=made // 4)
    result = Offer(
        platform,
        product.entity,
        seen,
        some_day(dice, date(2016, 1, 1), seen),
        product.brand,
        "",
        "",
        product.category,
        product.gtin,
        product.mpn,
        shown,
        size,
        amounts[0] if amounts else "",
        pack,
        product.level,
        product.cents * dice.between(96, 108) // 100,
    )
    tail = [*written, shown, size, _pack_text(dice, product, pack, platform)]
    parts = [part for part in (product.line, product.kind, noun, product.model) if part]
    _title(dice, result, product, parts, [part for part in tail if part])
    _identifiers(dice, result, product)
    _attributes(dice, result)
    return result


def _title(dice: Dice, result: Offer, product: Product, head: list[str], tail: list[str]) -> None:
    """Title and second title in the style of the platform: brand and article first, what makes the variant
    last."""
    parts = head + tail
    if result.platform == "erp":
        text = " ".join([product.brand_short if dice.chance(0.35) else product.brand, *parts])
        for word, short in SHORT_WORDS:
            text = text.replace(word, short)
        result.title = text.upper()[:40].strip()
        result.brand = product.brand.upper() if dice.chance(0.6) else product.brand
        if len(text) > 40:
            result.faults.append("title_truncated")
        result.title_other = " ".join([product.brand, *parts]) if dice.chance(0.4) or len(text) > 40 else ""
    elif result.platform == "crm":
        result.title = (
            " ".join([product.brand, *parts])
            if dice.chance(0.75)
            else f"{parts[0]} {' '.join(parts[1:])} by {product.brand}"
        )
    else:
        named = [product.brand, *head] if dice.chance(0.8) else [*head, product.brand]
        sign = dice.pick((" ", " ", ", ", " / "))
        result.title = sign.join([" ".join(named), *tail]) + dice.pick(SHOP_TAILS)
        result.brand = (
            product.brand.lower()
            if dice.chance(0.1)
            else product.brand.upper()
            if dice.chance(0.2)
            else product.brand
        )
    if dice.chance(0.05):
        result.title = typing_error(dice, result.title)
        result.faults.append("title_typo")


def _identifiers(dice: Dice, result: Offer, product: Product) -> None:
    if dice.chance({"erp": 0.2, "crm": 0.55, "shop": 0.35}[result.platform]):
        result.gtin = ""
        result.faults.append("gtin_missing")
    elif dice.chance(0.04):
        result.gtin = digit_error(dice, result.gtin)
        result.faults.append("gtin_typo")
    elif dice.chance(0.18) and result.platform != "erp":
        result.gtin = (
            result.gtin.zfill(14)
            if dice.chance(0.6)
            else f"{result.gtin[:1]} {result.gtin[1:7]} {result.gtin[7:]}"
        )
        result.faults.append("gtin_format")
    if dice.chance({"erp": 0.25, "crm": 0.4, "shop": 0.55}[result.platform]):
        result.mpn = ""
        result.faults.append("mpn_missing")
    elif dice.chance({"erp": 0.45, "crm": 0.2, "shop": 0.4}[result.platform]):
        result.mpn = dice.pick(
            (product.mpn.replace("-", ""), product.mpn.replace("-", " "), product.mpn.lower())
        )
        result.faults.append("mpn_format")


def _attributes(dice: Dice, result: Offer) -> None:
    if result.platform == "shop" and dice.chance(0.25):
        result.colour = result.size = ""
        result.faults.append("attributes_in_title_only")
    if dice.chance({"erp": 0.08, "crm": 0.05, "shop": 0.12}[result.platform]):
        result.brand = ""
        result.faults.append("brand_missing")
    result.active = not dice.chance(0.05)


def make_products(world: World, scale: float) -> tuple[list[Product], list[Offer]]:
    """Product families and their offers; some GTINs are wrongly given to two variants of a family."""
    dice = Dice(world.seed, "products")
    families = _families(dice, int(PRODUCTS * scale), world)
    offers: list[Offer] = []
    for family in families:
        shared = dice.pick(family).gtin if len(family) > 2 and dice.chance(0.3) else ""
        for product in family:
            places = [platform for platform, share in _PRESENCE if dice.chance(share)] or [
                dice.pick(_PRESENCE)[0]
            ]
            if dice.chance(0.04):
                places.append(dice.pick(("shop", "erp", "shop")))
            for platform in places:
                made = offer(dice, product, platform)
                if shared and made.gtin and product.gtin != shared and dice.chance(0.12):
                    made.gtin = shared
                    made.faults.append("gtin_shared")
                offers.append(made)
    return [product for family in families for product in family], offers
