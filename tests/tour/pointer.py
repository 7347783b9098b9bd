# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""A pointer that can hold a button down, which the tools that click cannot: zwlr_virtual_pointer_v1, spoken by hand."""
import os
import socket
import struct
import time

DISPLAY, REGISTRY, MANAGER, POINTER = 1, 2, 3, 4
LEFT = 0x110


def text(words):
    data = words.encode() + b"\0"
    return struct.pack("<I", len(data)) + data + b"\0" * (-len(data) % 4)


class Pointer:
    def __init__(self, width=1280, height=720):
        self.size = width, height
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(os.path.join(os.environ["XDG_RUNTIME_DIR"], os.environ["WAYLAND_DISPLAY"]))
        self._say(DISPLAY, 1, struct.pack("<I", REGISTRY))
        name, version = self._find("zwlr_virtual_pointer_manager_v1")
        self._say(REGISTRY, 0, struct.pack("<I", name) + text("zwlr_virtual_pointer_manager_v1") +
                  struct.pack("<II", version, MANAGER))
        self._say(MANAGER, 0, struct.pack("<II", 0, POINTER))  # Of any seat.

    def _say(self, thing, request, arguments=b""):
        self.socket.sendall(struct.pack("<IHH", thing, request, 8 + len(arguments)) + arguments)

    def _find(self, interface):
        """The number and version of what the compositor offers."""
        data = b""
        while True:
            data += self.socket.recv(4096)
            while len(data) >= 8 and len(data) >= (size := struct.unpack_from("<IHH", data)[2]):
                event, data = data[:size], data[size:]
                name, length = struct.unpack_from("<II", event, 8)
                if event[16:16 + length - 1] == interface.encode():
                    return name, struct.unpack_from("<I", event, size - 4)[0]

    def _now(self):
        return int(time.monotonic() * 1000) & 0xffffffff

    def _frame(self):
        self._say(POINTER, 4)
        time.sleep(0.03)  # As a hand, so that each step is heard of as one.

    def to(self, x, y):
        self._say(POINTER, 1, struct.pack("<IIIII", self._now(), int(x), int(y), *self.size))
        self._frame()

    def button(self, down):
        self._say(POINTER, 2, struct.pack("<III", self._now(), LEFT, 1 if down else 0))
        self._frame()

    def click(self, x, y):
        self.to(x - 3, y - 1)  # Menus take a click where they have seen the pointer move.
        self.to(x, y)
        time.sleep(0.15)
        self.button(True)
        self.button(False)

    def double_click(self, x, y):
        self.click(x, y)
        self.button(True)
        self.button(False)

    def drag(self, start, end, steps=20):
        self.to(*start)
        self.button(True)
        for step in range(1, steps + 1):
            self.to(*(a + (b - a) * step / steps for a, b in zip(start, end)))
        time.sleep(0.3)
        self.to(end[0] + 1, end[1])
        self.button(False)
