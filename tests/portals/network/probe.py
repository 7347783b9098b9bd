#!/usr/bin/env -S python3 -B
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""An app without a network of its own. Lines "N command arguments..." are answered with "N word..."; each is a thread."""
import ctypes
import errno
import fcntl
import hashlib
import os
import socket
import struct
import sys
import threading
import time

sockets = {}
lock = threading.Lock()


def keep(one):
    with lock:
        number = len(sockets)
        sockets[number] = one
    return number


def place(host, port, kind):
    family, _, _, _, address = socket.getaddrinfo(host, int(port), type=kind)[0]
    return family, address


def since(start):
    return f"{(time.monotonic() - start) * 1000:.2f}"


def connect(host, port, patience="60", own="0"):
    family, address = place(host, port, socket.SOCK_STREAM)
    one = socket.socket(family, socket.SOCK_STREAM)
    one.settimeout(float(patience))
    if int(own):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(("198.19.255.254" if family == socket.AF_INET else "fd6c:6174:6368::1", int(own)))
    start = time.monotonic()
    try:
        one.connect(address)
    except OSError as problem:
        return f"{name_of(problem)} {since(start)}"
    return f"ok {keep(one)} {since(start)}"


def name_of(problem):
    if isinstance(problem, TimeoutError) and problem.errno is None:
        return "TIMEOUT"
    return errno.errorcode.get(problem.errno, type(problem).__name__)


def serve(host, port):
    """Listens there. What is accepted is got by `accept`."""
    family, address = place(host, port, socket.SOCK_STREAM)
    one = socket.socket(family, socket.SOCK_STREAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind(address)
    one.listen(300)
    return f"ok {keep(one)} {one.getsockname()[1]}"


def accept(number, patience="10"):
    one = sockets[int(number)]
    one.settimeout(float(patience))
    other, peer = one.accept()
    return f"ok {keep(other)} {peer[0]}"


def send(number, text):
    sockets[int(number)].sendall(text.encode())
    return "ok"


def urgent(number, text):
    sockets[int(number)].send(text.encode(), socket.MSG_OOB)
    return "ok"


def recv(number, most="65536", patience="10"):
    one = sockets[int(number)]
    one.settimeout(float(patience))
    data = one.recv(int(most))
    return f"got {data.decode()}" if data else "end"


def collect(number):
    """All until the end."""
    one, total = sockets[int(number)], b""
    one.settimeout(20)
    while data := one.recv(65536):
        total += data
    return f"got {total.decode()}"


def shutdown(number):
    sockets[int(number)].shutdown(socket.SHUT_WR)
    return "ok"


def close(number):
    sockets[int(number)].close()
    return "ok"


def break_off(number):
    sockets[int(number)].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return close(number)


def stream(number, size):
    """Sends bytes and wants the same ones back."""
    one, size = sockets[int(number)], int(size)
    one.settimeout(60)
    block = os.urandom(1 << 16)
    sent, received = hashlib.sha256(), hashlib.sha256()

    def write():
        left = size
        while left:
            part = block[: min(left, len(block))]
            sent.update(part)
            one.sendall(part)
            left -= len(part)
        one.shutdown(socket.SHUT_WR)

    writer = threading.Thread(target=write)
    writer.start()
    count = 0
    while data := one.recv(1 << 18):
        received.update(data)
        count += len(data)
    writer.join()
    return "same" if count == size and sent.digest() == received.digest() else f"different {count}"


def flow(number):
    """Sends until it is told not to; how it ended."""
    one = sockets[int(number)]
    one.settimeout(30)
    try:
        while True:
            one.sendall(b"x" * 4096)
    except OSError as problem:
        return f"{name_of(problem)} {time.monotonic() * 1000:.2f}"


def udp(host, port, text, patience="5"):
    family, address = place(host, port, socket.SOCK_DGRAM)
    one = socket.socket(family, socket.SOCK_DGRAM)
    one.settimeout(float(patience))
    one.connect(address)
    one.send(text.encode())
    return f"got {one.recv(65536).decode()}"


def large(host, port, size):
    family, address = place(host, port, socket.SOCK_DGRAM)
    one = socket.socket(family, socket.SOCK_DGRAM)
    one.settimeout(5)
    one.connect(address)
    data = os.urandom(int(size))
    one.send(data)
    return "same" if one.recv(65536) == data else "different"


def ping(host, patience="5"):
    family, address = place(host, 0, socket.SOCK_DGRAM)
    v6 = family == socket.AF_INET6
    one = socket.socket(family, socket.SOCK_DGRAM, socket.IPPROTO_ICMPV6 if v6 else socket.IPPROTO_ICMP)
    one.settimeout(float(patience))
    one.connect(address)
    one.send(struct.pack(">BBHHH", 128 if v6 else 8, 0, 0, 0, 7) + b"hello")
    answer = one.recv(1500)
    return f"got {answer[0]} {answer[7]} {answer[8:].decode()}"


def query(name):
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    return struct.pack(">HHHHHH", 77, 0x100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", 1, 1)


def dns(server, name, transport="udp"):
    """The address a name server gives."""
    question = query(name)
    if transport == "udp":
        one = socket.socket(socket.AF_INET6 if ":" in server else socket.AF_INET, socket.SOCK_DGRAM)
        one.settimeout(5)
        one.connect((server, 53))
        one.send(question)
        answer = one.recv(4096)
    else:
        one = socket.create_connection((server, 53), 5)
        one.sendall(struct.pack(">H", len(question)) + question)
        answer = one.recv(4096)[2:]
    if answer[3] & 15:
        return f"rcode {answer[3] & 15}"
    return "address " + socket.inet_ntoa(answer[-4:])


def resolve(name):
    return " ".join(sorted({entry[4][0] for entry in socket.getaddrinfo(name, None)}))


def attempt(what, port="0"):
    """Something that no app may."""
    libc = ctypes.CDLL(None, use_errno=True)
    if what == "mark":
        socket.socket().setsockopt(socket.SOL_SOCKET, 36, 0x6C6B6579)
    elif what == "raw":
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
    elif what == "packet":
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3)
    elif what == "tun":
        tun = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(tun, 0x400454CA, struct.pack("16sH22x", b"lk0", 0x1001))
    elif what == "route":
        one = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        # ip link set lk0 down
        index = socket.if_nametoindex("lk0")
        one.send(struct.pack("=IHHIIBxHiII", 32, 16, 5, 1, 0, 0, 0, index, 0, 1))
        code = struct.unpack_from("=i", one.recv(4096), 16)[0]
        if code:
            raise OSError(-code, "refused")
    elif what == "gate":
        one = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
        body = struct.pack("=BBH", 1, 0, 0) + struct.pack("=HH", 13, 1) + b"latchkey\0" + b"\0" * 3
        delete = struct.pack("=IHHII", 16 + len(body), 10 << 8 | 2, 5, 1, 0) + body
        begin = struct.pack("=IHHIIBBH", 20, 16, 1, 0, 0, 0, 0, socket.htons(10))
        end = struct.pack("=IHHIIBBH", 20, 17, 1, 2, 0, 0, 0, socket.htons(10))
        one.send(begin + delete + end)
        code = struct.unpack_from("=i", one.recv(4096), 16)[0]
        if code:
            raise OSError(-code, "refused")
    elif what == "enter":
        if libc.unshare(0x10000000 | 0x40000000) < 0:
            raise OSError(ctypes.get_errno(), "unshare")
        one = socket.socket()
        one.settimeout(2)
        one.connect(("203.0.113.1", int(port)))
    return "done"


def listeners():
    """Ports on which somebody listens on the loopback address."""
    with open("/proc/net/tcp", encoding="utf-8") as table:
        rows = [row.split() for row in list(table)[1:]]
    return " ".join(str(int(row[1].split(":")[1], 16)) for row in rows if row[3] == "0A" and row[1].startswith("0100007F"))


def flood(count, first):
    """Connections to as many addresses, none waited for."""
    for i in range(int(count)):
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex((f"203.0.{113 + i // 250 % 2}.{1 + i % 250}" if first == "many" else first, 1000 + i % 1000 if first == "many" else 80))
        keep(one)
    return "ok"


def latency(host, port, count):
    """Median of connecting, in microseconds."""
    family, address = place(host, port, socket.SOCK_STREAM)
    times = []
    for _ in range(int(count)):
        one = socket.socket(family, socket.SOCK_STREAM)
        start = time.perf_counter()
        one.connect(address)
        times.append(time.perf_counter() - start)
        one.close()
    return f"{sorted(times)[len(times) // 2] * 1e6:.1f}"


COMMANDS = {"connect": connect, "serve": serve, "accept": accept, "send": send, "urgent": urgent, "recv": recv, "collect": collect, "shutdown": shutdown,
            "close": close, "break": break_off, "stream": stream, "flow": flow, "udp": udp, "large": large, "ping": ping,
            "dns": dns, "resolve": resolve, "try": attempt, "listeners": listeners, "flood": flood, "latency": latency}


def work(number, words):
    try:
        answer = COMMANDS[words[0]](*words[1:])
    except OSError as problem:
        answer = name_of(problem)
    with lock:
        print(number, answer, flush=True)


for line in sys.stdin:
    number, *words = line.split()
    threading.Thread(target=work, args=(number, words), daemon=True).start()
os._exit(0)
