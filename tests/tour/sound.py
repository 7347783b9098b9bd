#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""A program is heard, unless sound is switched off for it: with a session's PipeWire whose loudspeaker is listened to."""
import math
import struct
import wave

from headless import *

SESSION = """
context.properties = { core.daemon = true core.name = session support.dbus = false mem.allow-mlock = false }
context.spa-libs = { audio.convert.* = audioconvert/libspa-audioconvert support.* = support/libspa-support }
context.modules = [
  { name = libpipewire-module-protocol-native args = { sockets = [ { name = "pipewire-0" } ] } }
  { name = libpipewire-module-metadata }
  { name = libpipewire-module-spa-node-factory }
  { name = libpipewire-module-client-node }
  { name = libpipewire-module-access }
  { name = libpipewire-module-adapter }
  { name = libpipewire-module-link-factory }
  { name = libpipewire-module-session-manager }
  { name = libpipewire-module-pipe-tunnel args = { tunnel.mode = sink pipe.filename = "SPEAKER"
      audio.format = S16LE audio.rate = 48000 audio.channels = 2 audio.position = [ FL FR ]
      stream.props = { node.name = desk-loudspeaker } } }
]
context.objects = [
  { factory = metadata args = { metadata.name = default } }
  { factory = spa-node-factory args = { factory.name = support.node.driver node.name = clock priority.driver = 200000
      node.group = pipewire.dummy node.sync-group = sync.dummy } }
]
"""


def begin_session():
    global speaker
    os.mkfifo(f"{world}/speaker")
    speaker = os.open(f"{world}/speaker", os.O_RDWR | os.O_NONBLOCK)
    fresh(f"{world}/session.conf", SESSION.replace("SPEAKER", f"{world}/speaker"))
    spawn("pipewire", "-c", f"{world}/session.conf")
    wait_for("PipeWire", lambda: os.path.exists(f"{world}/run/pipewire-0"))
    spawn("wireplumber", "-p", "policy")
    wait_for("the loudspeaker", lambda: "desk-loudspeaker" in output("pw-link", "-i"))


def is_heard():
    try:
        return any(os.read(speaker, 1 << 20))
    except BlockingIOError:
        return False


def play():
    return subprocess.Popen(["latchkey", "run", "--as", "player", "--ask", "no", "--here=ro", "--", "pw-play", "tone.wav"], cwd=f"{home}/Music",
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=open(f"{out}/log-play.txt", "ab"))


def tour():
    os.makedirs(f"{home}/Music")
    with wave.open(f"{home}/Music/tone.wav", "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(b"".join(struct.pack("<hh", *[int(9000 * math.sin(i / 20))] * 2) for i in range(96000)))
    begin()
    begin_session()
    check(not is_heard(), "it is quiet")
    child = play()
    wait_for("the program", is_heard)
    check(True, "a program is heard")
    check("player" in output("pw-cli", "ls", "Node"), "and called by its name in the session's mixer")
    check(child.wait(30) == 0, "to its end")
    wait_for("the loudspeaker to fall quiet", lambda: not is_heard())
    subprocess.run(["latchkey", "settings", "player", "sound=off"], check=True)
    child = play()
    check(child.wait(30) != 0, "with sound switched off there is none to connect to")
    check(not is_heard(), "and nothing is heard")


try:
    tour()
finally:
    end()
print("sound: all as it should be")
