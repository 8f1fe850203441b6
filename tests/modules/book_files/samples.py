"""Books for the tests, whole and broken, written byte by byte."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Members = Mapping[str, str | bytes]

CONTAINER: Final = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
OPF: Final = """<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/" version="3.0">
<metadata><dc:title>Small physics</dc:title><dc:language>en</dc:language><dc:creator>Ann Author</dc:creator>
<dc:creator>Ben Writer</dc:creator><dc:rights>CC BY 4.0</dc:rights><dc:identifier>urn:isbn:1</dc:identifier>
<dc:source>https://example.org/physics</dc:source><meta property="dcterms:modified">2024-05-06T00:00:00Z</meta>
<link rel="dcterms:license" href="https://creativecommons.org/licenses/by/4.0/"/></metadata>
<manifest><item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<item id="two" href="text/ch%2002.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="ch01.xhtml" media-type="application/xhtml+xml"/>
<item id="answers" href="answers.xhtml" media-type="application/xhtml+xml"/>
<item id="cover" href="cover.svg" media-type="image/svg+xml"/></manifest>
<spine><itemref idref="cover"/><itemref idref="nav"/><itemref idref="one"/><itemref idref="answers" linear="no"/>
<itemref idref="two"/></spine></package>"""
NAV: Final = """<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>
<nav epub:type="toc"><a href="ch01.xhtml">One</a></nav>
<nav epub:type="landmarks"><a epub:type="bodymatter" href="ch01.xhtml#start">Start</a>
<a epub:type="appendix" href="text/ch%2002.xhtml">More</a></nav></body></html>"""


def xhtml(body: str, attributes: str = "", doctype: str = "<!DOCTYPE html>") -> str:
    """A page of an EPUB."""
    spaces = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
    return f"{doctype}<html {spaces}><head><title/></head><body {attributes}>{body}</body></html>"


EPUB: Final[Members] = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OEBPS/book.opf": OPF,
    "OEBPS/nav.xhtml": NAV,
    "OEBPS/ch01.xhtml": xhtml(
        "<section epub:type='chapter'><h1>Forces</h1><p>A&nbsp;push &amp; a pull.</p><script>x()</script></section>"
    ),
    "OEBPS/text/ch 02.xhtml": xhtml("<h1>Energy</h1><p>It stays.</p>"),
    "OEBPS/answers.xhtml": xhtml("<p>42</p>"),
    "OEBPS/cover.svg": "<svg/>",
}

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_TYPES: Final = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/></Types>"""
_STYLES: Final = """<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/></w:style></w:styles>"""


def word_document(body: str, doctype: str = "") -> str:
    """The main part of a DOCX."""
    spaces = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        f' xmlns:m="{_OFFICE}/math" xmlns:r="{_OFFICE}/relationships"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
        ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
        ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    )
    return f"{doctype}<w:document {spaces}><w:body>{body}</w:body></w:document>"


def paragraph(text: str, style: str = "") -> str:
    """A paragraph of a DOCX."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


FORMULA: Final = (
    "<w:p><w:r><w:t>So </w:t></w:r><m:oMath><m:r><m:t>E=</m:t></m:r><m:f><m:num><m:r><m:t>12</m:t></m:r></m:num><m:den>"
    "<m:sSup><m:e><m:r><m:t>c</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:den></m:f></m:oMath>"
    "<w:r><w:t> holds.</w:t></w:r></w:p>"
)
PICTURE: Final = (
    '<w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:embed="rId9"/>'
    "</pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)
DOCX: Final[Members] = {
    "[Content_Types].xml": _TYPES,
    "word/document.xml": word_document(
        paragraph("Small chemistry", "T")
        + paragraph("Free under CC BY-SA 4.0, https://creativecommons.org/licenses/by-sa/4.0/.")
        + paragraph("Atoms", "H1")
        + FORMULA
        + PICTURE
        + paragraph("Bonds", "H1")
        + paragraph("Kinds", "H2")
        + paragraph("They &lt;hold&gt;.")
    ),
    "word/styles.xml": _STYLES,
    "word/_rels/document.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" '
        f'Type="{_OFFICE}/relationships/image" Target="media/a.png"/></Relationships>'
    ),
    "word/media/a.png": b"PK\x03\x04 an archive where a picture should be",
    "docProps/core.xml": (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Ann Author; Ben Writer</dc:creator>'
        "<dc:language>en-GB</dc:language><cp:version>3.1</cp:version></cp:coreProperties>"
    ),
}
FOLDER: Final[Members] = {"book/book.toml": 'title = "Small"', "book/01/section.md": "# One\n\nText.\n"}


def changed(members: Members, **changes: str | bytes | None) -> dict[str, str | bytes]:
    """Members with some replaced, added or (None) left out; `__` stands for a slash and `_dot_` for a dot."""
    out = dict(members)
    for key, content in changes.items():
        name = key.replace("__", "/").replace("_dot_", ".")
        if content is None:
            del out[name]
        else:
            out[name] = content
    return out


def packed(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def with_entry(name: str, *, mode: int = 0, content: bytes = b"x") -> bytes:
    """The folder's archive with one more member, whatever its name; `mode`: as Unix keeps it."""
    stand_in = "q" * len(name.encode())
    buffer = io.BytesIO(packed(FOLDER))
    with zipfile.ZipFile(buffer, "a") as archive:
        info = zipfile.ZipInfo(stand_in)
        info.external_attr = mode << 16
        archive.writestr(info, content)
    return buffer.getvalue().replace(stand_in.encode(), name.encode())


def with_flag(payload: bytes, flag: int) -> bytes:
    """The archive with a bit set in the flags of its last member."""
    at = payload.rindex(b"PK\x01\x02") + 8
    (flags,) = struct.unpack("<H", payload[at : at + 2])
    return payload[:at] + struct.pack("<H", flags | flag) + payload[at + 2 :]


def with_method(payload: bytes, method: int) -> bytes:
    """The archive whose last member claims to be packed in another way."""
    at, local = payload.rindex(b"PK\x01\x02") + 10, payload.rindex(b"PK\x03\x04") + 8
    packed_as = struct.pack("<H", method)
    out = payload[:at] + packed_as + payload[at + 2 :]
    return out[:local] + packed_as + out[local + 2 :]


def with_wrong_checksum(payload: bytes) -> bytes:
    """The archive whose last member does not match its checksum."""
    at, local = payload.rindex(b"PK\x01\x02") + 16, payload.rindex(b"PK\x03\x04") + 14
    out = payload[:at] + b"\x00\x00\x00\x01" + payload[at + 4 :]
    return out[:local] + b"\x00\x00\x00\x01" + out[local + 4 :]


@dataclass(frozen=True)
class Text:
    """One line on a page of a PDF."""

    text: str
    y: float
    size: float = 10
    x: float = 50
    bold: bool = False


def pdf(
    pages: Sequence[Sequence[Text]],
    *,
    info: str = "",
    outline: Sequence[tuple[str, int]] = (),
    trailer: str = "",
    kids: int | None = None,
) -> bytes:
    """A PDF; `outline`: titles and page numbers from 0; `kids`: how often the first page is listed instead."""
    count = len(pages)
    first_mark = 6 + 2 * count
    listed = [f"{6 + 2 * number} 0 R" for number in range(count)] if kids is None else ["6 0 R"] * kids
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) {f'/Outlines {first_mark} 0 R' if outline else ''} >>",
        f"<< /Type /Pages /Kids [{' '.join(listed)}] /Count {len(listed)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        f"<< {info} >>",
    ]
    for number, page in enumerate(pages):
        stream = "\n".join(
            f"BT /F{2 if line.bold else 1} {line.size} Tf 1 0 0 1 {line.x} {line.y} Tm ({_escaped(line.text)}) Tj ET"
            for line in page
        )
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 600] "
            f"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {7 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects += _outline(outline, first_mark)
    return _assembled(objects, trailer)


def _outline(outline: Sequence[tuple[str, int]], first: int) -> list[str]:
    if not outline:
        return []
    last = first + len(outline)
    marks = [f"<< /First {first + 1} 0 R /Last {last} 0 R /Count {len(outline)} >>"]
    for number, (title, page) in enumerate(outline, first + 1):
        following = f"/Next {number + 1} 0 R" if number < last else ""
        marks.append(f"<< /Title ({title}) /Parent {first} 0 R /Dest [{6 + 2 * page} 0 R /Fit] {following} >>")
    return marks


def _assembled(objects: Sequence[str], trailer: str) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R {trailer} >>\n".encode()
    return bytes(out + f"startxref\n{table}\n%%EOF\n".encode())


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


LOCKED_PDF: Final = (
    "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 "
    f"/O <{'41' * 32}> /U <{'42' * 32}> >> /ID [<{'43' * 16}> <{'43' * 16}>]"
)
