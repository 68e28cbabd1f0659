"""A label: a small PDF, written by hand, since carriers need no library."""

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
    """Return the label as it is written into JSON: a PDF, or else for a printer."""
    content = pdf(parcel) if kind == "PDF" else zpl(parcel).encode()
    return b64encode(content).decode()


def zpl(parcel):
    """Return the label for a printer of labels."""
    return (
        f"^XA^FO40,40^A0N,40^FD{parcel.number}^FS^FO40,100^FD{parcel.reference}^FS^XZ"
    )


def _document(pages):
    """Return a PDF: catalogue, list of pages, font, and each page with its content."""
    places = [4 + 2 * number for number in range(len(pages))]
    kids = " ".join(f"{place} 0 R" for place in places)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for place, lines in zip(places, pages, strict=True):
        objects += [_page(place + 1), _content(lines)]
    return _file(objects)


def _page(content):
    return (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_SIZE}]"
        f" /Resources << /Font << /F1 3 0 R >> >> /Contents {content} 0 R >>"
    )


def _content(lines):
    shown = "".join(f"({_escaped(line)}) Tj T* " for line in lines)
    text = f"BT /F1 18 Tf 24 TL 20 380 Td {shown}ET"
    return f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"


def _escaped(line):
    for char in "\\()":
        line = line.replace(char, f"\\{char}")
    return line.encode("ascii", "replace").decode()


def _file(objects):
    """Return the objects with the table of where each begins."""
    text, begins = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        begins.append(len(text))
        text += f"{number} 0 obj\n{content}\nendobj\n"
    entries = "".join(f"{begin:010} 00000 n \n" for begin in begins)
    size = len(objects) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{entries}"
    end = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    return f"{text}{table}{end}".encode("ascii")
