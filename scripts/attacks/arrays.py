"""Arrays as the program reads and writes them: entry CSV, NPY and NPZ, with the standard library alone.

An array is (shape, values) with the values in row-major order; numbers keep every bit.
"""

import io
import struct
import zipfile


def npy(shape, values):
    """The bytes of an .npy file of doubles."""
    text = "(" + "".join(f"{n}, " for n in shape) + ")"
    return _npy("<f8", text, struct.pack(f"<{len(values)}d", *values))


def npy_mask(shape, values):
    """The bytes of an .npy file of truth values."""
    text = "(" + "".join(f"{n}, " for n in shape) + ")"
    return _npy("|b1", text, bytes(bool(v) for v in values))


def npy_words(words):
    """The bytes of an .npy file of text, as labels are saved."""
    width = max(len(word) for word in words)
    data = b"".join(word.ljust(width, "\0").encode("utf-32-le") for word in words)
    return _npy(f"<U{width}", f"({len(words)}, )", data)


def _npy(kind, shape, data):
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data


def npz(members):
    """The bytes of an .npz file of named .npy bytes; the same members give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), data)
    return stream.getvalue()


def start(blocks):
    """A start file of named blocks."""
    return npz({name: npy(*block) for name, block in blocks.items()})


def entries(indices, values):
    """Observed entries as CSV text."""
    order = len(indices[0])
    lines = [",".join([f"i{n}" for n in range(order)] + ["value"])]
    lines += [",".join([str(i) for i in index] + [repr(float(v))]) for index, v in zip(indices, values)]
    return ("\n".join(lines) + "\n").encode()


def read_npy(data):
    """The array in .npy bytes of doubles, rows first."""
    if data[:6] != b"\x93NUMPY":
        raise ValueError("no .npy")
    wide = data[6] > 1
    length = struct.unpack("<I" if wide else "<H", data[8:12 if wide else 10])[0]
    begin = (12 if wide else 10) + length
    header = data[begin - length:begin].decode("latin-1")
    if "'<f8'" not in header or "'fortran_order': False" not in header:
        raise ValueError(f"not doubles in rows: {header}")
    text = header.split("'shape':")[1].split("(")[1].split(")")[0]
    shape = tuple(int(word) for word in text.split(",") if word.strip())
    count = 1
    for n in shape:
        count *= n
    return shape, list(struct.unpack(f"<{count}d", data[begin:begin + 8 * count]))


def read_npz(path):
    """The arrays of doubles in an .npz file, by name."""
    with zipfile.ZipFile(path) as archive:
        found = {}
        for name in archive.namelist():
            data = archive.read(name)
            if b"'<f8'" in data[:128]:
                found[name.removesuffix(".npy")] = read_npy(data)
        return found
