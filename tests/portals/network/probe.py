#!/usr/bin/env -S python3 -B
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""An app without a network of its own. Lines "N command arguments..." are answered with "N word..."; each is a thread."""
import ctypes
import errno
import fcntl
import hashlib
import os
import select
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
        return f"{name_of(problem)} {since(start)} {time.monotonic() * 1000:.2f}"
    took, now = since(start), time.monotonic() * 1000
    return f"ok {keep(one)} {took} {now:.2f}"


def name_of(problem):
    if isinstance(problem, TimeoutError) and problem.errno is None:
        return "TIMEOUT"
    return errno.errorcode.get(getattr(problem, "errno", None), type(problem).__name__)


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


# --- other words than connect() and send() have

def route4(kind, hop, host, port):
    """A connection to `host` by way of `hop`, as the sender wants it: loose (131) or strict (137)."""
    one = socket.socket()
    one.settimeout(2)
    one.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, struct.pack("BBBB4s", 1, int(kind), 7, 4, socket.inet_aton(hop)))
    one.connect((host, int(port)))
    return "done"


def route6(kind, hop, host, port):
    """The same with a routing header: of segments (4) or of a mobile node (2)."""
    one = socket.socket(socket.AF_INET6)
    one.settimeout(2)
    far, way = socket.inet_pton(socket.AF_INET6, host), socket.inet_pton(socket.AF_INET6, hop)
    header = struct.pack("BBBBBBH", 0, 4, 4, 1, 1, 0, 0) + far + way if kind == "4" else struct.pack("BBBBI", 0, 2, 2, 1, 0) + far
    one.setsockopt(socket.IPPROTO_IPV6, 57, header)
    one.connect((host if kind == "4" else hop, int(port)))
    return "done"


def option6(option, host, port):
    """Hop-by-hop (54) or destination options (59) before a datagram."""
    one = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    one.settimeout(2)
    one.setsockopt(socket.IPPROTO_IPV6, int(option), struct.pack("BBBB4x", 0, 0, 1, 4))
    one.connect((host, int(port)))
    one.send(b"extended")
    return f"got {one.recv(99).decode()}"


def pieces(host, port, size):
    """A datagram that the kernel here has to cut."""
    one = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    one.settimeout(1)
    one.setsockopt(socket.IPPROTO_IPV6, 24, 1280)
    one.connect((host, int(port)))
    one.send(b"x" * int(size))
    return f"got {len(one.recv(65536))}"


def protocol(number, kind, host, port):
    family, address = place(host, port, socket.SOCK_STREAM)
    one = socket.socket(family, socket.SOCK_STREAM if kind == "stream" else socket.SOCK_DGRAM, int(number))
    one.settimeout(2)
    one.connect(address)
    one.send(b"protocol")
    return f"got {one.recv(99).decode()}"


def from_address(source, host, port):
    family, address = place(host, port, socket.SOCK_STREAM)
    one = socket.socket(family, socket.SOCK_STREAM)
    one.settimeout(2)
    one.setsockopt(socket.IPPROTO_IP, 15, 1)
    one.bind((source, 0))
    one.connect(address)
    one.send(b"hello")
    return f"got {one.recv(99).decode()}"


def to_all(host, port):
    """Broadcast and multicast; nothing answers that."""
    one = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    if ":" in host:
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex("lk0"))
    one.sendto(b"to all", (host, int(port)))
    return "done"


def by_device(device, host, port):
    one = socket.socket()
    one.settimeout(2)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
    one.connect((host, int(port)))
    return "done"


def abstract(name):
    one = socket.socket(socket.AF_UNIX)
    one.connect("\0" + name)
    return "done"


def change(what):
    """The network's own set-up, asked of the kernel. The answer's word, or "done"."""
    lk0, lo = socket.if_nametoindex("lk0"), socket.if_nametoindex("lo")
    kind, flags, body = {
        "address": (20, 0x500, struct.pack("=BBBBI", 2, 8, 0, 0, lk0) + struct.pack("=HH4s", 8, 2, socket.inet_aton("10.1.2.3"))),
        "route": (24, 0x500, struct.pack("=BBBBBBBBI", 2, 0, 0, 0, 254, 4, 0, 1, 0) + struct.pack("=HHI", 8, 4, lo)),
        "no-route": (25, 0, struct.pack("=BBBBBBBBI", 2, 0, 0, 0, 254, 4, 0, 1, 0) + struct.pack("=HHI", 8, 4, lk0)),
        "rule": (32, 0x500, struct.pack("=BBBBBBBBI", 2, 0, 0, 0, 255, 0, 0, 1, 0)),
        "link": (16, 0x500, struct.pack("=BxHiII", 0, 0, 0, 0, 0) + struct.pack("=HH", 16, 18 | 0x8000) + struct.pack("=HH6s2x", 10, 1, b"dummy\0")),
        "qdisc": (36, 0x500, struct.pack("=BxxxiIII", 0, lk0, 0, 0xFFFFFFFF, 0) + struct.pack("=HH6s2x", 10, 1, b"pfifo\0")),
    }[what]
    one = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    one.send(struct.pack("=IHHII", 16 + len(body), kind, 5 | flags, 1, 0) + body)
    code = struct.unpack_from("=i", one.recv(4096), 16)[0]
    if code:
        raise OSError(-code, "refused")
    return "done"


def tunnel(domain, count, kind="16"):
    """As many questions of that type as fit, each for another name."""
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.settimeout(2)
    one.connect(("127.0.0.53", 53))
    answered = 0
    for number in range(int(count)):
        question = query(f"secret-{number}.{domain}")
        one.send(question[:-4] + struct.pack(">HH", int(kind), 1))
        if number % 32 == 31:
            time.sleep(0.02)
    try:
        while True:
            answered += one.recv(4096)[3] & 15 == 0
    except TimeoutError:
        return f"answered {answered}"


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


def rush(host, port, count, seconds):
    """Begins connecting with all as fast as it can: how many are connected after so long, and what the last took in milliseconds."""
    family, address = place(host, port, socket.SOCK_STREAM)
    waiting, poller, start = {}, select.poll(), time.monotonic()
    for _ in range(int(count)):
        one = socket.socket(family, socket.SOCK_STREAM)
        one.setblocking(False)
        one.connect_ex(address)
        waiting[one.fileno()] = one
        poller.register(one, select.POLLOUT)
    connected, last = [], start
    while waiting and (left := start + float(seconds) - time.monotonic()) > 0:
        for number, _ in poller.poll(left * 1000):
            poller.unregister(number)
            one = waiting.pop(number)
            if one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                connected.append(one)
                last = time.monotonic()
    result = f"{len(connected)} {(last - start) * 1000:.0f}"
    for one in [*connected, *waiting.values()]:
        one.close()
    return result


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
            "dns": dns, "resolve": resolve, "try": attempt, "route4": route4, "route6": route6, "option6": option6,
            "pieces": pieces, "protocol": protocol, "from": from_address, "toall": to_all, "by": by_device, "abstract": abstract,
            "change": change, "tunnel": tunnel, "listeners": listeners, "flood": flood, "rush": rush, "latency": latency}


def work(number, words):
    try:
        answer = COMMANDS[words[0]](*words[1:])
    except (OSError, KeyError, ValueError) as problem:
        answer = name_of(problem)
    with lock:
        print(number, answer, flush=True)


for line in sys.stdin:
    number, *words = line.split()
    threading.Thread(target=work, args=(number, words), daemon=True).start()
os._exit(0)
