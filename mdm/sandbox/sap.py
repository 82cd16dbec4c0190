"""The ERP of the sandbox: SAP S/4HANA OData V2 on 127.0.0.1, over its own SQLite file.

    python -m mdm.sandbox.sap --store FILE --port N [--load DIR] [--fail-every N] [--user U] [--password P]

It serves API_BUSINESS_PARTNER and API_PRODUCT_SRV under /sap/opu/odata/sap/ with Basic authentication, CSRF
tokens, ETags, server-driven paging and $batch, answers in JSON only, shows a page at / and records at
/record/{object}/{key} (objects BusinessPartner and Product), takes a fault plan at POST /_sandbox/faults
(parts: `faults.FaultPlan`) and counts at GET /_sandbox/stats. --load fills an empty store; a filled one
continues.

The store, for an auditor with sqlite3 alone. Every table has `version` (writes so far), `changed_at`
(milliseconds since 1970) and `body`, the entity as JSON without empty values; its keys stand as TEXT columns
beside it:

    business_partner(BusinessPartner PRIMARY KEY, BusinessPartnerCategory, BusinessPartnerName, …)
    identification(BusinessPartner, BPIdentificationType, BPIdentificationNumber, …)
        the golden id is the number of type 'ZMDM', at most one a partner
    address(BusinessPartner, AddressID, CityName, …), email_address, phone_number, website(AddressID, …)
    tax_number(BusinessPartner, BPTaxType, …)
    customer(Customer, BusinessPartner, …), customer_company, customer_sales_area
    product(Product PRIMARY KEY, YY1_GoldenId_PRD, …)
        YY1_GoldenId_PRD is '' where a product has no golden id
    product_description(Product, Language, …)
    change_log(id, at, actor, object, record_key, action, changes)
        one row a write; changes is JSON {field: [old, new]}
    number_range(name, next)

So the golden ids are:  SELECT BusinessPartner, BPIdentificationNumber FROM identification
WHERE BPIdentificationType = 'ZMDM'  and  SELECT Product, YY1_GoldenId_PRD FROM product.
"""

import sys

from mdm.sandbox.platforms.faults import FaultPlan
from mdm.sandbox.platforms.odata.loading import LoadError
from mdm.sandbox.platforms.odata.platform import SapPlatform
from mdm.sandbox.platforms.simulator import argument_parser, run_until_stopped

USER = "MDM_HUB"
PASSWORD = "sandbox"


def main(arguments: list[str] | None = None) -> int:
    """Run the simulator until it is stopped and return its exit status."""
    parser = argument_parser("python -m mdm.sandbox.sap", "SAP S/4HANA OData simulator")
    parser.add_argument("--user", default=USER, help="the communication user's name")
    parser.add_argument("--password", default=PASSWORD, help="the communication user's password")
    options = parser.parse_args(arguments)
    platform = SapPlatform(
        options.store, FaultPlan(options.fail_every), user=options.user, password=options.password
    )
    if options.load is not None:
        try:
            platform.load(options.load)
        except LoadError as error:
            print(f"The sample cannot be loaded: {error}", file=sys.stderr)
            return 2
    return run_until_stopped(platform, options.port)


if __name__ == "__main__":
    sys.exit(main())
