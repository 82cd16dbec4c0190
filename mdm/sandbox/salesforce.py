"""The CRM of the sandbox: Salesforce REST (v46.0 to v62.0) on 127.0.0.1, over its own SQLite file.

    python -m mdm.sandbox.salesforce --store FILE --port N [--load DIR] [--fail-every N]
        [--client-id ID] [--client-secret SECRET] [--token-seconds N]

It serves the client-credentials token, query and queryAll (the part of SOQL in `sobjects.soql`), sobjects
with upsert by external id, collections of up to 200 rows, describe and limits; shows a page at / and records
at /record/{object}/{id} (objects Account, Contact and Product2), takes a fault plan at POST /_sandbox/faults
(parts: `faults.FaultPlan`) and counts at GET /_sandbox/stats. --load fills an empty store; a filled one
continues. One thing is kinder than the real platform: SystemModstamp has milliseconds and never repeats on a
record.

The store, for an auditor with sqlite3 alone; one table an object, account, contact and product2, all alike:

    Id TEXT PRIMARY KEY         18 characters
    MDM_Id__c TEXT              the golden id, NULL where a record has none; not unique
    ERP_Number__c TEXT          the record's key in the ERP, NULL where not known
    IsDeleted INTEGER           1 after a delete; such a row counts no more
    Name TEXT
    SystemModstamp INTEGER      milliseconds since 1970
    body TEXT                   all fields that have a value, as JSON

and change_log(id, at, actor, object, record_key, action, changes) with one row a write, changes as JSON
{field: [old, new]}, and number_range(name, next).

So the golden ids are:  SELECT Id, MDM_Id__c FROM account WHERE IsDeleted = 0  and the same of contact and
product2.
"""

import sys

from mdm.sandbox.platforms.faults import FaultPlan
from mdm.sandbox.platforms.simulator import argument_parser, run_until_stopped
from mdm.sandbox.platforms.sobjects.loading import LoadError
from mdm.sandbox.platforms.sobjects.platform import SalesforcePlatform

CLIENT_ID = "aurum"
CLIENT_SECRET = "sandbox"
TOKEN_SECONDS = 7_200


def main(arguments: list[str] | None = None) -> int:
    """Run the simulator until it is stopped and return its exit status."""
    parser = argument_parser("python -m mdm.sandbox.salesforce", "Salesforce REST simulator")
    parser.add_argument("--client-id", default=CLIENT_ID, help="the connected app's consumer key")
    parser.add_argument("--client-secret", default=CLIENT_SECRET, help="the connected app's consumer secret")
    parser.add_argument("--token-seconds", type=int, default=TOKEN_SECONDS, help="how long a token is good")
    options = parser.parse_args(arguments)
    platform = SalesforcePlatform(
        options.store,
        FaultPlan(options.fail_every),
        client_id=options.client_id,
        client_secret=options.client_secret,
        token_seconds=options.token_seconds,
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
