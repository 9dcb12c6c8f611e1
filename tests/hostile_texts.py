"""Texts made to hurt, and texts that are only unusual. Each begins with READABLE: by it a page is known to hold it."""

READABLE = "Leggibile"
MEGABYTE = 1_000_000

TEXTS = {
    "NUL": f"{READABLE} prima\0dopo",
    "NUL alone": f"{READABLE}\0",
    "overrides of direction": f"{READABLE} \u202egnp.exe\u202c \u2066x\u2069",
    "nothing to see": f"{READABLE}\u200b\u200b\ufeff\u2060\u00ad",
    "a megabyte": f"{READABLE} " + "a" * MEGABYTE,
    "a very long word": READABLE + "a" * 4_000,
    "a script": f"{READABLE}<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a way out of an attribute": f"{READABLE}\" onfocus=alert(1) autofocus x='",
    "a template": f"{READABLE} {{{{ 7|add:1234560 }}}} {{% debug %}} ${{7*7}} #{{7*7}}",
    "a format": f"{READABLE} %s %(password)s {{0.__class__}} %n",
    "a formula": f'{READABLE} =HYPERLINK("http://example.org","x")',
    "SQL": f"{READABLE}'; DROP TABLE people_user; --",
    "a header": f"{READABLE}\r\nBcc: all@example.org\r\n\r\nHello",
    "a pile of marks": f"{READABLE} z" + "\u0335\u0489" * 500,
    "emoji": f"{READABLE} 👩‍👩‍👧‍👦🏳️‍🌈👍🏽",
    "other scripts": f"{READABLE} مرحبا 你好 नमस्ते Ελληνικά",
    "a terminal": f"{READABLE} \x1b[31m\x07\x08\x7f\x9b",
    "separators of lines": f"{READABLE}\u2028x\u2029y\x0bz\x0c",
    "half a sign": f"{READABLE} \ufffd \ufffe \U0001fffe",
    "a path": f"{READABLE}/../../../etc/passwd",
}

# Those that are tried in every field; the others in the first of each form.
WORST = ("NUL", "overrides of direction", "a megabyte", "a script", "a template")

# What no form of a browser sends, as the bytes of one.
BYTES = {
    "no UTF-8": b"%ff%fe%c3%28",
    "overlong UTF-8": b"%c0%af",
    "a surrogate": b"%ed%a0%80",
    "a broken escape": b"%zz%",
    "raw bytes": b"\xff\xfe\x00",
}

# What may stand in no text of the database: signs that turn the line, hide, or control a terminal.
NEVER_KEPT = (
    "[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]"
)
