#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""A program is heard, unless sound is switched off for it, and hears when a person says so, as long as they do: with a
session's PipeWire whose loudspeaker is listened to and whose microphone hears a tone."""
import math
import re
import struct
import wave

from headless import *

SESSION = """
context.properties = { core.daemon = true core.name = session support.dbus = false mem.allow-mlock = false }
context.spa-libs = { audio.convert.* = audioconvert/libspa-audioconvert support.* = support/libspa-support
  audiotestsrc = audiotestsrc/libspa-audiotestsrc }
context.modules = [
  { name = libpipewire-module-protocol-native args = { sockets = [
      { name = "pipewire-0" } { name = "pipewire-0-manager" } ] } }
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
  { factory = adapter args = { factory.name = audiotestsrc node.name = desk-microphone media.class = Audio/Source } }
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


def listed(what):
    return json.loads(output("latchkey", what, "--json"))


class Recording:
    """A program that records until it is ended, and what it has heard."""

    def __init__(self, name):
        self.path = f"{world}/{name}"
        self.child = subprocess.Popen(
            ["latchkey", "run", "--as", "recorder", "--", "pw-record", "--raw", "--rate", "48000", "--channels", "2",
             "--format", "s16", "-"], stdin=subprocess.DEVNULL, stdout=open(self.path, "wb"),
            stderr=open(f"{out}/log-record.txt", "ab"))

    def heard(self, start=0):
        with open(self.path, "rb") as file:
            file.seek(start)
            return file.read()

    def goes_on(self, start=None, size=96000):
        start = os.path.getsize(self.path) if start is None else start
        wait_for("samples", lambda: os.path.getsize(self.path) > start + size)
        return self.heard(start)

    def hears(self, what):
        start = os.path.getsize(self.path)
        wait_for(what, lambda: any(self.heard(start)))


def microphone():
    """Silence, a question, the tone, and silence again once it is taken back."""
    recording = Recording("first")
    asks = wait_for("a question", lambda: listed("requests"))[0]
    check((asks["kind"], asks["target"], asks["app"]) == ("desktop", "microphone", "recorder"), "who records asks for the microphone")
    wait_for("its window", lambda: "latchkey" in output("wlrctl", "toplevel", "list"))
    still()
    shot("microphone-1-asks")
    check(not any(recording.goes_on()), "and hears silence meanwhile")
    check(subprocess.run(["latchkey", "answer", asks["id"], "allow", "--for", "run"]).returncode == 0, "allowed while it runs")
    recording.hears("the tone")
    held = [g for g in listed("grants") if g["target"] == "microphone" and g["state"] == "active"]
    check([(g["holder"], g["live"], g["lifetime"]) for g in held] == [("recorder", 1, held[0]["lifetime"])], "it hears, and is shown to")
    spawn("latchkey-ui")
    wait_for("the window", lambda: re.search(r"(?m)^.*: Latchkey$", output("wlrctl", "toplevel", "list")))
    still()
    shot("microphone-2-in-use")
    check(subprocess.run(["latchkey", "revoke", held[0]["id"]]).returncode == 0, "taken back")
    time.sleep(0.1)
    check(not any(recording.goes_on()), "100 ms later it hears nothing")
    check(not listed("requests"), "and asks for nothing more")
    still()
    shot("microphone-3-over")
    recording.child.terminate()
    recording.child.wait(30)

    recording = Recording("second")
    asks = wait_for("a question", lambda: listed("requests"))[0]
    subprocess.run(["latchkey", "answer", asks["id"], "deny"], check=True)
    check(not any(recording.goes_on(size=480000)), "who is denied hears silence")
    check(not listed("requests"), "and asks no more")
    recording.child.terminate()
    check(recording.child.wait(30) is not None, "and ends as ever")


def tour():
    os.makedirs(f"{home}/Music")
    with wave.open(f"{home}/Music/tone.wav", "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(b"".join(struct.pack("<hh", *[int(9000 * math.sin(i / 20))] * 2) for i in range(96000)))
    begin()
    begin_session()
    spawn("latchkey-ui", "--prompts")
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
    microphone()


try:
    tour()
finally:
    end()
print("sound: all as it should be")
