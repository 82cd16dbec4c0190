"""The entity types of API_BUSINESS_PARTNER and API_PRODUCT_SRV that the simulator serves.

Names, keys and lengths follow SAP's published services; each type has the part of the properties that a
master data hub reads or writes. YY1_… are extension fields, as a key user adds them. One length differs:
Brand takes 40 characters where SAP keeps a code of 4, because the sample writes brands in words.
"""

from collections.abc import Mapping
from types import MappingProxyType

from mdm.sandbox.platforms.odata.model import EntityType, Navigation, properties

GOLDEN_IDENTIFICATION = "ZMDM"


def _navigations(*items: Navigation) -> Mapping[str, Navigation]:
    return MappingProxyType({item.name: item for item in items})


BUSINESS_PARTNER = EntityType(
    name="A_BusinessPartner",
    table="business_partner",
    keys=("BusinessPartner",),
    root="BusinessPartner",
    stored=("BusinessPartnerCategory", "BusinessPartnerName"),
    deletable=False,
    properties=properties(
        "BusinessPartner 10pad, Customer! 10pad, Supplier! 10pad, AcademicTitle 4, BirthDate date, "
        "BirthName 40, BusinessPartnerBirthName 40, BusinessPartnerCategory 1, BusinessPartnerDeathDate "
        "date, BusinessPartnerFullName! 81, BusinessPartnerGrouping 4, BusinessPartnerIsBlocked flag, "
        "BusinessPartnerName! 81, BusinessPartnerType 4, BusinessPartnerUUID! 36, CorrespondenceLanguage "
        "2, CreatedByUser! 12, CreationDate! date, CreationTime! time, FirstName 40, FormOfAddress 4, "
        "GenderCodeName! 1, Industry 10, InternationalLocationNumber1 7, IsFemale flag, IsMale flag, "
        "IsMarkedForArchiving flag, IsNaturalPerson 1, Language 2, LastChangeDate! date, LastChangeTime! "
        "time, LastChangedByUser! 12, LastName 40, LegalForm 2, MiddleName 40, NameSupplement 4, "
        "OrganizationBPName1 40, OrganizationBPName2 40, OrganizationBPName3 40, OrganizationBPName4 40, "
        "OrganizationFoundationDate date, PersonFullName! 80, SearchTerm1 20, SearchTerm2 20"
    ),
    navigations=_navigations(
        Navigation(
            "to_BusinessPartnerAddress", "A_BusinessPartnerAddress", ("BusinessPartner", "BusinessPartner")
        ),
        Navigation("to_BuPaIdentification", "A_BuPaIdentification", ("BusinessPartner", "BusinessPartner")),
        Navigation(
            "to_BusinessPartnerTax", "A_BusinessPartnerTaxNumber", ("BusinessPartner", "BusinessPartner")
        ),
        Navigation("to_Customer", "A_Customer", ("BusinessPartner", "BusinessPartner"), many=False),
        Navigation(
            "to_BusinessPartnerContact",
            "A_BusinessPartnerContact",
            ("BusinessPartner", "BusinessPartnerCompany"),
        ),
    ),
)
# A relationship of category BUR001 (has contact person): it hangs on the company.
CONTACT = EntityType(
    name="A_BusinessPartnerContact",
    table="contact",
    keys=("RelationshipNumber", "BusinessPartnerCompany", "BusinessPartnerPerson", "ValidityEndDate"),
    root="BusinessPartner",
    properties=properties(
        "RelationshipNumber 12, BusinessPartnerCompany 10pad, BusinessPartnerPerson 10pad, ValidityEndDate "
        "date, ValidityStartDate date, IsStandardRelationship flag, RelationshipCategory 6"
    ),
    navigations=_navigations(
        Navigation(
            "to_ContactRelationship",
            "A_BPContactToFuncAndDept",
            ("RelationshipNumber", "RelationshipNumber"),
            many=False,
            within=("BusinessPartnerCompany", "BusinessPartnerPerson", "ValidityEndDate"),
        ),
    ),
)
CONTACT_FUNCTION = EntityType(
    name="A_BPContactToFuncAndDept",
    table="contact_function",
    keys=("RelationshipNumber", "BusinessPartnerCompany", "BusinessPartnerPerson", "ValidityEndDate"),
    root="BusinessPartner",
    properties=properties(
        "RelationshipNumber 12, BusinessPartnerCompany 10pad, BusinessPartnerPerson 10pad, ValidityEndDate "
        "date, ContactPersonFunction 4, ContactPersonFunctionName! 30, ContactPersonDepartment 4, "
        "ContactPersonDepartmentName! 30, EmailAddress 241, PhoneNumber 30, RelationshipCategory 6"
    ),
)

ADDRESS = EntityType(
    name="A_BusinessPartnerAddress",
    table="address",
    keys=("BusinessPartner", "AddressID"),
    root="BusinessPartner",
    stored=("CityName",),
    properties=properties(
        "BusinessPartner 10pad, AddressID 10pad, AdditionalStreetPrefixName 40, "
        "AdditionalStreetSuffixName 40, AddressTimeZone 6, CareOfName 40, CityName 40, Country 3, County "
        "40, District 40, FullName 80, HouseNumber 10, HouseNumberSupplementText 10, Language 2, POBox "
        "10, POBoxPostalCode 10, PostalCode 10, Region 3, StreetName 60, StreetPrefixName 40, "
        "StreetSuffixName 40, ValidityStartDate stamp, ValidityEndDate stamp"
    ),
    navigations=_navigations(
        Navigation("to_EmailAddress", "A_AddressEmailAddress", ("AddressID", "AddressID")),
        Navigation(
            "to_PhoneNumber",
            "A_AddressPhoneNumber",
            ("AddressID", "AddressID"),
            only={"PhoneNumberType": "1"},
        ),
        Navigation(
            "to_MobilePhoneNumber",
            "A_AddressPhoneNumber",
            ("AddressID", "AddressID"),
            only={"PhoneNumberType": "3"},
        ),
        Navigation("to_URLAddress", "A_AddressHomePageURL", ("AddressID", "AddressID")),
    ),
)

# These hang on an address; the business partner is a column for the change stamp, no property of theirs.
EMAIL = EntityType(
    name="A_AddressEmailAddress",
    table="email_address",
    keys=("AddressID", "Person", "OrdinalNumber"),
    root="BusinessPartner",
    properties=properties(
        "AddressID 10pad, Person 10, OrdinalNumber 3, IsDefaultEmailAddress flag, EmailAddress 241, "
        "SearchEmailAddress! 20"
    ),
)
PHONE = EntityType(
    name="A_AddressPhoneNumber",
    table="phone_number",
    keys=("AddressID", "Person", "OrdinalNumber"),
    root="BusinessPartner",
    properties=properties(
        "AddressID 10pad, Person 10, OrdinalNumber 3, DestinationLocationCountry 3, IsDefaultPhoneNumber "
        "flag, PhoneNumber 30, PhoneNumberExtension 10, InternationalPhoneNumber! 30, PhoneNumberType 1"
    ),
)
WEBSITE = EntityType(
    name="A_AddressHomePageURL",
    table="website",
    keys=("AddressID", "Person", "OrdinalNumber"),
    root="BusinessPartner",
    properties=properties(
        "AddressID 10pad, Person 10, OrdinalNumber 3, IsDefaultURLAddress flag, SearchURLAddress! 50, "
        "WebsiteURL 2048"
    ),
)

IDENTIFICATION = EntityType(
    name="A_BuPaIdentification",
    table="identification",
    keys=("BusinessPartner", "BPIdentificationType", "BPIdentificationNumber"),
    root="BusinessPartner",
    properties=properties(
        "BusinessPartner 10pad, BPIdentificationType 6, BPIdentificationNumber 60, "
        "BPIdnNmbrIssuingInstitute 40, BPIdentificationEntryDate date, Country 3, Region 3, "
        "ValidityStartDate date, ValidityEndDate date"
    ),
)
TAX_NUMBER = EntityType(
    name="A_BusinessPartnerTaxNumber",
    table="tax_number",
    keys=("BusinessPartner", "BPTaxType"),
    root="BusinessPartner",
    properties=properties("BusinessPartner 10pad, BPTaxType 4, BPTaxNumber 20, BPTaxLongNumber 60"),
)

CUSTOMER = EntityType(
    name="A_Customer",
    table="customer",
    keys=("Customer",),
    root="BusinessPartner",
    deletable=False,
    properties=properties(
        "Customer 10pad, CustomerAccountGroup 4, CustomerName! 80, CustomerFullName! 220, "
        "DeletionIndicator flag, CustomerClassification 2, Industry 4, OrderIsBlockedForCustomer 2, "
        "PaymentTerms 4, Currency 5, TaxNumber1 16, VATRegistration 20"
    ),
    navigations=_navigations(
        Navigation("to_CustomerCompany", "A_CustomerCompany", ("Customer", "Customer")),
        Navigation("to_CustomerSalesArea", "A_CustomerSalesArea", ("Customer", "Customer")),
    ),
)
CUSTOMER_COMPANY = EntityType(
    name="A_CustomerCompany",
    table="customer_company",
    keys=("Customer", "CompanyCode"),
    root="BusinessPartner",
    properties=properties(
        "Customer 10pad, CompanyCode 4, PaymentTerms 4, CustomerPaymentTerms 4, Currency 5, "
        "ReconciliationAccount 10, DeletionIndicator flag"
    ),
)
CUSTOMER_SALES_AREA = EntityType(
    name="A_CustomerSalesArea",
    table="customer_sales_area",
    keys=("Customer", "SalesOrganization", "DistributionChannel", "Division"),
    root="BusinessPartner",
    properties=properties(
        "Customer 10pad, SalesOrganization 4, DistributionChannel 2, Division 2, Currency 5, "
        "CustomerPaymentTerms 4, CustomerGroup 2, DeletionIndicator flag"
    ),
    navigations=_navigations(
        Navigation(
            "to_PartnerFunction",
            "A_CustSalesPartnerFunc",
            ("Customer", "Customer"),
            within=("SalesOrganization", "DistributionChannel", "Division"),
        ),
    ),
)
# The partners of a customer in a sales area: SP sold-to, SH ship-to, BP bill-to, PY payer.
PARTNER_FUNCTION = EntityType(
    name="A_CustSalesPartnerFunc",
    table="partner_function",
    keys=(
        "Customer",
        "SalesOrganization",
        "DistributionChannel",
        "Division",
        "PartnerCounter",
        "PartnerFunction",
    ),
    root="BusinessPartner",
    properties=properties(
        "Customer 10pad, SalesOrganization 4, DistributionChannel 2, Division 2, PartnerCounter 3, "
        "PartnerFunction 2, BPCustomerNumber 10pad, CustomerPartnerDescription 30, DefaultPartner flag, "
        "Supplier 10pad, PersonnelNumber 8, ContactPerson 10pad, AddressID 10pad"
    ),
)

PRODUCT = EntityType(
    name="A_Product",
    table="product",
    keys=("Product",),
    root="Product",
    stored=("YY1_GoldenId_PRD",),
    deletable=False,
    properties=properties(
        "Product 40, ProductType 4, CrossPlantStatus 2, CreationDate! date, CreatedByUser! 12, "
        "LastChangeDate! date, LastChangedByUser! 12, LastChangeDateTime! stamp, IsMarkedForDeletion "
        "flag, ProductOldID 40, GrossWeight decimal, WeightUnit 3, ProductGroup 9, BaseUnit 3, NetWeight "
        "decimal, ItemCategoryGroup 4, CountryOfOrigin 3, SizeOrDimensionText 32, IndustryStandardName "
        "18, ProductStandardID 18, InternationalArticleNumberCat 2, ManufacturerNumber 10, "
        "ProductManufacturerNumber 40, Brand 40, ProductHierarchy 18, Division 2, YY1_Colour_PRD 40, "
        "YY1_PackSize_PRD 10, YY1_GoldenId_PRD 20"
    ),
    navigations=_navigations(Navigation("to_Description", "A_ProductDescription", ("Product", "Product"))),
)
PRODUCT_DESCRIPTION = EntityType(
    name="A_ProductDescription",
    table="product_description",
    keys=("Product", "Language"),
    root="Product",
    properties=properties("Product 40, Language 2, ProductDescription 40"),
)

SERVICES: Mapping[str, Mapping[str, EntityType]] = {
    service: {entity.name: entity for entity in entities}
    for service, entities in {
        "API_BUSINESS_PARTNER": (
            BUSINESS_PARTNER,
            ADDRESS,
            EMAIL,
            PHONE,
            WEBSITE,
            IDENTIFICATION,
            TAX_NUMBER,
            CONTACT,
            CONTACT_FUNCTION,
            CUSTOMER,
            CUSTOMER_COMPANY,
            CUSTOMER_SALES_AREA,
            PARTNER_FUNCTION,
        ),
        "API_PRODUCT_SRV": (PRODUCT, PRODUCT_DESCRIPTION),
    }.items()
}
ENTITIES: Mapping[str, EntityType] = {
    name: entity for sets in SERVICES.values() for name, entity in sets.items()
}
