"""Labels: small PDF files without a library, and ZPL."""

from base64 import b64encode

_SIZE = "283 425"  # points: 10 by 15 cm


def pdf(parcel):
    """Return the label of a parcel, a page for each of its packages."""
    pages = [
        [
            parcel.carrier,
            parcel.number,
            parcel.reference,
            f"{page + 1} / {parcel.packages}",
        ]
        for page in range(parcel.packages)
    ]
    return _document(pages)


def base64(parcel, kind="PDF"):
    """Return the label in Base64: a PDF, or ZPL for any other kind."""
    content = pdf(parcel) if kind == "PDF" else zpl(parcel).encode()
    return b64encode(content).decode()


def zpl(parcel):
    """Return the label for label printers."""
    return (
        f"^XA^FO40,40^A0N,40^FD{parcel.number}^FS^FO40,100^FD{parcel.reference}^FS^XZ"
    )


def _document(pages):
    """Return a PDF: catalogue, list of pages, font, and each page with its content."""
    page_ids = [4 + 2 * number for number in range(len(pages))]
    kids = " ".join(f"{page_id} 0 R" for page_id in page_ids)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for page_id, lines in zip(page_ids, pages, strict=True):
        objects += [_page(page_id + 1), _content(lines)]
    return _file(objects)


def _page(content):
    return (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_SIZE}]"
        f" /Resources << /Font << /F1 3 0 R >> >> /Contents {content} 0 R >>"
    )


def _content(lines):
    operators = "".join(f"({_escaped(line)}) Tj T* " for line in lines)
    text = f"BT /F1 18 Tf 24 TL 20 380 Td {operators}ET"
    return f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"


def _escaped(line):
    for char in "\\()":
        line = line.replace(char, f"\\{char}")
    return line.encode("ascii", "replace").decode()


def _file(objects):
    """Return the objects with the table of their offsets."""
    text, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(text))
        text += f"{number} 0 obj\n{content}\nendobj\n"
    entries = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{entries}"
    end = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    return f"{text}{table}{end}".encode("ascii")
