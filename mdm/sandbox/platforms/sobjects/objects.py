"""The sObjects of the sandbox org: fields with type, length and what clients may do with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TEXT_TYPES = ("string", "email", "phone", "url", "textarea", "picklist")


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `target` names the object that a reference points to."""

    name: str
    kind: str
    length: int = 0
    external_id: bool = False
    read_only: bool = False
    target: str = ""

    @property
    def custom(self) -> bool:
        """Custom fields end in __c."""
        return self.name.endswith("__c")


@dataclass(frozen=True, slots=True)
class SObject:
    """One object: its table, the prefix of its ids, its fields and those that a new row must have."""

    name: str
    label: str
    table: str
    prefix: str
    required: tuple[str, ...]
    fields: Mapping[str, Field]

    def field(self, name: str) -> Field | None:
        """Return the field of that name, whatever its case, as SOQL and REST read names."""
        return self.fields.get(name) or next(
            (item for item in self.fields.values() if item.name.lower() == name.lower()), None
        )


SYSTEM_FIELDS = (
    "Id! id 18, IsDeleted! boolean, CreatedDate! datetime, CreatedById! string 18,"
    "LastModifiedDate! datetime, LastModifiedById! string 18, SystemModstamp! datetime, MDM_Id__c* string 20,"
)


def _fields(text: str) -> dict[str, Field]:
    """Read `Name kind [length]` entries: `!` marks read-only, `*` an external id, `>Object` a reference."""
    found = {}
    for entry in text.split(","):
        name, kind, *rest = entry.split()
        kind, _, target = kind.partition(">")
        plain = name.rstrip("!*")
        length = 18 if kind == "reference" else int(rest[0]) if rest else 0
        found[plain] = Field(plain, kind, length, "*" in name, "!" in name, target)
    return found


def _address(prefix: str) -> str:
    return (
        f"{prefix}Street textarea 255, {prefix}City string 40, {prefix}PostalCode string 20,"
        f"{prefix}State string 80, {prefix}Country string 80,"
    )


ACCOUNT = SObject(
    name="Account",
    label="Accounts",
    table="account",
    prefix="001",
    required=("Name",),
    fields=_fields(
        SYSTEM_FIELDS
        + _address("Billing")
        + _address("Shipping")
        + _address("PersonMailing")
        + "MasterRecordId! reference>Account, Name string 255,"
        "Type picklist 255, Industry picklist 255, AccountNumber string 40, Phone phone 40, Fax phone 40,"
        "Website url 255, Description textarea 32000, ParentId reference>Account, OwnerId string 18,"
        "CurrencyIsoCode picklist 3, Tax_Number__c string 60, Registration_Number__c string 60,"
        "Email__c email 80, ERP_Number__c* string 20, Payment_Terms__c string 20, Language__c string 10,"
        "Status__c string 40, IsPersonAccount! boolean, Salutation picklist 40, FirstName string 40,"
        "MiddleName string 40, LastName string 80, Suffix string 40, PersonBirthdate date, PersonEmail "
        "email 80,"
        "PersonMobilePhone phone 40, PersonHomePhone phone 40, PersonTitle string 80,"
        "PersonHasOptedOutOfEmail boolean, PersonDoNotCall boolean"
    ),
)
CONTACT = SObject(
    name="Contact",
    label="Contacts",
    table="contact",
    prefix="003",
    required=("LastName",),
    fields=_fields(
        SYSTEM_FIELDS
        + _address("Mailing")
        + _address("Other")
        + "MasterRecordId! reference>Contact, Name! string 121, AccountId reference>Account,"
        "Salutation picklist 40, FirstName string 40, MiddleName string 40, LastName string 80, Suffix "
        "string 40,"
        "Title string 128, Department string 80, Birthdate date, Email email 80, Phone phone 40, Fax "
        "phone 40,"
        "MobilePhone phone 40, HomePhone phone 40, Description textarea 32000, LeadSource picklist 255,"
        "CurrencyIsoCode picklist 3, HasOptedOutOfEmail boolean, DoNotCall boolean, Language__c string 10,"
        "ERP_Number__c* string 20, OwnerId string 18"
    ),
)
PRODUCT = SObject(
    name="Product2",
    label="Products",
    table="product2",
    prefix="01t",
    required=("Name",),
    fields=_fields(
        SYSTEM_FIELDS
        + "Name string 255, ProductCode string 255, StockKeepingUnit string 180, Family picklist 255,"
        "Description textarea 4000, IsActive boolean, QuantityUnitOfMeasure picklist 255, DisplayUrl url "
        "1000,"
        "CurrencyIsoCode picklist 3, Brand__c string 80, Manufacturer__c string 80, GTIN__c string 20,"
        "MPN__c string 80, Colour__c string 80, Size__c string 80, Pack_Size__c double, List_Price__c double,"
        "Net_Content__c string 40, ERP_Number__c* string 40"
    ),
)
OBJECTS: Mapping[str, SObject] = {item.name: item for item in (ACCOUNT, CONTACT, PRODUCT)}


def find_object(name: str) -> SObject | None:
    """Return the object of that name, whatever its case."""
    return next((item for item in OBJECTS.values() if item.name.lower() == name.lower()), None)


def describe(item: SObject, base: str) -> dict[str, Any]:
    """Return the describe document of an object; `base` is the address of /services/data/vNN.0."""
    return {
        **summary(item, base),
        "fields": [_describe_field(field, item) for field in item.fields.values()],
    }


def summary(item: SObject, base: str) -> dict[str, Any]:
    """Return the entry of an object in the list of all objects."""
    root = f"{base}/sobjects/{item.name}"
    return {
        "name": item.name,
        "label": item.label.removesuffix("s"),
        "labelPlural": item.label,
        "keyPrefix": item.prefix,
        "custom": False,
        "createable": True,
        "updateable": True,
        "deletable": True,
        "queryable": True,
        "urls": {"sobject": root, "describe": f"{root}/describe", "rowTemplate": root + "/{ID}"},
    }


def _describe_field(field: Field, item: SObject) -> dict[str, Any]:
    return {
        "name": field.name,
        "type": field.kind,
        "length": field.length,
        "custom": field.custom,
        "externalId": field.external_id,
        "idLookup": field.external_id or field.name == "Id",
        "unique": False,
        "nillable": field.name not in (*item.required, "Id", "IsDeleted", "SystemModstamp"),
        "createable": not field.read_only,
        "updateable": not field.read_only,
        "referenceTo": [field.target] if field.target else [],
    }
