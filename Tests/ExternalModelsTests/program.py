"""The protocol in plain Python, for f(x) = sum of x^4 + x^2/2 over three numbers, with one thing done wrong.

usage: program.py [WHAT], where WHAT is a word below; `-late` is after 100 calls.
"""

import math
import os
import random
import signal
import struct
import sys
import time

what = sys.argv[1] if len(sys.argv) > 1 else "good"


def put(kind, flags, payload=b""):
    os.write(4, struct.pack("<IIQ", kind, flags, len(payload)) + payload)


def get(count):
    data = b""
    while len(data) < count:
        part = os.read(3, count - len(data))
        if not part:
            sys.exit(0)
        data += part
    return data


def flood(descriptor):
    while True:
        os.write(descriptor, b"x" * 65536)


if what == "silent":
    time.sleep(1000)
if what == "dies-at-start":
    print("no such data set", file=sys.stderr)
    sys.exit(3)
if what == "garbage":
    os.write(4, b"hello, this is no frame of the protocol")
    time.sleep(1000)
if what == "version":
    put(0x574F4C46, 9)
    time.sleep(1000)
if what == "flood-at-start":
    flood(4)
if what == "deaf-late":
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
if what == "forks":
    child = os.fork()
    if child == 0:
        time.sleep(1000)
    with open("child.pid", "w") as file:
        file.write(f"{os.getpid()} {child}")
if what == "descriptors":
    print("open:", sorted(int(name) for name in os.listdir("/dev/fd")), flush=True)
if what == "environment":
    print("words:", sys.argv[2:], flush=True)

if what == "noise":
    # A greeting with some of its bytes changed, cut or added.
    random.seed(int(sys.argv[2]))
    payload = bytearray(struct.pack("<III", 1, 1, 1) + b"x" + struct.pack("<IQ", 1, 3))
    for _ in range(random.randrange(1, 4)):
        place = random.randrange(len(payload))
        payload[place] = random.choice([0, 1, 2, 127, 128, 255])
    payload = payload[: random.choice([len(payload), len(payload), random.randrange(len(payload))])]
    put(0x574F4C46, 1, bytes(payload) + bytes(random.choice([0, 0, 1, 9])))
    time.sleep(1000)

name = {"bad-name": b"../x", "escape": b"\x1b[2J", "other-block": b"y"}.get(what, b"x")
extent = {"empty": 0, "huge": 1 << 62}.get(what, 3)
put(0x574F4C46, 1, struct.pack("<III", 1, 1, len(name)) + name + struct.pack("<IQ", 1, extent))
get(struct.unpack("<IIQ", get(16))[2])
put(1, 0)

calls = 0
while True:
    kind, number, length = struct.unpack("<IIQ", get(16))
    x = struct.unpack("<3d", get(length))
    calls += 1
    late = calls > 100
    value = sum(a**4 + 0.5 * a * a for a in x)
    gradient = [4 * a**3 + a for a in x]
    if what == "hang" or (what in ("hang-late", "deaf-late") and late):
        time.sleep(1000)
    if what == "exit" or (what == "exit-late" and late):
        os._exit(7)
    if what == "killed-late" and late:
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "nan-late" and late:
        gradient[1] = math.nan
    if what == "nan-value-late" and late:
        value = math.nan
    if what == "infinite":
        value = math.inf
    if what == "lie" or (what == "lie-late" and late):
        gradient[1] *= 1.001
    if what == "random":
        value *= 1 + 1e-6 * random.random()
    if what == "short":
        gradient = gradient[:2]
    if what == "long":
        gradient.append(0.0)
    if what == "prints":
        print("f is", value, flush=True)
    if what == "flood-prints-late" and late:
        flood(1)
    if what == "flood-late" and late:
        flood(4)
    if what == "twice-late" and late:
        put(kind, number, struct.pack("<4d", value, *gradient))
    if what == "complains-late" and late:
        put(4, number, "ValueError: \x1b[31mwrong\nshape".encode())
        continue
    if what == "number-late" and late:
        number -= 1
    if what == "closes-late" and late:
        os.close(4)
        time.sleep(1000)
    put(kind, number, struct.pack(f"<{1 + len(gradient)}d", value, *gradient))
