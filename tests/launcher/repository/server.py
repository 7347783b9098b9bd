#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later

"""server.py FOLDER LOG [MODE [CERTIFICATE]]: a web server for one repository, honest or not. Prints its port.

LOG gets a line for each answer: path, bytes of head and body that were sent, and how many connections were busy.
Modes: honest; rangeless (always whole files); endless (what is asked for, and then for ever); slow (a byte now and
then); throttled (1 MB/s and connection); short (packs break off in the middle, once each connection); liar (packs have a
flipped bit); redirect (to http).
"""

import http.server
import os
import re
import ssl
import sys
import threading
import time

folder, log, mode = sys.argv[1], sys.argv[2], (sys.argv[3:] or ["honest"])[0]
certificate = (sys.argv[4:] or [""])[0]
lock = threading.Lock()
busy = 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def note(self, sent):
        with lock, open(log, "a", encoding="ascii") as out:
            out.write(f"{self.path} {sent} {busy}\n")

    def do_GET(self):
        global busy
        with lock:
            busy += 1
        try:
            self.answer()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with lock:
                busy -= 1

    def answer(self):
        try:
            with open(folder + self.path, "rb") as file:
                body = file.read()
        except OSError:
            self.send_error(404)
            return
        if mode == "redirect":
            self.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/x\r\nContent-Length: 0\r\n\r\n")
            return
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        status = "200 OK"
        length = len(body)
        if wanted and mode != "rangeless":
            first, last = int(wanted[1]), int(wanted[2])
            status = f"206 Partial Content\r\nContent-Range: bytes {first}-{min(last, length - 1)}/{length}"
            body = body[first : last + 1]
        pack = self.path.startswith("/packs/")
        if mode == "liar" and pack:
            body = body[:-1] + bytes([body[-1] ^ 1])
        announced = "" if mode == "endless" else f"Content-Length: {len(body)}\r\n"
        head = f"HTTP/1.1 {status}\r\n{announced}\r\n".encode("ascii")
        self.wfile.write(head)
        if mode == "slow":
            for byte in body:
                self.wfile.write(bytes([byte]))
                time.sleep(0.2)
        elif mode == "throttled" and pack:
            for at in range(0, len(body), 50000):
                self.wfile.write(body[at : at + 50000])
                self.note(len(body[at : at + 50000]))
                time.sleep(0.05)
            return
        elif mode == "short" and pack and not os.path.exists(log + ".broken"):
            open(log + ".broken", "w").close()
            self.wfile.write(body[: len(body) * 2 // 3])
            self.close_connection = True
            return
        else:
            self.wfile.write(body)
            while mode == "endless":
                self.wfile.write(b"more" * 10000)
        self.note(len(head) + len(body))


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


server = Server(("127.0.0.1", 0), Handler)
if certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
