"""A good table is read whole; a bad one is refused with its file, its column and what to do."""

from __future__ import annotations

import csv
import hashlib
import os
import random

import pytest

from autotune.table import SEED, TableError, read_table


def write(tmp_path, content: str | bytes, name: str = "t.csv"):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows(count: int, line=lambda n: f"{n % 7},{'ab'[n % 2]}") -> str:
    return "x,y\n" + "".join(f"{line(n)}\n" for n in range(count))


def refused(tmp_path, content: str | bytes, target: str = "y") -> str:
    path = write(tmp_path, content)
    with pytest.raises(TableError) as caught:
        read_table(path, target)
    return str(caught.value)


def test_a_good_table_is_read_as_it_stands(tmp_path):
    content = 'x,"a, b",y\n1,"two\nlines",yes\n , ,no\n3,"say ""hi""",yes\n' * 1
    table = read_table(write(tmp_path, content), "y")
    assert table.name == "t.csv"
    assert table.sha256 == hashlib.sha256(content.encode()).hexdigest()
    assert list(table.frame.columns) == ["x", "a, b", "y"]
    assert table.features == ["x", "a, b"]
    assert table.frame["a, b"].tolist()[0] == "two\nlines"
    assert table.frame["a, b"].tolist()[2] == 'say "hi"'
    assert table.frame.isna().sum().tolist() == [1, 1, 0]  # blank is missing
    assert table.rows_in_file == 3


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path):
    table = read_table(write(tmp_path, b"\xef\xbb\xbf" + rows(600).encode()), "y")
    assert table.features == ["x"]
    assert table.warnings == ()


def test_lines_may_end_as_windows_ends_them_and_blank_ones_are_skipped(tmp_path):
    table = read_table(write(tmp_path, rows(600).replace("\n", "\r\n") + "\r\n\r\n"), "y")
    assert len(table.frame) == 600
    assert set(table.frame["y"]) == {"a", "b"}


@pytest.mark.parametrize(
    ("content", "target", "words"),
    [
        ("", "y", ["t.csv is empty", "header"]),
        ("\n\n", "y", ["only blank lines"]),
        ("x,y\n", "y", ["t.csv: no rows", "add some"]),
        ("y\na\nb\n", "y", ["one column, y", "add another"]),
        ("x y\n1 a\n", "y", ["one column, x y", "blanks", "save it with commas"]),
        ("x,x,y,y\n1,2,3,4\n", "y", ["column x, y occurs twice", "rename"]),
        ("x,,y\n1,2,3\n", "y", ["column 2 has no name"]),
        (rows(9), "Y", ['no column "Y"', 'did you mean "y"?']),
        (rows(9), "price", ['no column "price"', "it has x, y"]),
        (rows(9, lambda n: f"{n},same"), "y", ["column y", '"same" in every row']),
        (rows(9, lambda n: f"{n},"), "y", ["column y is empty in every row"]),
        (rows(9, lambda n: f"1,id-{n}"), "y", ["column y", "9 classes in 9 rows"]),
        (rows(99, lambda n: f"1,{(n * 7) % 99}"), "y", ["column y numbers the rows"]),
        ("x,y\n1,a\n2,b,c\n", "y", ["line 3", "3 fields", "names 2", "quote fields"]),
        ('x,y\n1,"a\n2,b\n', "y", ["line 3", "unexpected end of data", "not closed"]),
        ('x,y\n1,"a"b\n', "y", ["line 2", "quote"]),
        ("x,y\n1," + "a" * 200_000 + "\n", "y", ["line 2", "longer than 131,072"]),
        (b"x,y\n1,caf\xc3\xa9\n2,caf\xe9\n", "y", ["line 3, column y", "0xe9", "UTF-8"]),
        (b"x,y\n1,a\0\n", "y", ["zero byte at offset 7", "no text"]),
        (b"PK\x03\x04rest", "y", ["packed or a workbook"]),
    ],
)
def test_a_bad_table_is_named_with_its_remedy(tmp_path, content, target, words):
    text = refused(tmp_path, content, target)
    assert text.startswith("t.csv")
    assert [word for word in words if word not in text] == [], text


def test_the_longest_field_is_the_readers_own_whatever_the_process_allows(tmp_path):
    limit = csv.field_size_limit(10**9)  # as the generated scripts set it
    try:
        text = refused(tmp_path, "x,y\n1," + "a" * 200_000 + "\n")
        assert "longer than 131,072" in text
        assert csv.field_size_limit() == 10**9
    finally:
        csv.field_size_limit(limit)


def test_a_folder_and_a_missing_file_are_told_apart(tmp_path):
    with pytest.raises(TableError, match="is a folder"):
        read_table(tmp_path, "y")
    with pytest.raises(TableError, match="no such file"):
        read_table(tmp_path / "none.csv", "y")


def test_a_pipe_and_a_circle_of_links_do_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(TableError, match="is a pipe or a device"):
        read_table(tmp_path / "pipe.csv", "y")
    (tmp_path / "a.csv").symlink_to("b.csv")
    (tmp_path / "b.csv").symlink_to("a.csv")
    with pytest.raises(TableError, match=r"a\.csv cannot be read \("):
        read_table(tmp_path / "a.csv", "y")


def test_every_number_once_is_a_good_target_unless_it_counts_rows(tmp_path):
    table = read_table(write(tmp_path, rows(600, lambda n: f"{n},{n * n}")), "y")
    assert table.frame["y"].nunique() == 600


def test_few_rows_are_warned_about_and_used(tmp_path):
    table = read_table(write(tmp_path, rows(499)), "y")
    assert len(table.frame) == 499
    assert [said for said in table.warnings if "fewer than 500" in said]
    assert read_table(write(tmp_path, rows(500)), "y").warnings == ()


def test_rows_without_a_target_are_left_out_and_counted(tmp_path):
    table = read_table(
        write(tmp_path, rows(700, lambda n: f"1,{'' if n < 3 else 'ab'[n % 2]}")), "y"
    )
    assert (len(table.frame), table.rows_in_file, table.rows_without_target) == (697, 700, 3)
    assert table.warnings == ("Column y: 3 rows without a value were left out.",)


def test_a_numeric_target_loses_the_rows_that_hold_no_number(tmp_path):
    table = read_table(write(tmp_path, rows(700, lambda n: f"1,{n * 2 if n else 'none'}")), "y")
    assert table.rows_without_target == 1
    assert table.warnings == ("Column y: 1 rows where it is no number were left out.",)


def test_an_empty_column_is_named(tmp_path):
    content = "x,gap,y\n" + "".join(f"{n},,{'ab'[n % 2]}\n" for n in range(600))
    table = read_table(write(tmp_path, content), "y")
    assert table.warnings == ("Column gap is empty in every row: it is not used.",)


def test_many_rows_are_sampled_evenly_the_same_each_time_and_in_order(tmp_path):
    path = write(tmp_path, rows(200_000, lambda n: f"{n},{'ab'[n % 2]}"))
    table = read_table(path, "y", most_rows=10_000)
    assert table.rows_in_file == 200_000
    assert table.warnings == (f"t.csv has 200,000 rows: 10,000 were drawn with seed {SEED}.",)
    drawn = table.frame["x"].astype(int)
    assert (drawn == drawn.index).all()
    assert drawn.is_monotonic_increasing
    assert drawn.is_unique
    # Ten parts of the file; 1,000 rows expected in each, standard deviation 30.
    assert drawn.floordiv(20_000).value_counts().between(850, 1150).all()
    assert read_table(path, "y", most_rows=10_000).frame.equals(table.frame)


def test_whatever_bytes_come_the_answer_is_a_table_or_a_sentence(tmp_path):
    draw = random.Random(5)
    good = rows(40).encode()
    for _ in range(300):
        broken = bytearray(good)
        for _ in range(draw.randrange(1, 6)):
            at = draw.randrange(len(broken))
            broken[at : at + draw.randrange(3)] = draw.choice(
                [b'"', b",", b"\n", b"\r", b"\0", b"\xff", b"\xc3", b"\xef\xbb\xbf", b";", b"x,y\n"]
            )
        path = write(tmp_path, bytes(broken))
        try:
            table = read_table(path, "y")
        except TableError as error:
            assert str(error).startswith("t.csv")
        else:
            assert table.frame["y"].notna().all()
