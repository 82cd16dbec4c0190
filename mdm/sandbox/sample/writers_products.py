"""Product offers in the formats of the ERP, the CRM and the shop."""

from typing import Any

from mdm.sandbox.sample.dice import Dice
from mdm.sandbox.sample.formats import salesforce_time, sap_date, sap_time, shop_date
from mdm.sandbox.sample.products import Offer

Row = dict[str, Any]

SHOP_PRODUCT_COLUMNS = (
    "article_no",
    "title",
    "brand",
    "ean",
    "manufacturer_no",
    "category",
    "colour",
    "size",
    "content",
    "pack_size",
    "price",
    "currency",
    "available",
    "updated_on",
)
_UNITS = {"ml": "MLT", "l": "LTR", "g": "GRM", "kg": "KGM"}


def erp_product(dice: Dice, offer: Offer) -> Row:
    """An A_Product entity with its descriptions inlined."""
    number, _, unit = offer.amount.partition(" ")
    weight = unit in ("g", "kg")
    descriptions = [{"Product": offer.key, "Language": "EN", "ProductDescription": offer.title}]
    if offer.title_other:
        descriptions.append(
            {"Product": offer.key, "Language": "DE", "ProductDescription": offer.title_other[:80]}
        )
    return {
        "Product": offer.key,
        "ProductType": "HAWA",
        "ProductGroup": offer.category.group,
        "BaseUnit": "KAR" if offer.level == "case" else "ST",
        "Brand": offer.brand,
        "ProductOldID": offer.sku,
        "ProductStandardID": offer.gtin,
        "InternationalArticleNumberCat": "HE" if offer.gtin else "",
        "ManufacturerNumber": "",
        "ProductManufacturerNumber": offer.mpn,
        "NetWeight": number if weight else "0.000",
        "WeightUnit": _UNITS.get(unit, "") if weight else "",
        "SizeOrDimensionText": offer.size or offer.amount,
        "CrossPlantStatus": "" if offer.active else "Z9",
        "CreationDate": sap_date(offer.created),
        "LastChangeDateTime": sap_time(offer.seen, dice.below(1440)),
        "YY1_Colour_PRD": offer.colour,
        "YY1_PackSize_PRD": str(offer.pack),
        "YY1_GoldenId_PRD": "",
        "to_Description": {"results": descriptions},
    }


def crm_product(dice: Dice, offer: Offer) -> Row:
    """A Salesforce Product2 with the custom fields of the company."""
    minute = dice.below(1440)
    return {
        "Id": offer.key,
        "IsDeleted": False,
        "Name": offer.title,
        "ProductCode": offer.sku,
        "StockKeepingUnit": offer.sku,
        "Family": offer.category.name,
        "Description": f"{offer.title}. {offer.category.name}." if dice.chance(0.4) else None,
        "IsActive": offer.active,
        "Brand__c": offer.brand or None,
        "GTIN__c": offer.gtin or None,
        "MPN__c": offer.mpn or None,
        "Colour__c": offer.colour or None,
        "Size__c": offer.size or offer.amount or None,
        "Pack_Size__c": offer.pack,
        "List_Price__c": offer.cents / 100,
        "CurrencyIsoCode": "EUR",
        "MDM_Id__c": None,
        "CreatedDate": salesforce_time(offer.created, minute),
        "LastModifiedDate": salesforce_time(offer.seen, minute),
        "SystemModstamp": salesforce_time(offer.seen, minute),
    }


def shop_product(dice: Dice, offer: Offer) -> Row:
    """A row of the shop's catalogue, by its columns, with decimal commas."""
    return {
        "article_no": offer.key,
        "title": offer.title,
        "brand": offer.brand,
        "ean": offer.gtin,
        "manufacturer_no": offer.mpn,
        "category": offer.category.name,
        "colour": offer.colour,
        "size": offer.size,
        "content": offer.amount.replace(".", ",") if dice.chance(0.6) else "",
        "pack_size": str(offer.pack) if dice.chance(0.7) else "",
        "price": f"{offer.cents // 100},{offer.cents % 100:02d}",
        "currency": "EUR",
        "available": "ja" if offer.active else "nein",
        "updated_on": shop_date(offer.seen),
    }
