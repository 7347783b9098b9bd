#!/usr/bin/env -S python3 -B
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands in an Internet of a test's own: a name server, web servers, git, a websocket, a port that says nothing.

Arguments: a folder and the servers wanted. There, `names` says what names lead to ("NAME ADDRESS", read anew for each question;
"* ADDRESS": everything else), `log` what was seen ("web HOST PATH", "name NAME TYPE", "silent"), `www` is what the web servers show.
"""
import asyncio
import http.server
import ipaddress
import os
import socket
import socketserver
import struct
import subprocess
import sys
import threading
import time
import urllib.parse

folder = sys.argv[1]
MANY = bytes(range(256)) * 8192  # 2 MiB


def saw(*words):
    with open(f"{folder}/log", "a", encoding="utf-8") as log:
        log.write(" ".join(words) + "\n")


# --- names

def addresses(name):
    exact, others = [], []
    with open(f"{folder}/names", encoding="utf-8") as zone:
        for line in zone:
            known, address = line.split()
            if known == name:
                exact.append(ipaddress.ip_address(address))
            elif known == "*":
                others.append(ipaddress.ip_address(address))
    return exact or others


class NameServer(socketserver.BaseRequestHandler):
    """A, AAAA, and TXT that says its own name back."""

    def handle(self):
        question, line = self.request
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode())
            at += question[at] + 1
        name = ".".join(labels).lower()
        kind = struct.unpack(">H", question[at + 1:at + 3])[0]
        saw("name", name, {1: "A", 28: "AAAA", 16: "TXT"}.get(kind, str(kind)))
        all_of_it = addresses(name)
        if kind == 16:
            data = [bytes([len(name)]) + name.encode()]
        else:
            data = [a.packed for a in all_of_it if kind == {4: 1, 6: 28}[a.version]]
        answer = question[:2] + struct.pack(">HHHHH", 0x8180 if all_of_it else 0x8183, 1, len(data), 0, 0) + question[12:at + 5]
        for one in data:
            answer += b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 1, len(one)) + one
        line.sendto(answer, self.client_address)


# --- the web

class Web(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *given):
        super().__init__(*given, directory=f"{folder}/www")

    def log_message(self, *_):
        pass

    def whole(self, data, kind="text/plain"):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        saw("web", self.headers.get("Host", "-"), self.path)
        if self.path == "/":
            self.whole(b"the page\n")
        elif self.path == "/who":
            self.whole(self.headers.get("Host", "-").encode())
        elif self.path == "/many":
            self.whole(MANY)
        elif self.path.startswith("/endless"):
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            while True:
                self.wfile.write(b"more\n")
                time.sleep(0.02)
        elif self.path.startswith("/git/"):
            self.git()
        elif self.path.endswith("large_1_all.deb"):
            self.slowly(f"{folder}/www{self.path}")
        else:
            super().do_GET()

    def slowly(self, place):
        with open(place, "rb") as file:
            data = file.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        for at in range(0, len(data), 16384):
            self.wfile.write(data[at:at + 16384])
            time.sleep(0.1)

    def do_POST(self):
        saw("web", self.headers.get("Host", "-"), self.path)
        if self.path.startswith("/git/"):
            self.git()
            return
        data = self.rfile.read(int(self.headers["Content-Length"]))
        self.whole(b"same\n" if data == MANY else b"different\n")

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        data = b""
        while size := int(self.rfile.readline(), 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        return data

    def git(self):
        where = urllib.parse.urlsplit(self.path)
        environment = {**os.environ, "GIT_PROJECT_ROOT": folder, "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": where.path,
                       "QUERY_STRING": where.query, "REQUEST_METHOD": self.command, "REMOTE_ADDR": self.client_address[0],
                       "CONTENT_TYPE": self.headers.get("Content-Type", ""), "GIT_PROTOCOL": self.headers.get("Git-Protocol", "")}
        data = self.body()
        if self.headers.get("Content-Encoding") == "gzip":
            environment["HTTP_CONTENT_ENCODING"] = "gzip"
        environment["CONTENT_LENGTH"] = str(len(data))
        with subprocess.Popen(["git", "http-backend"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as backend:
            out = backend.communicate(data)[0]
        head, _, rest = out.partition(b"\r\n\r\n")
        lines = [line.split(": ", 1) for line in head.decode().split("\r\n")]
        self.send_response(int(dict(lines).get("Status", "200").split()[0]))
        for name, value in lines:
            if name != "Status":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        for at in range(0, len(rest), 65536):
            self.wfile.write(rest[at:at + 65536])
            if "/large/" in where.path:
                time.sleep(0.1)


class Silent(socketserver.BaseRequestHandler):
    def handle(self):
        saw("silent")
        time.sleep(3600)


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        saw("echo")
        self.request[1].sendto(self.request[0], self.client_address)


class Quic(socketserver.BaseRequestHandler):
    """What every server of QUIC says to one who speaks another version of it (RFC 9000, 6.1): those it knows."""

    def handle(self):
        datagram, line = self.request
        if len(datagram) < 1200 or not datagram[0] & 0x80 or datagram[1:5] == bytes(4):
            return
        at = 6 + datagram[5]
        theirs, ours = datagram[6:at], datagram[at + 1:at + 1 + datagram[at]]
        saw("quic", theirs.hex())
        line.sendto(b"".join((b"\xc0", bytes(4), bytes([len(ours)]), ours, bytes([len(theirs)]), theirs, b"\0\0\0\1")), self.client_address)


class Threads(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def server_bind(self):
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

    def handle_error(self, request, client_address):
        pass  # Cut: that is what is tried here.


class Threads6(Threads):
    address_family = socket.AF_INET6


def serve(server):
    threading.Thread(target=server.serve_forever, daemon=True).start()


async def talk():
    import websockets  # pylint: disable=import-outside-toplevel

    async def answer(connection):
        saw("websocket", connection.request.headers["Host"])
        async for text in connection:
            if text == "endless":
                while True:
                    await connection.send("more")
                    await asyncio.sleep(0.02)
            await connection.send(f"heard {text}")

    async with websockets.serve(answer, "", 8001):
        await asyncio.get_running_loop().create_future()


for wanted in sys.argv[2:]:
    if wanted == "names":
        serve(socketserver.ThreadingUDPServer(("203.0.113.1", 53), NameServer))
    elif wanted == "web":
        serve(Threads6(("", 80), Web))
    elif wanted == "silent":
        serve(Threads(("", 9), Silent))
    elif wanted == "echo":
        serve(socketserver.ThreadingUDPServer(("", 7), Echo))
    elif wanted == "quic":
        serve(socketserver.ThreadingUDPServer(("", 443), Quic))
    elif wanted == "websocket":
        threading.Thread(target=lambda: asyncio.run(talk()), daemon=True).start()
print("ready", flush=True)
while True:
    time.sleep(3600)
