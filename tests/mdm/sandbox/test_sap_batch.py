"""$batch of the SAP simulator: changesets hold all together or not at all, reads stand beside them."""

import json

import httpx
import pytest

from tests.mdm.sandbox.sap_calls import PARTNERS, create, golden


def operation(
    method: str, resource: str, body: dict | None = None, headers: str = "", content_id: str = ""
) -> str:
    content = "" if body is None else json.dumps(body)
    part_id = f"Content-ID: {content_id}\r\n" if content_id else ""
    return (
        f"Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n{part_id}\r\n"
        f"{method} {resource} HTTP/1.1\r\nContent-Type: application/json\r\n{headers}"
        f"Content-Length: {len(content.encode())}\r\n\r\n{content}"
    )


def changeset(*operations: str) -> str:
    parts = "".join(f"--set_1\r\n{one}\r\n" for one in operations)
    return f"Content-Type: multipart/mixed; boundary=set_1\r\n\r\n{parts}--set_1--\r\n"


def send(erp, *parts: str) -> httpx.Response:
    body = "".join(f"--batch_1\r\n{part}\r\n" for part in parts) + "--batch_1--\r\n"
    headers = {"Content-Type": "multipart/mixed; boundary=batch_1"}
    return erp.post(f"{PARTNERS}/$batch", content=body.encode(), headers=headers)


def statuses(answer: httpx.Response) -> list[int]:
    return [int(line.split()[1]) for line in answer.text.splitlines() if line.startswith("HTTP/1.1 ")]


def organisation(name: str) -> dict:
    return {"BusinessPartnerCategory": "2", "OrganizationBPName1": name}


def test_reads_and_changesets_answer_in_order(erp):
    number = create(erp, OrganizationBPName1="Erste")
    answer = send(
        erp,
        operation("GET", f"A_BusinessPartner('{number}')?$select=BusinessPartner"),
        changeset(operation("POST", "A_BuPaIdentification", golden(number, "C-1"))),
        operation("GET", f"A_BuPaIdentification?$filter=BusinessPartner%20eq%20'{number}'"),
    )
    assert answer.status_code == 202
    assert answer.headers["content-type"].startswith("multipart/mixed; boundary=")
    assert statuses(answer) == [200, 201, 200]
    assert '"BPIdentificationNumber":"C-1"' in answer.text.rsplit("HTTP/1.1", 1)[1]


def test_a_refused_operation_rolls_its_changeset_back_and_no_other(sap, erp):
    one, two = create(erp, OrganizationBPName1="Eins"), create(erp, OrganizationBPName1="Zwei")
    writes = sap.stats()["writes"]
    answer = send(
        erp,
        changeset(
            operation("POST", "A_BuPaIdentification", golden(one, "C-1")),
            operation("POST", "A_BuPaIdentification", golden(one, "C-2")),  # a second one of the type
        ),
        changeset(operation("POST", "A_BuPaIdentification", golden(two, "C-3"))),
    )
    assert statuses(answer) == [400, 201]
    found = erp.get(f"{PARTNERS}/A_BuPaIdentification", params={"$filter": f"BusinessPartner eq '{one}'"})
    assert found.json()["d"]["results"] == []
    assert sap.stats()["writes"] == writes + 1


def test_a_golden_id_is_exchanged_in_one_changeset(erp):
    number = create(erp, OrganizationBPName1="Tausch")
    erp.post(f"{PARTNERS}/A_BuPaIdentification", json=golden(number, "C-1"))
    keys = f"BusinessPartner='{number}',BPIdentificationType='ZMDM',BPIdentificationNumber='C-1'"
    old = f"A_BuPaIdentification({keys})"
    answer = send(
        erp,
        changeset(
            operation("DELETE", old, headers="If-Match: *\r\n"),
            operation("POST", "A_BuPaIdentification", golden(number, "C-2")),
        ),
    )
    assert statuses(answer) == [204, 201]
    found = erp.get(f"{PARTNERS}/A_BuPaIdentification", params={"$filter": f"BusinessPartner eq '{number}'"})
    assert [row["BPIdentificationNumber"] for row in found.json()["d"]["results"]] == ["C-2"]


def test_a_later_operation_names_what_an_earlier_one_created(erp):
    answer = send(
        erp,
        changeset(
            operation("POST", "A_BusinessPartner", organisation("Verweis"), content_id="1"),
            operation(
                "POST",
                "$1/to_BuPaIdentification",
                {"BPIdentificationType": "ZMDM", "BPIdentificationNumber": "C-8"},
                content_id="2",
            ),
        ),
    )
    assert statuses(answer) == [201, 201]
    found = erp.get(f"{PARTNERS}/A_BuPaIdentification", params={"$filter": "BPIdentificationNumber eq 'C-8'"})
    assert len(found.json()["d"]["results"]) == 1


def test_tags_read_before_the_changeset_hold_inside_it(erp):
    number = create(erp, OrganizationBPName1="Marke")
    tag = erp.get(f"{PARTNERS}/A_BusinessPartner('{number}')").headers["etag"]
    change = operation(
        "PATCH", f"A_BusinessPartner('{number}')", {"SearchTerm1": "X"}, headers=f"If-Match: {tag}\r\n"
    )
    answer = send(erp, changeset(operation("POST", "A_BuPaIdentification", golden(number, "C-4")), change))
    assert statuses(answer) == [201, 204]
    assert statuses(send(erp, changeset(change))) == [412]


@pytest.mark.parametrize(
    "parts",
    [
        [operation("POST", "A_BusinessPartner", organisation("Draussen"))],  # a write outside a changeset
        [changeset(operation("GET", "A_BusinessPartner"))],  # a read inside one
        [operation("GET", "A_BusinessPartner")] * 101,
        ["Content-Type: text/plain\r\n\r\nhello"],
    ],
)
def test_a_batch_out_of_form_is_refused_whole(erp, parts):
    answer = send(erp, *parts)
    assert answer.status_code == 400
    assert "batch" in answer.json()["error"]["message"]["value"]


def test_a_batch_cut_off_before_its_end_is_refused(erp):
    headers = {"Content-Type": "multipart/mixed; boundary=b"}
    body = "--b\r\n" + operation("GET", "A_BusinessPartner")
    assert erp.post(f"{PARTNERS}/$batch", content=body.encode(), headers=headers).status_code == 400


def test_a_hundred_golden_ids_go_in_one_call(sap, erp):
    numbers = [create(erp, OrganizationBPName1=f"Firma {count}") for count in range(100)]
    before = sap.stats()
    answer = send(
        erp,
        *[
            changeset(operation("POST", "A_BuPaIdentification", golden(number, f"C-{number}")))
            for number in numbers
        ],
    )
    after = sap.stats()
    assert statuses(answer) == [201] * 100
    assert after["golden"]["BusinessPartner"] - before["golden"]["BusinessPartner"] == 100
    assert after["requests"] - before["requests"] == 1
