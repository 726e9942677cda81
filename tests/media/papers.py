"""PDFs made by hand: small, and with whatever a test wants in them."""


def paper(catalog: bytes = b"", *, pages: int = 1, page: bytes = b"", more: bytes = b"", info: bytes = b"") -> bytes:
    """A PDF with a table that finds its objects. `catalog`, `page`: entries of those dictionaries; `more`: whole objects from 9 on."""
    kids = b" ".join(b"%d 0 R" % (100 + number if number else 3) for number in range(pages))
    objects = [
        (1, b"<</Type/Catalog/Pages 2 0 R %s>>" % catalog),
        (2, b"<</Type/Pages/Kids [%s]/Count %d>>" % (kids, pages)),
        (4, b"<</Length 47>> stream\nBT /F1 24 Tf 72 700 Td (Compte rendu) Tj ET     \nendstream"),
        (5, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"),
        (6, b"<<%s>>" % info),
    ]  # fmt: skip
    body = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>%s>>" % page
    objects += [(100 + number if number else 3, body) for number in range(pages)]
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, content in sorted(objects):
        places[number] = len(out)
        out += b"%d 0 obj %s endobj\n" % (number, content)
    out += more
    at = len(out)
    out += b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in places.items())
    return bytes(out) + b"trailer <</Size %d/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (max(places) + 1, at)
