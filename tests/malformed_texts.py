"""Malformed texts, ratings and questions, and what the sentence about each says."""

from embedviz.text import TextLayout
from embedviz.text.blocks import LONGEST_RECORD

GERMAN = "Die Frau grüßt den Mann auf der Straße nach Köln.\n"
LINES = TextLayout(field="text")
GOOD = b'{"text": "a"}\n'

# name: (content, how it is read, what the sentence says)
TEXTS = {
    "no object": (GOOD + b'"a"\n', LINES, "line 2 is not an object: give"),
    "a list": (GOOD + b'["a"]\n', LINES, "line 2 is not an object: give"),
    "null": (b"null\n", LINES, "line 1 is not an object: give"),
    "no JSON": (b"words of a text\n", LINES, "line 1 is not JSON .*: give JSON lines"),
    "no field": (GOOD + b'{"n": 1}\n', LINES, "line 2 has no field text, only n: name"),
    "no fields": (b"{}\n", LINES, "line 1 has no field text, only none"),
    "field is half a character": (b'{"\\udc00": 1}\n', LINES, "only \ufffd: name"),
    "no text": (GOOD + b'{"text": ["a"]}\n', LINES, "line 2: text is not text: name"),
    "a number": (b'{"text": NaN}\n', LINES, "line 1: text is not text"),
    "half a character": (GOOD + b'{"text": "\\udc00"}\n', LINES, "line 2: .*lone surr.*: correct"),
    "cut line": (GOOD + b'{"text": "a', LINES, "line 2 is not JSON"),
    "two in a line": (GOOD.strip() + GOOD, LINES, "line 1 is not JSON .*one object a line"),
    "an object of several lines": (b'{\n  "text": "a"\n}\n', LINES, "one object a line"),
    "overlong line": (
        b'{"text": "' + b"a" * LONGEST_RECORD + b'"}\n',
        LINES,
        "line 1 is longer than 67,108,864 characters: give",
    ),
    "overlong line, no end": (b'{"text": "' + b"a" * LONGEST_RECORD, LINES, "line 1 is longer"),
    "lines in cp1252": (
        '{"text": "grüßt"}\n'.encode("cp1252") * 30,
        LINES,
        r"not UTF-8 text \(line 1, byte 12\).*--encoding cp1252",
    ),
    "lines in UTF-16": ('{"text": "a"}\n'.encode("utf-16"), LINES, "--encoding utf-16"),
    "cp1252": (GERMAN.encode("cp1252") * 9, TextLayout(), "--encoding cp1252"),
    "cp1252, only the end": (
        b"plain words\n" * 200_000 + GERMAN.encode("cp1252"),
        TextLayout(),
        "line 200001, byte .*--encoding cp1252",
    ),
    "UTF-8 as cp1252": (GERMAN.encode() * 9, TextLayout("cp1252"), "is UTF-8 text, not cp1252: re"),
    "UTF-8 as gb18030": (GERMAN.encode(), TextLayout("gb18030"), "is UTF-8 text, not gb18030"),
    "a mark of UTF-8": (b"\xef\xbb\xbfwords\n", TextLayout("latin-1"), "is UTF-8 text, not iso"),
    "ASCII as UTF-16": (b"plain words\n", TextLayout("utf-16"), "is UTF-8 text, not utf-16"),
    "ASCII as UTF-32-LE": (b"plain words\n", TextLayout("utf-32-le"), "is UTF-8 text, not utf-32"),
    "UTF-16 cut": (GERMAN.encode("utf-16")[:-1], TextLayout("utf-16"), "ends inside a .*copy it"),
    "UTF-16 cut in a pair": ("a😀".encode("utf-16")[:-2], TextLayout("utf-16"), "ends inside a ch"),
    "GB 18030 cut": ("男孩去".encode("gb18030")[:-1], TextLayout("gb18030"), "ends inside a char"),
    "other end first": (
        GERMAN.encode("utf-16-le") * 9,
        TextLayout("utf-16-be"),
        "is UTF-16-LE text, not utf-16-be: read it with --encoding utf-16-le",
    ),
    "UTF-16 as cp1252": (GERMAN.encode("utf-16"), TextLayout("cp1252"), "is UTF-16 text, not cp1"),
    "zero byte": (b"words of a text\n" * 9 + b"\0", TextLayout(), "byte 144 is zero.*give plain"),
    "zero byte, cp1252": (
        b"words of a text\n" * 99 + bytes(9),
        TextLayout("cp1252"),
        "not text in cp1252 .* is zero.: give another",
    ),
    "no replacement": (b"xn--\xff", TextLayout("idna"), "not text in idna .*: give another"),
    "no ASCII": (b"abc-\xff", TextLayout("punycode"), "not text in punycode .*: give another"),
}

SIMLEX = (
    "word1\tword2\tPOS\tSimLex999\tconc(w1)\tconc(w2)\tconcQ\tAssoc(USF)\tSimAssoc333\tSD(SimLex)\n"
    "old\tnew\tA\t1.58\t2.72\t2.81\t2\t7.25\t1\t0.41\n"
)
HEADER = SIMLEX.splitlines()[0] + "\n"

RATINGS = {
    "nothing": ("", "contains 0 pairs: give"),
    "header only": (HEADER, "contains 0 pairs: give"),
    "header of three": ("word1,word2,score\n", "contains 0 pairs: give"),
    "comments only": ("# a\n// b\n", "contains 0 pairs: give"),
    "column missing above": (
        SIMLEX.replace("\tSimLex999", "").replace("\t1.58", ""),
        "line 2: it is unclear which column is the rating",
    ),
    "column missing below": (
        SIMLEX.replace("\t1.58", ""),
        "line 2 has 9 columns, and there are 10 above: add",
    ),
    "rating missing in a line": (
        SIMLEX + "smart\tbright\tA\t1.75\t2.46\t1\t7.11\t1\t0.67\n",
        "line 3 has 9 columns, and there are 10 above: add",
    ),
    "word missing": (SIMLEX.replace("\tnew", ""), "line 2 has 9 columns"),
    "word missing in a line": (
        SIMLEX + "old\tA\t1.58\t2.72\t2.81\t2\t7.25\t1\t0.41\n",
        "line 3 has 9 columns",
    ),
    "word empty": (SIMLEX.replace("old", ""), "line 2: expected two words"),
    "rating empty": (SIMLEX.replace("1.58", ""), "line 2: expected two words .*: correct"),
    "line cut": (SIMLEX + "smart\tbright\tA\n", "line 3: expected two words"),
    **{
        f"rating {given}": (
            SIMLEX + SIMLEX.splitlines()[1].replace("1.58", given) + "\n",
            f"line 3: expected two words and a number per line, found 'old⇥new⇥A⇥{given}",
        )
        for given in ("high", "nan", "inf", "1e999", "1_0", "50%")
    },
    "quote not closed": (
        '"a";"b";"Wert"\n"gem";"jewel";"3,94"\n"cord;"smile";"0,02"\n',
        "line 3: expected two words",
    ),
    "last quote not closed": ('gem;jewel;3,94\ncord;smile;"0,02\n', "line 2: expected two words"),
    "first quote not closed": ('gem;"jewel;3,94\n', "line 1: expected two words"),
    "decimal comma among commas": (
        "gem,jewel,3,94\ncord,smile,0,02\n",
        "line 1: it is unclear whether 3,94 is one number .*: separate",
    ),
    "decimal comma below three names": (
        "a,b,Wert\ngem,jewel,3,94\n",
        "line 2: it is unclear whether 3,94",
    ),
    "two decimal signs": ("gem;jewel;3,94\na;b;3.2\n", "line 2: .*decimal comma.*: write all"),
    "thousands": ("gem;jewel;1.234,5\n", "contains 0 pairs"),
    "zero byte": ("gem\tjewel\0\t3\n", "line 1 has a zero byte"),
}

QUESTIONS = {
    "nothing": ("", "contains 0 questions: give"),
    "comments only": ("# a\n// b\n#\n", "contains 0 questions: give"),
    "comments after a mark": ("\ufeff// a\n", "contains 0 questions: give"),
    "comments below a section": ("// a\n: family\n# b\n", "contains 0 questions: give four"),
    "section only": (": family\n", "contains 0 questions: give four"),
    "three words": (": family\nman king woman\n", "line 2: expected four words .*: correct"),
    "five words": (": family\n# a\na b c d e\n", "line 3: expected four words"),
    "zero byte": (": family\nman\0 king woman queen\n", "line 2 has a zero byte"),
}
