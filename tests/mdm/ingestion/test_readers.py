"""Any file as numbered rows, and broken rows by name."""

import csv
import datetime
import gzip
import io
import json
import sys
from decimal import Decimal

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm.ingestion.delimited import find_layout, read_delimited
from mdm.ingestion.json_rows import read_document
from mdm.ingestion.readers import open_table
from mdm.ingestion.table import BrokenRow, UnusableFile


def rows_of(path, **options):
    return [
        (row.row_number, row.rule, row.column) if isinstance(row, BrokenRow) else row
        for row in open_table(path, **options).rows()
    ]


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


ENCODINGS = [
    # bytes of a file, how it is described
    ("name;ort\nMüller;Köln\n".encode(), "utf-8 (all bytes are valid UTF-8)"),
    ("name;ort\nMüller;Köln\n".encode("utf-8-sig"), "utf-8-sig (by its byte order mark)"),
    ("name;ort\nMüller;Köln\n".encode("cp1252"), "cp1252 (not UTF-8, and reads as Western European text)"),
    ("name;ort\nMüller;Köln\n".encode("utf-16"), "utf-16 (by its byte order mark)"),
    ("name;ort\nMüller;Köln\n".encode("utf-16-le"), "utf-16-le (every second byte is zero)"),
    ("name;ort\nMüller;Köln\n".encode("utf-16-be"), "utf-16-be (every second byte is zero)"),
]


@pytest.mark.parametrize(("content", "described"), ENCODINGS)
def test_the_encoding_is_found_and_told(tmp_path, content, described):
    path = write(tmp_path / "kunden.csv", content)
    assert described in open_table(path).description
    assert rows_of(path) == [(2, {"name": "Müller", "ort": "Köln"})]


def test_cyrillic_and_polish_are_told_by_the_look_of_their_letters(tmp_path):
    russian = write(tmp_path / "a.csv", "имя;город\nИван Петров;Москва\nАнна;Тверь\n".encode("cp1251"))
    assert rows_of(russian)[0] == (2, {"имя": "Иван Петров", "город": "Москва"})
    polish = write(
        tmp_path / "b.csv", "imię|miasto\nMałgorzata Żółć|Łódź\nStanisław|Kraków\n".encode("cp1250")
    )
    assert rows_of(polish)[0] == (2, {"imię": "Małgorzata Żółć", "miasto": "Łódź"})


def test_an_accent_far_down_the_file_still_decides(tmp_path):
    content = b"a;b\n" + b"plain;row\n" * 200_000 + "Müller;x\n".encode("cp1252")
    assert rows_of(write(tmp_path / "long.csv", content))[-1] == (200_002, {"a": "Müller", "b": "x"})


def test_a_few_broken_bytes_do_not_make_another_encoding_of_a_utf8_file(tmp_path):
    path = write(tmp_path / "a.csv", "name\nMüller\nÖrn\n".encode() + b"B\xf6rk\n")
    assert rows_of(path) == [(2, {"name": "Müller"}), (3, {"name": "Örn"}), (4, {"name": "B\udcf6rk"})]


def test_a_stated_encoding_wins_and_an_unknown_one_is_refused(tmp_path):
    path = write(tmp_path / "a.csv", "name\nMüller\n".encode("cp850"))
    assert rows_of(path, encoding="cp850") == [(2, {"name": "Müller"})]
    with pytest.raises(UnusableFile, match="'utf-9' is unknown"):
        open_table(path, encoding="utf-9")


LAYOUTS = [
    # first lines, how they are separated
    ("a,b\n1,2\n", "2 columns separated by commas"),
    ("a;b\n1,5;2,5\n", "2 columns separated by semicolons"),  # commas are decimals here
    ("a\tb\n1\t2\n", "2 columns separated by tabs"),
    ("a|b\n1|2\n", "2 columns separated by bars"),
    ("sep=;\na;b\n1;2\n", "2 columns separated by semicolons"),  # Excel's own sign
    ("name\nMüller, Anna\nBerg\n", "one column"),
]


@pytest.mark.parametrize(("content", "described"), LAYOUTS)
def test_the_delimiter_is_found_and_told(tmp_path, content, described):
    assert open_table(write(tmp_path / "a.csv", content)).description.endswith(described)


def test_column_names_are_trimmed_and_made_distinct(tmp_path):
    path = write(tmp_path / "a.csv", " name ;;name\n1;2;3\n")
    assert rows_of(path) == [(2, {"name": "1", "column 2": "2", "name (3)": "3"})]


def test_a_broken_line_stays_one_rows_affair(tmp_path):
    lines = [
        "name;text;end",
        'a;"two\nlines";x',  # a quoted line break: rows are numbered by their first line
        'b;5" pipe;x',  # a quote in the middle is a character
        '"stray;c;x',  # opened and never closed
        "d;ok;x",
        "e;too;many;here",
        "f;few",
        "g;trailing;x;;",  # empty columns too many do no harm
        ";;",  # nothing at all
        'h;7" pipe;x',
    ]
    assert rows_of(write(tmp_path / "a.csv", "\n".join(lines) + "\n")) == [
        (2, {"name": "a", "text": "two\nlines", "end": "x"}),
        (4, {"name": "b", "text": '5" pipe', "end": "x"}),
        (5, "broken_quotes", "name"),
        (6, {"name": "d", "text": "ok", "end": "x"}),
        (7, "too_many_columns", "end"),
        (8, "too_few_columns", "end"),
        (9, {"name": "g", "text": "trailing", "end": "x"}),
        (11, {"name": "h", "text": '7" pipe', "end": "x"}),
    ]


CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=12
)


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8))
def test_what_csv_writes_is_read_back(rows):
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\n")
    writer.writerows([("a", "b", "c"), *rows])
    text = list(io.StringIO(written.getvalue(), newline="\n"))
    read = [
        tuple(row[1].values()) if isinstance(row, tuple) else row
        for row in read_delimited(text, find_layout(text, delimiter=";"))
    ]
    assert read == [row for row in rows if any(cell.strip() for cell in row)]


def test_json_lines_are_numbered_by_their_line(tmp_path):
    content = '{"a": 1}\n\n{"a": NaN}\n[1]\n{"a": "\n{"b": {"c": [2]}}\n'
    assert rows_of(write(tmp_path / "a.ndjson", content)) == [
        (1, {"a": 1}),
        (3, "bad_json", ""),
        (4, "no_object", ""),
        (5, "bad_json", ""),
        (6, {"b": {"c": [2]}}),
    ]


DOCUMENTS = [
    # where a document holds its list
    '[{"a": 1}, {"a": 2}]',
    '{"totalSize": 2, "done": true, "records": [{"a": 1}, {"a": 2}]}',
    '{"value": [{"a": 1}, {"a": 2}]}',
    '{"d": {"results": [{"a": 1}, {"a": 2}]}}',
]


@pytest.mark.parametrize("content", DOCUMENTS)
def test_a_json_document_gives_the_objects_of_its_list(tmp_path, content):
    assert rows_of(write(tmp_path / "a.json", content)) == [(1, {"a": 1}), (2, {"a": 2})]


def test_a_bad_element_and_a_cut_off_end_are_rows_of_their_own(tmp_path):
    content = '[{"a": 1}, {"a": 2,}, 5, {"a": "]},"}, {"a": "cut'
    assert rows_of(write(tmp_path / "a.json", content)) == [
        (1, {"a": 1}),
        (2, "bad_json", ""),
        (3, "no_object", ""),
        (4, {"a": "]},"}),
        (5, "cut_off", ""),
    ]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(
    records=st.lists(st.dictionaries(st.text(max_size=4), VALUES, max_size=3), max_size=5),
    size=st.integers(1, 40),
    ascii_only=st.booleans(),
)
def test_a_document_reads_the_same_in_pieces_of_any_size(records, size, ascii_only):
    text = json.dumps(records, ensure_ascii=ascii_only)
    pieces = (text[start : start + size] for start in range(0, len(text), size))
    assert [row[1] if isinstance(row, tuple) else row for row in read_document(pieces)] == records


def test_gzip_is_seen_by_its_bytes(tmp_path):
    path = write(tmp_path / "a.csv.gz", gzip.compress(b"a;b\n1;2\n"))
    table = open_table(path)
    assert "gzip" in table.description
    assert list(table.rows()) == [(2, {"a": "1", "b": "2"})]
    assert list(table.rows()) == [(2, {"a": "1", "b": "2"})]  # from the beginning once more
    assert table.position() == table.size == path.stat().st_size


def workbook(path):
    book = openpyxl.Workbook()
    sheet = book.create_sheet("People", 0)
    del book["Sheet"]
    for cells in (
        [],
        [" Id ", "Name", None],
        [7.0, "Anna"],
        [8, "#REF!"],
        [None, None],
        [9, "Bo", None, "stray"],
    ):
        sheet.append(cells)
    book.create_sheet("More").append(["x"])
    book.save(path)
    return path


def test_a_workbook_gives_the_rows_below_the_first_filled_one(tmp_path):
    path = workbook(tmp_path / "a.xlsx")
    assert "sheet 'People', 2 columns; 1 other sheets are not read" in open_table(path).description
    assert rows_of(path) == [
        (3, {"Id": 7, "Name": "Anna"}),
        (4, "spreadsheet_error", "Name"),
        (6, "too_many_columns", "Name"),
    ]
    with pytest.raises(UnusableFile, match="has no sheet 'Mehr'; it has 'People', 'More'"):
        open_table(path, sheet="Mehr")


def test_parquet_gives_json_values(tmp_path):
    table = pyarrow.table(
        {
            "id": [1, 2],
            "born": [datetime.date(1980, 12, 24), None],
            "price": [Decimal("1.50"), None],
            "tags": [["a"], []],
        }
    )
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    assert rows_of(tmp_path / "a.parquet") == [
        (1, {"id": 1, "born": "1980-12-24", "price": "1.50", "tags": ["a"]}),
        (2, {"id": 2, "born": None, "price": None, "tags": []}),
    ]


def test_parquet_without_pyarrow_says_what_to_install(tmp_path, monkeypatch):
    pyarrow.parquet.write_table(pyarrow.table({"id": [1]}), tmp_path / "a.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UnusableFile, match=r"pip install 'aurum\[parquet\]'"):
        open_table(tmp_path / "a.parquet")


NOT_WHAT_THEY_SAY = [
    # name, bytes, a part of the sentence
    ("a.csv", b"", "is empty"),
    ("a.csv", b"\n\n", "not even a line with column names"),
    (
        "a.csv",
        b"PK\x03\x04...",
        "said to be csv, but is a zip archive such as an Excel workbook; pass --format xlsx",
    ),
    ("a.xlsx", b"id;name\n1;x\n", "said to be xlsx, but does not begin like one"),
    ("a.xlsx", b"PK\x03\x04...", "no readable Excel workbook"),
    ("a.xls", b"\xd0\xcf\x11\xe0rest", "old Excel file"),
    ("a.csv", b"<!DOCTYPE html><html>", "a web page"),
    ("a.parquet", b"PAR1 but no more", "no readable Parquet file"),
    ("a.json", b"id;name\n", "does not begin with { or ["),
    ("a.json", b'{\n "a": {"b": 1}\n}', "JSON of another shape"),
    ("a.csv.gz", b"id;name\n", "not compressed"),
    ("a.csv.gz", gzip.compress(b"a;b\n" + b"1;2\n" * 5000, mtime=0)[:-20], "cut off or changed on its way"),
]


@pytest.mark.parametrize(("name", "content", "sentence"), NOT_WHAT_THEY_SAY)
def test_a_file_that_is_not_what_it_says_gets_a_sentence(tmp_path, name, content, sentence):
    with pytest.raises(UnusableFile, match=sentence.replace("[", r"\[")) as refusal:
        rows_of(write(tmp_path / name, content))
    assert name in str(refusal.value)


def test_a_missing_file_gets_a_sentence(tmp_path):
    with pytest.raises(UnusableFile, match="No such file"):
        open_table(tmp_path / "none.csv")
